"""Which engine keeps the changes: chosen here by location, and nowhere else."""

from datetime import UTC, tzinfo
from pathlib import Path

from loadzone.core.json_store import JSONStore
from loadzone.core.memory_store import MemoryStore
from loadzone.core.store import Store

MEMORY = "memory:"


def open_store(location: str | Path, assume_tz: tzinfo = UTC) -> Store:
    """Return the store at `location`: a data file's path, or `memory:` for one that forgets.

    Nothing is read or locked before its `load`.
    """
    if location == MEMORY:
        return MemoryStore()
    return JSONStore(Path(location), assume_tz)
