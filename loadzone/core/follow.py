"""Handing durable changes to whoever follows them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence

from loadzone.core.store import TooFarBack
from loadzone.domain.facts import Change

_KEPT = 10_000


class Followers:
    """The newest changes, and those who wait for the next. `since` is the number before the first one."""

    def __init__(self, since: int) -> None:
        self._changes: deque[Change] = deque(maxlen=_KEPT)
        self._seq = since
        self._news = asyncio.Event()

    def tell(self, changes: Sequence[Change]) -> None:
        """Hand durable changes to the followers, who run before anyone who is woken later."""
        self._changes.extend(changes)
        self._seq = changes[-1].seq
        self._news.set()
        self._news = asyncio.Event()

    async def follow(self, since: int) -> AsyncIterator[Sequence[Change]]:
        """Yield changes after `since` as they come; raises TooFarBack when they are no longer kept."""
        while True:
            if since < self._seq:
                missing = self._seq - since
                if missing > len(self._changes):
                    raise TooFarBack
                # From the newest end: indexing into the middle of a deque would cost its length.
                news = [self._changes[-number] for number in range(missing, 0, -1)]
                since = self._seq
                yield news
            else:
                await self._news.wait()
