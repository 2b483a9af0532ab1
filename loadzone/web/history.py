"""`GET /history`: strict questions, streamed answers, one page in memory at a time."""

import codecs
import csv
import io
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from datetime import datetime
from typing import Final, cast

import msgspec
from msgspec import Struct

from loadzone.core.service import Service
from loadzone.core.store import Entry, HistoryQuery, Page
from loadzone.domain.fields import Fields
from loadzone.domain.model import Fleet
from loadzone.domain.permissions import Act, Actor, demand
from loadzone.web import queries
from loadzone.web.route import Parameter
from loadzone.web.streaming import StreamHandler, json_chunks

LIMIT_MAX: Final = 100_000
FORMATS: Final = ("json", "csv")
BOM: Final = codecs.BOM_UTF8
"""What every CSV file begins with: without it a spreadsheet takes an old encoding of the country."""

# The wide forms too: a spreadsheet of East Asia takes them for the others.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

ORDERS: Final = ("oldest", "newest")
COLUMNS: Final = ("user", "vm_id", "start", "end", "action", "reason", "by")

_TIME = {"type": "string", "format": "date-time"}
PARAMETERS: Final = (
    Parameter(name="since", schema=_TIME),
    Parameter(name="until", schema=_TIME),
    Parameter(name="vm", schema={"type": "string"}),
    Parameter(name="user", schema={"type": "string"}),
    Parameter(name="group", schema={"type": "integer"}),
    Parameter(name="limit", schema={"type": "integer", "minimum": 1, "maximum": LIMIT_MAX}),
    Parameter(name="cursor", schema={"type": "string"}),
    Parameter(name="order", schema={"type": "string", "enum": list(ORDERS)}),
    Parameter(name="format", schema={"type": "string", "enum": list(FORMATS)}),
)
_NAMES: Final = frozenset(each.name for each in PARAMETERS)


class Wanted(Struct, frozen=True, kw_only=True):
    """What a query string asks for, group and VM still by their names."""

    since: datetime | None
    until: datetime | None
    vm: str | None
    user: str | None
    group: int | None
    limit: int | None
    cursor: str | None
    newest_first: bool
    as_csv: bool


def read_query(arguments: Mapping[str, list[bytes]], fleet: Fleet) -> Wanted:
    """Return what the query string asks for; raises InvalidInput naming every parameter that is wrong."""
    fields = Fields()
    given = queries.texts(fields, arguments, _NAMES)
    since, until = queries.span(fields, given)
    format_name = given.get("format") or FORMATS[0]
    if format_name not in FORMATS:
        fields.wrong("format", "not_one_of", choices=list(FORMATS))
    order = given.get("order") or ORDERS[0]
    if order not in ORDERS:
        fields.wrong("order", "not_one_of", choices=list(ORDERS))
    wanted = Wanted(
        since=since,
        until=until,
        vm=queries.vm_id(fields, "vm", given, fleet.vms),
        user=queries.person(fields, "user", given, fleet.users),
        group=queries.number(fields, "group", given),
        limit=queries.number(fields, "limit", given, low=1, high=LIMIT_MAX),
        cursor=given.get("cursor") or None,
        newest_first=order == "newest",
        as_csv=format_name == "csv",
    )
    fields.check()
    return wanted


def find(service: Service, actor: Actor, wanted: Wanted) -> AsyncGenerator[Page]:
    """Return the pages that answer; raises NotFound for a group that does not exist."""
    vm_ids = None if wanted.group is None else frozenset(service.group(actor, wanted.group).vm_ids)
    if wanted.vm is not None:
        vm_ids = frozenset({wanted.vm}) if vm_ids is None else vm_ids & {wanted.vm}
    query = HistoryQuery(
        since=wanted.since,
        until=wanted.until,
        user=wanted.user,
        vm_ids=vm_ids,
        cursor=wanted.cursor,
        limit=wanted.limit,
        newest_first=wanted.newest_first,
    )
    # Engines give generators, which can be closed when the client is gone.
    return cast("AsyncGenerator[Page]", service.history(actor, query))


class HistoryHandler(StreamHandler):
    """Streams the booking history as JSON or CSV."""

    route_path = "/history"

    async def get(self) -> None:
        """Answer, page by page."""
        caller = self.site.identity.identify(self.request)
        demand(caller.actor, Act.SEE)
        wanted = read_query(self.request.query_arguments, self.site.service.fleet)
        pages = find(self.site.service, caller.actor, wanted)
        if wanted.as_csv:
            await self.stream(csv_chunks(pages), self._begin_csv)
        else:
            await self.stream(json_chunks(pages, b'{"records":[', lambda page: page.entries))

    head = get

    def _begin_csv(self) -> None:
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", 'attachment; filename="loadzone-history.csv"')


async def csv_chunks(pages: AsyncGenerator[Page]) -> AsyncGenerator[bytes]:
    """Yield the CSV answer in pieces, with a header line even when there is nothing else."""
    begin = BOM + _csv([COLUMNS])
    async with aclosing(pages):
        async for page in pages:
            yield begin + _csv(map(_row, page.entries))
            begin = b""
    if begin:
        yield begin


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _row(entry: Entry) -> tuple[str, ...]:
    plain = msgspec.to_builtins(entry)
    return tuple(harmless(plain.get(column) or "") for column in COLUMNS)


def harmless(text: str) -> str:
    """Return `text` so that a spreadsheet takes it for text: some would run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
