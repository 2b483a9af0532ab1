"""The embedded store: `data.json` and its journal, for one server process."""

import asyncio
import errno
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple, TypeVar

from filelock import FileLock, Timeout

from loadzone.core import archive, folding, lookback, mending
from loadzone.core.compaction import Compaction
from loadzone.core.data_file import (
    State,
    archive_path,
    journal_path,
    lock_path,
    read_state,
    real_path,
    sealed_path,
)
from loadzone.core.follow import Followers
from loadzone.core.histories import Histories
from loadzone.core.journal import JournalWriter, encode_line
from loadzone.core.store import ChangePage, ChangeQuery, Health, HistoryQuery, Loaded, Page, Receipt, StaleState
from loadzone.domain.errors import Conflict, DataError, StoreUnavailable
from loadzone.domain.facts import AnyFact, Change

log = logging.getLogger(__name__)

T = TypeVar("T")

GATHER_SECONDS = 0.02
PROBE_SECONDS = 5.0

EMPTY_FILE = b'{"vms": [], "groups": [], "users": {}}\n'


class _Waiting(NamedTuple):
    line: bytes
    change: Change
    durable: asyncio.Future[Change]


class JSONStore:
    """Keeps changes in a journal and folds it into the data file; see `loadzone.core.store.Store`.

    Appends that arrive together are written and synced together, in a thread of the store's own. After a
    failure every change on its way is refused, and the next one first verifies the journal.
    """

    def __init__(self, path: Path, assume_tz: tzinfo = UTC) -> None:
        self.path = path = real_path(path)
        self._assume_tz = assume_tz
        self._lock = FileLock(lock_path(path), blocking=False)
        self._journal = JournalWriter(journal_path(path), like=path)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loadzone-journal")
        self._compaction = Compaction(
            path, self._journal, lambda sealed: self._in_thread(self._journal.seal, sealed)
        )
        self._histories = Histories()
        self._followers = Followers(since=0)
        self._head = 0
        self._durable = 0
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._probe: asyncio.TimerHandle | None = None
        self._prober: asyncio.Task[None] | None = None
        self._writable = False
        self._closing = False
        self.on_sync: Callable[[float], None] | None = None
        """Is told the seconds of every sync; it must not raise."""

    # Life

    async def load(self) -> Loaded:
        """Take the lock, read file and journals, cut a torn tail and begin to write."""
        self._take_lock()
        try:
            state = await self._in_thread(self._open)
        except BaseException:
            self._lock.release()
            raise
        self._histories = state.histories
        self._followers = Followers(since=state.seq)
        self._head = self._durable = state.seq
        self._compaction.file_size = state.file_size
        self._writable = True
        self._writer = asyncio.create_task(self._write(), name="loadzone-journal")
        if state.seq > state.file_seq:
            self._compaction.when_quiet()
        return Loaded(fleet=state.fleet, seq=state.seq)

    def _take_lock(self) -> None:
        # Locking would make the folders on the way: a mistyped path is no wish for a new store.
        if not self.path.parent.is_dir():
            raise self._not_opened(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
        try:
            self._lock.acquire()
        except Timeout:
            raise Conflict("store_locked", path=str(self.path), holder=_lock_holder(self.path)) from None
        except OSError as wrong:
            raise self._not_opened(wrong) from wrong
        with suppress(OSError):
            lock_path(self.path).write_text(f"{os.getpid()} {socket.gethostname()}\n", encoding="utf-8")

    def _open(self) -> State:
        try:
            if not self.path.exists():
                self._begin()
            state = read_state(self.path, self._assume_tz)
            if state.irregular:
                mending.rewrite_regular(self.path, self._assume_tz)
                state.file_size = self.path.stat().st_size
            if state.journal.torn:
                log.warning(
                    "%s: dropped %d bytes of a change that was never acknowledged",
                    journal_path(self.path).name,
                    state.journal.torn,
                )
            self._look_at_archive()
            # A journal that the file holds already is emptied, so that the next change begins it anew.
            changes = state.journal.changes
            self._journal.open(state.journal.size if changes and changes[-1].seq == state.seq else 0)
        except OSError as wrong:
            raise self._not_opened(wrong) from wrong
        return state

    def _look_at_archive(self) -> None:
        # Told, and no more: it is memory, and the truth needs none of it.
        try:
            sound = archive.ends_well(self.path)
        except OSError as wrong:
            log.warning("%s cannot be read: %s", archive_path(self.path).name, wrong)
        else:
            if not sound:
                log.warning("%s is damaged at its end; older changes stay readable", archive_path(self.path).name)

    def _not_opened(self, wrong: OSError) -> StoreUnavailable:
        return StoreUnavailable("file_not_opened", path=str(self.path), detail=wrong.strerror or str(wrong))

    def _begin(self) -> None:
        if journal_path(self.path).exists() or sealed_path(self.path).exists():
            raise DataError(self.path.name, "file_missing")
        folding.write(self.path, folding.read_layout(EMPTY_FILE))

    async def flush(self) -> None:
        """Fold all that is durable into the data file; raises OSError when that cannot be written."""
        if self._durable > 0:
            await self._compaction.flush()

    async def close(self) -> None:
        """Write what is on its way, fold the journal and release the lock."""
        self._closing = True
        self._compaction.stop()
        if self._probe is not None:
            self._probe.cancel()
        if self._prober is not None:
            await self._prober
        if self._writer is not None:
            self._wake.set()
            await self._writer
            try:
                await self.flush()
            except OSError as wrong:
                log.error(
                    "%s could not be written at the end (%s): the journal keeps everything", self.path, wrong
                )
            except Exception:
                log.exception("%s could not be written at the end: the journal keeps everything", self.path)
        await self._in_thread(self._journal.close)
        self._thread.shutdown()
        self._lock.release()

    async def _in_thread(self, call: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)

    # Appending

    async def append(self, facts: Sequence[AnyFact], expected: int, receipt: Receipt | None = None) -> Change:
        """Queue the facts for the next sync and return when they are durable."""
        if self._closing or self._writer is None:
            raise StoreUnavailable(reason="closed")
        if expected != self._head:
            raise StaleState
        change = Change(seq=expected + 1, facts=tuple(facts))
        line = encode_line(change, receipt)
        self._head = change.seq
        durable: asyncio.Future[Change] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(line, change, durable))
        self._wake.set()
        return await durable

    async def _write(self) -> None:
        while not (self._closing and not self._waiting):
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._gather()
                batch, self._waiting = self._waiting, []
                started = time.perf_counter()
                try:
                    await self._in_thread(self._journal.append, b"".join(one.line for one in batch))
                except (OSError, DataError) as wrong:
                    self._refuse(batch, wrong)
                else:
                    if self.on_sync is not None:
                        self.on_sync(time.perf_counter() - started)
                    self._acknowledge(batch)

    async def _gather(self) -> None:
        """Let those who are about to append do so: a sync costs as much CPU as several requests.

        It ends with the first turn of the event loop that brings nobody, so one lone change waits for one turn.
        """
        started = time.perf_counter()
        known = 0
        while known < len(self._waiting) and time.perf_counter() - started < GATHER_SECONDS:
            known = len(self._waiting)
            await asyncio.sleep(0)

    def _acknowledge(self, batch: list[_Waiting]) -> None:
        changes = [one.change for one in batch]
        self._durable = changes[-1].seq
        self._writable = True
        for change in changes:
            self._histories.add(change.facts)
        # The followers are woken first: whoever appended must find the change in what they show.
        self._followers.tell(changes)
        for one in batch:
            if not one.durable.done():
                one.durable.set_result(one.change)
        self._compaction.when_due()

    def _refuse(self, batch: list[_Waiting], wrong: Exception) -> None:
        log.error("%s cannot be written: %s", journal_path(self.path).name, wrong)
        self._writable = False
        # What was decided on top of the refused changes goes with them.
        refused, self._waiting = batch + self._waiting, []
        self._head = self._durable
        reason = getattr(wrong, "strerror", None) or str(wrong)
        for one in refused:
            if not one.durable.done():
                one.durable.set_exception(StoreUnavailable(reason=reason))
        self._probe_later()

    def _probe_later(self) -> None:
        # Changes try by themselves; but where nobody sends any because we are not ready, somebody must look.
        if self._probe is not None:
            self._probe.cancel()
        self._probe = asyncio.get_running_loop().call_later(PROBE_SECONDS, self._start_probe)

    def _start_probe(self) -> None:
        if not self._writable and not self._closing:
            self._prober = asyncio.create_task(self._try_disk(), name="loadzone-probe")

    async def _try_disk(self) -> None:
        try:
            await self._in_thread(self._journal.probe)
        except (OSError, DataError):
            self._probe_later()
        else:
            self._writable = True

    # Reading

    def follow(self, since: int) -> AsyncIterator[Sequence[Change]]:
        """Yield the durable changes after `since`."""
        return self._followers.follow(since)

    def history(self, query: HistoryQuery) -> AsyncIterator[Page]:
        """Yield the matching records."""
        return self._histories.pages(query)

    def changes(self, query: ChangeQuery) -> AsyncIterator[ChangePage]:
        """Yield the matching changes, newest first, from the files."""
        return lookback.pages(self.path, query, self._durable)

    async def receipts(self, since: datetime, limit: int) -> Sequence[Receipt]:
        """Return the newest receipts, read from the files in a thread."""
        return await asyncio.to_thread(lookback.receipts, self.path, since, limit)

    async def forget(self, before: datetime) -> None:
        """Drop from the archive what is older."""
        try:
            await asyncio.to_thread(archive.forget, self.path, before)
        except OSError as wrong:
            log.warning("%s could not be shortened: %s", archive_path(self.path).name, wrong)

    def health(self) -> Health:
        """Tell how the store is."""
        figures = {"journal_bytes": float(self._journal.size), "data_bytes": float(self._compaction.file_size)}
        return Health(writable=self._writable, figures={**figures, "history_records": len(self._histories)})


def _lock_holder(path: Path) -> str:
    try:
        process, _, host = lock_path(path).read_text(encoding="utf-8").strip().partition(" ")
    except OSError:
        return "?"
    return f"PID {process} ({host})"
