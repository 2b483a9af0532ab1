"""What figures cost is bounded: impossible times are left out with a word, and too many buckets are refused."""

import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone import analytics
from loadzone.analytics import figures
from loadzone.analytics.booking_rows import possible_bookings
from loadzone.domain.errors import InvalidInput
from loadzone.domain.model import Action
from loadzone.domain.spans import EARLIEST, LATEST, LONGEST, is_supported, span_flaw
from tests.analytics.oracle import Told, history

NOW = datetime(2026, 11, 28, tzinfo=UTC)
NULL_DATE = datetime(1, 1, 1, tzinfo=UTC)
START = datetime(2026, 10, 1, 8, tzinfo=UTC)
GOOD = [
    Told(
        START + timedelta(days=day),
        "book",
        f"vm-{day % 3}",
        "ann@example.com",
        START + timedelta(days=day, hours=9),
    )
    for day in range(50)
]
BAD = [
    Told(NULL_DATE, "book", "vm-0", "ann@example.com", NOW),
    Told(START, "book", "vm-1", "ann@example.com", START - timedelta(hours=1)),
    Told(START, "book", "vm-2", "ann@example.com", None),
    Told(START - timedelta(days=4000), "renew", "vm-2", "ann@example.com", NOW),
    Told(datetime(1899, 12, 30, tzinfo=UTC), "release", "vm-2", "ann@example.com"),
]

moments = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([NULL_DATE, EARLIEST, LATEST, START, datetime.max.replace(tzinfo=UTC)]).flatmap(
        lambda at: st.sampled_from([-1, 0, 1]).map(lambda step: _near(at, step))
    ),
)
lengths = st.sampled_from([-1, 0, 1]).map(lambda step: LONGEST + timedelta(microseconds=step))


def _near(at: datetime, step: int) -> datetime:
    try:
        return at + timedelta(microseconds=step)
    except OverflowError:
        return at


@st.composite
def spans(draw: st.DrawFn) -> Told:
    at = draw(moments)
    end = draw(st.one_of(st.none(), moments, lengths.map(lambda length: _later(at, length))))
    return Told(at, draw(st.sampled_from(["book", "renew", "release"])), "vm", "ann@example.com", end)


def _later(at: datetime, length: timedelta) -> datetime:
    try:
        return at + length
    except OverflowError:
        return at


def is_flawed(told: Told) -> bool:
    """Judge a record as far as it has happened: of what begins after now only that it has not."""
    if told.at > NOW:
        return not is_supported(told.at)
    end = None if told.end is None else min(told.end, NOW)
    return span_flaw(Action(told.action), told.at, end) is not None


@given(st.lists(spans(), max_size=5))
def test_left_out_is_what_the_domain_calls_impossible_and_nothing_else(records: list[Told]) -> None:
    """The frame is that of the possible records alone, and the number that of the others."""
    flawed = [is_flawed(each) for each in records]
    rest = [each for each, wrong in zip(records, flawed, strict=True) if not wrong]
    found, left_out = possible_bookings(history(records), NOW)
    assert left_out == sum(flawed)
    pd.testing.assert_frame_equal(found, possible_bookings(history(rest), NOW)[0])


def test_what_is_left_out_is_told_by_a_warning_and_changes_no_figure() -> None:
    with pytest.warns(UserWarning, match="5 records have times that no booking can have") as told:
        found = analytics.bookings(history([*BAD, *GOOD]), NOW)
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pd.testing.assert_frame_equal(found, analytics.bookings(history(GOOD), NOW))


def test_a_booking_for_the_next_hundred_years_counts_up_to_now() -> None:
    found, left_out = possible_bookings(
        history([Told(START, "book", "a", "ann@example.com", START + timedelta(days=36_525))]), NOW
    )
    assert left_out == 0
    assert found["end"].to_list() == [NOW]
    assert found["outcome"].to_list() == ["active"]


LONG = pd.DataFrame(
    {
        "vm_id": ["a", "b"],
        "user": ["ann@example.com", "ben@example.com"],
        "start": pd.to_datetime(["1700-01-01", "2026-01-01"], utc=True),
        "end": pd.to_datetime(["1700-01-02", "2100-01-02"], utc=True),
        "outcome": ["expired", "expired"],
        "hours": [24.0, 24.0],
        "renewals": [0, 0],
    }
)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (analytics.utilisation, "freq_too_fine"),
        (
            lambda rows: analytics.utilisation(rows, "1min", since="2016-01-01", until="2026-01-01"),
            "freq_too_fine",
        ),
        (lambda rows: analytics.utilisation(rows, by="user"), "freq_too_fine"),
        (lambda rows: analytics.peaks(rows, "1min"), "freq_too_fine"),
        (analytics.heatmap, "range_too_long"),
        (lambda rows: analytics.heatmap(rows, since="1950-01-01", until="2951-01-01"), "range_too_long"),
        (figures.heatmap, "range_too_long"),
        (lambda rows: figures.utilisation(rows, "1h", since="2001-01-01", until="2026-01-01"), "freq_too_fine"),
        (lambda rows: analytics.utilisation(rows, since="0001-01-01"), "moment_unsupported"),
        (lambda rows: analytics.peaks(rows, until="9999-12-31"), "moment_unsupported"),
        (lambda rows: analytics.demand(rows, since="1700-01-01"), "moment_unsupported"),
        (lambda rows: analytics.idle(rows, now="0001-01-01"), "moment_unsupported"),
        (lambda rows: analytics.forecast(rows, now="0001-01-01"), "moment_unsupported"),
    ],
)
def test_what_would_cost_by_the_length_of_time_is_refused_in_a_sentence(
    ask: Callable[[pd.DataFrame], Any], code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask(LONG)
    assert refused.value.fields[0].code == code


@pytest.mark.parametrize(
    "ask",
    [
        analytics.concurrency,
        analytics.mean_busy,
        analytics.demand,
        analytics.enough,
        analytics.idle,
        figures.utilisation,
        figures.demand,
        figures.timeline,
        figures.idle,
        lambda rows: analytics.utilisation(rows, "1D"),
        lambda rows: analytics.peaks(rows, "1W"),
        lambda rows: analytics.forecast(rows, now="2026-11-28"),
        lambda rows: analytics.forecast_errors(rows, now="2026-11-28", held_out=1000),
        lambda rows: analytics.heatmap(rows, since="1950-01-01", until="2049-12-31"),
    ],
)
def test_what_does_not_answers_over_four_hundred_years(ask: Callable[[pd.DataFrame], Any]) -> None:
    assert ask(LONG) is not None


def test_too_many_columns_for_so_many_buckets_are_refused() -> None:
    rows = pd.DataFrame(
        {
            "vm_id": "a",
            "user": [f"user-{number}" for number in range(300)],
            "start": pd.Timestamp("2020-01-01", tz="UTC"),
            "end": pd.Timestamp("2028-01-01", tz="UTC"),
        }
    )
    with pytest.raises(InvalidInput) as refused:
        analytics.utilisation(rows, "1h", by="user")
    assert refused.value.fields[0].code == "too_many_cells"
