"""Buckets of time, cut on the clock of a zone: where they begin, as integers and as an index."""

from datetime import tzinfo
from typing import Any, Final

import numpy as np
import pandas as pd

from loadzone.analytics.checks import MISSING, Ints
from loadzone.domain.errors import invalid

DAY: Final = 86_400_000_000
"""Microseconds of a day of 24 hours."""

MOST: Final = 1_000_000
"""More buckets than this are a slip: a million are a century of hours, or two years of minutes."""

MOST_CELLS: Final = 20_000_000
"""So many numbers a table of buckets and values has at most."""

_LONGEST: Final = 36_525
"""Days of a century; the times of pandas and numpy end not far beyond."""

_FAR: Final = 26 * 3_600_000_000
"""No zone is so far from UTC."""

_MONTHS: Final = {"MS": 1, "ME": 1, "QS": 3, "QE": 3, "YS": 12, "YE": 12}
_EXAMPLES: Final = ("15min", "1h", "6h", "1D", "1W", "1MS")
_MONDAY: Final = 0
_WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def edges(first: int, last: int, freq: Any, zone: tzinfo) -> Ints:
    """Return the moments between buckets, from the one at or before `first` to the one at or after `last`.

    All are microseconds since 1970 in UTC; there is always one bucket at least. Buckets below a day begin
    whenever the zone's clock shows a multiple of `freq`, or jumps over one: 25 hours where the clock is set
    back, 23 where it is put forward. Days, weeks, months, quarters and years begin at their first midnight.
    """
    offset = _offset(freq)
    start, end = _wall(first, zone), _wall(last, zone)
    readings, twice = _grid(offset, freq, start, end)
    cuts = moments(readings, twice=twice, zone=zone)
    low = int(np.searchsorted(cuts, first, side="right")) - 1
    high = max(int(np.searchsorted(cuts, last, side="left")), low + 1)
    return cuts[low : high + 1]


def index_of(micros: Ints, zone: tzinfo, name: str | None = None) -> "pd.DatetimeIndex":
    """Return microseconds since 1970 as an index of times in `zone`."""
    return pd.DatetimeIndex(micros.view("M8[us]"), name=name).tz_localize("UTC").tz_convert(zone)


def wall_clock(micros: Ints, zone: tzinfo) -> "pd.DatetimeIndex":
    """Return what the zone's clock shows at moments, without an offset."""
    return index_of(micros, zone).tz_localize(None)


def _offset(freq: Any) -> Any:
    try:
        offset = pd.tseries.frequencies.to_offset(freq)
    except (TypeError, ValueError, OverflowError) as problem:
        raise invalid("freq", "unknown_freq", found=str(freq), examples=list(_EXAMPLES)) from problem
    known = isinstance(offset, pd.tseries.offsets.Tick | pd.tseries.offsets.Day | pd.tseries.offsets.Week)
    if offset is None or offset.n <= 0 or not (known or _months(offset)) or _days(offset) > _LONGEST:
        raise invalid("freq", "unknown_freq", found=str(freq), examples=list(_EXAMPLES))
    return offset


def _days(offset: Any) -> float:
    """Return about how many days a bucket has."""
    if months := _months(offset):
        return 30 * months
    if isinstance(offset, pd.tseries.offsets.Tick):
        return int(offset.n) * int(type(offset)(1).nanos) / (1000 * DAY)
    return int(offset.n) * (7 if isinstance(offset, pd.tseries.offsets.Week) else 1)


def _months(offset: Any) -> int:
    return int(offset.n) * _MONTHS.get(offset.rule_code.partition("-")[0], 0)


def _wall(moment: int, zone: tzinfo) -> pd.Timestamp:
    return pd.Timestamp(moment, unit="us", tz="UTC").tz_convert(zone).tz_localize(None)


def _grid(offset: Any, freq: Any, start: pd.Timestamp, end: pd.Timestamp) -> tuple[Ints, bool]:
    """Return clock readings at which buckets begin, as integers, and whether one shown twice begins two."""
    day = start.normalize()
    if months := _months(offset):
        # Quarters and years begin where their own count does, whatever month the history begins in.
        month = (day.year * 12 + day.month - 1 - _first_month(offset)) // months * months + _first_month(offset)
        count = ((end.year * 12 + end.month) - month) // months + 2
        numbers = month - 1970 * 12 + months * np.arange(count, dtype=np.int64)
        return numbers.view("M8[M]").astype("M8[us]").view(np.int64), False
    if isinstance(offset, pd.offsets.Week):
        # Pandas' plain "W" ends on Sundays; a week here begins on Monday unless a day is named.
        named = isinstance(freq, pd.tseries.offsets.Week) or "-" in str(freq)
        begins = _WEEKDAYS.index(offset.freqstr[-3:]) if named and "-" in offset.freqstr else _MONDAY
        return _steps(day - pd.Timedelta(days=(day.day_of_week - begins) % 7), end, 7 * DAY * offset.n), False
    if isinstance(offset, pd.tseries.offsets.Day):
        return _steps(day, end, DAY * offset.n), False
    step = int(pd.Timedelta(offset).as_unit("ns").value) // 1000
    if step < 1:
        raise invalid("freq", "unknown_freq", found=str(freq), examples=list(_EXAMPLES))
    # Where the clock was just set back it has shown later readings than that of the end.
    return _steps(day if DAY % step else day - pd.Timedelta(days=1), end + pd.Timedelta(days=1), step), step < DAY


def _first_month(offset: Any) -> int:
    """Return the month, from 0, that quarters or years begin with."""
    _, _, named = offset.freqstr.lstrip("0123456789").partition("-")
    if not named:
        return 0
    month = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC").index(named)
    return (month + 1) % 12 if offset.rule_code.partition("-")[0].endswith("E") else month


def _steps(start: pd.Timestamp, end: pd.Timestamp, step: int) -> Ints:
    first, last = (int(each.as_unit("us").asm8.astype(np.int64)) for each in (start, end))
    count = (last - first) // step + 3
    if count > MOST:
        raise invalid("freq", "freq_too_fine", max=MOST)
    return first + step * np.arange(count, dtype=np.int64)


def moments(readings: Ints, *, twice: bool, zone: tzinfo) -> Ints:
    """Return when the zone's clock shows `readings`, sorted; one that it jumps over is where it lands.

    One that it shows twice is its first moment, or both with `twice`.
    """
    naive = pd.DatetimeIndex(readings.view("M8[us]"))
    shown = [
        naive.tz_localize(zone, ambiguous=np.full(len(naive), summer), nonexistent="NaT").asi8.copy()
        for summer in (True, False)
    ]
    skipped = shown[0] == MISSING
    for each in shown:
        each[skipped] = _landing(readings[skipped], zone)
    # Which of the two comes first depends on the country: Dublin's summer is its standard time.
    return np.unique(np.concatenate(shown)) if twice else np.unique(np.minimum(*shown))


def _landing(readings: Ints, zone: tzinfo) -> Ints:
    """Return the first moments at which the zone's clock is not before `readings`, by halving two days.

    Pandas' own "shift_forward" is wrong where a clock jumps by half an hour, as on Lord Howe.
    """
    before, after = readings - _FAR, readings + _FAR
    while len(readings) and (after - before > 1).any():
        middle = (before + after) // 2
        reached = wall_clock(middle, zone).asi8 >= readings
        before, after = np.where(reached, before, middle), np.where(reached, middle, after)
    return after
