"""Which changes a question is about."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, get_args

from msgspec.structs import replace

from loadzone.core.store import LOADZONE, ChangeQuery
from loadzone.domain.facts import AnyFact, BookingReleased, Change, touched
from loadzone.domain.model import Reason

KINDS: Final[tuple[str, ...]] = tuple(str(kind.__struct_config__.tag) for kind in get_args(AnyFact))
"""Every kind of fact, as it is called in journals and answers."""

# Facts are dated by a clock that people may set back; so much before the moment asked for is looked at too.
_SLACK: Final = timedelta(days=1)


def matching(change: Change, query: ChangeQuery) -> Change | None:
    """Return the change with those of its facts that are asked for, None when it has none."""
    facts = tuple(_wanted(change, query))
    if not facts:
        return None
    return change if len(facts) == len(change.facts) else replace(change, facts=facts)


def _wanted(change: Change, query: ChangeQuery) -> Iterator[AnyFact]:
    for fact in change.facts:
        if (
            (query.since is None or query.since <= fact.at)
            and (query.until is None or fact.at < query.until)
            and (query.by is None or (fact.by or LOADZONE) == query.by)
            and (query.user is None or getattr(fact, "user", None) == query.user)
            and (query.kinds is None or fact.__struct_config__.tag in query.kinds)
            and (query.vm_id is None or query.vm_id in touched((fact,))[0])
            and (query.group_id is None or query.group_id in touched((fact,))[1])
        ):
            yield fact


def is_before_all(change: Change, since: datetime | None) -> bool:
    """Tell whether neither this change nor any before it can have facts from `since` on."""
    made = None if since is None else recorded(change)
    return made is not None and since is not None and made < since - _SLACK


def recorded(change: Change) -> datetime | None:
    """Return when a change was made: the moment of its facts, but for ends that are dated at the planned end.

    None when it has no others: those may have been met much later.
    """
    ats = [
        fact.at
        for fact in change.facts
        if not (isinstance(fact, BookingReleased) and fact.reason is Reason.EXPIRED)
    ]
    return max(ats, default=None)
