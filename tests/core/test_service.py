"""The use cases: decided on the newest state, durable before anybody is told, rolled back when refused."""

import asyncio
import errno
import logging
import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from loadzone.core import service as service_module
from loadzone.core.json_store import JSONStore
from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Committed, Service
from loadzone.core.store import HistoryQuery, Receipt
from loadzone.domain.errors import Conflict, InvalidInput, LoadZoneError, LoginRequired, NotFound, StoreUnavailable
from loadzone.domain.facts import AnyFact, Change, VMAdded
from loadzone.domain.model import Fleet
from loadzone.domain.permissions import STRANGER, Actor, Role
from loadzone.domain.wishes import AddGroup, AddVM, AddVMs, Book, EditVM, Release

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
ANN = Actor(email="ann@example.com", role=Role.USER)
BOB = Actor(email="bob@example.com", role=Role.USER)
BOOK = Book(vm_id="a", hours=2)


class Disk:
    """The sync of the journal, which a test can hold up and let fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.failures = 0
        self.synced = 0
        self._real = os.fdatasync
        monkeypatch.setattr(os, "fdatasync", self._sync)

    def _sync(self, file: int) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise OSError(errno.EIO, "Input/output error")
        self._real(file)
        self.synced += 1


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """Give the disk under the store."""
    return Disk(monkeypatch)


@pytest.fixture
async def service(tmp_path: Path, disk: Disk) -> AsyncIterator[Service]:
    """Give a service on a JSON store with the free VMs a, b and c."""
    service = Service(JSONStore(tmp_path / "data.json"), clock=lambda: NOON)
    await service.start()
    await service.grant(ADMIN, AddVMs(vms=tuple(AddVM(id=vm_id) for vm_id in "abc")))
    yield service
    await service.stop()


async def test_of_two_who_ask_in_one_loop_turn_one_wins_and_the_other_learns_who_and_until_when(
    service: Service,
) -> None:
    answers = await asyncio.gather(service.grant(ANN, BOOK), service.grant(BOB, BOOK), return_exceptions=True)
    won, lost = answers
    assert isinstance(won, Fleet)
    assert won.vms["a"].booked_by == ANN.email
    assert isinstance(lost, Conflict)
    assert lost.code == "vm_taken"
    assert lost.data == {"vm_id": "a", "holder": ANN.email, "until": NOON + timedelta(hours=2)}


async def test_of_32_who_race_for_one_vm_exactly_one_wins_again_and_again(service: Service) -> None:
    racers = [Actor(email=f"user{number}@example.com", role=Role.USER) for number in range(32)]
    for _ in range(5):
        answers = await asyncio.gather(*(service.grant(one, BOOK) for one in racers), return_exceptions=True)
        winners = [one for one, answer in zip(racers, answers, strict=True) if isinstance(answer, Fleet)]
        losses = [answer for answer in answers if isinstance(answer, Conflict)]
        assert (len(winners), len(losses)) == (1, 31)
        assert {loss.data["holder"] for loss in losses} == {winners[0].email}
        await service.grant(winners[0], Release(vm_id="a"))


async def test_what_is_asked_together_shares_syncs(service: Service, disk: Disk) -> None:
    before = disk.synced
    await asyncio.gather(*(service.grant(ADMIN, AddVM(id=f"vm-{number}")) for number in range(100)))
    assert len(service.fleet.vms) == 103
    assert disk.synced - before < 10


async def test_a_granted_wish_is_in_what_is_shown_and_in_the_history(service: Service) -> None:
    after = await service.grant(ANN, BOOK)
    assert service.fleet == after
    assert service.vm(ANN, "a").booked_by == ANN.email
    pages = [page async for page in service.history(ANN, HistoryQuery())]
    assert [entry.user for page in pages for entry in page.entries] == [ANN.email]


async def test_a_refused_wish_changes_nothing(service: Service) -> None:
    before, seq = service.fleet, service.seq
    with pytest.raises(NotFound, match="vm_not_found"):
        await service.grant(ANN, Book(vm_id="zz", hours=1))
    assert (service.fleet, service.seq) == (before, seq)


async def test_a_wish_for_what_is_so_already_stores_nothing(service: Service) -> None:
    seq = service.seq
    assert await service.grant(ADMIN, EditVM(vm_id="a")) == service.fleet
    assert service.seq == seq


# Durable first


class SlowStore(MemoryStore):
    """A store whose disk answers when the test lets it, and then one append well after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.durable = asyncio.Event()
        self._before = 0

    async def append(self, facts: Sequence[AnyFact], expected: int, receipt: Receipt | None = None) -> Change:
        """Wait for the disk, then keep the facts."""
        turns, self._before = self._before, self._before + 10
        self.asked.set()
        await self.durable.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        return await super().append(facts, expected, receipt)


