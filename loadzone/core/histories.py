"""The booking history in memory: each user's records in order of time, merged when someone asks."""

import asyncio
import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, insort_right
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from heapq import merge
from operator import attrgetter
from typing import Final

from loadzone.core.store import Entry, HistoryQuery, Page
from loadzone.domain.errors import invalid
from loadzone.domain.facts import AnyFact, record_of
from loadzone.domain.model import Action, Record

_PAGE = 1000
_start = attrgetter("start")


class Histories:
    """All users' records, each user's oldest first.

    One list a user is the form of the data file, so a million records load without a copy; a question over
    all users merges the lists lazily and costs only what it reads.
    """

    def __init__(self, records: Mapping[str, list[Record]] | None = None) -> None:
        self._by_user: dict[str, list[Record]] = {}
        for user, mine in (records or {}).items():
            # Nearly free when they are in order already, as files written by LoadZone are.
            mine.sort(key=_start)
            self._by_user[user] = mine

    def add(self, facts: Iterable[AnyFact]) -> None:
        """Take in the records that facts leave."""
        for fact in facts:
            left = record_of(fact)
            if left is not None:
                user, record = left
                mine = self._by_user.setdefault(user, [])
                if not mine or mine[-1].start <= record.start:
                    mine.append(record)
                else:
                    insort_right(mine, record, key=_start)

    def __len__(self) -> int:
        return sum(map(len, self._by_user.values()))

    def of(self, user: str) -> list[Record]:
        """Return one user's records, oldest first."""
        return list(self._by_user.get(user, ()))

    def by_user(self) -> Mapping[str, list[Record]]:
        """Return all records, each user's oldest first."""
        return self._by_user

    async def pages(self, query: HistoryQuery) -> AsyncIterator[Page]:
        """Yield the matching entries in pages, letting the event loop breathe between them."""
        begun, skip = (None, 0) if query.cursor is None else _read_cursor(query.cursor)
        left = query.limit
        page: list[Entry] = []
        last, same = begun or query.since, 0
        for number, entry in enumerate(self.matching(query, begun), start=1):
            if entry is not None:
                if left == 0:
                    yield Page(entries=page, cursor=_write_cursor(last, same))
                    return
                last, same = entry.start, same + 1 if entry.start == last else 1
                if skip:
                    skip -= 1
                else:
                    page.append(entry)
                    left = None if left is None else left - 1
            # Counted by what was looked at: a filter that matches little must not hold the loop either.
            if number % _PAGE == 0:
                if page:
                    yield Page(entries=page)
                    page = []
                await asyncio.sleep(0)
        if page:
            yield Page(entries=page)

    def matching(self, query: HistoryQuery, begun: datetime | None) -> Iterator[Entry | None]:
        """Yield each record as an entry, or None where the query does not want its VM.

        `begun` is where an earlier answer ended, the records of that moment included.
        """
        since, until, back = query.since, query.until, query.newest_first
        if begun is not None:
            since, until = (since, begun + _INSTANT) if back else (begun, until)
        users = self._by_user if query.user is None else filter(self._by_user.__contains__, (query.user,))
        # Slices, so that records which arrive while a slow reader is served do not shift what it reads.
        ranges = [_pairs(user, _between(self._by_user[user], since, until), back) for user in users]
        for (_, _, user), record in merge(*ranges, key=_order, reverse=back):
            yield _entry(user, record) if query.vm_ids is None or record.vm_id in query.vm_ids else None


_Key = tuple[datetime, bool, str]
_INSTANT: Final = timedelta(microseconds=1)


def _pairs(user: str, records: list[Record], back: bool) -> Iterator[tuple[_Key, Record]]:
    ordered = reversed(records) if back else records
    return (((record.start, record.action is not Action.RELEASE, user), record) for record in ordered)


def _order(pair: tuple[_Key, Record]) -> _Key:
    return pair[0]


def _between(records: list[Record], since: datetime | None, until: datetime | None) -> list[Record]:
    low = 0 if since is None else bisect_left(records, since, key=_start)
    high = len(records) if until is None else bisect_left(records, until, key=_start)
    return records[low:high]


def _entry(user: str, record: Record) -> Entry:
    return Entry(
        user=user,
        vm_id=record.vm_id,
        start=record.start,
        end=record.end,
        action=record.action,
        reason=record.reason,
        by=record.by,
    )


# A cursor is the moment of the last entry given and how many of that very moment were given.


def _write_cursor(at: datetime | None, count: int) -> str:
    moment = "" if at is None else at.astimezone(UTC).isoformat()
    return urlsafe_b64encode(f"{moment} {count}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime | None, int]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, _, count = urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(" ")
        at = datetime.fromisoformat(moment) if moment else None
        if at is not None and at.tzinfo is None:
            raise ValueError("a cursor's moment has its zone")
        if not count.isdecimal():
            raise ValueError("a cursor's count is a number of entries")
        return at, int(count)
    except (ValueError, binascii.Error):
        raise invalid("cursor", "cursor_malformed") from None
