"""Turns are given a few at a time: known callers first, accounts in turn, and nobody waits in a long queue."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from loadzone.core.turns import Asker, Turns
from loadzone.domain.errors import TooManyTries


def stranger(account: str, address: str = "1.1.1.1") -> Asker:
    return Asker(known=False, account=account, address=address)


class Desk:
    """Turns of which the only one is taken until `opens`, and the order in which those who wait are served."""

    def __init__(self, strangers: int, patience: float) -> None:
        self.turns = Turns(at_once=1, strangers=strangers, patience=patience)
        self.served: list[Asker] = []
        self.opens = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []
        self.when_given: Callable[[], object] = lambda: None

    async def come(self, *askers: Asker) -> None:
        """Let them wait, in this order."""
        for asker in askers:
            self.tasks.append(asyncio.create_task(self._work(asker)))
            await asyncio.sleep(0)

    async def _work(self, asker: Asker) -> None:
        async with self.turns.turn(asker):
            await self.opens.wait()
            self.served.append(asker)
        # Whoever is next has the turn now and has not woken yet.
        self.when_given()

    async def done(self) -> list[BaseException | None]:
        """Serve everybody; return for each whether they were refused."""
        self.opens.set()
        return await asyncio.gather(*self.tasks, return_exceptions=True)


@asynccontextmanager
async def desk(strangers: int = 4, patience: float = 60) -> AsyncIterator[Desk]:
    opened = Desk(strangers, patience)
    await opened.come(stranger("first"))
    yield opened
    await opened.done()


async def test_who_is_known_comes_before_all_strangers() -> None:
    async with desk() as turns:
        known = Asker(known=True, account="ann")
        await turns.come(stranger("a"), stranger("b"), known)
        await turns.done()
        assert turns.served[1] == known


async def test_many_tries_of_one_account_make_nobody_else_wait_or_go() -> None:
    """Who comes after a queue of tries of one account is served next, and those are refused that are too many."""
    async with desk() as turns:
        await turns.come(*(stranger("victim", f"10.0.0.{n}") for n in range(40)), stranger("bob", "2.2.2.2"))
        answers = await turns.done()
        assert turns.served[1] == stranger("bob", "2.2.2.2")
        assert answers[-1] is None
        assert len(turns.served) == 1 + 4
        refused = [answer for answer in answers if answer is not None]
        assert all(isinstance(answer, TooManyTries) and answer.code == "login_busy" for answer in refused)


async def test_many_accounts_tried_from_one_address_drive_out_nobody_else() -> None:
    async with desk() as turns:
        await turns.come(stranger("bob", "2.2.2.2"), *(stranger(f"{n}@x") for n in range(40)))
        answers = await turns.done()
        assert answers[1] is None
        assert len(turns.served) == 1 + 4


async def test_the_newest_is_served_where_all_are_strangers_to_each_other() -> None:
    async with desk() as turns:
        await turns.come(*(stranger(f"{n}@x", f"10.0.0.{n}") for n in range(40)))
        await turns.done()
        assert [each.account for each in turns.served] == ["first", "39@x", "38@x", "37@x", "36@x"]


@pytest.mark.parametrize("when", ["waiting", "as the turn comes"])
async def test_who_goes_away_takes_no_turn(when: str) -> None:
    """A caller that is cancelled leaves the turn to the next, also at the moment when it is given."""
    async with desk() as turns:
        await turns.come(stranger("a"), stranger("b"))
        if when == "as the turn comes":
            turns.when_given = turns.tasks[2].cancel
        else:
            turns.tasks[2].cancel()
        await turns.done()
        assert [each.account for each in turns.served] == ["first", "a"]
        await turns.come(stranger("c"), stranger("d"))
        await turns.done()
        assert [each.account for each in turns.served[2:]] == ["c", "d"]


async def test_a_stranger_waits_for_a_while_only() -> None:
    """Who is no nearer to a turn then is refused; who is known goes on waiting."""
    async with desk(patience=0.01) as turns:
        known = Asker(known=True, account="ann")
        await turns.come(stranger("a"), known)
        await asyncio.wait([turns.tasks[1]])
        assert isinstance(turns.tasks[1].exception(), TooManyTries)
        assert not turns.tasks[2].done()
        await turns.done()
        assert turns.served == [stranger("first"), known]