async def test_nobody_sees_or_is_told_a_change_before_it_is_durable() -> None:
    store = SlowStore()
    service = Service(store, clock=lambda: NOON)
    told: list[Committed] = []
    service.subscribe(told.extend)
    await service.start()
    asked = asyncio.ensure_future(service.grant(ADMIN, AddVM(id="a")))
    await store.asked.wait()
    for _ in range(10):
        await asyncio.sleep(0)
    assert (told, len(service.fleet.vms), service.seq, asked.done()) == ([], 0, 0, False)
    store.durable.set()
    after = await asked
    assert [one.change.seq for one in told] == [1]
    assert (told[0].before, told[0].after) == (Fleet(), after)
    await service.stop()


async def test_subscribers_have_a_change_before_the_one_who_asked(service: Service) -> None:
    told: list[Committed] = []
    service.subscribe(told.extend)

    async def add(number: int) -> None:
        await service.grant(ADMIN, AddVM(id=f"vm-{number}"))
        added = [fact.vm_id for one in told for fact in one.change.facts if isinstance(fact, VMAdded)]
        assert f"vm-{number}" in added

    await asyncio.gather(*(add(number) for number in range(50)))
    assert [one.change.seq for one in told] == list(range(2, 52))
    assert all(one.after == later.before for one, later in pairwise(told))


async def test_a_failing_subscriber_is_logged_and_undoes_nothing_and_stops_nobody(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: Sequence[Committed]) -> None:
        raise RuntimeError("no screen")

    told: list[Committed] = []
    service.subscribe(fails)
    service.subscribe(told.extend)
    with caplog.at_level(logging.ERROR):
        await service.grant(ANN, BOOK)
        await service.grant(BOB, Book(vm_id="b", hours=1))
    assert caplog.text.count("a subscriber failed") == 2
    assert [one.change.seq for one in told] == [2, 3]
    assert service.fleet.vms["a"].booked_by == ANN.email


# Refused by the disk


async def test_what_the_disk_refuses_is_rolled_back_and_may_be_asked_again(service: Service, disk: Disk) -> None:
    before, told = service.fleet, list[Committed]()
    service.subscribe(told.extend)
    disk.failures = 1
    with pytest.raises(StoreUnavailable):
        await service.grant(ANN, BOOK)
    assert (service.fleet, told) == (before, [])
    assert not service.store_health().writable
    await service.grant(BOB, BOOK)
    assert service.fleet.vms["a"].booked_by == BOB.email
    assert service.store_health().writable


async def test_nobody_is_refused_because_of_a_change_that_the_disk_refused(service: Service, disk: Disk) -> None:
    disk.failures = 1
    first, second = await asyncio.gather(
        service.grant(ANN, BOOK), service.grant(BOB, BOOK), return_exceptions=True
    )
    assert isinstance(first, StoreUnavailable)
    assert isinstance(second, Fleet)
    assert service.fleet.vms["a"].booked_by == BOB.email


async def test_asking_again_at_once_while_others_are_refused_too_keeps_everything_going(
    service: Service, disk: Disk
) -> None:
    async def insist(number: int) -> int:
        tries = 0
        while True:
            tries += 1
            try:
                fleet = await service.grant(ADMIN, AddVM(id=f"vm-{number}"))
            except StoreUnavailable:
                continue
            assert f"vm-{number}" in fleet.vms
            return tries

    for round_number in range(5):
        disk.failures = 3
        numbers = range(round_number * 20, round_number * 20 + 20)
        tries = await asyncio.wait_for(asyncio.gather(*map(insist, numbers)), 20)
        assert max(tries) > 1
    assert len(service.fleet.vms) == 103
    assert service.seq == 101


