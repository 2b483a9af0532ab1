"""A store that forgets everything when it ends: for tests, and the shortest reading of the contract."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from loadzone.core.change_filter import matching, recorded
from loadzone.core.follow import Followers
from loadzone.core.histories import Histories
from loadzone.core.store import ChangePage, ChangeQuery, Health, HistoryQuery, Loaded, Page, Receipt, StaleState
from loadzone.domain.errors import invalid
from loadzone.domain.facts import AnyFact, Change, apply_all
from loadzone.domain.model import Fleet

PAGE = 1000
_DIGITS_MAX = 18


class MemoryStore:
    """Keeps changes in memory; see `loadzone.core.store.Store` for the contract."""

    def __init__(self, fleet: Fleet | None = None) -> None:
        self._fleet = fleet or Fleet()
        self._seq = 0
        self._histories = Histories()
        self._followers = Followers(since=0)
        self._changes: list[Change] = []
        self._receipts: list[Receipt] = []

    async def load(self) -> Loaded:
        """Return the state."""
        return Loaded(fleet=self._fleet, seq=self._seq)

    async def append(self, facts: Sequence[AnyFact], expected: int, receipt: Receipt | None = None) -> Change:
        """Take in the facts."""
        if expected != self._seq:
            raise StaleState
        self._fleet = apply_all(self._fleet, facts)
        self._seq += 1
        change = Change(seq=self._seq, facts=tuple(facts))
        self._histories.add(change.facts)
        self._changes.append(change)
        if receipt is not None:
            self._receipts.append(receipt)
        self._followers.tell([change])
        await asyncio.sleep(0)  # the followers' turn: each has the change before this returns
        return change

    def follow(self, since: int) -> AsyncIterator[Sequence[Change]]:
        """Yield the changes after `since`."""
        return self._followers.follow(since)

    def history(self, query: HistoryQuery) -> AsyncIterator[Page]:
        """Yield the matching records."""
        return self._histories.pages(query)

    async def changes(self, query: ChangeQuery) -> AsyncIterator[ChangePage]:
        """Yield the matching changes, newest first."""
        before = self._seq + 1 if query.cursor is None else _read_cursor(query.cursor)
        older = [change for change in self._changes if change.seq < before]
        found = [change for each in reversed(older) if (change := matching(each, query)) is not None]
        told = found[: query.limit]
        cursor = str(told[-1].seq) if len(told) < len(found) else None
        for begin in range(0, len(told), PAGE):
            page = told[begin : begin + PAGE]
            yield ChangePage(changes=page, cursor=cursor if page[-1] is told[-1] else None)

    async def receipts(self, since: datetime, limit: int) -> Sequence[Receipt]:
        """Return the newest receipts."""
        return [receipt for receipt in self._receipts if receipt.at >= since][-limit:]

    async def forget(self, before: datetime) -> None:
        """Drop what is older."""
        self._changes = [change for change in self._changes if (recorded(change) or before) >= before]

    async def flush(self) -> None:
        """Do nothing: memory has no resting form."""

    def health(self) -> Health:
        """Tell that all is well."""
        return Health(writable=True, figures={"history_records": len(self._histories)})

    def remember(self, fleet: Fleet, seq: int) -> None:
        """Do nothing: there is no resting form."""

    async def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


def _read_cursor(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _DIGITS_MAX):
        raise invalid("cursor", "cursor_malformed")
    return int(cursor)
