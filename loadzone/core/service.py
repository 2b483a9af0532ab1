"""The use cases. Each takes an actor; its facts are durable before anyone is told of them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from loadzone.core.clock import Clock, proven, system_clock
from loadzone.core.store import ChangePage, ChangeQuery, Health, HistoryQuery, Page, Receipt, StaleState, Store
from loadzone.domain import rules
from loadzone.domain.errors import LoadZoneError, NotFound, StoreUnavailable
from loadzone.domain.facts import AnyFact, Change, apply_all
from loadzone.domain.model import VM, Fleet, Group, Policy
from loadzone.domain.permissions import Act, Actor, demand
from loadzone.domain.wishes import AnyWish

log = logging.getLogger(__name__)

Decide = Callable[[Fleet, datetime], Sequence[AnyFact]]
MakeReceipt = Callable[[Fleet], Receipt]


class Committed(Struct, frozen=True, kw_only=True, gc=False):
    """A durable change, with the fleet right before and right after it."""

    change: Change
    before: Fleet
    after: Fleet


Subscriber = Callable[[Sequence[Committed]], None]


# On a state that moves on faster than a large wish is decided, the event loop must wait for it once.
_LARGE_TRIES: Final = 3


def _decided(
    fleet: Fleet, actor: Actor, wish: AnyWish, now: datetime, policy: Policy
) -> tuple[tuple[AnyFact, ...], Fleet]:
    facts = tuple(rules.decide(fleet, actor, wish, now, policy))
    return facts, apply_all(fleet, facts)


class Service:
    """Decides wishes against the state in memory, makes the facts durable, then tells the subscribers.

    Two states are kept. `fleet` is durable, and everything that is shown comes from it. Decisions are made
    on the state that includes changes still on their way to the disk, so that bookings arriving together
    can share one sync; should that sync fail, the decisions go with it.
    """

    def __init__(self, store: Store, policy: Policy | None = None, clock: Clock = system_clock) -> None:
        self.policy = policy or Policy()
        self.clock = clock
        self.fleet = Fleet()
        self.seq = 0
        self.unsaved: LoadZoneError | None = None
        """After the stop: why the store's resting form lacks something, None when it has everything."""
        self._store = store
        self._ahead = Fleet()
        self._ahead_seq = 0
        self._pending: dict[int, tuple[tuple[AnyFact, ...], Fleet]] = {}
        self._subscribers: list[Subscriber] = []
        self._follower: asyncio.Task[None] | None = None
        self._refusals = 0
        self._moved = asyncio.Event()

    # Life

    async def start(self) -> None:
        """Load the store and begin to follow it; raises what `Store.load` raises."""
        loaded = await self._store.load()
        self.fleet, self.seq = loaded.fleet, loaded.seq
        self._forget_pending()
        self._follower = asyncio.create_task(self._follow(), name="loadzone-follow")

    async def stop(self) -> None:
        """Stop following and close the store, which writes what it has to its resting form."""
        self.unsaved = await self._store.close()
        if self._follower is not None:
            self._follower.cancel()
            with suppress(asyncio.CancelledError):
                await self._follower

    def holds(self, email: str) -> bool:
        """Tell whether an address has a place here already: it logged in, holds a VM, or has a history."""
        fleet = self.fleet
        return email in fleet.users or any((vm.booked_by or "").lower() == email for vm in fleet.vms.values())

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with every batch of durable changes, in order, on the event loop.

        A subscriber that raises is logged; it undoes nothing and stops nobody else.
        """
        self._subscribers.append(subscriber)

    # Asking

    def grant(self, actor: Actor, wish: AnyWish, receipt: MakeReceipt | None = None) -> Awaitable[Fleet]:
        """Grant `wish` and return the fleet right after it; raises the domain error that refuses it."""
        return self.decide(lambda fleet, now: rules.decide(fleet, actor, wish, now, self.policy), receipt)

    async def grant_large(self, actor: Actor, wish: AnyWish, receipt: MakeReceipt | None = None) -> Fleet:
        """Grant as `grant` does, but decide in a thread: thousands of VMs would hold the event loop."""
        for _ in range(_LARGE_TRIES):
            seen, seq = self._ahead, self._ahead_seq
            try:
                facts, after = await asyncio.to_thread(_decided, seen, actor, wish, self.clock(), self.policy)
            except LoadZoneError:
                break
            # Decided on what others have changed meanwhile, it counts for nothing.
            if facts and self._ahead is seen and self._ahead_seq == seq:
                with suppress(StaleState):
                    return await self._commit(facts, receipt, after)
                self._forget_pending()
        return await self.grant(actor, wish, receipt)

    async def decide(self, decide: Decide, receipt: MakeReceipt | None = None) -> Fleet:
        """Make what `decide` gives durable and return the fleet right after it.

        What `receipt` makes of that fleet is stored with the change: both are durable, or neither is.

        `decide` is a pure function of (fleet, now); it is called again when the state has moved on. A
        refusal is told only when the state that it was decided on is durable.
        """
        while True:
            seen, seen_seq = self._ahead, self._ahead_seq
            try:
                facts = tuple(decide(seen, self.clock()))
            except LoadZoneError:
                if await self._until(seen_seq):
                    raise
                continue
            if facts:
                with suppress(StaleState):
                    return await self._commit(facts, receipt)
                self._forget_pending()
                # The follower must have its turn: it brings the state that was missed.
                await asyncio.sleep(0)
            elif await self._until(seen_seq):
                return seen

    async def check(self, actor: Actor, wish: AnyWish) -> None:
        """Raise what would refuse `wish` now, as far as the durable fleet tells; nothing changes."""
        await asyncio.to_thread(rules.decide, self.fleet, actor, wish, self.clock(), self.policy)

    async def record(self, facts: Sequence[AnyFact]) -> None:
        """Make facts durable that were decided elsewhere and change no fleet: those about accounts."""
        await self.decide(lambda _fleet, _now: facts)

    async def _commit(
        self, facts: tuple[AnyFact, ...], receipt: MakeReceipt | None, after: Fleet | None = None
    ) -> Fleet:
        expected = self._ahead_seq
        after = apply_all(self._ahead, facts) if after is None else after
        made = None if receipt is None else receipt(after)
        self._ahead, self._ahead_seq = after, expected + 1
        self._pending[expected + 1] = facts, after
        try:
            change = await self._store.append(facts, expected, made)
        except StaleState:
            raise
        except BaseException:
            # Refused by the disk; or cancelled, and then nobody is left here to learn of a refusal. Either
            # way the next decision is made on what is durable, and again if this change becomes so after all.
            self._forget_pending()
            self._refusals += 1
            self._wake()
            raise
        # Durable already: only the follower's turn is awaited, so that whoever asks next sees the change.
        while self.seq < change.seq:
            await self._moved.wait()
        return after

    async def _until(self, seq: int) -> bool:
        """Wait until change `seq` is durable and told; False when changes were refused meanwhile."""
        refusals = self._refusals
        while self.seq < seq:
            if self._refusals != refusals:
                return False
            await self._moved.wait()
        return True

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def _forget_pending(self) -> None:
        self._pending.clear()
        self._ahead, self._ahead_seq = self.fleet, self.seq

    # Following

    async def _follow(self) -> None:
        async for changes in self._store.follow(self.seq):
            committed = [self._advance(change) for change in changes]
            self._store.remember(self.fleet, self.seq)
            for subscriber in self._subscribers:
                try:
                    subscriber(committed)
                except Exception:
                    log.exception("a subscriber failed on changes up to %d", self.seq)
            self._wake()

    def _advance(self, change: Change) -> Committed:
        before = self.fleet
        facts, after = self._pending.pop(change.seq, (None, before))
        ours = facts == change.facts
        if not ours:  # another writer's, perhaps under the number that was hoped for here
            after = apply_all(before, change.facts)
        self.fleet, self.seq = after, change.seq
        if not ours or self._ahead_seq < change.seq:
            self._forget_pending()
        return Committed(change=change, before=before, after=after)

    # Seeing

    def see(self, actor: Actor) -> Fleet:
        """Return the durable fleet to an actor who may see it."""
        demand(actor, Act.SEE)
        return self.fleet

    def vm(self, actor: Actor, vm_id: str) -> VM:
        """Return one VM; raises NotFound."""
        vm = self.see(actor).vms.get(vm_id)
        if vm is None:
            raise NotFound("vm_not_found", vm_id=vm_id)
        return vm

    def group(self, actor: Actor, group_id: int) -> Group:
        """Return one group; raises NotFound."""
        group = self.see(actor).groups.get(group_id)
        if group is None:
            raise NotFound("group_not_found", group_id=group_id)
        return group

    def history(self, actor: Actor, query: HistoryQuery) -> AsyncIterator[Page]:
        """Return pages of the booking history, oldest first."""
        demand(actor, Act.SEE)
        return self._store.history(query)

    def changes(self, actor: Actor, query: ChangeQuery) -> AsyncIterator[ChangePage]:
        """Return pages of what was changed and by whom, newest first; for administrators."""
        demand(actor, Act.AUDIT)
        return self._store.changes(query)

    def recorded(self, query: ChangeQuery) -> AsyncIterator[ChangePage]:
        """Return the same for LoadZone itself."""
        return self._store.changes(query)

    async def newest_moment(self) -> datetime | None:
        """Return when the newest change was made; None where there is none, or none that is remembered."""
        pages = self._store.changes(ChangeQuery(limit=1))
        with suppress(StoreUnavailable):
            return max(
                [fact.at async for page in pages for change in page.changes for fact in change.facts], default=None
            )
        return None

    def receipts(self, since: datetime, limit: int) -> Awaitable[Sequence[Receipt]]:
        """Return what requests were answered that made changes, oldest first."""
        return self._store.receipts(since, limit)

    async def forget_before(self, days: int) -> None:
        """Let the store drop the changes of more than so many days ago from what it tells of them.

        Nothing is dropped by a clock that was just set.
        """
        if (now := proven(self.clock)) is not None:
            await self._store.forget(now - timedelta(days=days))

    async def drained(self) -> None:
        """Return when no change is on its way to the disk."""
        while self._pending:
            await self._moved.wait()

    def store_health(self) -> Health:
        """Tell how the store is."""
        return self._store.health()
