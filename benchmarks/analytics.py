"""Questions to a large history against the least that pandas and numpy need for them.

`LOADZONE_BENCH_RECORDS` sets the number of records (10,000,000 by default).
"""

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loadzone import analytics

RECORDS = int(os.environ.get("LOADZONE_BENCH_RECORDS", "10000000"))
VMS = 1_000
USERS = 300
ROUNDS = 3
YEAR = 365 * 86_400_000_000
HOUR = 3_600_000_000


def history(records: int) -> pd.DataFrame:
    """Return a year's history of `records` records, oldest first: a third each books, renewals and releases."""
    chance = np.random.default_rng(4)
    each = records // 3
    vm = chance.integers(0, VMS, each)
    # Each VM is booked at random moments; its bookings end before the next one, as they do in life.
    start = np.sort(chance.integers(0, YEAR, each))
    order = np.argsort(vm, kind="stable")
    room = np.diff(start[order], append=YEAR)
    room[np.append(np.diff(vm[order]) != 0, True)] = HOUR
    room = np.maximum(room[np.argsort(order)], 3)
    at = np.concatenate([start, start + room // 3, start + room // 3 * 2])
    end = np.concatenate([start + room // 2, start + room, np.full(each, np.iinfo(np.int64).min)])
    rows = np.argsort(at, kind="stable")
    epoch = 1_700_000_000_000_000
    times = pd.Series((at[rows] + epoch).view("M8[us]")).dt.tz_localize("UTC")
    user = chance.integers(0, USERS, each)
    return pd.DataFrame(
        {
            "at": times,
            "action": _texts(["book", "renew", "release"], np.repeat([0, 1, 2], each)[rows]),
            "vm_id": _texts([f"server-{number:04}" for number in range(VMS)], np.tile(vm, 3)[rows]),
            "user": _texts([f"user-{number}@example.com" for number in range(USERS)], np.tile(user, 3)[rows]),
            "start": times.copy(),
            "end": pd.Series(np.where(end[rows] < 0, end[rows], end[rows] + epoch).view("M8[us]")).dt.tz_localize(
                "UTC"
            ),
            "reason": _texts(["expired"], np.repeat([-1, -1, 0], each)[rows]),
        }
    )


def _texts(table: list[str], codes: Any) -> "pd.Series[Any]":
    return pd.Series(pd.array(table, dtype="str").take(codes, allow_fill=True))


def bare_utilisation(bookings: pd.DataFrame) -> Any:
    """Return hourly busy time by nothing but two sorts, two running sums and two searches."""
    start, end = (bookings[name].to_numpy(dtype="M8[us]").view(np.int64) for name in ("start", "end"))
    cuts = np.arange(start.min() // HOUR * HOUR, end.max() + HOUR, HOUR)
    total = np.zeros(len(cuts), dtype=np.int64)
    for moments, sign in ((np.sort(start), 1), (np.sort(end), -1)):
        sums = np.concatenate([[0], np.cumsum(moments)])
        count = np.searchsorted(moments, cuts)
        total += sign * (cuts * count - sums[count])
    return np.diff(total) / (VMS * HOUR)


def _timed(work: Callable[..., Any], *given: Any) -> float:
    started = time.perf_counter()
    work(*given)
    return time.perf_counter() - started


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(["vm_id", "at"])


def _hourly(bookings: pd.DataFrame) -> Any:
    return analytics.utilisation(bookings, "1h", VMS)


def _peak(records: int, answer: Connection) -> None:
    """Say the memory of the input and how far above it `bookings` went, in a process of its own."""
    frame = history(records)
    before = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    # The peak so far is forgotten: making the input needs more than it has.
    Path("/proc/self/clear_refs").write_text("5")
    analytics.bookings(frame)
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    answer.send((int(frame.memory_usage(deep=True).sum()), peak * 1024 - before))


def _memory() -> None:
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_peak, args=(RECORDS, there))
    process.start()
    taken, above = here.recv()
    process.join()
    print(f"  memory: input {taken / 1e6:.0f} MB, bookings() at most {above / 1e6:.0f} MB above it")
    print(f"  memory with the input / input: {(taken + above) / taken:.2f} (goal under 4)")


def main() -> None:
    """Measure in turns and print the median ratios."""
    print(f"\nanalytics: {RECORDS:,} records of a year, {VMS:,} VMs, {ROUNDS} rounds in turns")
    if sys.platform == "linux":
        _memory()
    frame = history(RECORDS)
    rows = [(_timed(_sorted, frame), _timed(analytics.bookings, frame)) for _ in range(ROUNDS)]
    for bare, ours in rows:
        print(f"  pandas sorts by VM and time {bare:.2f} s   bookings() {ours:.2f} s")
    print(f"  bookings / sort: {statistics.median(o / b for b, o in rows):.2f} (goal under 4)")
    found = analytics.bookings(frame)
    del frame
    # Bookings are in order of their starts. Out of that order nothing can be spared.
    for name, bookings in (("in order", found), ("shuffled", found.sample(frac=1, random_state=1))):
        rows = [(_timed(bare_utilisation, bookings), _timed(_hourly, bookings)) for _ in range(ROUNDS)]
        for bare, ours in rows:
            print(f"  {len(bookings):,} {name}: sort and search {bare:.2f} s   utilisation() {ours:.2f} s")
        print(f"  utilisation / bare: {statistics.median(o / b for b, o in rows):.2f} (goal at most 3)")
    for ask in (analytics.heatmap, analytics.concurrency, analytics.demand, analytics.summary):
        print(f"  {ask.__name__}(): {_timed(ask, found):.2f} s")
