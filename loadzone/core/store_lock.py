"""The lock of a data file: held by the one process that writes it, as long as the lock's own file is in place."""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from loadzone.core.data_file import lock_path
from loadzone.domain.errors import Conflict


class StoreLock:
    """Taken once and looked after: whoever deletes or replaces its file lets a second writer in."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: FileLock | None = None
        self._file: os.stat_result | None = None

    def acquire(self) -> None:
        """Take the lock; raises Conflict(`store_locked`) where another process has it, and OSError."""
        # Locking would make the folders on the way: a mistyped path is no wish for a new store.
        if not self._path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        lock = FileLock(lock_path(self._path), blocking=False, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise Conflict("store_locked", path=str(self._path), holder=self._holder()) from None
        self.release()
        self._lock = lock
        self._file = os.stat(lock_path(self._path))
        with suppress(OSError):
            lock_path(self._path).write_text(f"{os.getpid()} {socket.gethostname()}\n", encoding="utf-8")

    def is_in_place(self) -> bool:
        """Tell whether the file that was locked is the one that others would try to lock."""
        try:
            there = os.stat(lock_path(self._path))
        except OSError:
            return False
        return self._file is not None and os.path.samestat(there, self._file)

    def release(self) -> None:
        """Let the next one write."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _holder(self) -> str:
        try:
            process, _, host = lock_path(self._path).read_text(encoding="utf-8").strip().partition(" ")
        except OSError:
            return "?"
        return f"PID {process} ({host})"
