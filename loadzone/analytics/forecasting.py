"""Next week, told from the weeks before, with the error that the same method made on weeks it had not seen."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from itertools import count as count_from
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loadzone.analytics.buckets import DAY, edges, index_of, moments, wall_clock
from loadzone.analytics.checks import (
    Ints,
    moment_of,
    need_above_zero,
    need_bookings,
    now_micros,
    zone_of,
)
from loadzone.analytics.usage import busy, intervals
from loadzone.domain.errors import invalid

Floats = NDArray[np.float64]

SEASONAL_NAIVE: Final = "seasonal_naive"
WEEK: Final = 168
"""Hours of a week on the clock's face."""

MARGIN: Final = 0.02
"""By how much of the baseline's error another method must win: less is luck."""

_WITHIN: Final = 0.8
_BACK: Final = 8

METHODS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    SEASONAL_NAIVE: lambda weeks: weeks[-1],
    "mean_4_weeks": lambda weeks: weeks[-4:].mean(axis=0),
    "median_6_weeks": lambda weeks: np.median(weeks[-6:], axis=0),
    "smoothed": lambda weeks: np.average(weeks[-_BACK:], axis=0, weights=_fading(len(weeks[-_BACK:]))),
}
"""Each says the next week from the weeks before it: a row a week, a column an hour, the last week last."""


def forecast(
    bookings: pd.DataFrame,
    now: datetime | str | None = None,
    tz: str | tzinfo = "UTC",
    held_out: int = 4,
) -> pd.DataFrame:
    """Return how many VMs will be busy in each hour of the seven days from `now` on.

    Indexed by the start of the hour in `tz`, from the hour after the last whole one. Columns: `busy`, the mean
    number expected; `low` and `high`, between which the same method was right in 80 % of the hours of the
    `held_out` last weeks, told from the weeks before each; `method`, the one chosen by `forecast_errors`.
    Raises InvalidInput where the history has fewer than `held_out` + 1 whole weeks; no bookings give no rows.
    """
    zone, held_out = zone_of(tz), _tested(held_out)
    weeks, origin = _weeks(bookings, now, zone, held_out)
    if len(weeks) == 0:
        empty = {name: pd.Series(dtype="float64") for name in ("busy", "low", "high")}
        frame = pd.DataFrame({**empty, "method": pd.Series(dtype="str")})
        return frame.set_axis(index_of(np.zeros(0, dtype=np.int64), zone, "start"))
    errors = _errors(weeks, held_out)
    method = _chosen(errors)
    wrong = weeks[-held_out:] - _said(weeks, method, held_out)
    low, high = np.quantile(wrong, [(1 - _WITHIN) / 2, (1 + _WITHIN) / 2])
    end = _later(origin, 7, zone)
    cuts = edges(origin, end, "1h", zone)
    expected = METHODS[method](weeks)[_slots(cuts[:-1], origin, zone)]
    return pd.DataFrame(
        {
            "busy": expected,
            "low": np.maximum(expected + low, 0.0),
            "high": np.maximum(expected + high, 0.0),
            "method": pd.array([method] * len(expected), dtype="str"),
        },
        index=index_of(cuts[:-1], zone, "start"),
    )


def forecast_errors(
    bookings: pd.DataFrame,
    now: datetime | str | None = None,
    tz: str | tzinfo = "UTC",
    held_out: int = 4,
) -> pd.DataFrame:
    """Return how wrong each method was on the `held_out` last weeks, each told from the weeks before it only.

    Indexed by `method`. Columns: `mean_error` (mean absolute error in VMs busy), `worst_week` (that of its worst
    week), `against_naive` (below 1 beats the seasonal naive: "as a week ago"), `chosen`. The seasonal naive is
    chosen unless another is better by 2 %. Raises InvalidInput as `forecast` does.
    """
    held_out = _tested(held_out)
    weeks, _ = _weeks(bookings, now, zone_of(tz), held_out)
    if len(weeks) == 0:
        empty = {name: pd.Series(dtype="float64") for name in ("mean_error", "worst_week", "against_naive")}
        frame = pd.DataFrame({**empty, "chosen": pd.Series(dtype="bool")})
        return frame.set_axis(pd.Index([], dtype="str", name="method"))
    errors = _errors(weeks, held_out)
    mean = errors.mean(axis=1)
    naive = float(mean[SEASONAL_NAIVE])
    return pd.DataFrame(
        {
            "mean_error": mean,
            "worst_week": errors.max(axis=1),
            "against_naive": mean / naive if naive > 0 else 1.0,
            "chosen": errors.index == _chosen(errors),
        }
    )


