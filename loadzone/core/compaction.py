"""When the journal is folded into the data file, and where: in a thread, or in a process of its own."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from loadzone.core import archive, folding
from loadzone.core.atomic_file import PRIVATE, Mark, mark_of, mode_of
from loadzone.core.data_file import sealed_path
from loadzone.core.journal import JournalWriter, last_seq
from loadzone.core.remaking import Memory, remake
from loadzone.domain.errors import DataError, LoadZoneError

log = logging.getLogger(__name__)

# A file below this is folded within a second of quiet, and a short journal into it in a thread: that costs
# milliseconds, while a process of its own costs its start.
SMALL_FILE = 1 << 20
SHORT_JOURNAL = 1 << 17
QUIET_SECONDS = 1.0
RETRY_SECONDS = 10.0
# Without a quiet second, or with a large file, the journal is folded when it has grown to this size and to this
# share of the file: the cost per change stays small and constant, and a start replays it in under a second.
LONG_JOURNAL = 1 << 23
JOURNAL_SHARE = 0.5

T = TypeVar("T")
Check = Callable[[], None]


class InThread(Protocol):
    """Runs a call in the thread that writes the journal."""

    async def __call__(self, call: Callable[..., T], *args: object) -> T:
        """Return what the call returns."""
        ...


class Compaction:
    """Folds one journal into its data file, one folding at a time; what fails is tried again.

    `in_thread` runs what belongs to the thread that writes the journal, and `keep` is called there first: it makes
    sure that lock and journal are as they were left, or raises. `memory` gives what the data file is written from
    when it is not as it was left: somebody has deleted or replaced it, and folding into that would lose changes.
    """

    def __init__(
        self, path: Path, journal: JournalWriter, in_thread: InThread, keep: Check, memory: Callable[[], Memory]
    ) -> None:
        self._path = path
        self._journal = journal
        self._in_thread = in_thread
        self._keep = keep
        self._memory = memory
        self._one = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._quiet: asyncio.TimerHandle | None = None
        self._stopped = False
        self._mark: Mark | None = None
        self._mode = PRIVATE
        self.file_size = 0
        """Bytes of the data file."""

    def note(self, mark: Mark | None) -> None:
        """Take a data file, as it was just read or written, for the one that is to be there."""
        self._mark = mark
        if mark is not None:
            self.file_size, self._mode = mark.size, mode_of(self._path, self._mode)

    def when_due(self) -> None:
        """Look, after a change, whether it is time."""
        if self.file_size < SMALL_FILE:
            self.when_quiet()
        if self._journal.size >= max(LONG_JOURNAL, self.file_size * JOURNAL_SHARE):
            self._start()

    def when_quiet(self) -> None:
        """Fold when no change has come for a while."""
        self._start_in(QUIET_SECONDS)

    async def flush(self) -> None:
        """Fold all that the journal has; raises OSError when the file cannot be written."""
        if self._task is not None:
            await self._task
        for _ in range(2):  # a sealed journal that waited for its folding, then the current one
            if self._journal.size or self._journal.sealed:
                await self._fold()
        await self.look()

    async def look(self) -> None:
        """Write the data file anew when it is not as it was left; raises OSError."""
        if not self.is_as_left():
            async with self._one:
                await self._in_thread(self._keep)
                await self._restore()

    async def apart(self, call: Callable[..., T], *args: object) -> T:
        """Call something in a thread while nothing is folded."""
        async with self._one:
            return await asyncio.to_thread(call, *args)

    def stop(self) -> None:
        """Begin no folding but those that are asked for by `flush`."""
        self._stopped = True
        if self._quiet is not None:
            self._quiet.cancel()

    def _start_in(self, seconds: float) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
        if not self._stopped:
            self._quiet = asyncio.get_running_loop().call_later(seconds, self._start)

    def _start(self) -> None:
        if not self._stopped and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._fold_or_retry(), name="loadzone-fold")

    async def _fold_or_retry(self) -> None:
        try:
            await self._fold()
        except (OSError, LoadZoneError) as wrong:
            log.error("%s cannot be rewritten yet (%s): the journal keeps everything", self._path.name, wrong)
            self._start_in(RETRY_SECONDS)
        except Exception:
            # A defect in folding must not end it for good, nor stop bookings, which need the journal only.
            log.exception("%s could not be rewritten: the journal keeps everything", self._path.name)
            self._start_in(RETRY_SECONDS)

    async def _fold(self) -> None:
        # One at a time: `flush` may be asked for while the quiet second ends.
        async with self._one:
            await self._in_thread(self._keep)
            sealed = sealed_path(self._path)
            if not self._journal.sealed:
                await self._in_thread(self._journal.seal, sealed)
            if await asyncio.to_thread(self._journal.restore_sealed, sealed):
                log.error("%s was changed by another program, and is written anew from memory", sealed.name)
            await self._restore()
            await self._take_in(self._journal.sealed)
            self._journal.sealed = b""

    async def _take_in(self, lines: bytes) -> None:
        """Fold the sealed journal and make sure that the file has the last of its lines."""
        small = self.file_size < SMALL_FILE and len(lines) < SHORT_JOURNAL
        try:
            if small:
                await asyncio.to_thread(folding.fold, self._path)
            else:
                await self._fold_apart()
        except (OSError, ValueError, DataError):
            if self.is_as_left():
                raise
            await self._remake()
        else:
            if last_seq(lines) <= (folding.written_seq(self._path) or 0):
                self.note(mark_of(self._path))
                return
            await self._remake()
        await asyncio.to_thread(archive.keep, self._path, lines)

    def is_as_left(self) -> bool:
        """Tell whether the data file is as it was last read or written."""
        return mark_of(self._path) == self._mark

    async def _restore(self) -> None:
        if not self.is_as_left():
            await self._remake()

    async def _remake(self) -> None:
        await asyncio.to_thread(remake, self._path, self._memory(), self._mode)
        self.note(mark_of(self._path))
        log.error(
            "%s was changed or deleted by another program, and was written anew from memory; %s.bak was there",
            *(self._path.name, self._path.name),
        )

    async def _fold_apart(self) -> None:
        # Decoding a large file would hold the interpreter's lock, in a thread too: a process has its own.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", folding.__name__, str(self._path), str(os.getpid())),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            # It must find this package as this process did: perhaps only because of where it was started.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        _, told = await process.communicate()
        if process.returncode != 0:
            last = told.decode(errors="replace").strip().rpartition("\n")[2]
            raise OSError(f"folding ended with {process.returncode}: {last}")
