"""A booking history as columns of numbers, 30 bytes a record: what a file of a million records is read into."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from loadzone.core.data_file import EPOCH
from loadzone.core.store import Entry
from loadzone.domain.model import Action, Reason
from loadzone.history.times import MISSING, Ints, micros

Codes = NDArray[np.int32]

ACTIONS: Final = tuple(Action)
REASONS: Final = tuple(Reason)
NONE: Final = -1
"""The number of no reason and of nobody."""


class Columns(NamedTuple):
    """Records in columns of one length; `at` and `end` in microseconds since 1970, the others numbers of names."""

    at: Ints
    end: Ints
    action: NDArray[np.int8]
    reason: NDArray[np.int8]
    vm: Codes
    by: Codes

    def picked(self, rows: Any) -> "Columns":
        """Return the records at `rows`."""
        return Columns(*(column[rows] for column in self))


class History(NamedTuple):
    """A whole history, oldest first, in the order of the Store contract; codes count into the three tables."""

    columns: Columns
    user: Codes
    users: Sequence[str]
    vms: Sequence[str]
    bys: Sequence[str]

    def pieces(self, size: int) -> "Iterator[History]":
        """Yield the whole in order, at most `size` records at once."""
        for low in range(0, len(self.user), size):
            rows = slice(low, low + size)
            yield self._replace(columns=self.columns.picked(rows), user=self.user[rows])

    def part(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        user: str | None = None,
        vm_ids: Iterable[str] | None = None,
    ) -> "History":
        """Return the records with `since <= at < until` of that user and those VMs; None is any."""
        low = 0 if since is None else int(np.searchsorted(self.columns.at, micros(since), "left"))
        high = len(self.user) if until is None else int(np.searchsorted(self.columns.at, micros(until), "left"))
        rows: Any = slice(low, max(low, high))
        if user is not None or vm_ids is not None:
            wanted = np.ones(len(self.user[rows]), dtype=np.bool_)
            if user is not None:
                wanted &= np.isin(self.user[rows], _places(self.users, {user}))
            if vm_ids is not None:
                wanted &= np.isin(self.columns.vm[rows], _places(self.vms, set(vm_ids)))
            rows = np.flatnonzero(wanted) + low
        return self._replace(columns=self.columns.picked(rows), user=self.user[rows])

    def entries(self) -> Iterator[Entry]:
        """Yield the records as values."""
        numbers = (*self.columns, self.user)
        for at, end, action, reason, vm, by, user in zip(*(each.tolist() for each in numbers), strict=True):
            yield Entry(
                user=self.users[user],
                vm_id=self.vms[vm],
                start=EPOCH + timedelta(microseconds=at),
                end=None if end == MISSING else EPOCH + timedelta(microseconds=end),
                action=ACTIONS[action],
                reason=None if reason == NONE else REASONS[reason],
                by=None if by == NONE else self.bys[by],
            )


def joined(parts: Sequence[Columns]) -> Columns:
    """Return columns one behind the other."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        small, codes = none.astype(np.int8), none.astype(np.int32)
        return Columns(none, none, small, small, codes, codes)
    return Columns(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _places(names: Sequence[str], wanted: set[str]) -> list[int]:
    return [place for place, name in enumerate(names) if name in wanted]