async def test_who_gave_up_waiting_leaves_nobody_waiting_for_what_the_disk_refused(
    service: Service, disk: Disk
) -> None:
    disk.failures = 1
    first = asyncio.ensure_future(service.grant(ANN, BOOK))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(service.grant(BOB, BOOK))
    await asyncio.sleep(0)
    first.cancel()
    fleet = await asyncio.wait_for(second, 10)
    assert fleet.vms["a"].booked_by == BOB.email
    assert first.cancelled()


async def test_who_gave_up_waiting_may_have_been_granted_the_wish_all_the_same(service: Service) -> None:
    first = asyncio.ensure_future(service.grant(ANN, BOOK))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(Conflict, match="vm_taken"):
        await asyncio.wait_for(service.grant(BOB, BOOK), 10)
    assert service.fleet.vms["a"].booked_by == ANN.email


# Another writer


async def test_a_decision_on_an_old_state_is_made_again_on_the_new_one() -> None:
    store = MemoryStore()
    first, second = Service(store, clock=lambda: NOON), Service(store, clock=lambda: NOON)
    await first.start()
    await second.start()
    await first.grant(ADMIN, AddVM(id="a"))
    await first.grant(ANN, BOOK)
    with pytest.raises(Conflict, match="vm_taken") as refused:
        await second.grant(BOB, BOOK)
    assert refused.value.data["holder"] == ANN.email
    answers = await asyncio.gather(
        *((first, second)[number % 2].grant(ADMIN, AddGroup(name="One")) for number in range(6)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Fleet) for answer in answers) == 1
    assert first.fleet == second.fleet
    await first.stop()
    await second.stop()


async def test_what_another_writer_made_of_a_number_is_not_taken_for_ones_own() -> None:
    store = SlowStore()
    services = [Service(store, clock=lambda: NOON) for _ in range(2)]
    for service in services:
        await service.start()
    under_way = [
        asyncio.ensure_future(service.grant(ADMIN, AddVM(id=vm_id)))
        for service, vm_id in zip(services, "ab", strict=True)
    ]
    await store.asked.wait()
    store.durable.set()
    await asyncio.wait_for(asyncio.gather(*under_way), 10)
    for service in services:
        assert list(service.fleet.vms) == ["a", "b"]
        await service.stop()


# Seeing


async def test_a_stranger_sees_nothing_and_a_missing_thing_is_named(service: Service) -> None:
    for look in (
        service.see,
        lambda actor: service.vm(actor, "a"),
        lambda actor: service.history(actor, HistoryQuery()),
    ):
        with pytest.raises(LoginRequired):
            look(STRANGER)
    with pytest.raises(NotFound, match="vm_not_found"):
        service.vm(ANN, "zz")
    with pytest.raises(NotFound, match="group_not_found"):
        service.group(ANN, 9)


async def test_a_service_that_was_stopped_refuses_and_its_data_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    service = Service(JSONStore(path))
    await service.start()
    await service.grant(ADMIN, AddVM(id="a"))
    await service.stop()
    with pytest.raises(LoadZoneError):
        await service.grant(ADMIN, AddVM(id="b"))
    again = Service(JSONStore(path))
    await again.start()
    assert list(again.fleet.vms) == ["a"]
    await again.stop()


async def test_a_large_wish_that_is_decided_in_a_thread_is_decided_again_when_the_fleet_moves_on(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What others did meanwhile stays, and clashes with it are refused."""
    decided, calls = service_module._decided, list[int]()
    loop = asyncio.get_running_loop()

    async def others() -> None:
        await service.grant(ANN, BOOK)
        await service.grant(ADMIN, AddVM(id="x"))

    def meanwhile(fleet: Fleet, *rest: Any) -> Any:
        calls.append(len(fleet.vms))
        if len(calls) == 1:
            asyncio.run_coroutine_threadsafe(others(), loop).result(20)
        return decided(fleet, *rest)

    monkeypatch.setattr(service_module, "_decided", meanwhile)
    fleet = await service.grant_large(ADMIN, AddVMs(vms=(AddVM(id="d"), AddVM(id="e"))))
    assert list(fleet.vms) == ["a", "b", "c", "x", "d", "e"]
    assert (fleet.vms["a"].booked_by, calls) == (ANN.email, [3, 4])
    with pytest.raises(InvalidInput):
        await service.grant_large(ADMIN, AddVMs(vms=(AddVM(id="f"), AddVM(id="X"))))
    assert list(service.fleet.vms) == ["a", "b", "c", "x", "d", "e"]
