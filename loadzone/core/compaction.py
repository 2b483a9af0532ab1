"""When the journal is folded into the data file, and where: in a thread, or in a process of its own."""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from loadzone.core import folding
from loadzone.core.data_file import sealed_path
from loadzone.core.journal import JournalWriter

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


class Compaction:
    """Folds one journal into its data file, one folding at a time; what fails is tried again.

    `seal` puts the journal aside as the file of that name, in the thread that writes it.
    """

    def __init__(self, path: Path, journal: JournalWriter, seal: Callable[[Path], Awaitable[None]]) -> None:
        self._path = path
        self._journal = journal
        self._seal = seal
        self._one = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._quiet: asyncio.TimerHandle | None = None
        self._stopped = False
        self.file_size = 0
        """Bytes of the data file."""

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
            if self._journal.size or sealed_path(self._path).exists():
                await self._fold()

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
        except OSError as wrong:
            log.error("%s cannot be rewritten yet (%s): the journal keeps everything", self._path.name, wrong)
            self._start_in(RETRY_SECONDS)
        except Exception:
            # A defect in folding must not end it for good, nor stop bookings, which need the journal only.
            log.exception("%s could not be rewritten: the journal keeps everything", self._path.name)
            self._start_in(RETRY_SECONDS)

    async def _fold(self) -> None:
        # One at a time: `flush` may be asked for while the quiet second ends.
        async with self._one:
            sealed = sealed_path(self._path)
            if not sealed.exists():
                await self._seal(sealed)
            if self.file_size < SMALL_FILE and sealed.stat().st_size < SHORT_JOURNAL:
                self.file_size = await asyncio.to_thread(folding.fold, self._path)
            else:
                await self._fold_apart()

    async def _fold_apart(self) -> None:
        # Decoding a large file would hold the interpreter's lock, in a thread too: a process has its own.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", folding.__name__, str(self._path)),
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
        self.file_size = self._path.stat().st_size
