"""The last changes, kept for clients of the live feed that were away for a moment."""

from collections import deque
from collections.abc import Sequence
from itertools import islice

from loadzone.domain.facts import Change


class Ring:
    """Remembers the last `size` changes, without gaps.

    It holds facts only, never fleets: a fleet of every change would cost memory, and a client that comes
    back wants the records as they are now.
    """

    def __init__(self, size: int) -> None:
        self._changes: deque[Change] = deque(maxlen=size)

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
