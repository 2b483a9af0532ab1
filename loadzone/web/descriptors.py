"""File descriptors: as many as the system grants, and some of them kept back from connections for the store."""

import os
import resource
from pathlib import Path
from typing import Final

from loadzone.web.connection import Limits

# For the journal, a file being written anew, its folder, the account file, reports, and the pipes of the processes
# that fold and analyse; with room to spare.
KEPT_BACK: Final = 64


def raise_limit() -> None:
    """Raise the limit of this process to the highest that it may set itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def connection_limits(per_address: int) -> Limits:
    """Return how many connections there may be: one address gets `per_address`, and never all of them."""
    room = _room(Limits().connections)
    return Limits(connections=room, per_address=max(1, min(per_address, room * 3 // 4)))


def _room(most: int) -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return most
    free = soft - _open_now()
    return max(1, min(most, free - min(KEPT_BACK, free // 2)))


def _open_now() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:  # not Linux
        return len(list(Path("/dev/fd").iterdir()))
