"""The embedded store: `data.json` and its journal, for one server process."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NamedTuple, TypeVar

from loadzone.core import archive, folding, lookback, mending
from loadzone.core.atomic_file import mark_of
from loadzone.core.compaction import Compaction
from loadzone.core.data_file import (
    State,
    archive_path,
    journal_path,
    read_state,
    real_path,
    sealed_path,
)
from loadzone.core.follow import Followers
from loadzone.core.histories import Histories
from loadzone.core.journal import JournalWriter, encode_line, last_seq, read_journal
from loadzone.core.remaking import Memory
from loadzone.core.store import ChangePage, ChangeQuery, Health, HistoryQuery, Loaded, Page, Receipt, StaleState
from loadzone.core.store_lock import StoreLock
from loadzone.domain.errors import Conflict, DataError, LoadZoneError, StoreUnavailable
from loadzone.domain.facts import AnyFact, Change, apply_all
from loadzone.domain.model import Fleet
from loadzone.domain.spans import has_supported_times

log = logging.getLogger(__name__)

T = TypeVar("T")

GATHER_SECONDS = 0.02
PROBE_SECONDS = 5.0
LOOK_SECONDS = 5.0
NEWS_MAX = 10_000

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
        self._lock = StoreLock(path)
        self._journal = JournalWriter(journal_path(path), like=path)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loadzone-journal")
        self._compaction = Compaction(path, self._journal, self._in_thread, self._keep_files, self._memory)
        self._fleet = Fleet()
        self._news: list[Change] = []
        self._histories = Histories()
        self._followers = Followers(since=0)
        self._head = 0
        self._durable = 0
        self._waiting: list[_Waiting] = []
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None
        self._probe: asyncio.TimerHandle | None = None
        self._prober: asyncio.Task[None] | None = None
        self._refusals = 0
        self._lost: StoreUnavailable | None = None
        self._writable = False
        self._closing = False
        self.on_sync: Callable[[float], None] | None = None
        """Is told the seconds of every sync; it must not raise."""
        self.on_lost: Callable[[], None] | None = None
        """Is told when another process has taken the files: nothing can be written any more."""

    # Life

    async def load(self) -> Loaded:
        """Take the lock, read file and journals, cut a torn tail and begin to write."""
        try:
            self._lock.acquire()
        except OSError as wrong:
            raise self._not_opened(wrong) from wrong
        try:
            state = await self._in_thread(self._open)
        except BaseException:
            self._lock.release()
            raise
        self._histories = state.histories
        self._followers = Followers(since=state.seq)
        self._fleet = state.fleet
        self._head = self._durable = state.seq
        self._writable = True
        self._writer = asyncio.create_task(self._write(), name="loadzone-journal")
        if state.seq > state.file_seq:
            self._compaction.when_quiet()
        self._look_in(LOOK_SECONDS)
        return Loaded(fleet=state.fleet, seq=state.seq)

    def _open(self) -> State:
        try:
            if not self.path.exists():
                self._begin()
            # Before it is read: what changes it meanwhile is noticed.
            self._compaction.note(mark_of(self.path))
            state = read_state(self.path, self._assume_tz)
            if state.irregular:
                mending.rewrite_regular(self.path, self._assume_tz)
                self._compaction.note(mark_of(self.path))
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
            self._journal.sealed = state.sealed.lines
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
        if self._writer is not None:
            await self._compaction.flush()

    async def close(self) -> LoadZoneError | None:
        """Write what is on its way, fold the journal and release the lock; return what is not in the data file."""
        self._closing = True
        self._compaction.stop()
        if self._probe is not None:
            self._probe.cancel()
        if self._prober is not None:
            await self._prober
        left = None
        if self._writer is not None:
            self._wake.set()
            await self._writer
            left = self._lost or await self._fold_at_the_end()
        await self._in_thread(self._journal.close)
        self._thread.shutdown()
        self._lock.release()
        return left

    async def _fold_at_the_end(self) -> LoadZoneError | None:
        try:
            await self.flush()
        except LoadZoneError as wrong:
            if self._lost is not None:
                return self._lost
            reason: Exception = wrong
        except Exception as wrong:  # noqa: BLE001  # a defect, too, must be told as what it costs
            reason = wrong
        else:
            return None
        log.error("%s could not be written at the end", self.path, exc_info=reason)
        code = "store_not_folded" if await self._in_thread(self._is_on_disk) else "store_not_saved"
        return StoreUnavailable(
            code, path=str(self.path), journal=journal_path(self.path).name, detail=_why(reason)
        )

    def _is_on_disk(self) -> bool:
        """Tell whether the journals have all that the data file has not."""
        try:
            if self._journal.sealed:
                self._journal.restore_sealed(sealed_path(self.path))
            self._keep_files()
        except (OSError, LoadZoneError):
            return False
        return self._compaction.is_as_left()

    async def _in_thread(self, call: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call, *args)

    # Appending

    async def append(self, facts: Sequence[AnyFact], expected: int, receipt: Receipt | None = None) -> Change:
        """Queue the facts for the next sync and return when they are durable."""
        if self._closing or self._writer is None or self._lost is not None:
            raise StoreUnavailable(reason="closed")
        if expected != self._head:
            raise StaleState
        if not all(map(has_supported_times, facts)):
            # What is written must be readable: the clock is in a year that no data file is read of.
            raise StoreUnavailable(reason="clock")
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
                    await self._in_thread(self._append, b"".join(one.line for one in batch))
                except (OSError, LoadZoneError) as wrong:
                    self._refuse(batch, wrong)
                else:
                    if self.on_sync is not None:
                        self.on_sync(time.perf_counter() - started)
                    self._acknowledge(batch)

    def _append(self, lines: bytes) -> None:
        try:
            self._journal.append(lines)
        except DataError as lost:
            self._restore_journal(lost)
            self._journal.append(lines)
        self._keep_lock()

    def _keep_files(self) -> None:
        """Make sure that the lock is this process's, and the journal as it was left."""
        self._keep_lock()
        try:
            self._journal.check()
        except DataError as lost:
            self._restore_journal(lost)

    def _restore_journal(self, lost: DataError) -> None:
        self._keep_lock()
        self._journal.restore()
        name = journal_path(self.path).name
        log.error(
            "%s was changed or deleted by another program (%s), and was written anew from memory", name, lost
        )

    def _keep_lock(self) -> None:
        """Make sure that this process may write; raises what `StoreLock.acquire` raises."""
        if self._lock.is_in_place():
            return
        try:
            self._lock.acquire()
        except Conflict as taken:
            self._lost = StoreUnavailable("store_taken", path=str(self.path), holder=taken.data["holder"])
            raise self._lost from None
        if self._newest_on_disk() > self._head:
            self._lost = StoreUnavailable("store_taken", path=str(self.path), holder="?")
            raise self._lost
        log.error("the lock of %s was deleted by another program, and was taken again", self.path)

    def _newest_on_disk(self) -> int:
        """Return the number of the last change in the files, whoever wrote them; 0 for what cannot be read."""
        newest = folding.written_seq(self.path) or 0
        with suppress(OSError, DataError):
            newest = max(newest, last_seq(read_journal(journal_path(self.path)).lines))
        return newest

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
        self._news += changes
        if len(self._news) > NEWS_MAX:
            self._catch_up()
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
        reason = _why(wrong)
        for one in refused:
            if not one.durable.done():
                one.durable.set_exception(StoreUnavailable(reason=reason))
        self._refusals += 1
        if self._lost is not None:
            self._give_up()
        else:
            # Changes try by themselves; but where nobody sends any because we are not ready, somebody must look.
            self._look_in(PROBE_SECONDS)

    # Looking after the files

    def _look_in(self, seconds: float) -> None:
        if self._probe is not None:
            self._probe.cancel()
        if not self._closing:
            self._probe = asyncio.get_running_loop().call_later(seconds, self._start_probe)

    def _start_probe(self) -> None:
        if not self._closing:
            self._prober = asyncio.create_task(self._try_disk(), name="loadzone-probe")

    async def _try_disk(self) -> None:
        """Look whether the files are what they must be, and after a failure whether they can be written again."""
        refusals = self._refusals
        try:
            await self._in_thread(self._look)
        except (OSError, LoadZoneError) as wrong:
            if self._writable:
                log.error("%s cannot be written: %s", self.path, wrong)
            self._writable = False
            if self._lost is not None:
                self._give_up()
                return
        else:
            self._writable = self._refusals == refusals
            await self._look_at_file()
        self._look_in(LOOK_SECONDS if self._writable else PROBE_SECONDS)

    async def _look_at_file(self) -> None:
        try:
            await self._compaction.look()
        except (OSError, LoadZoneError) as wrong:
            log.error("%s cannot be written anew yet: %s", self.path, wrong)

    def _look(self) -> None:
        self._keep_files()
        if not self._writable:
            self._journal.probe()

    def _give_up(self) -> None:
        """Write no more: the files are another process's."""
        self._writable = False
        self._compaction.stop()
        if self.on_lost is not None:
            self.on_lost()

    def remember(self, fleet: Fleet, seq: int) -> None:
        """Take the state after change `seq` for the case that the data file must be written from memory."""
        self._fleet = fleet
        if seq >= self._durable:
            self._news.clear()
        else:
            self._news = [change for change in self._news if change.seq > seq]

    def _catch_up(self) -> None:
        self._fleet = apply_all(self._fleet, (fact for change in self._news for fact in change.facts))
        self._news.clear()

    def _memory(self) -> Memory:
        self._catch_up()
        histories = {user: list(records) for user, records in self._histories.by_user().items()}
        return Memory(fleet=self._fleet, histories=histories, seq=self._durable)

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
            await self._compaction.apart(archive.forget, self.path, before)
        except OSError as wrong:
            log.warning("%s could not be shortened: %s", archive_path(self.path).name, wrong)

    def health(self) -> Health:
        """Tell how the store is."""
        figures = {"journal_bytes": float(self._journal.size), "data_bytes": float(self._compaction.file_size)}
        return Health(writable=self._writable, figures={**figures, "history_records": len(self._histories)})


def _why(wrong: Exception) -> str:
    return getattr(wrong, "strerror", None) or str(wrong)
