"""Shares, the week's pattern and the steps are what counting slots of five minutes gives."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone import analytics
from loadzone.domain.errors import InvalidInput
from tests.analytics import oracle
from tests.analytics.histories import orderly, places
from tests.analytics.oracle import Told

TIME: Any = oracle.TIME
STEPS = {"15min": 15, "30min": 30, "1h": 60, "2h": 120, "6h": 360, "1D": 1440}


def _frame(*rows: tuple[str, str, datetime, datetime], outcome: str = "expired") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["vm_id", "user", "start", "end"])
    return frame.assign(start=frame["start"].astype(TIME), end=frame["end"].astype(TIME), outcome=outcome)


def _at(text: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@st.composite
def _placed(draw: st.DrawFn) -> tuple[ZoneInfo, list[dict[str, Any]], pd.DataFrame]:
    zone, begin = draw(places)
    told: list[Told] = draw(orderly(begin))
    now = begin + timedelta(days=draw(st.sampled_from([1, 5])))
    frame = analytics.bookings(oracle.history(told), now=now)
    return zone, oracle.bookings(told, now), frame


@settings(max_examples=100, deadline=None)
@given(_placed().filter(lambda placed: len(placed[1]) > 0), st.sampled_from(sorted(STEPS)))
def test_utilisation_is_what_counting_slots_gives_on_every_zones_clock(placed: Any, freq: str) -> None:
    zone, rows, frame = placed
    capacity = len({row["vm_id"] for row in rows})

    found = analytics.utilisation(frame, freq, tz=str(zone))

    expected = oracle.utilisation(rows, timedelta(minutes=STEPS[freq]), capacity, zone)
    assert [each.astimezone(UTC) for each in found.index] == list(expected)
    np.testing.assert_allclose(found, [float(share) for share in expected.values()], atol=1e-12)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Havana", "Australia/Lord_Howe"])
def test_no_bucket_is_lost_where_a_history_ends_just_after_the_clock_was_set_back(zone: str) -> None:
    """Whenever within these hours the last booking ends, quarters of an hour follow each other up to then."""
    begin = {"Europe/Berlin": "2026-10-24T22:00", "America/Havana": "2026-11-01T03:00"}.get(
        zone, "2026-04-04T13:00"
    )
    for minutes in range(60, 240, 5):
        frame = _frame(("a", "ann", _at(begin), _at(begin) + timedelta(minutes=minutes)))
        found = analytics.utilisation(frame, "15min", tz=zone)
        assert set(np.diff(pd.DatetimeIndex(found.index).asi8)) == {15 * 60 * 1_000_000}
        assert found.index[-1] + timedelta(minutes=15) >= frame["end"][0]


# A range of 1 to 900 slots of five minutes that begins before, within or after the history.
RANGES = st.tuples(st.integers(-300, 1500), st.integers(1, 900))


def _range(frame: pd.DataFrame, drawn: tuple[int, int]) -> tuple[datetime, datetime]:
    since = frame["start"].min().to_pydatetime() + drawn[0] * oracle.SLOT
    return since, since + drawn[1] * oracle.SLOT


@settings(max_examples=100, deadline=None)
@given(_placed().filter(lambda placed: len(placed[1]) > 0), RANGES, st.sampled_from(sorted(STEPS)))
def test_in_a_range_only_the_slots_of_the_range_count(placed: Any, drawn: tuple[int, int], freq: str) -> None:
    """Idle ends of it too, and of a bucket that it cuts only what it has of it; the mean is that of its slots."""
    zone, rows, frame = placed
    since, until = _range(frame, drawn)

    found = analytics.utilisation(frame, freq, capacity=3, tz=zone, since=since, until=until)

    buckets = oracle.buckets(since, until, timedelta(minutes=STEPS[freq]), zone)
    inside = [[slot for slot in bucket if since <= slot < until] for bucket in buckets]
    assert [each.astimezone(UTC) for each in found.index] == [bucket[0].astimezone(UTC) for bucket in buckets]
    shares = [sum(oracle.busy(rows, slot) for slot in slots) / len(slots) / 3 for slots in inside]
    np.testing.assert_allclose(found, shares, atol=1e-12)
    counted = [oracle.busy(rows, slot) for slot in oracle.slots(since, until)]
    mean = analytics.mean_busy(frame, since=since, until=until)
    assert mean == pytest.approx(sum(counted) / len(counted))


@settings(max_examples=40, deadline=None)
@given(_placed().filter(lambda placed: len(placed[1]) > 0), RANGES)
def test_the_heatmap_of_a_range_is_the_mean_over_its_slots(placed: Any, drawn: tuple[int, int]) -> None:
    zone, rows, frame = placed
    since, until = _range(frame, drawn)
    counted: dict[tuple[int, int], list[int]] = {}
    for slot in oracle.slots(since, until):
        shown = slot.astimezone(zone)
        counted.setdefault((shown.weekday(), shown.hour), []).append(oracle.busy(rows, slot))

    found = analytics.heatmap(frame, zone, since=since, until=until)

    for weekday in range(7):
        for hour in range(24):
            slots = counted.get((weekday, hour), [0])
            assert found.loc[weekday, hour] == pytest.approx(sum(slots) / len(slots), abs=1e-12)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    frame = _frame(("a", "ann", _at("2026-03-01T00:00"), _at("2026-03-02T00:00")))
    with pytest.raises(InvalidInput, match="since_after_until"):
        analytics.utilisation(frame, since="2026-03-02", until="2026-03-01")


def test_an_idle_range_is_idle_and_an_open_one_without_bookings_is_empty() -> None:
    """What was asked for at both ends is there, with nothing in it; one end alone says nothing of its length."""
    frame = _frame(("a", "ann", _at("2026-03-01T00:00"), _at("2026-03-02T00:00")))
    for rows in (frame, frame.iloc[:0]):
        idle = analytics.utilisation(rows, "1D", capacity=2, since="2026-03-05", until="2026-03-08")
        assert list(idle) == [0, 0, 0]
    assert len(analytics.utilisation(frame, "1D", since="2026-03-05")) == 0
    assert analytics.mean_busy(frame, since="2026-03-05") == 0
    assert analytics.mean_busy(frame.iloc[:0]) == 0
    assert analytics.mean_busy(frame, until="2026-03-03") == 0.5


@settings(max_examples=40, deadline=None)
@given(_placed().filter(lambda placed: len(placed[1]) > 0), st.sampled_from(["user", "outcome", "renewals"]))
def test_the_columns_of_a_split_add_up_to_the_total(placed: Any, by: str) -> None:
    zone, _, frame = placed
    before = frame.copy(deep=True)
    split = analytics.utilisation(frame, "1h", capacity=5, by=by, tz=zone)
    total = analytics.utilisation(frame, "1h", capacity=5, tz=zone)
    np.testing.assert_allclose(split.sum(axis=1), total, atol=1e-12)
    assert list(split.columns) == sorted(set(frame[by]))
    pd.testing.assert_frame_equal(frame, before)


@settings(max_examples=40, deadline=None)
@given(_placed().filter(lambda placed: len(placed[1]) > 0))
def test_the_heatmap_is_the_mean_over_the_slots_of_whole_weeks(placed: Any) -> None:
    zone, rows, frame = placed
    found = analytics.heatmap(frame, tz=str(zone))
    expected = oracle.heatmap(rows, zone)
    assert found.shape == (7, 24)
    for weekday in range(7):
        for hour in range(24):
            mean = expected.get((weekday, hour), Fraction(0))
            assert found.loc[weekday, hour] == pytest.approx(float(mean), abs=1e-12)


@settings(deadline=None)
@given(_placed())
def test_the_steps_are_the_number_busy_at_every_moment_and_say_each_change_once(placed: Any) -> None:
    _, rows, frame = placed
    found = analytics.concurrency(frame)
    if not rows:
        assert len(found) == 0
        return
    change = Counter[datetime]()
    for row in rows:
        change[row["start"]] += 1
        change[row["end"]] -= row["outcome"] != "active"
    first, now = min(row["start"] for row in rows), max(row["end"] for row in rows)
    active = any(row["outcome"] == "active" for row in rows)
    expected, busy = {}, 0
    for moment in sorted(change):
        busy += change[moment]
        if moment == first or change[moment] or (active and moment == now):
            expected[moment] = busy
    assert dict(zip(found.index, found, strict=True)) == expected
    assert found.iloc[-1] == sum(row["outcome"] == "active" for row in rows)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=20),
    st.sampled_from([1, 3, 7]),
)
def test_shares_are_exact_to_the_microsecond(pairs: list[tuple[int, int]], capacity: int) -> None:
    base = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [(base + timedelta(microseconds=min(p)), base + timedelta(microseconds=max(p))) for p in pairs]
    found = analytics.utilisation(_frame(*(("a", "ann", *row) for row in rows)), "1s", capacity=capacity)
    second = timedelta(seconds=1)
    for begin, share in found.items():
        cut = begin.to_pydatetime()  # type: ignore[attr-defined] # the index holds timestamps
        used = sum(max(timedelta(0), min(end, cut + second) - max(start, cut)) // timedelta(microseconds=1)
                   for start, end in rows)  # fmt: skip
        assert share == used / (1_000_000 * float(capacity))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "2026-03-29", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24),
        ("Asia/Kathmandu", "2026-10-25", 24),
    ],
)
def test_a_day_has_the_hours_that_its_clock_shows_and_is_full_when_a_vm_is_busy(
    zone: str, day: str, hours: int
) -> None:
    following = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    frame = _frame(("a", "ann", _at(day, zone), _at(following, zone)))
    hourly, daily = (analytics.utilisation(frame, freq, tz=zone) for freq in ("1h", "1D"))
    assert list(hourly) == [1.0] * hours
    assert list(daily) == [1.0]
    # Each begins on the full hour of that clock, except where the clock jumps over it.
    assert sum(moment.minute != 0 for moment in hourly.index) == 0


@pytest.mark.parametrize(
    ("freq", "begins"),
    [
        ("1W", ["2026-11-02", "2026-11-09", "2026-11-16"]),
        ("W-SUN", ["2026-11-01", "2026-11-08", "2026-11-15"]),
        ("MS", ["2026-11-01"]),
        ("QS", ["2026-10-01"]),
        ("YS", ["2026-01-01"]),
        ("QS-NOV", ["2026-11-01"]),
        (timedelta(days=7), ["2026-11-04", "2026-11-11"]),
    ],
)
def test_weeks_begin_on_monday_or_the_day_named_and_months_on_their_first(freq: Any, begins: list[str]) -> None:
    frame = _frame(("a", "ann", _at("2026-11-04T12:00"), _at("2026-11-17T12:00")))
    zone = "Europe/Berlin"
    found = analytics.utilisation(frame, freq, tz=zone)
    assert [f"{each:%Y-%m-%d %H}" for each in found.index] == [f"{each} 00" for each in begins]


def test_capacity_is_all_vms_in_the_frame_a_number_or_one_for_each_vm() -> None:
    begin = _at("2026-11-20T08:00")
    frame = _frame(
        ("a", "ann", begin, begin + timedelta(hours=1)), ("b", "bob", begin, begin + timedelta(minutes=30))
    )
    assert list(analytics.utilisation(frame)) == [0.75]
    assert list(analytics.utilisation(frame, capacity=3)) == [0.5]
    assert analytics.utilisation(frame, by="vm_id", capacity=7).to_dict("list") == {"a": [1.0], "b": [0.5]}


def test_an_active_booking_keeps_the_steps_up_until_now() -> None:
    begin = _at("2026-11-20T08:00")
    frame = _frame(("a", "ann", begin, begin + timedelta(hours=3)), outcome="active")
    assert list(analytics.concurrency(frame).items()) == [(begin, 1), (begin + timedelta(hours=3), 1)]


def test_no_bookings_give_empty_results_of_the_same_dtypes() -> None:
    full = analytics.bookings(oracle.history([Told(_at("2026-11-20"), "book", "a", "ann", _at("2026-11-21"))]))
    empty = analytics.bookings(oracle.history([]))
    for ask in (analytics.utilisation, analytics.concurrency):
        nothing, something = ask(empty), ask(full)
        assert len(nothing) == 0
        assert (nothing.dtype, nothing.index.dtype) == (something.dtype, something.index.dtype)
    assert analytics.utilisation(empty, by="user", tz="Asia/Kathmandu").shape == (0, 0)
    pd.testing.assert_frame_equal(analytics.heatmap(empty), analytics.heatmap(full) * 0)


@pytest.mark.parametrize(
    ("given_", "field", "code"),
    [
        ({"freq": "fortnightly"}, "freq", "unknown_freq"),
        ({"freq": "-1h"}, "freq", "unknown_freq"),
        ({"freq": "B"}, "freq", "unknown_freq"),
        ({"freq": "999999999999h"}, "freq", "unknown_freq"),
        ({"freq": "99999999999999999999999h"}, "freq", "unknown_freq"),
        ({"freq": "999999999999D"}, "freq", "unknown_freq"),
        ({"freq": "999999999999MS"}, "freq", "unknown_freq"),
        ({"freq": None}, "freq", "unknown_freq"),
        ({"freq": "1us"}, "freq", "freq_too_fine"),
        ({"freq": "1ns"}, "freq", "unknown_freq"),
        ({"tz": "Europe/Berlim"}, "tz", "unknown_zone"),
        ({"tz": "../etc"}, "tz", "unknown_zone"),
        ({"tz": ""}, "tz", "unknown_zone"),
        ({"by": "team"}, "by", "unknown_column"),
        ({"by": ["user"]}, "by", "unknown_column"),
        ({"capacity": 0}, "capacity", "not_above_zero"),
        ({"capacity": "many"}, "capacity", "not_above_zero"),
    ],
)
@pytest.mark.parametrize("empty", [False, True])
def test_an_argument_that_is_wrong_is_named(given_: dict[str, Any], field: str, code: str, empty: bool) -> None:
    begin = _at("2026-11-20T08:00")
    frame = _frame(("a", "ann", begin, begin + timedelta(hours=3)))
    if empty and code == "freq_too_fine":
        return
    with pytest.raises(InvalidInput) as refused:
        analytics.utilisation(frame.iloc[:0] if empty else frame, **given_)
    assert [(each.field, each.code) for each in refused.value.fields] == [(field, code)]


def test_a_history_in_the_place_of_bookings_is_refused_with_what_to_do() -> None:
    for ask in (analytics.utilisation, analytics.heatmap, analytics.concurrency, analytics.summary):
        with pytest.raises(InvalidInput) as refused:
            ask(oracle.history([]))
        assert refused.value.fields[0].code == "history_not_bookings"
