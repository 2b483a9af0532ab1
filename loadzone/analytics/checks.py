"""What analytics asks of its arguments: known columns, buckets, zones and numbers, or one clear error."""

import operator
from collections.abc import Hashable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loadzone.domain import spans
from loadzone.domain.errors import invalid
from loadzone.domain.spans import EARLIEST, LATEST

Ints = NDArray[np.int64]
Moment = datetime | str | None

TIME: Final = "datetime64[us, UTC]"
NEVER: Final = np.iinfo(np.int64).max
MISSING: Final = np.iinfo(np.int64).min
"""What numpy's NaT is as an integer."""

_LOOKED_AT: Final = 1000


def _micros(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST: Final = _micros(EARLIEST - _1970)
LAST: Final = _micros(LATEST - _1970)
LONGEST: Final = _micros(spans.LONGEST)
"""The bounds of `loadzone.domain.spans` in microseconds: `FIRST <= moment < LAST`."""


def need_columns(frame: pd.DataFrame, columns: Iterable[str], field: str) -> None:
    """Raise InvalidInput unless `frame` is a DataFrame that has all `columns`; `field` names the argument."""
    if not isinstance(frame, pd.DataFrame):
        raise invalid(field, "not_a_frame", found=type(frame).__name__)
    missing = [each for each in columns if each not in frame.columns]
    if not missing:
        return
    if field == "bookings" and "action" in frame.columns:
        raise invalid(field, "history_not_bookings")
    raise invalid(field, "columns_missing", missing=missing, found=[str(each) for each in frame.columns])


def need_bookings(bookings: pd.DataFrame, *columns: str) -> None:
    """Raise InvalidInput unless `bookings` is what `analytics.bookings` gives, at least with `columns`."""
    need_columns(bookings, columns, "bookings")
    if "action" in bookings.columns and "outcome" not in bookings.columns:
        raise invalid("bookings", "history_not_bookings")


def need_by(bookings: pd.DataFrame, by: Any) -> None:
    """Raise InvalidInput unless `by` is one column of `bookings`."""
    try:
        known = by in bookings.columns
    except TypeError:
        known = False
    if not known:
        raise invalid("by", "unknown_column", column=str(by), columns=[str(each) for each in bookings.columns])
    if bookings[by].dtype == object:
        # A column has values of one kind, and there may be millions.
        for value in bookings[by].head(_LOOKED_AT).dropna().head(1):
            if not isinstance(value, Hashable):
                raise invalid("by", "not_to_group_by", column=str(by), found=type(value).__name__)


def need_ids(values: Any, field: str) -> list[str]:
    """Return the ids of VMs, each once, or raise InvalidInput for what is no list of them: one text, a frame."""
    if isinstance(values, str | bytes | pd.DataFrame) or not isinstance(values, Iterable):
        raise invalid(field, "wrong_type", expected="array", got=type(values).__name__)
    return list(dict.fromkeys(map(str, values)))


def need_above_zero(value: Any, field: str) -> float:
    """Return `value` as a number, or raise InvalidInput unless it is finite and above 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, bool) or not (0 < number < float("inf")):
        raise invalid(field, "not_above_zero", found=str(value))
    return number


def need_count(value: Any, field: str) -> int:
    """Return `value` as a whole number, or raise InvalidInput unless it is one above 0."""
    try:
        number = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = 0
    if number <= 0:
        raise invalid(field, "not_a_count", found=str(value))
    return number


def zone_of(tz: str | tzinfo) -> tzinfo:
    """Return the zone that `tz` names; UTC and zones as objects are taken as they are. Raises InvalidInput."""
    if isinstance(tz, tzinfo):
        return tz
    try:
        return UTC if tz == "UTC" else ZoneInfo(tz)
    except (KeyError, ValueError, TypeError, OSError) as problem:
        raise invalid("tz", "unknown_zone", zone=str(tz)) from problem


def moment_of(given: Any, field: str) -> int:
    """Return a moment as microseconds since 1970 in UTC; without an offset it is read as UTC.

    Raises InvalidInput for what is no time, or a time that LoadZone does not work with.
    """
    try:
        at = pd.Timestamp(given)
        if pd.isna(at):
            raise invalid(field, "time_malformed")
        at = at.tz_localize(UTC) if at.tzinfo is None else at.tz_convert(UTC)
        moment = int(at.as_unit("us").asm8.astype(np.int64))
    except (TypeError, ValueError, OverflowError) as problem:
        raise invalid(field, "time_malformed") from problem
    if not FIRST <= moment < LAST:
        raise invalid(field, "moment_unsupported", first=EARLIEST.year, last=LATEST.year - 1)
    return moment


def micros(times: "pd.Series[Any]", field: str) -> Ints:
    """Return times as microseconds since 1970 in UTC, `MISSING` where there is none.

    Times without an offset are read as UTC. Texts in ISO 8601 are understood, as a CSV has them.
    """
    if not isinstance(times.dtype, pd.DatetimeTZDtype):
        try:
            times = pd.to_datetime(times, utc=True, format="ISO8601")
        except (TypeError, ValueError) as problem:
            raise invalid(field, "time_malformed") from problem
    # In any unit and zone the integers below count from 1970 in UTC.
    return times.array.as_unit("us").asi8  # type: ignore[no-any-return]  # pandas-stubs type asi8 as Any


def now_micros() -> int:
    """Return the present moment in microseconds since 1970."""
    return moment_of(datetime.now(UTC), "now")


def times(values: Ints) -> "pd.Series[Any]":
    """Return microseconds since 1970 as a Series of times in UTC."""
    return pd.Series(values.view("M8[us]")).dt.tz_localize("UTC")


def need_share(value: Any, field: str) -> float:
    """Return `value` as a number, or raise InvalidInput unless it is above 0 and at most 1."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0 < number <= 1:
        raise invalid(field, "not_a_share", found=str(value))
    return number
