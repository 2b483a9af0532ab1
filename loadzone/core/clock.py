"""Time as an argument: everything that needs `now` is given a clock, everything that measures is given a timer."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Timer = Callable[[], float]
"""Seconds since some moment in the past; no change of the wall clock moves it."""

monotonic: Timer = time.monotonic


def system_clock() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)
