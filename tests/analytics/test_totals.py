"""Totals add up to what loops over the bookings give."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone import analytics
from loadzone.domain.errors import InvalidInput
from tests.analytics import oracle
from tests.analytics.histories import orderly
from tests.analytics.oracle import Told

BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
COLUMNS = ["bookings", "hours", "mean_hours", "renewals", "early_releases", "share"]


@settings(deadline=None)
@given(orderly(BEGIN), st.sampled_from(["user", "vm_id", "outcome"]), st.sampled_from([1, 9]))
def test_the_summary_is_what_a_loop_adds_up(told: list[Told], by: str, days: int) -> None:
    now = BEGIN + timedelta(days=days)
    groups = defaultdict[str, list[dict[str, Any]]](list)
    for row in oracle.bookings(told, now):
        groups[row[by]].append(row)
    total = sum(row["hours"] for rows in groups.values() for row in rows)

    frame = analytics.bookings(oracle.history(told), now=now)
    before = frame.copy(deep=True)
    found = analytics.summary(frame, by=by)

    pd.testing.assert_frame_equal(frame, before)
    assert list(found.columns) == COLUMNS
    assert set(found.index) == set(groups)
    assert list(found["hours"]) == sorted(found["hours"], reverse=True)
    for name, rows in groups.items():
        hours = sum(row["hours"] for row in rows)
        early = sum(row["end"] < row["planned_end"] and row["outcome"] != "active" for row in rows)
        assert found.loc[name].to_dict() == pytest.approx(
            {
                "bookings": len(rows),
                "hours": hours,
                "mean_hours": hours / len(rows),
                "renewals": sum(row["renewals"] for row in rows),
                "early_releases": early,
                "share": hours / total if total else 0,
            }
        )


def test_no_bookings_have_an_empty_summary_of_the_same_dtypes() -> None:
    empty = analytics.summary(analytics.bookings(oracle.history([])))
    told = [Told(BEGIN, "book", "a", "ann", BEGIN + timedelta(hours=1))]
    full = analytics.summary(analytics.bookings(oracle.history(told)))
    assert len(empty) == 0
    assert list(empty.dtypes.items()) == list(full.dtypes.items())
    assert (empty.index.name, empty.index.dtype) == (full.index.name, full.index.dtype)


def test_an_unknown_column_is_refused_with_the_columns_there_are() -> None:
    with pytest.raises(InvalidInput) as refused:
        analytics.summary(analytics.bookings(oracle.history([])), by="team")
    (wrong,) = refused.value.fields
    assert (wrong.field, wrong.code, wrong.data["column"]) == ("by", "unknown_column", "team")
    assert "user" in wrong.data["columns"]
