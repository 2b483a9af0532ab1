"""Time as an argument: everything that needs `now` is given a clock, everything that measures is given a timer.

Moments of the calendar (the end of a booking, an expiry) come from a clock. Lengths of time (a pause, a timeout,
how long something is kept in memory) come from a timer, which no change of the wall clock moves.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Timer = Callable[[], float]
"""Seconds since some moment in the past; no change of the wall clock moves it."""

monotonic: Timer = time.monotonic

LARGE_STEP: Final = timedelta(days=1)
"""No time zone, and no clock set by hand to the wrong time zone, is so far off."""

PROOF_SECONDS: Final = 600.0
"""A wall clock that has run undisturbed for so long is believed."""

_DISTURBED: Final = timedelta(seconds=1)


def system_clock() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


def since_boot() -> float:
    """Return seconds since the machine started; unlike `monotonic` it goes on while the machine is suspended."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class TrustedClock:
    """A clock that follows the wall clock, but doubts a step of more than a day.

    While it doubts it goes on from its last reading by the timer. The wall clock is believed again when it comes
    back, or when it has run undisturbed for ten minutes. Smaller steps are followed at once: clocks are set now
    and then, and what is shown must agree with the machine. Whatever cannot be undone goes by `proven` instead.
    """

    def __init__(self, wall: Clock = system_clock, timer: Timer = since_boot) -> None:
        self._wall, self._timer = wall, timer
        self._lock = threading.Lock()
        # Readings of the wall clock less those of the timer: each stays the same until somebody sets the clock.
        # `_followed` is what this clock goes by, `_anchor` what steps are measured from, `_latest` the newest one.
        self._since = timer()
        self._followed = self._anchor = self._latest = wall() - timedelta(seconds=self._since)
        self._doubted = self._proven = False

    def __call__(self) -> datetime:
        """Return the current moment, aware, in UTC."""
        with self._lock:
            return self._read(self._timer())

    @property
    def doubted(self) -> bool:
        """Whether the wall clock has made a large step that is not believed yet."""
        self()
        return self._doubted

    def proven(self) -> datetime | None:
        """Return the current moment as far as an undisturbed clock tells it, or None while there is none."""
        with self._lock:
            at = self._timer()
            now = self._read(at)
            return min(now, self._anchor + timedelta(seconds=at)) if self._proven and not self._doubted else None

    def not_before(self, moment: datetime) -> None:
        """Take it that `moment` is over: a wall clock far before it is doubted, as if it had been set back."""
        with self._lock:
            at = self._timer()
            if self._read(at) < moment - LARGE_STEP:
                self._followed = self._anchor = moment - timedelta(seconds=at)
                self._read(at)

    def _read(self, at: float) -> datetime:
        wall = self._wall()
        zero = wall - timedelta(seconds=at)
        if abs(zero - self._latest) > _DISTURBED:
            self._latest, self._since = zero, at
        elif at - self._since >= PROOF_SECONDS:
            self._anchor, self._latest, self._proven = zero, zero, True
        self._judge(zero)
        if self._doubted:
            return self._followed + timedelta(seconds=at)
        self._followed = zero
        return wall

    def _judge(self, zero: datetime) -> None:
        doubted = abs(zero - self._anchor) > LARGE_STEP
        if doubted and not self._doubted:
            step = zero - self._followed
            log.warning("the machine's clock was set by %s and is not followed for now", step)
        elif self._doubted and not doubted:
            log.warning("the machine's clock is followed again; it was set by %s meanwhile", zero - self._followed)
        self._doubted = doubted


def proven(clock: Clock) -> datetime | None:
    """Return what may be forgotten by: the moment that a trusted clock has proven, the reading of any other."""
    return clock.proven() if isinstance(clock, TrustedClock) else clock()


class StepWatch:
    """Notices that clocks were set, by comparing them with a timer."""

    def __init__(self, *clocks: Clock, timer: Timer = monotonic) -> None:
        self._clocks, self._timer = clocks, timer
        self._known = self._zeros()

    def stepped(self) -> bool:
        """Tell whether a clock was set by more than a second since the last call."""
        known, self._known = self._known, self._zeros()
        return any(abs(new - old) > _DISTURBED for new, old in zip(self._known, known, strict=True))

    def _zeros(self) -> list[datetime]:
        return [clock() - timedelta(seconds=self._timer()) for clock in self._clocks]
