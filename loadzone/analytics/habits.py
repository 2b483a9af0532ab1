"""How people book: how long, how soon after the VM became free, and who holds on."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loadzone.analytics.checks import MISSING, Ints, micros, need_above_zero, need_bookings
from loadzone.domain.errors import invalid

EDGES: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0, 48.0, 168.0, float("inf"))
"""Hours: from half an hour over a working day to a week and more."""

_HOUR: Final = 3_600_000_000


def lengths(bookings: pd.DataFrame, edges: Sequence[float] = EDGES) -> pd.DataFrame:
    """Return how long bookings lasted, counted between `edges` (hours, ascending; each begins its bin).

    Indexed by the bins; columns: `bookings`, `share` of them, `hours` they lasted together, and `planned`, the
    bookings whose planned length falls there. Raises InvalidInput.
    """
    need_bookings(bookings, "start", "end", "planned_end")
    start, end = micros(bookings["start"], "start"), micros(bookings["end"], "end")
    planned = micros(bookings["planned_end"], "planned_end")
    found = _counted(_hours(start, end), edges)
    found["planned"] = _counted(_hours(start, planned), edges)["bookings"]
    return found


def leads(bookings: pd.DataFrame, edges: Sequence[float] = EDGES) -> pd.DataFrame:
    """Return how long VMs had been free when they were booked, counted between `edges` (hours, ascending).

    A booking begins when it is made, so this is the lead there is: short ones say that people wait for a VM.
    First bookings of a VM have none. Indexed by the bins; columns: `bookings`, `share`, `hours` free together.
    """
    need_bookings(bookings, "vm_id", "start", "end")
    vm = pd.factorize(bookings["vm_id"])[0]
    start, end = micros(bookings["start"], "start"), micros(bookings["end"], "end")
    order = np.lexsort((end, start, vm))
    vm, start, end = vm[order], start[order], end[order]
    before = np.full(len(end), MISSING, dtype=np.int64)
    before[1:][vm[1:] == vm[:-1]] = end[:-1][vm[1:] == vm[:-1]]
    return _counted(_hours(before, start), edges)


def hoarding(bookings: pd.DataFrame, hours: float = 72, renewals: int = 3) -> pd.DataFrame:
    """Return who holds on to VMs: a row a user with a booking of `hours` or more, or of `renewals` or more.

    Indexed by `user`, the most hours in such bookings first. Columns: `bookings` (such ones), `long` and
    `renewed` (how many are the one and the other), `hours` in them, `longest_hours`, `active` (still held), and
    `share` of all hours of everybody. Raises InvalidInput.
    """
    need_bookings(bookings, "user", "hours", "renewals", "outcome")
    long = bookings["hours"] >= need_above_zero(hours, "hours")
    renewed = bookings["renewals"] >= need_above_zero(renewals, "renewals")
    held = pd.DataFrame(
        {
            "user": bookings["user"],
            "hours": bookings["hours"],
            "long": long,
            "renewed": renewed,
            "active": bookings["outcome"] == "active",
        }
    )[long | renewed]
    # Not by name: the index may have the same.
    grouped = held.groupby(held["user"], observed=True)
    total = float(bookings["hours"].sum())
    found = pd.DataFrame(
        {
            "bookings": grouped.size().astype("int64"),
            "long": grouped["long"].sum().astype("int64"),
            "renewed": grouped["renewed"].sum().astype("int64"),
            "hours": grouped["hours"].sum().astype("float64"),
            "longest_hours": grouped["hours"].max().astype("float64"),
            "active": grouped["active"].sum().astype("int64"),
        }
    )
    found["share"] = found["hours"] / total if total > 0 else 0.0
    return found.sort_values("hours", ascending=False, kind="stable")


def _hours(start: Ints, end: Ints) -> NDArray[np.float64]:
    """Return the hours between moments, leaving out rows that lack one."""
    both = (start != MISSING) & (end != MISSING)
    return np.asarray(np.maximum(end[both] - start[both], 0) / _HOUR, dtype=np.float64)


def _counted(hours: NDArray[np.float64], edges: Sequence[float]) -> pd.DataFrame:
    cuts = _ascending(edges)
    place = np.searchsorted(cuts, hours, side="right") - 1
    inside = (place >= 0) & (place < len(cuts) - 1)
    count = np.bincount(place[inside], minlength=len(cuts) - 1)
    return pd.DataFrame(
        {
            "bookings": count.astype(np.int64),
            "share": count / max(len(hours), 1),
            "hours": np.bincount(place[inside], weights=hours[inside], minlength=len(cuts) - 1).astype(
                np.float64, copy=False
            ),
        },
        index=pd.IntervalIndex.from_breaks(cuts, closed="left", name="hours"),
    )


def _ascending(edges: Any) -> NDArray[np.float64]:
    try:
        cuts = np.asarray(list(edges), dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise invalid("edges", "not_ascending") from problem
    if cuts.ndim != 1 or len(cuts) < 2 or not (np.diff(cuts) > 0).all():  # noqa: PLR2004 -- one bin
        raise invalid("edges", "not_ascending")
    return cuts
