"""Hypothesis strategies: histories with every slip that real ones have, around changes of clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.analytics.oracle import SLOT, Told

ZONES = {
    "UTC": [datetime(2026, 11, 20, tzinfo=UTC)],
    "Europe/Berlin": [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)],
    "America/New_York": [datetime(2026, 3, 7, 18, tzinfo=UTC), datetime(2026, 10, 31, 18, tzinfo=UTC)],
    "Australia/Lord_Howe": [datetime(2026, 4, 4, 3, tzinfo=UTC), datetime(2026, 10, 3, 3, tzinfo=UTC)],
    "Asia/Kathmandu": [datetime(2026, 5, 1, tzinfo=UTC)],
    # Midnight is skipped and shown twice in Havana; Dublin's winter, not its summer, is the time saved.
    "America/Havana": [datetime(2026, 3, 7, 18, tzinfo=UTC), datetime(2026, 10, 31, 18, tzinfo=UTC)],
    "Europe/Dublin": [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)],
}
"""Zones, with moments half a day before their clocks change."""

places = st.sampled_from([(name, begin) for name, begins in ZONES.items() for begin in begins]).map(
    lambda place: (ZoneInfo(place[0]), place[1])
)


@st.composite
def records(draw: st.DrawFn, begin: datetime = datetime(2026, 11, 20, tzinfo=UTC)) -> list[Told]:
    """Draw records in any order: doubled, missing and misplaced ones, many at one moment."""
    # Few moments, and mostly whole hours: they meet each other and the edges of buckets.
    moments = st.one_of(st.integers(0, 36).map(lambda hour: hour * 12), st.integers(0, 36 * 12))
    lengths = st.one_of(st.integers(0, 12).map(lambda hours: hours * 12), st.integers(0, 150))
    told = []
    for _ in range(draw(st.integers(1, 14))):
        at = begin + draw(moments) * SLOT
        action = draw(st.sampled_from(["book", "book", "renew", "release"]))
        told.append(
            Told(
                at=at,
                action=action,
                vm_id=draw(st.sampled_from(["a-1", "a-2", "b"])),
                user=draw(st.sampled_from(["ann@example.com", "bob@example.com"])),
                end=None if action == "release" else at + draw(lengths) * SLOT,
                reason=draw(st.sampled_from([None, None, "expired", "cancelled", "forced", "vm_deleted"]))
                if action == "release"
                else None,
            )
        )
    return told


@st.composite
def orderly(draw: st.DrawFn, begin: datetime) -> list[Told]:
    """Draw records as LoadZone leaves them, some of them lost: book, renew, release, and the next one."""
    told: list[Told] = []
    for vm in ["a", "b", "c"][: draw(st.integers(1, 3))]:
        at = begin + draw(st.integers(0, 60)) * SLOT
        for _ in range(draw(st.integers(1, 4))):
            user = draw(st.sampled_from(["ann@example.com", "bob@example.com"]))
            end = at + draw(st.integers(1, 200)) * SLOT
            told.append(Told(at, "book", vm, user, end))
            if draw(st.booleans()):
                at += (end - at) // SLOT // 2 * SLOT
                end += draw(st.integers(1, 60)) * SLOT
                told.append(Told(at, "renew", vm, user, end))
            reason = draw(st.sampled_from(["expired", "cancelled", "forced", "vm_deleted", None, "lost"]))
            at = end if reason == "expired" else at + draw(st.integers(0, (end - at) // SLOT)) * SLOT
            if reason == "lost":
                at = max(at, end - timedelta(hours=1))
            else:
                told.append(Told(at, "release", vm, user, None, reason))
            at += draw(st.sampled_from([0, 0, 1, 12, 100])) * SLOT
    return told
