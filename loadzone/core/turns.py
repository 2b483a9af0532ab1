"""Whose turn it is where few may work at once: fair to accounts and addresses, and never a long wait.

Those whom the server knows come first. Of strangers only so many may wait; among them accounts take turns, and
the newest comes first: under a flood those who waited longest would have to be refused anyway.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Final

from msgspec import Struct

from loadzone.domain.errors import TooManyTries

AT_ONCE: Final = 2
# So many strangers are a few seconds of work for argon2; those who are known are few, and real.
STRANGERS_MAX: Final = 100
KNOWN_MAX: Final = 500
# Whoever waits longer has given up, or would rather know.
PATIENCE_SECONDS: Final = 10.0
BUSY_SECONDS: Final = 3


class Asker(Struct, frozen=True, kw_only=True):
    """Who wants a turn: whether the server knows them, for which account, and from where."""

    known: bool
    account: str = ""
    address: str = ""


OWN: Final = Asker(known=True)
"""Administrators, sessions and commands: what is done for somebody who is in."""


class _Waiting:
    """One who waits for `turn`, which is cancelled together with who awaits it."""

    __slots__ = ("asker", "turn")

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @property
    def has_turn(self) -> bool:
        return self.turn.done() and not self.turn.cancelled() and self.turn.exception() is None


class _Lane:
    """Those who wait, by account. Accounts take turns; a new one comes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._accounts: OrderedDict[str, deque[_Waiting]] = OrderedDict()

    @property
    def is_overfull(self) -> bool:
        return sum(map(len, self._accounts.values())) > self._most

    def __iter__(self) -> Iterator[_Waiting]:
        """Yield those who wait; who would be served last comes first."""
        for queue in reversed(self._accounts.values()):
            yield from reversed(queue)

    def add(self, one: _Waiting) -> None:
        account = one.asker.account
        if account not in self._accounts:
            self._accounts[account] = deque()
            self._accounts.move_to_end(account, last=False)
        self._accounts[account].append(one)

    def remove(self, one: _Waiting) -> None:
        account = one.asker.account
        queue = self._accounts.get(account, ())
        if one in queue:
            self._accounts[account].remove(one)
            if not self._accounts[account]:
                del self._accounts[account]

    def take(self) -> _Waiting | None:
        if not self._accounts:
            return None
        account, queue = next(iter(self._accounts.items()))
        one = queue.popleft()
        if queue:
            self._accounts.move_to_end(account)
        else:
            del self._accounts[account]
        return one

    def most_greedy(self) -> _Waiting:
        """Return who is refused first: the last of the address, or of the account, that waits most often."""
        waiting = list(self)
        by_address = Counter(one.asker.address for one in waiting)
        by_account = Counter(one.asker.account for one in waiting)
        return max(waiting, key=lambda one: max(by_address[one.asker.address], by_account[one.asker.account]))


class Turns:
    """Gives turns, `at_once` at the same time, and lets only so many wait."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        known: int = KNOWN_MAX,
        strangers: int = STRANGERS_MAX,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._free = at_once
        self._patience = patience
        self._known, self._strangers = _Lane(known), _Lane(strangers)

    @asynccontextmanager
    async def turn(self, asker: Asker) -> AsyncIterator[None]:
        """Wait for a turn and hold it; raises TooManyTries (`login_busy`) for strangers who would wait long."""
        if self._free:
            self._free -= 1
        elif asker.known:
            await self._wait(_Waiting(asker), self._known)
        else:
            await self._wait_a_while(_Waiting(asker))
        try:
            yield
        finally:
            self._pass_on()

    async def _wait_a_while(self, one: _Waiting) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._wait(one, self._strangers)
        except TimeoutError:
            raise _busy() from None

    async def _wait(self, one: _Waiting, lane: _Lane) -> None:
        lane.add(one)
        if lane.is_overfull:
            refused = lane.most_greedy()
            lane.remove(refused)
            if not refused.turn.done():
                refused.turn.set_exception(_busy())
        try:
            await one.turn
        except asyncio.CancelledError:
            lane.remove(one)
            if one.has_turn:
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Give the turn that is over to the next who waits."""
        while (one := self._known.take() or self._strangers.take()) is not None:
            if not one.turn.done():
                one.turn.set_result(None)
                return
        self._free += 1


def _busy() -> TooManyTries:
    return TooManyTries("login_busy", seconds=BUSY_SECONDS)
