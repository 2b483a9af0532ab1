"""Durable bookings over HTTP: against an empty handler of the same server, a large store against a small one."""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.target import Target, target

CLIENTS = 32
SECONDS = 3.0
ROUNDS = 5


def rate(server: Target, kind: str) -> float:
    """Return answers per second for one kind of request, asked by a process of its own."""
    words = [sys.executable, "-m", "benchmarks.load", str(server.port), kind, str(CLIENTS), str(SECONDS)]
    done = subprocess.run([*words, server.cookie], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    """Measure in turns, so that a noisy machine disturbs all alike, and print the medians of the ratios."""
    print(f"\nbookings: {CLIENTS} clients book and release, each its own VM; {ROUNDS} rounds of {SECONDS:g} s")
    with (
        tempfile.TemporaryDirectory() as name,
        target(Path(name), 100, 0) as small,
        target(Path(name), 10_000, 1_000_000) as large,
    ):
        rows = []
        for _ in range(ROUNDS):
            rows.append((rate(small, "empty"), rate(small, "book"), rate(large, "book")))
            print("  empty {:7.0f}/s   small store {:7.0f}/s   large store {:7.0f}/s".format(*rows[-1]))
    of_empty = statistics.median(booked / empty for empty, booked, _ in rows)
    of_small = statistics.median(large / booked for _, booked, large in rows)
    print(f"  durable bookings / empty handler: {of_empty:.2f} (goal 0.80)")
    print(f"  10,000 VMs and 1,000,000 records / 100 VMs and none: {of_small:.2f} (goal 0.85)")
