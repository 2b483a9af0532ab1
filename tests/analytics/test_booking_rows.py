"""A history becomes one row a booking, whatever slips are in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loadzone import analytics
from loadzone.domain.errors import InvalidInput
from tests.analytics import oracle
from tests.analytics.histories import orderly, records
from tests.analytics.oracle import Told

NOW = datetime(2026, 11, 25, tzinfo=UTC)
COLUMNS = ["vm_id", "user", "start", "end", "planned_end", "renewals", "outcome", "hours"]


def _at(hour: float) -> datetime:
    return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour)


def _told(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _rows(*told: Told, now: float = 100) -> list[tuple[Any, ...]]:
    found = analytics.bookings(oracle.history(told), now=_at(now))
    hours = {
        name: [(each - _at(0)) / timedelta(hours=1) for each in found[name]]
        for name in ("start", "end", "planned_end")
    }
    return list(
        zip(
            found["user"],
            hours["start"],
            hours["end"],
            hours["planned_end"],
            found["renewals"],
            found["outcome"],
            strict=True,
        )
    )


@settings(deadline=None)
@given(
    st.one_of(records(), orderly(datetime(2026, 11, 20, tzinfo=UTC))),
    st.randoms(),
    st.sampled_from([_at(7), _at(20.5), NOW]),
)
def test_bookings_are_those_of_a_loop_over_each_vms_moments(told: list[Told], chance: Any, now: datetime) -> None:
    order = sorted(told, key=lambda each: chance.random())
    frame = oracle.history(order)
    before = frame.copy(deep=True)

    found = analytics.bookings(frame, now=now)

    expected = pd.DataFrame(oracle.bookings(order, now), columns=COLUMNS)
    assert _told(found) == _told(expected)
    pd.testing.assert_frame_equal(frame, before)


@settings(deadline=None)
@given(orderly(datetime(2026, 11, 20, tzinfo=UTC)), st.randoms())
def test_what_loadzone_writes_reads_the_same_in_any_order(told: list[Told], chance: Any) -> None:
    # Two bookings, or two releases, of one VM at one moment are told apart by their order only.
    assume(len({(each.at, each.vm_id, each.action) for each in told}) == len(told))
    shuffled = list(told)
    chance.shuffle(shuffled)

    pd.testing.assert_frame_equal(
        analytics.bookings(oracle.history(told), now=NOW), analytics.bookings(oracle.history(shuffled), now=NOW)
    )


def test_a_booking_runs_to_its_release_and_without_a_reason_the_planned_end_decides() -> None:
    assert _rows(
        Told(_at(0), "book", "a", "ann", _at(4)),
        Told(_at(3), "release", "a", "ann"),
        Told(_at(5), "book", "a", "ann", _at(6)),
        Told(_at(6), "release", "a", "ann"),
        Told(_at(7), "book", "a", "ann", _at(9)),
        Told(_at(8), "release", "a", "ann", None, "forced"),
    ) == [
        ("ann", 0, 3, 4, 0, "cancelled"),
        ("ann", 5, 6, 6, 0, "expired"),
        ("ann", 7, 8, 9, 0, "forced"),
    ]


def test_a_booking_without_a_release_ends_as_planned_or_is_cut_off_or_is_still_active() -> None:
    told = (
        Told(_at(0), "book", "a", "ann", _at(4)),
        Told(_at(2), "book", "a", "bob", _at(5)),
        Told(_at(8), "book", "a", "ann", _at(12)),
    )
    assert _rows(*told, now=10) == [
        ("ann", 0, 2, 4, 0, "cancelled"),
        ("bob", 2, 5, 5, 0, "expired"),
        ("ann", 8, 10, 12, 0, "active"),
    ]
    assert _rows(*told, now=12)[-1] == ("ann", 8, 12, 12, 0, "expired")


def test_a_release_and_the_next_booking_at_one_moment_do_not_touch_each_other() -> None:
    told = [
        Told(_at(4), "book", "a", "ann", _at(6)),
        Told(_at(4), "release", "a", "ann", None, "expired"),
        Told(_at(0), "book", "a", "ann", _at(4)),
    ]
    for order in (told, told[::-1]):
        assert _rows(*order) == [("ann", 0, 4, 4, 0, "expired"), ("ann", 4, 6, 6, 0, "expired")]


def test_a_booking_that_is_made_and_released_at_one_moment_lasted_no_time() -> None:
    told = [Told(_at(4), "release", "a", "ann"), Told(_at(4), "book", "a", "ann", _at(6))]
    for order in (told, told[::-1]):
        assert _rows(*order) == [("ann", 4, 4, 6, 0, "cancelled")]


def test_a_renewal_after_the_end_goes_on_with_the_booking_unless_it_was_released() -> None:
    booked, renewed = Told(_at(0), "book", "a", "ann", _at(2)), Told(_at(3), "renew", "a", "ann", _at(5))
    assert _rows(booked, renewed) == [("ann", 0, 5, 5, 1, "expired")]
    released = Told(_at(2), "release", "a", "ann", None, "expired")
    assert _rows(booked, released, renewed) == [("ann", 0, 2, 2, 0, "expired")]


def test_records_of_somebody_who_does_not_hold_the_vm_change_nothing() -> None:
    assert _rows(
        Told(_at(0), "book", "a", "ann", _at(4)),
        Told(_at(1), "release", "a", "bob"),
        Told(_at(2), "renew", "a", "bob", _at(9)),
        Told(_at(0), "release", "b", "bob"),
    ) == [("ann", 0, 4, 4, 0, "expired")]


def test_without_now_it_is_the_present_or_the_last_record_if_a_clock_runs_ahead() -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    told = [Told(ahead, "book", "a", "ann", ahead + timedelta(hours=2))]

    row = analytics.bookings(oracle.history(told)).iloc[0]

    assert (row["end"], row["outcome"], row["hours"]) == (ahead, "active", 0)


def test_an_old_files_times_without_a_zone_and_texts_of_a_csv_are_read_as_utc() -> None:
    told = [Told(_at(0), "book", "a", "ann", _at(4)), Told(_at(3), "release", "a", "ann")]
    aware = oracle.history(told)
    naive = aware.assign(**{name: aware[name].dt.tz_localize(None) for name in ("at", "start", "end")})
    texts = naive.assign(**{name: naive[name].astype("str") for name in ("at", "start", "end")})
    csv = aware.drop(columns=["at", "reason"])

    for frame in (naive, texts, csv):
        pd.testing.assert_frame_equal(analytics.bookings(frame), analytics.bookings(aware))


def test_categories_are_read_as_texts_are() -> None:
    told = [Told(_at(0), "book", "b", "ann", _at(4)), Told(_at(0), "book", "a", "bob", _at(4))]
    frame = oracle.history(told)
    pd.testing.assert_frame_equal(
        analytics.bookings(frame.astype({"vm_id": "category", "user": "category", "action": "category"})),
        analytics.bookings(frame),
    )


def test_an_empty_history_gives_no_rows_with_the_same_columns_and_dtypes() -> None:
    empty = analytics.bookings(oracle.history([]))
    full = analytics.bookings(oracle.history([Told(_at(0), "book", "a", "ann", _at(4))]))
    assert list(empty.columns) == COLUMNS
    assert list(empty.dtypes) == list(full.dtypes)
    assert len(empty) == 0


@pytest.mark.parametrize(
    ("history", "now", "code"),
    [
        (oracle.history([]).drop(columns="user"), None, "columns_missing"),
        ([1, 2], None, "not_a_frame"),
        (oracle.history([]), "yesterday-ish", "time_malformed"),
        (oracle.history([]).assign(at=pd.Series(["soon"], dtype="str")), None, "time_malformed"),
    ],
)
def test_a_history_that_is_none_is_refused_with_what_is_wrong(history: Any, now: Any, code: str) -> None:
    if len(history) == 0 and code == "time_malformed" and now is None:
        history = pd.DataFrame({name: ["soon"] for name in oracle.history([]).columns})
    with pytest.raises(InvalidInput) as refused:
        analytics.bookings(history, now=now)
    assert refused.value.fields[0].code == code
