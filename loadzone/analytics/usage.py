"""How busy the fleet was: shares of capacity, the week's pattern, and the number of busy VMs at each moment."""

from datetime import tzinfo
from typing import Any, Final, NamedTuple, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loadzone.analytics.buckets import DAY, MOST_CELLS, edges, index_of, wall_clock
from loadzone.analytics.checks import (
    MISSING,
    Ints,
    Moment,
    micros,
    moment_of,
    need_above_zero,
    need_bookings,
    need_by,
    zone_of,
)
from loadzone.domain.errors import invalid

_DAYS, _HOURS = 7, 24
_YEARS: Final = 100
_LONGEST_WEEKS: Final = _YEARS * 366 * DAY
_EMPTY: Final = np.zeros(0, dtype=np.int64)


@overload
def utilisation(
    bookings: pd.DataFrame,
    freq: Any = "1h",
    capacity: float | None = None,
    by: None = None,
    tz: str | tzinfo = "UTC",
    *,
    since: Moment = None,
    until: Moment = None,
) -> "pd.Series[float]": ...


@overload
def utilisation(
    bookings: pd.DataFrame,
    freq: Any = "1h",
    capacity: float | None = None,
    *,
    by: str,
    tz: str | tzinfo = "UTC",
    since: Moment = None,
    until: Moment = None,
) -> pd.DataFrame: ...


def utilisation(
    bookings: pd.DataFrame,
    freq: Any = "1h",
    capacity: float | None = None,
    by: str | None = None,
    tz: str | tzinfo = "UTC",
    *,
    since: Moment = None,
    until: Moment = None,
) -> "pd.Series[float] | pd.DataFrame":
    """Return the busy share of capacity, 0 to 1, a row a bucket from the first start to the last end.

    Buckets are cut on the clock of `tz` and indexed by their start; what covers a bucket partly counts exactly.
    `since` and `until` ask about another range than that from the first start to the last end: what lies beyond
    does not count, and a bucket that the range cuts is as long as what it has of it.
    `capacity` is a number of VMs, by default the distinct VMs in the frame. With `by`, any column, a DataFrame
    with a column a value; each is a share of the whole capacity, so that they add up to the total. For
    `by="vm_id"` each VM's capacity is 1. Raises InvalidInput for an unknown freq, zone or column.
    """
    need_bookings(bookings, "start", "end", *(() if capacity is not None else ("vm_id",)))
    zone = zone_of(tz)
    if by is not None:
        need_by(bookings, by)
    vms = need_above_zero(capacity, "capacity") if capacity is not None else bookings["vm_id"].nunique()
    start, end, kept = intervals(bookings)
    span = span_of(start, end, since, until)
    cuts = edges(span.first, span.last, freq, zone) if span else edges(0, 1, freq, zone)[:1]
    index = index_of(cuts[:-1] if span else _EMPTY, zone, "start")
    cuts = cuts if span is None else span.within(cuts)
    room = np.diff(cuts) * float(1 if by == "vm_id" else max(vms, 1e-9))
    if by is None:
        return pd.Series(busy(start, end, cuts) / room, index=index, name="utilisation")
    codes, values = pd.factorize(bookings[by][kept], sort=True, use_na_sentinel=False)
    if len(index) * len(values) > MOST_CELLS:
        told = {"buckets": len(index), "values": len(values), "column": by, "max": MOST_CELLS}
        raise invalid("by", "too_many_cells", **told)
    shares = [busy(start[rows], end[rows], cuts) / room for rows in _groups(codes, len(values))]
    columns = pd.Index(values, name=by)
    table = np.column_stack(shares) if shares else np.zeros((len(index), 0))
    return pd.DataFrame(table, index=index, columns=columns, copy=False)


def heatmap(
    bookings: pd.DataFrame, tz: str | tzinfo = "UTC", *, since: Moment = None, until: Moment = None
) -> pd.DataFrame:
    """Return the mean number of busy VMs in each hour of the week: 7 rows, Monday (0) first, 24 columns.

    The mean is over the time that the hour lasted in all calendar weeks of `tz` from the first start to the
    last end: an hour that a clock change repeats or leaves out counts as long as it was. With `since` and
    `until` it is over what that range has of the hour. Raises InvalidInput.
    """
    need_bookings(bookings, "start", "end")
    zone = zone_of(tz)
    start, end, _ = intervals(bookings)
    mean = np.zeros(_DAYS * _HOURS)
    if span := span_of(start, end, since, until):
        if span.last - span.first > _LONGEST_WEEKS:
            raise invalid("since", "range_too_long", years=_YEARS)
        weeks = edges(span.first, span.last, "1W", zone)
        cuts = edges(int(weeks[0]), int(weeks[-1]), "1h", zone)
        shown = wall_clock(cuts[:-1], zone)
        cuts = span.within(cuts)
        cell = np.asarray(shown.day_of_week) * _HOURS + np.asarray(shown.hour)
        used = np.bincount(cell, weights=busy(start, end, cuts), minlength=len(mean))
        lasted = np.bincount(cell, weights=np.diff(cuts), minlength=len(mean))
        np.divide(used, lasted, out=mean, where=lasted > 0)
    return pd.DataFrame(
        mean.reshape(_DAYS, _HOURS),
        index=pd.RangeIndex(_DAYS, name="weekday"),
        columns=pd.RangeIndex(_HOURS, name="hour"),
    )


