"""Idle VMs, and how many would have been enough, are what watching the fleet slot by slot gives."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone import analytics
from loadzone.domain.errors import InvalidInput
from tests.analytics import oracle
from tests.analytics.histories import orderly, places
from tests.analytics.oracle import Told

BEGIN = datetime(2026, 11, 20, tzinfo=UTC)


def _book(vm: str, hour: float, hours: float) -> Told:
    begin = BEGIN + timedelta(hours=hour)
    return Told(begin, "book", vm, "ann", begin + timedelta(hours=hours))


@settings(deadline=None, max_examples=30)
@given(orderly(BEGIN), st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_demand_and_what_is_enough_are_counted_in_slots(told: list[Told], quantile: float) -> None:
    now = BEGIN + timedelta(days=9)
    rows = oracle.bookings(told, now)
    frame = analytics.bookings(oracle.history(told), now=now)
    first, last = min(row["start"] for row in rows), max(row["end"] for row in rows)
    counted = [oracle.busy(rows, slot) for slot in oracle.slots(first, last)]

    found = analytics.demand(frame)

    assert list(found["hours"]) == pytest.approx([counted.count(number) / 12 for number in found.index])
    assert set(counted) <= set(found.index)
    assert analytics.enough(frame, quantile) == min(
        (number for number in range(9) if sum(each <= number for each in counted) >= quantile * len(counted)),
    )


@settings(deadline=None, max_examples=30)
@given(places.flatmap(lambda place: st.tuples(st.just(place), orderly(place[1]))), st.sampled_from([60, 1440]))
def test_the_peak_of_a_bucket_is_the_highest_of_its_slots(drawn: Any, minutes: int) -> None:
    (zone, begin), told = drawn
    now = begin + timedelta(days=9)
    rows = oracle.bookings(told, now)
    frame = analytics.bookings(oracle.history(told), now=now)
    found = analytics.peaks(frame, f"{minutes}min" if minutes < 1440 else "1D", tz=zone)
    first, last = min(row["start"] for row in rows), max(row["end"] for row in rows)
    expected = oracle.buckets(first, last, timedelta(minutes=minutes), zone)
    assert list(found) == [max(oracle.busy(rows, slot) for slot in bucket) for bucket in expected]
    assert [each.astimezone(UTC) for each in found.index] == [bucket[0] for bucket in expected]


@settings(deadline=None, max_examples=60)
@given(orderly(BEGIN), st.integers(-300, 1500), st.integers(1, 900), st.booleans())
def test_in_a_range_demand_and_peaks_are_counted_in_its_slots(
    told: list[Told], offset: int, length: int, early: bool
) -> None:
    """Idle time at its ends counts, and what began before it is busy from its first moment on."""
    now = BEGIN + timedelta(days=1 if early else 9)  # early: while some of them are active
    rows = oracle.bookings(told, now)
    frame = analytics.bookings(oracle.history(told), now=now)
    since = BEGIN + offset * oracle.SLOT
    until = since + length * oracle.SLOT
    counted = [oracle.busy(rows, slot) for slot in oracle.slots(since, until)]

    found = analytics.demand(frame, since=since, until=until)

    assert list(found["hours"]) == pytest.approx([counted.count(number) / 12 for number in found.index])
    assert set(counted) <= set(found.index)
    assert found["covered"].iloc[-1] == pytest.approx(1)
    highest = analytics.peaks(frame, "1h", since=since, until=until)
    hours = oracle.buckets(since, until, timedelta(hours=1), UTC)
    inside = [[slot for slot in hour if since <= slot < until] for hour in hours]
    assert list(highest) == [max(oracle.busy(rows, slot) for slot in slots) for slots in inside]


def test_idle_vms_are_those_that_nobody_used_for_so_long_the_longest_first() -> None:
    now = BEGIN + timedelta(days=40)
    history = oracle.history([_book("old", 0, 24), _book("new", 24 * 35, 2), _book("now", 0, 24 * 60)])
    frame = analytics.bookings(history, now=now)

    found = analytics.idle(frame, days=30, vms=["now", "old", "never", "new"], now=now)

    assert found.reset_index().to_dict("list") == {
        "vm_id": ["never", "old"],
        "last_end": [pd.NaT, BEGIN + timedelta(days=1)],
        "idle_days": [float("inf"), 39.0],
        "bookings": [0, 1],
    }
    assert list(analytics.idle(frame, days=30, now=now).index) == ["old"]
    assert list(analytics.idle(frame, days=39.5, now=now).index) == []


def test_no_bookings_need_no_vms_and_leave_all_idle() -> None:
    empty = analytics.bookings(oracle.history([]))
    assert len(analytics.demand(empty)) == 0
    assert analytics.enough(empty) == 0
    assert analytics.peaks(empty, tz="Asia/Kathmandu").index.tz == ZoneInfo("Asia/Kathmandu")  # type: ignore[attr-defined] # an index of times
    assert list(analytics.idle(empty, vms=["a"]).index) == ["a"]
    assert len(analytics.idle(empty)) == 0


@pytest.mark.parametrize("quantile", [0, 1.5, "most", float("nan")])
def test_a_share_that_is_none_is_refused(quantile: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        analytics.enough(analytics.bookings(oracle.history([])), quantile)
    assert refused.value.fields[0].code == "not_a_share"
