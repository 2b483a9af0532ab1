"""Periods: what ended by now, on the clock of a zone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.reports.periods import Period, Periods


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOW = at("2026-11-26T18:45")  # a Thursday


@pytest.mark.parametrize(
    ("every", "since", "until"),
    [
        ("day", "2026-11-25", "2026-11-26"),
        ("week", "2026-11-16", "2026-11-23"),
        (" Month ", "2026-10-01", "2026-11-01"),
        ("0 6 * * mon", "2026-11-16T06:00", "2026-11-23T06:00"),
        # As in crontab, and unlike APScheduler: 0 and 7 are Sunday, 1 is Monday.
        ("0 6 * * 1", "2026-11-16T06:00", "2026-11-23T06:00"),
        ("0 0 * * 7", "2026-11-15", "2026-11-22"),
        ("0 0 * * 0", "2026-11-15", "2026-11-22"),
        ("0 0 * * 1-5", "2026-11-25", "2026-11-26"),
        ("*/15 * * * *", "2026-11-26T18:30", "2026-11-26T18:45"),
        ("0 0 29 2 *", "2020-02-29", "2024-02-29"),
    ],
)
def test_the_newest_period_is_the_one_that_ended_last(every: str, since: str, until: str) -> None:
    assert Periods(every).ended(NOW, None) == [Period(at(since), at(until))]


def test_a_period_ends_at_its_very_end_and_not_before() -> None:
    day = Periods("day")
    midnight = at("2026-11-26")
    assert day.ended(midnight, None)[-1].until == midnight
    assert day.ended(midnight - timedelta(microseconds=1), None)[-1].until == at("2026-11-25")


def test_all_that_ended_since_are_told_in_order() -> None:
    found = Periods("day").ended(NOW, at("2026-11-23"))
    assert [each.until.day for each in found] == [24, 25, 26]
    assert all(each.until - each.since == timedelta(days=1) for each in found)
    assert Periods("day").ended(NOW, at("2026-11-26")) == []
    assert Periods("day").ended(NOW, at("2027-01-01")) == []
    assert len(Periods("* * * * *").ended(NOW, NOW - timedelta(minutes=3))) == 3


def test_days_are_those_of_the_zone_also_where_its_clock_is_set() -> None:
    berlin = Periods("day", ZoneInfo("Europe/Berlin"))
    found = berlin.ended(at("2026-10-26T12:00"), at("2026-10-23T22:00"))
    assert [(each.until - each.since).total_seconds() / 3600 for each in found] == [24, 25]
    assert [each.since.hour for each in found] == [22, 22]


@pytest.mark.parametrize(
    ("every", "zone", "after", "ended"),
    [
        ("month", "Europe/Berlin", "2027-03-01", ["2027-03-31T22:00"]),
        ("week", "Europe/Berlin", "2027-03-22T12:00", ["2027-03-28T22:00", "2027-04-04T22:00"]),
        ("month", "America/New_York", "2027-03-02", ["2027-04-01T04:00"]),
        ("30 2 * * *", "Europe/Berlin", "2027-03-27T12:00", ["2027-03-28T01:30", "2027-03-29T00:30"]),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
        ("30 * * * *", "Europe/Berlin", "2026-10-25T01:10", ["2026-10-25T02:30", "2026-10-25T03:30"]),
    ],
)
def test_no_moment_is_passed_over_when_the_clock_is_set(
    every: str, zone: str, after: str, ended: list[str]
) -> None:
    """Months, weeks and days go on over a change of the clock; an hour shown twice counts once."""
    found = Periods(every, ZoneInfo(zone)).ended(at(ended[-1]), at(after))
    assert [each.until for each in found] == [at(each) for each in ended]


@pytest.mark.parametrize(
    "every",
    ["", "daily", "1 2 3", "61 * * * *", "0 0 31 2 *", "0 0 * * 8", "0 0 * * 5-1", "* * * * * *", "0 0 * x *"],
)
def test_what_is_no_crontab_line_or_never_comes_is_refused(every: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Periods(every)


@given(
    st.sampled_from(["day", "week", "month", "30 6 * * 1-5", "0 */7 * * *"]),
    st.integers(0, 500),
    st.integers(1, 90),
)
def test_periods_follow_each_other_without_a_gap(every: str, day: int, length: int) -> None:
    now = at("2026-01-01T13:37") + timedelta(days=day)
    periods = Periods(every, ZoneInfo("Europe/Berlin"))
    found = periods.ended(now, now - timedelta(days=length))
    assert all(one.until == other.since for one, other in pairwise(found))
    assert all(now - timedelta(days=length) < each.until <= now for each in found)
    assert found[-1:] == [each for each in periods.ended(now, None) if each.until > now - timedelta(days=length)]
