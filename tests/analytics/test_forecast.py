"""The forecast tells next week from the weeks before, and how wrong it was on weeks it had not seen."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from loadzone import analytics
from loadzone.domain.errors import InvalidInput

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 1, 23, tzinfo=UTC)
"""Monday 00:00 in Berlin, a week after its clocks were set back."""


def _working_days(weeks: int, sizes: Any = None) -> pd.DataFrame:
    """Return bookings from 9 to 17 on the clock of Berlin on every working day, two VMs or as `sizes` says."""
    rows = []
    for day in range(1, weeks * 7 + 1):
        date = datetime(2026, 11, 2, tzinfo=BERLIN) - timedelta(days=day)
        if date.weekday() < 5:
            rows += [(date.replace(hour=9), date.replace(hour=17))] * (2 if sizes is None else int(sizes[day]))
    # One instant weeks back, so that every week is whole.
    rows.append((NOW - timedelta(days=7 * weeks, hours=2),) * 2)
    start, end = (pd.to_datetime([row[side] for row in rows], utc=True).as_unit("us") for side in (0, 1))
    return pd.DataFrame({"vm_id": "a", "start": start, "end": end, "outcome": "expired"})


def test_a_week_that_is_always_the_same_is_told_exactly_across_a_change_of_clocks() -> None:
    found = analytics.forecast(_working_days(8), now=NOW, tz=BERLIN)

    assert len(found) == 168
    assert str(found.index[0]) == "2026-11-02 00:00:00+01:00"
    open_hours = (found.index.day_of_week < 5) & (found.index.hour >= 9) & (found.index.hour < 17)  # type: ignore[attr-defined] # an index of times
    assert list(found["busy"]) == list(np.where(open_hours, 2.0, 0.0))
    assert set(found["method"]) == {"seasonal_naive"}
    assert (found["low"] <= found["busy"]).all()
    assert (found["high"] >= found["busy"]).all()


def test_the_naive_stays_unless_another_wins_on_the_weeks_held_out() -> None:
    same = analytics.forecast_errors(_working_days(8), now=NOW, tz=BERLIN)
    assert list(same.index[same["chosen"]]) == ["seasonal_naive"]
    assert same.loc["seasonal_naive", "mean_error"] == 0

    noise = np.random.default_rng(1).integers(0, 9, 400)
    noisy = analytics.forecast_errors(_working_days(12, noise), now=NOW, tz=BERLIN)
    (winner,) = noisy.index[noisy["chosen"]]
    assert winner != "seasonal_naive"
    assert noisy.loc[winner, "against_naive"] == noisy["against_naive"].min() < 0.98
    assert (noisy["worst_week"] >= noisy["mean_error"]).all()


def test_the_error_of_a_held_out_week_comes_from_the_weeks_before_it_only() -> None:
    # Twice as busy in the last week only: the naive misses exactly that week by two VMs in 40 of 168 hours.
    sizes = [4 if day <= 7 else 2 for day in range(100)]
    found = analytics.forecast_errors(_working_days(8, sizes), now=NOW, tz=BERLIN, held_out=4)
    assert found.loc["seasonal_naive", "worst_week"] == pytest.approx(2 * 40 / 168)
    assert found.loc["seasonal_naive", "mean_error"] == pytest.approx(2 * 40 / 168 / 4)


def test_a_history_that_is_too_short_is_refused_with_how_much_is_needed() -> None:
    with pytest.raises(InvalidInput) as refused:
        analytics.forecast(_working_days(4), now=NOW)
    (wrong,) = refused.value.fields
    assert (wrong.code, wrong.data) == ("history_too_short", {"needed": 5, "found": 4})


def test_the_held_out_weeks_show_what_was_and_what_was_told_of_it_and_give_the_error() -> None:
    noise = np.random.default_rng(1).integers(0, 9, 400)
    bookings = _working_days(12, noise)
    tried = analytics.forecast_held_out(bookings, now=NOW, tz=BERLIN, held_out=3)
    # The night in which the clocks were set back has an hour more.
    assert len(tried) == 3 * 168 + 1
    assert str(tried.index[-1]) == "2026-11-01 23:00:00+01:00"
    exact = analytics.utilisation(bookings, "1h", capacity=1, tz=BERLIN)
    both = tried.join(exact, how="inner")
    assert list(both["busy"]) == pytest.approx(list(both["utilisation"]))
    errors = analytics.forecast_errors(bookings, now=NOW, tz=BERLIN, held_out=3)
    missed = (tried["busy"] - tried["told"]).abs().sum() / 504
    assert missed == pytest.approx(errors.loc[errors["chosen"], "mean_error"].iloc[0], rel=0.01)


def test_what_is_told_looks_no_further_back_than_the_methods_do() -> None:
    noise = np.random.default_rng(1).integers(0, 9, 400)
    long, short = _working_days(40, noise), _working_days(12, noise)
    pd.testing.assert_frame_equal(
        analytics.forecast(long, now=NOW, tz=BERLIN), analytics.forecast(short, now=NOW, tz=BERLIN)
    )


def test_no_bookings_give_empty_forecasts_of_the_same_dtypes() -> None:
    full = _working_days(8)
    for ask in (analytics.forecast, analytics.forecast_errors, analytics.forecast_held_out):
        nothing, something = ask(full.iloc[:0], now=NOW), ask(full, now=NOW)
        assert len(nothing) == 0
        assert list(nothing.dtypes.items()) == list(something.dtypes.items())
