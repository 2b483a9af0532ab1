"""Which spans of time no booking can have."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from loadzone.domain.model import Action
from loadzone.domain.spans import EARLIEST, LATEST, LONGEST, SpanFlaw, is_supported, span_flaw

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NULL_DATE = datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("action", "start", "end", "flaw"),
    [
        (Action.BOOK, NOON, NOON + HOUR, None),
        (Action.RENEW, NOON, NOON, None),
        (Action.RELEASE, NOON, None, None),
        (Action.RELEASE, NOON, NOON - HOUR, None),
        (Action.BOOK, NOON, NOON + LONGEST, None),
        (Action.BOOK, datetime(1966, 1, 1, tzinfo=UTC), datetime(1966, 1, 2, tzinfo=UTC), None),
        (Action.BOOK, datetime(2106, 2, 8, tzinfo=UTC), datetime(2106, 2, 9, tzinfo=UTC), None),
        (Action.BOOK, NOON, None, SpanFlaw.END_MISSING),
        (Action.RENEW, NOON, None, SpanFlaw.END_MISSING),
        (Action.BOOK, NOON, NOON - timedelta(microseconds=1), SpanFlaw.END_BEFORE_START),
        (Action.RENEW, NOON, NULL_DATE, SpanFlaw.END_BEFORE_START),
        (Action.BOOK, NOON, NOON + LONGEST + timedelta(microseconds=1), SpanFlaw.SPAN_TOO_LONG),
        (Action.BOOK, NULL_DATE, NOON, SpanFlaw.TIME_UNSUPPORTED),
        (Action.RELEASE, NULL_DATE, None, SpanFlaw.TIME_UNSUPPORTED),
        (Action.BOOK, LATEST - HOUR, LATEST, SpanFlaw.TIME_UNSUPPORTED),
    ],
)
def test_a_span_has_the_flaw_that_makes_it_impossible(
    action: Action, start: datetime, end: datetime | None, flaw: SpanFlaw | None
) -> None:
    """Of each kind of record exactly those spans are impossible that no booking can have had."""
    assert span_flaw(action, start, end) is flaw


def test_at_the_edges_of_the_supported_times_neither_an_offset_nor_a_year_leaves_the_calendar() -> None:
    """Every supported moment can be shown in every zone, and lengths can be added to it."""
    last = LATEST - timedelta(microseconds=1)
    for offset in (timezone(timedelta(hours=-24, minutes=1)), timezone(timedelta(hours=23, minutes=59))):
        assert EARLIEST.astimezone(offset) == EARLIEST
        assert last.astimezone(offset) == last
    assert last + timedelta(days=364) > last
    assert [is_supported(at) for at in (EARLIEST, last, LATEST)] == [True, True, False]