def mean_busy(bookings: pd.DataFrame, *, since: Moment = None, until: Moment = None) -> float:
    """Return how many VMs were busy on average, from the first start to the last end or in another range.

    It is exact, and 0 where there is no time to speak of. Raises InvalidInput.
    """
    need_bookings(bookings, "start", "end")
    start, end, _ = intervals(bookings)
    span = span_of(start, end, since, until)
    if span is None or span.first == span.last:
        return 0.0
    return float(busy(start, end, np.array([span.first, span.last]))[0] / (span.last - span.first))


def concurrency(bookings: pd.DataFrame) -> "pd.Series[int]":
    """Return how many VMs were busy when: a step series, indexed by the moment of each change, in UTC.

    It starts at the first booking. It ends at 0, or, where bookings are active, at now with their number.
    """
    need_bookings(bookings, "start", "end")
    moments, count = steps(bookings)
    return pd.Series(count, index=index_of(moments, zone_of("UTC"), "at"), name="busy", dtype="int64")


def steps(bookings: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the moments at which the number of busy VMs changed, and the number from each of them on."""
    start, end, kept = intervals(bookings)
    if len(start) == 0:
        return _EMPTY, _EMPTY
    active = _active(bookings, kept)
    over = np.sort(end[~active])
    start = _sorted(start)
    # Sorted and compared: numpy's unique() hashes, which takes ten times as long for as many moments.
    moments = np.sort(np.concatenate([start, over]))
    moments = moments[np.append(True, moments[1:] != moments[:-1])]
    count = np.searchsorted(start, moments, "right") - np.searchsorted(over, moments, "right")
    kept_rows = np.ones(len(moments), dtype=np.bool_)
    kept_rows[1:] = count[1:] != count[:-1]
    moments, count = moments[kept_rows], count[kept_rows].astype(np.int64)
    if active.any() and (now := end[active].max()) > moments[-1]:
        moments, count = np.append(moments, now), np.append(count, count[-1])
    return moments, count


class Span(NamedTuple):
    """A range of time in microseconds since 1970, and the ends of it that were asked for."""

    first: int
    last: int
    since: int | None = None
    until: int | None = None

    def within(self, cuts: Ints) -> Ints:
        """Return cuts moved into what was asked for."""
        return cuts if self.since is None and self.until is None else np.clip(cuts, self.since, self.until)


def span_of(start: Ints, end: Ints, since: Moment, until: Moment) -> Span | None:
    """Return the range from the first of `start` to the last of `end`, or what was asked for instead.

    None where no time is left. Raises InvalidInput for a range that ends before it begins.
    """
    asked = None if since is None else moment_of(since, "since")
    asked_end = None if until is None else moment_of(until, "until")
    if asked is not None and asked_end is not None and asked >= asked_end:
        raise invalid("since", "since_after_until")
    if len(start) == 0 and (asked is None or asked_end is None):
        return None
    first = int(start.min()) if asked is None else asked
    last = int(end.max()) if asked_end is None else asked_end
    found = Span(first, last, asked, asked_end)
    return None if first > last or (first == last and found[2:] != (None, None)) else found


def intervals(bookings: pd.DataFrame) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Return the starts and ends (microseconds since 1970) of the rows that have both, and which those are."""
    start, end = micros(bookings["start"], "start"), micros(bookings["end"], "end")
    kept = (start != MISSING) & (end != MISSING) & (end >= start)
    return (start, end, kept) if kept.all() else (start[kept], end[kept], kept)


def busy(start: Ints, end: Ints, cuts: Ints) -> Ints:
    """Return the microseconds of all intervals together within each bucket between `cuts`, exactly."""
    return np.diff(_before(_sorted(start), cuts) - _before(np.sort(end), cuts))


def _before(moments: Ints, cuts: Ints) -> Ints:
    """Return for each cut the sum of (cut - moment) over the sorted `moments` before it.

    The sums over millions of moments may wrap around 64 bits. So may what they are subtracted from: the
    differences that are left are exact as long as they fit, 290,000 VM-years.
    """
    sums = np.zeros(len(moments) + 1, dtype=np.int64)
    origin = int(cuts[0]) if len(cuts) else 0
    np.cumsum(moments - origin, out=sums[1:])
    count = np.searchsorted(moments, cuts, side="left")
    return (cuts - origin) * count - sums[count]


def _sorted(values: Ints) -> Ints:
    # Starts mostly are in order already, and to look is far cheaper than to sort.
    return values if (values[1:] >= values[:-1]).all() else np.sort(values)


def _active(bookings: pd.DataFrame, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    if "outcome" not in bookings.columns:
        return np.zeros(int(kept.sum()), dtype=np.bool_)
    return (bookings["outcome"] == "active").to_numpy(dtype=np.bool_)[kept]


def _groups(codes: NDArray[np.intp], count: int) -> list[NDArray[np.intp]]:
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.searchsorted(codes[order], np.arange(1, count))) if count else []
