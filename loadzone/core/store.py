"""The Store contract: what an engine keeps and promises. It imports no engine.

An engine keeps numbered changes. The fleet is their fold, and the history is a projection of them.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec import Raw, Struct

from loadzone.domain.errors import LoadZoneError
from loadzone.domain.facts import AnyFact, Change
from loadzone.domain.model import Action, Fleet, Reason


class StaleState(Exception):
    """The decision was made on a state that is no longer the newest: read what is new and decide again."""


class TooFarBack(Exception):
    """The changes asked for are no longer at hand one by one: load the state instead."""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A history record together with whose it is: one row of `GET /history`."""

    user: str
    vm_id: str
    start: datetime
    end: datetime | None
    action: Action
    reason: Reason | None = None
    by: str | None = None


class HistoryQuery(Struct, frozen=True, kw_only=True):
    """Which records: `since <= start < until`; None means any. `vm_ids` is a set of VM ids.

    `cursor` continues behind an earlier answer to the same query; `limit` is the most records in all. They come
    oldest first, or with `newest_first` in just the other order.
    """

    since: datetime | None = None
    until: datetime | None = None
    user: str | None = None
    vm_ids: frozenset[str] | None = None
    cursor: str | None = None
    limit: int | None = None
    newest_first: bool = False


class Page(Struct, frozen=True, kw_only=True):
    """Some entries in order. Only the last page has a `cursor`, and only when `limit` left something out."""

    entries: Sequence[Entry]
    cursor: str | None = None


LOADZONE: Final = "loadzone"
"""Who did it, in a question, where LoadZone itself did: no e-mail address is like that."""


class ChangeQuery(Struct, frozen=True, kw_only=True):
    """Which facts of which changes: all that is given must hold for the same fact; None means any.

    `since <= fact.at < until`; `by` did it (`LOADZONE`: nobody); it names `user`, `vm_id`, `group_id`; its kind
    is one of `kinds`. `cursor` continues behind an earlier answer to the same query; `limit` is the most changes
    in all.
    """

    since: datetime | None = None
    until: datetime | None = None
    by: str | None = None
    user: str | None = None
    vm_id: str | None = None
    group_id: int | None = None
    kinds: frozenset[str] | None = None
    cursor: str | None = None
    limit: int | None = None


class ChangePage(Struct, frozen=True, kw_only=True):
    """Some changes, newest first, with those of their facts that were asked for.

    Only the last page has a `cursor`, and only when `limit` left something out.
    """

    changes: Sequence[Change]
    cursor: str | None = None


class Receipt(Struct, frozen=True, kw_only=True):
    """What a request was answered that made a change, for the case that it comes again.

    `request` and `body` are digests by which it is known again, `answer` is JSON. The store keeps a receipt
    together with its change, both or neither, and understands nothing of it.
    """

    request: str
    body: str
    at: datetime
    answer: Raw


class Loaded(Struct, frozen=True, kw_only=True):
    """The state at start and the number of its last change."""

    fleet: Fleet
    seq: int


class Health(Struct, frozen=True, kw_only=True):
    """How the store is: `writable`, and figures for the metrics by name (counts, bytes, seconds)."""

    writable: bool
    figures: dict[str, float] = {}


class Store(Protocol):
    """Keeps the changes. All methods belong to one event loop; none blocks it."""

    async def load(self) -> Loaded:
        """Open the store for writing and return its state.

        Raises DataError when what is stored cannot be trusted, Conflict(`store_locked`) when another
        process writes it, StoreUnavailable when it cannot be opened.
        """
        ...

    async def append(self, facts: Sequence[AnyFact], expected: int, receipt: Receipt | None = None) -> Change:
        """Make `facts` durable as the change after `expected` and return it; then, and only then, it is true.

        With them goes the `receipt`, if there is one: whoever has the change has it too.

        Raises StaleState, nothing being stored, when `expected` is not the newest change (one that is on its
        way to the disk counts), and StoreUnavailable, nothing being stored, when it could not be made durable.
        """
        ...

    def follow(self, since: int) -> AsyncIterator[Sequence[Change]]:
        """Yield the durable changes after number `since`, in order, several at a time, without end.

        Each is yielded before `append` returns it. Raises TooFarBack when `since` is too long ago.
        """
        ...

    def history(self, query: HistoryQuery) -> AsyncIterator[Page]:
        """Yield the matching records, oldest first over all users, in pages of at most a thousand.

        Of one moment come releases first, then users by name; within one user and moment the order is that
        in which things happened. Raises InvalidInput for a cursor that is not one of ours.
        """
        ...

    def changes(self, query: ChangeQuery) -> AsyncIterator[ChangePage]:
        """Yield the durable changes that match, newest first, in pages of at most a thousand.

        Newest means told last: of an end that was met late, the moment may be older than that of its neighbours.
        What a store no longer remembers is left out. Raises InvalidInput for a cursor that is not one of ours.
        """
        ...

    async def receipts(self, since: datetime, limit: int) -> Sequence[Receipt]:
        """Return the receipts kept since a moment, the newest `limit` of them, oldest first."""
        ...

    async def forget(self, before: datetime) -> None:
        """Drop the changes made before a moment from what `changes` tells; state and history keep all.

        It may leave what is up to a day older than that, so as not to do it often.
        """
        ...

    async def flush(self) -> None:
        """Bring everything durable into its resting form, as far as the engine has one."""
        ...

    def health(self) -> Health:
        """Tell how the store is, at once and without I/O."""
        ...

    def remember(self, fleet: Fleet, seq: int) -> None:
        """Take the durable state after change `seq`: an engine may write its resting form from it."""
        ...

    async def close(self) -> LoadZoneError | None:
        """Finish what is under way, flush, and let go of everything; return why something is not flushed."""
        ...
