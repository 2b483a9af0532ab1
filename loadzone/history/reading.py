"""Reading a history into columns: each user's is decoded, taken over and let go of before the next one's.

A value for each record of a whole history would take five times the memory, and longer to make than to decode.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from itertools import count
from typing import Any, Final, Literal

import msgspec
import numpy as np
from msgspec import Raw, Struct
from numpy.typing import NDArray

from loadzone.core.data_file import in_utc
from loadzone.core.store import Entry
from loadzone.domain.model import Action, Reason, Record
from loadzone.history.columns import ACTIONS, NONE, REASONS, Codes, Columns, History, joined
from loadzone.history.times import Ints, Unusual, from_texts, from_values

_NONE_BYTE: Final = 255
# By value and by text: the hash of a value of an enumeration is worked out in Python each time.
_ACTION_CODES: Final = {key: code for code, action in enumerate(ACTIONS) for key in (action, action.value)}
_REASON_CODES: Final[Mapping[Reason | str | None, int]] = {
    None: _NONE_BYTE,
    **{key: code for code, reason in enumerate(REASONS) for key in (reason, reason.value)},
}


class _Row(Struct, gc=False):
    """A record whose values are left as texts: thousands at once are read faster than one by one.

    What is none of these is left to `Record`, which knows all of them.
    """

    vm_id: str
    start: str
    end: str | None
    action: Literal["book", "renew", "release"]
    reason: Literal["cancelled", "expired", "forced", "vm_deleted"] | None = None
    by: str | None = None


_rows = msgspec.json.Decoder(list[_Row])
_records = msgspec.json.Decoder(list[Record])


class Collector:
    """Takes in one user's records after the other, and puts them in order.

    Times without an offset are read in `assume_tz`. Who made a record is left out unless `with_by`.
    """

    def __init__(self, assume_tz: tzinfo = UTC, *, with_by: bool = False) -> None:
        self._assume_tz = assume_tz
        self._with_by = with_by
        self._vms: defaultdict[str, int] = defaultdict(count().__next__)
        self._bys: defaultdict[str, int] = defaultdict(count().__next__)
        self._parts: dict[str, list[Columns]] = {}

    def take(self, user: str, text: Raw) -> None:
        """Take in a user's history as it stands in the file; raises msgspec.DecodeError for what is none."""
        try:
            part = self._columns(_rows.decode(text), from_texts)
        except (Unusual, msgspec.ValidationError):
            self.add(user, _records.decode(text))
        else:
            self._parts.setdefault(user, []).append(part)

    def add(self, user: str, records: Sequence[Record]) -> None:
        """Take in a user's records."""
        self._parts.setdefault(user, []).append(self.columns(records))

    def history(self) -> History:
        """Return everything in order, and forget it here."""
        users = sorted(self._parts)
        parts = [_in_time(joined(self._parts.pop(user))) for user in users]
        user = np.repeat(np.arange(len(users), dtype=np.int32), [len(part.at) for part in parts])
        whole = joined(parts)
        # Of one moment come releases first, then users by name, who stand in that order here already.
        order = np.argsort(whole.at * 2 + _after_releases(whole, user), kind="stable")
        return History(whole.picked(order), user[order], users, *self.tables())

    def tables(self) -> tuple[Sequence[str], Sequence[str]]:
        """Return the names of the VMs and of those who made records, in the order of their numbers."""
        return list(self._vms), list(self._bys)

    def columns(self, records: Sequence[Record | Entry]) -> Columns:
        """Return records as columns, in the order given."""
        return self._columns(records, self._moments)

    def _columns(self, rows: Sequence[Any], moments: Any) -> Columns:
        # A list for each column first: what is walked over together stands together.
        by = np.full(len(rows), NONE, dtype=np.int32)
        if self._with_by:
            by[:] = [NONE if row.by is None else self._bys[row.by] for row in rows]
        return Columns(
            at=moments([row.start for row in rows]),
            end=moments([row.end for row in rows]),
            action=_small(map(_ACTION_CODES.__getitem__, [row.action for row in rows])),
            reason=_small(map(_REASON_CODES.__getitem__, [row.reason for row in rows])),
            vm=np.fromiter(map(self._vms.__getitem__, [row.vm_id for row in rows]), np.int32, len(rows)),
            by=by,
        )

    def _moments(self, times: Sequence[datetime | None]) -> Ints:
        return from_values([in_utc(at, self._assume_tz) for at in times])


def of_entries(entries: Sequence[Entry]) -> History:
    """Return entries that are in order as a history."""
    users: defaultdict[str, int] = defaultdict(count().__next__)
    collected = Collector(with_by=True)
    columns = collected.columns(entries)
    user = np.array([users[one.user] for one in entries], dtype=np.int32)
    return History(columns, user, list(users), *collected.tables())


def _small(codes: Iterable[int]) -> NDArray[np.int8]:
    """Return codes below 128, and `_NONE_BYTE` as -1; bytes are the quickest way to so many numbers."""
    return np.frombuffer(bytes(codes), dtype=np.int8)


def _in_time(part: Columns) -> Columns:
    """Return one user's records oldest first; those of one moment stay as they are."""
    if (part.at[1:] >= part.at[:-1]).all():
        return part
    return part.picked(np.argsort(part.at, kind="stable"))


def _after_releases(whole: Columns, user: Codes) -> NDArray[np.int8]:
    """Return 0 for releases, which come first of one moment, and 1 for others.

    But a release that its user made after a booking at the very same moment is not moved before that.
    """
    late: NDArray[np.int8] = (whole.action != _ACTION_CODES[Action.RELEASE]).astype(np.int8)
    same = (whole.at[1:] == whole.at[:-1]) & (user[1:] == user[:-1]) & (late[1:] == 0)
    for row in (np.flatnonzero(same) + 1).tolist():  # few, and in order: one may hang on the one before
        late[row] = late[row - 1]
    return late
