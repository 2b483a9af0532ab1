"""`GET /audit`: who changed what, newest first, for administrators."""

from collections.abc import AsyncGenerator, Mapping
from typing import Final, cast

from loadzone.core.change_filter import KINDS
from loadzone.core.store import LOADZONE, ChangePage, ChangeQuery
from loadzone.domain.fields import Fields
from loadzone.domain.model import Fleet
from loadzone.domain.permissions import Act, demand
from loadzone.web import queries
from loadzone.web.history import LIMIT_MAX
from loadzone.web.route import Parameter
from loadzone.web.streaming import StreamHandler, json_chunks

_TIME = {"type": "string", "format": "date-time"}
_TEXT = {"type": "string"}
PARAMETERS: Final = (
    Parameter(name="since", schema=_TIME, about="audit-since"),
    Parameter(name="until", schema=_TIME, about="audit-until"),
    Parameter(name="by", schema=_TEXT, about="audit-by", values={"loadzone": LOADZONE}),
    Parameter(name="user", schema=_TEXT, about="audit-user"),
    Parameter(name="vm", schema=_TEXT, about="audit-vm"),
    Parameter(name="group", schema={"type": "integer"}, about="audit-group"),
    Parameter(name="kind", schema=_TEXT, about="audit-kind", values={"kinds": ", ".join(KINDS)}),
    Parameter(name="limit", schema={"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}, about="audit-limit"),
    Parameter(name="cursor", schema=_TEXT),
)
_NAMES: Final = frozenset(each.name for each in PARAMETERS)


def read_query(arguments: Mapping[str, list[bytes]], fleet: Fleet) -> ChangeQuery:
    """Return what the query string asks for; raises InvalidInput naming every parameter that is wrong."""
    fields = Fields()
    given = queries.texts(fields, arguments, _NAMES)
    since, until = queries.span(fields, given)
    query = ChangeQuery(
        since=since,
        until=until,
        by=LOADZONE
        if given.get("by", "").strip().lower() == LOADZONE
        else queries.person(fields, "by", given, fleet.users),
        user=queries.person(fields, "user", given, fleet.users),
        vm_id=queries.vm_id(fields, "vm", given, fleet.vms),
        group_id=queries.number(fields, "group", given),
        kinds=_kinds(fields, given.get("kind", "")),
        limit=queries.number(fields, "limit", given, low=1, high=LIMIT_MAX),
        cursor=given.get("cursor") or None,
    )
    fields.check()
    return query


def _kinds(fields: Fields, text: str) -> frozenset[str] | None:
    kinds = frozenset(filter(None, (word.strip() for word in text.split(","))))
    if not kinds <= set(KINDS):
        fields.wrong("kind", "not_one_of", choices=list(KINDS))
    return kinds or None


class AuditHandler(StreamHandler):
    """Streams changes as JSON."""

    route_path = "/audit"

    async def get(self) -> None:
        """Answer, page by page."""
        caller = self.site.identity.identify(self.request)
        demand(caller.actor, Act.AUDIT)
        query = read_query(self.request.query_arguments, self.site.service.fleet)
        pages = cast("AsyncGenerator[ChangePage]", self.site.service.changes(caller.actor, query))
        await self.stream(json_chunks(pages, b'{"changes":[', lambda page: page.changes))

    head = get