def forecast_held_out(
    bookings: pd.DataFrame,
    now: datetime | str | None = None,
    tz: str | tzinfo = "UTC",
    held_out: int = 4,
) -> pd.DataFrame:
    """Return each hour of the `held_out` last weeks: what was busy, and what the chosen method said of it before.

    Indexed by the start of the hour in `tz`, up to the last whole hour before `now`. Columns: `busy`, the mean
    number that was; `told`, from the weeks before that week only. Raises InvalidInput as `forecast` does.
    """
    zone, held_out = zone_of(tz), _tested(held_out)
    weeks, origin = _weeks(bookings, now, zone, held_out)
    if len(weeks) == 0:
        frame = pd.DataFrame({name: pd.Series(dtype="float64") for name in ("busy", "told")})
        return frame.set_axis(index_of(np.zeros(0, dtype=np.int64), zone, "start"))
    told = _said(weeks, _chosen(_errors(weeks, held_out)), held_out)
    hours = [_cuts_of_week(origin, back, zone)[:-1] for back in range(held_out, 0, -1)]
    slots = [_slots(each, origin, zone) for each in hours]
    pairs = zip(weeks[-held_out:], told, slots, strict=True)
    found = np.concatenate([np.column_stack([was[slot], said[slot]]) for was, said, slot in pairs])
    index = index_of(np.concatenate(hours), zone, "start")
    return pd.DataFrame(found, columns=["busy", "told"], index=index)


def _fading(count: int) -> Floats:
    return np.asarray(0.7 ** np.arange(count - 1, -1, -1), dtype=np.float64)


def _tested(held_out: int) -> int:
    return max(1, int(need_above_zero(held_out, "held_out")))


def _weeks(bookings: pd.DataFrame, now: datetime | str | None, zone: tzinfo, held_out: int) -> tuple[Floats, int]:
    """Return the whole weeks before the last whole hour, as rows of hours on the clock's face, and that hour."""
    need_bookings(bookings, "start", "end")
    start, end, _ = intervals(bookings)
    if len(start) == 0:
        return np.zeros((0, WEEK)), 0
    at = now_micros() if now is None else moment_of(now, "now")
    origin = int(edges(at, at, "1h", zone)[0])
    count = _whole_weeks(int(start.min()), origin, zone)
    if count < held_out + 1:
        raise invalid("bookings", "history_too_short", needed=held_out + 1, found=count)
    # No method looks further back than this from any of the held-out weeks, nor needs what was over before.
    count = min(count, held_out + _BACK)
    recent = end > _later(origin, -7 * count, zone)
    start, end = np.sort(start[recent]), np.sort(end[recent])
    return np.stack([_week(start, end, origin, back, zone) for back in range(count, 0, -1)]), origin


def _whole_weeks(first: int, origin: int, zone: tzinfo) -> int:
    """Return how many whole weeks lie between two moments, each of seven days of the zone's clock."""
    about = max(0, (origin - first) // (7 * DAY) - 1)
    return next(count for count in count_from(about) if _later(origin, -7 * (count + 1), zone) < first)


def _week(start: Ints, end: Ints, origin: int, back: int, zone: tzinfo) -> Floats:
    """Return the mean number busy in each hour of the week that began `back` weeks before `origin`.

    An hour that the clock jumped over takes the value of the one before it; one shown twice takes the mean.
    """
    cuts = _cuts_of_week(origin, back, zone)
    slots = _slots(cuts[:-1], origin, zone)
    used = np.bincount(slots, weights=busy(start, end, cuts), minlength=WEEK)
    lasted = np.bincount(slots, weights=np.diff(cuts), minlength=WEEK)
    mean = np.divide(used, lasted, out=np.full(WEEK, np.nan), where=lasted > 0)
    return pd.Series(mean).ffill().bfill().to_numpy()


def _cuts_of_week(origin: int, back: int, zone: tzinfo) -> Ints:
    """Return the moments between the hours of the week that began `back` weeks before `origin`."""
    return edges(_later(origin, -7 * back, zone), _later(origin, -7 * (back - 1), zone), "1h", zone)


def _slots(moments: Ints, origin: int, zone: tzinfo) -> NDArray[np.int64]:
    """Return which hour of the week, counted on the clock's face from `origin`, moments are in."""
    shown, began = wall_clock(moments, zone), wall_clock(np.array([origin]), zone)[0].floor("h")
    return np.asarray((shown.floor("h") - began) // timedelta(hours=1), dtype=np.int64) % WEEK


def _later(origin: int, days: int, zone: tzinfo) -> int:
    """Return the moment at which the clock shows the same as at `origin`, `days` days later."""
    shown = wall_clock(np.array([origin]), zone).floor("h") + timedelta(days=days)
    return int(moments(shown.asi8.copy(), twice=False, zone=zone)[0])


def _said(weeks: Floats, method: str, held_out: int) -> Floats:
    return np.stack([METHODS[method](weeks[:-back]) for back in range(held_out, 0, -1)])


def _errors(weeks: Floats, held_out: int) -> pd.DataFrame:
    """Return each method's mean absolute error, a row a method, a column a held-out week."""
    rows = {name: np.abs(weeks[-held_out:] - _said(weeks, name, held_out)).mean(axis=1) for name in METHODS}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def _chosen(errors: pd.DataFrame) -> str:
    mean = errors.mean(axis=1)
    best = str(mean.idxmin())
    return best if mean[best] < mean[SEASONAL_NAIVE] * (1 - MARGIN) else SEASONAL_NAIVE
