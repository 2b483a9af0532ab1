"""Lengths, leads and hoarding, on examples small enough to count by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loadzone import analytics
from loadzone.analytics import figures
from loadzone.domain.errors import InvalidInput
from tests.analytics import oracle
from tests.analytics.oracle import Told

BEGIN = datetime(2026, 11, 20, tzinfo=UTC)


def _at(hour: float) -> datetime:
    return BEGIN + timedelta(hours=hour)


FRAME = analytics.bookings(
    oracle.history(
        [
            Told(_at(0), "book", "a", "ann", _at(4)),
            Told(_at(1), "release", "a", "ann"),
            Told(_at(1), "book", "a", "bob", _at(3)),
            Told(_at(2), "renew", "a", "bob", _at(5)),
            Told(_at(4), "renew", "a", "bob", _at(9)),
            Told(_at(12), "book", "a", "ann", _at(100)),
            Told(_at(0), "book", "b", "cid", _at(1)),
        ]
    ),
    now=_at(92),
)


@pytest.mark.parametrize("name", ["user", "vm_id", "start"])
def test_an_index_may_have_the_name_of_a_column(name: str) -> None:
    named = FRAME.rename_axis(index=name)
    assert analytics.hoarding(named, hours=3).equals(analytics.hoarding(FRAME, hours=3))
    assert figures.timeline(named).table.equals(figures.timeline(FRAME).table)


def test_lengths_are_counted_as_they_were_and_as_they_were_planned() -> None:
    found = analytics.lengths(FRAME, edges=(0, 1, 4, 24, float("inf")))
    assert found.to_dict("list") == {
        "bookings": [0, 2, 1, 1],
        "share": [0, 0.5, 0.25, 0.25],
        "hours": [0, 2, 8, 80],
        "planned": [0, 1, 2, 1],
    }
    assert [(bin_.left, bin_.right, bin_.closed) for bin_ in found.index[:2]] == [(0, 1, "left"), (1, 4, "left")]


def test_a_lead_is_how_long_the_vm_had_been_free() -> None:
    found = analytics.leads(FRAME, edges=(0, 1, 4, 24))
    assert found.to_dict("list") == {"bookings": [1, 1, 0], "share": [0.5, 0.5, 0.0], "hours": [0, 3, 0]}


def test_hoarding_is_holding_long_or_renewing_often() -> None:
    found = analytics.hoarding(FRAME, hours=72, renewals=2)
    assert found.reset_index().to_dict("list") == {
        "user": ["ann", "bob"],
        "bookings": [1, 1],
        "long": [1, 0],
        "renewed": [0, 1],
        "hours": [80, 8],
        "longest_hours": [80, 8],
        "active": [1, 0],
        "share": [80 / 90, 8 / 90],
    }


def test_no_bookings_have_the_same_columns_and_dtypes() -> None:
    empty = FRAME.iloc[:0]
    for ask in (analytics.lengths, analytics.leads, analytics.hoarding):
        nothing, something = ask(empty), ask(FRAME)
        assert list(nothing.dtypes.items()) == list(something.dtypes.items())
        assert nothing["bookings"].sum() == 0


@pytest.mark.parametrize("edges", [(0,), (0, 1, 1), ("a", "b"), 5, (0, float("nan"))])
def test_edges_that_do_not_ascend_are_refused(edges: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        analytics.lengths(FRAME, edges=edges)
    assert refused.value.fields[0].code == "not_ascending"
