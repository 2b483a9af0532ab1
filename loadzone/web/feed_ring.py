"""The last changes, kept for clients of the live feed that were away for a moment."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from loadzone.core.service import Service
from loadzone.core.store import ChangeQuery
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.facts import Change

log = logging.getLogger(__name__)

SIZE: Final = 1000


class Ring:
    """Remembers the last `size` changes, without gaps.

    It holds facts only, never fleets: a fleet of every change would cost memory, and a client that comes
    back wants the records as they are now.
    """

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._changes: deque[Change] = deque(maxlen=size)

    async def recall(self, service: Service) -> None:
        """Take back from the store what was remembered before a restart, as far as it can be read."""
        pages = service.recorded(ChangeQuery(limit=self._size))
        try:
            newest_first = [change async for page in pages for change in page.changes]
        except StoreUnavailable as problem:
            log.warning("the last changes cannot be told again: %s", problem)
            return
        for change in reversed(newest_first):
            self.append(change)

    def newest_first(self) -> Iterator[Change]:
        """Yield what is remembered."""
        return reversed(self._changes)

    def append(self, change: Change) -> None:
        """Remember one more change; behind a gap in the numbers everything older is forgotten."""
        if self._changes and change.seq != self._changes[-1].seq + 1:
            self._changes.clear()
        self._changes.append(change)

    def since(self, seq: int, newest: int) -> Sequence[Change] | None:
        """Return the changes after number `seq` up to `newest`, the store's last one.

        None means that they are not at hand: `seq` is too long ago, or it is not a number of this store.
        """
        if seq == newest:
            return ()
        if seq > newest or not self._changes or self._changes[-1].seq != newest:
            return None
        skipped = seq + 1 - self._changes[0].seq
        return tuple(islice(self._changes, skipped, None)) if skipped >= 0 else None
