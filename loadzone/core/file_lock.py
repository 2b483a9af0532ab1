"""Locking an open file against other writers for a while, without waiting for ever for a stranger."""

import fcntl
import time
from typing import Final

from loadzone.core.clock import Timer, monotonic

WAIT_SECONDS: Final = 5.0
_POLL_SECONDS: Final = 0.02


def lock(file: int, seconds: float | None = None, timer: Timer = monotonic) -> bool:
    """Lock an open file until it is closed; return False when another writer still has it after `seconds`.

    Locks of readers are no reason to wait: any program may take one, for as long as it likes.
    """
    until = timer() + (WAIT_SECONDS if seconds is None else seconds)
    while not (_try(file, fcntl.LOCK_EX) or _try(file, fcntl.LOCK_SH)):
        if timer() >= until:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _try(file: int, how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
