"""Which times LoadZone works with, and which spans of time no booking can have.

Other systems write a null date (the year 1), an end before the start, or a booking without an end. The history
may hold such records, and they are kept; but no figure can be made from them.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from loadzone.domain.fact import Fact
from loadzone.domain.model import Action

EARLIEST: Final = datetime(1950, 1, 1, tzinfo=UTC)
"""The first supported moment: before it are only the null dates of other systems (years 1, 1753, 1899, 1900)."""
LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of the supported times, a year before the calendar ends: lengths and offsets can still be added."""
SUPPORTED_YEARS: Final = {"first": str(EARLIEST.year), "last": str(LATEST.year - 1)}
"""What the message about an unsupported time says."""
MAX: Final = datetime.max.replace(tzinfo=UTC)
LONGEST: Final = timedelta(days=3653)
"""The longest possible booking: ten years, leap days included."""


class SpanFlaw(StrEnum):
    """Why a record cannot tell when a VM was held; the value is the code of the problem."""

    TIME_UNSUPPORTED = "time_unsupported"
    END_MISSING = "end_missing"
    END_BEFORE_START = "end_before_start"
    SPAN_TOO_LONG = "span_too_long"


def is_supported(at: datetime) -> bool:
    """Tell whether LoadZone works with a moment, which is aware."""
    return EARLIEST <= at < LATEST


def has_supported_times(fact: Fact) -> bool:
    """Tell whether LoadZone works with all moments that a fact names."""
    end: datetime | None = getattr(fact, "end", None)
    return all(at.tzinfo is not None and is_supported(at) for at in (fact.at, end) if at is not None)


def span_flaw(action: Action, start: datetime, end: datetime | None) -> SpanFlaw | None:
    """Return why a record's span is impossible, None for a possible one; the times are aware.

    Of a release only the start counts.
    """
    if not is_supported(start):
        return SpanFlaw.TIME_UNSUPPORTED
    if action is Action.RELEASE:
        return None
    if end is None:
        return SpanFlaw.END_MISSING
    if end < start:
        return SpanFlaw.END_BEFORE_START
    if end - start > LONGEST:
        return SpanFlaw.SPAN_TOO_LONG
    return None if is_supported(end) else SpanFlaw.TIME_UNSUPPORTED
