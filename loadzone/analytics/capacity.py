"""Is the fleet the right size: VMs that nobody uses, and how many would have been enough."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any, Final

import numpy as np
import pandas as pd

from loadzone.analytics.buckets import edges, index_of
from loadzone.analytics.checks import (
    MISSING,
    Ints,
    micros,
    moment_of,
    need_above_zero,
    need_bookings,
    need_ids,
    need_share,
    now_micros,
    times,
    zone_of,
)
from loadzone.analytics.usage import intervals, steps

_DAY: Final = 86_400_000_000
_HOUR: Final = 3_600_000_000


def idle(
    bookings: pd.DataFrame,
    days: float = 30,
    vms: Iterable[str] | None = None,
    now: datetime | str | None = None,
) -> pd.DataFrame:
    """Return the VMs that nobody has used for `days` days up to `now`, the longest idle first.

    `vms` are the ids of the fleet (`zone.vms().index`), so that VMs nobody ever booked are found too; by default
    those in the frame. Indexed by `vm_id`; columns: `last_end` (empty if never booked), `idle_days` (infinite
    then), `bookings`. Raises InvalidInput.
    """
    need_bookings(bookings, "vm_id", "end")
    limit = need_above_zero(days, "days")
    at = now_micros() if now is None else moment_of(now, "now")
    ends = pd.Series(micros(bookings["end"], "end")).groupby(bookings["vm_id"].array, observed=True)
    last, count = ends.max(), ends.size()
    names = pd.Index(last.index if vms is None else need_ids(vms, "vms"), dtype="str", name="vm_id").unique()
    last = last.reindex(names, fill_value=MISSING).astype("int64")
    since = np.where(last == MISSING, np.inf, (at - last) / _DAY)
    found = pd.DataFrame(
        {
            "last_end": times(np.array(last, dtype=np.int64)).array,
            "idle_days": since,
            "bookings": count.reindex(names, fill_value=0).astype("int64"),
        },
        index=names,
    )
    active = _vms_in_use(bookings)
    found = found[(found["idle_days"] >= limit) & ~found.index.isin(active)]
    return found.sort_values("idle_days", ascending=False, kind="stable")


def _vms_in_use(bookings: pd.DataFrame) -> "pd.Series[Any]":
    if "outcome" not in bookings.columns:
        return bookings["vm_id"].iloc[:0]
    return bookings["vm_id"][bookings["outcome"] == "active"]


def demand(bookings: pd.DataFrame) -> pd.DataFrame:
    """Return for how long exactly so many VMs were busy, from the first start to the last end.

    Indexed by `busy`, from 0 to the most at one moment. Columns: `hours`; `share` of the time; `covered`, the
    share of the time for which so many VMs were enough.
    """
    need_bookings(bookings, "start", "end")
    moments, count = _whole(bookings)
    lasted = np.zeros(int(count.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(lasted, count[:-1], np.diff(moments))
    total = max(int(lasted.sum()), 1)
    return pd.DataFrame(
        {"hours": lasted / _HOUR, "share": lasted / total, "covered": np.cumsum(lasted) / total},
        index=pd.RangeIndex(len(lasted), name="busy"),
    )


def _whole(bookings: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the steps of `concurrency` up to the last end, though nothing may change there any more."""
    moments, count = steps(bookings)
    if len(moments) and (last := int(intervals(bookings)[1].max())) > moments[-1]:
        return np.append(moments, last), np.append(count, count[-1])
    return moments, count


def enough(bookings: pd.DataFrame, quantile: float = 0.99) -> int:
    """Return the smallest number of VMs that would have been enough for the share `quantile` of the time.

    The time is from the first start to the last end. Without bookings 0. `quantile` is above 0 and at most 1;
    raises InvalidInput.
    """
    share = need_share(quantile, "quantile")
    covered = demand(bookings)["covered"].to_numpy()
    # A hair of tolerance: 0.3 of the time must not miss its target because of the last bit.
    return min(int(np.searchsorted(covered, share * (1 - 1e-12))), max(len(covered) - 1, 0))


def peaks(bookings: pd.DataFrame, freq: Any = "1D", tz: str | tzinfo = "UTC") -> "pd.Series[int]":
    """Return the most VMs that were busy at one moment of each bucket, from the first start to the last end.

    Buckets are those of `utilisation`, indexed by their start in `tz`. Raises InvalidInput.
    """
    need_bookings(bookings, "start", "end")
    zone = zone_of(tz)
    moments, count = _whole(bookings)
    if len(moments) == 0:
        edges(0, 1, freq, zone)
        return pd.Series(count, index=index_of(moments, zone, "start"), name="peak", dtype="int64")
    cuts = edges(int(moments[0]), int(moments[-1]), freq, zone)
    # What was busy when a bucket began counts in it, and then every change until the next one begins.
    carried = np.searchsorted(moments, cuts[:-1], side="right") - 1
    first = np.where(carried < 0, 0, count[carried])
    inside = np.searchsorted(moments, cuts, side="left")
    rows = np.append(count, 0)
    highest = np.maximum.reduceat(rows, np.minimum(inside[:-1], len(count)))
    highest = np.where(inside[1:] > inside[:-1], highest, 0)
    index = index_of(cuts[:-1], zone, "start")
    return pd.Series(np.maximum(first, highest), index=index, name="peak", dtype="int64")
