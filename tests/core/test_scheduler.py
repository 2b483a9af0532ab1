"""What happens by itself, by an injected clock."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from loadzone.core.clock import PROOF_SECONDS, TrustedClock
from loadzone.core.memory_store import MemoryStore
from loadzone.core.scheduler import RETRY_SECONDS, SWEEP_SECONDS, Scheduler
from loadzone.core.service import Committed, Service
from loadzone.core.store import Receipt
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.facts import AnyFact, BookingReleased, Change, HolderWarned
from loadzone.domain.model import Policy, Reason
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddVM, AddVMs, Book, Release, Renew

ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


class Elapsed:
    """A timer that a test sets."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Told:
    """A subscriber that keeps the facts, and can wait for one of a kind."""

    def __init__(self) -> None:
        self.facts: list[AnyFact] = []
        self._news = asyncio.Event()

    def __call__(self, committed: Sequence[Committed]) -> None:
        self.facts.extend(fact for one in committed for fact in one.change.facts)
        self._news.set()

    def of(self, kind: type) -> list[AnyFact]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    async def one(self, kind: type) -> AnyFact:
        async with asyncio.timeout(10):
            while not self.of(kind):
                self._news.clear()
                await self._news.wait()
        return self.of(kind)[-1]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def service(clock: Clock) -> AsyncIterator[Service]:
    service = Service(MemoryStore(), Policy(), clock)
    await service.start()
    await service.grant(ADMIN, AddVMs(vms=tuple(AddVM(id=f"server-{n:02}") for n in range(500))))
    yield service
    await service.stop()


@pytest.fixture
def told(service: Service) -> Told:
    told = Told()
    service.subscribe(told)
    return told


async def test_a_booking_ends_at_its_planned_end(service: Service, clock: Clock, told: Told) -> None:
    """A sweep after the end frees the VM, dated at the planned end, and a second sweep does nothing more."""
    lateness: list[float] = []
    scheduler = Scheduler(service, observe_lateness=lateness.append)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=2))
    clock.forward(hours=2, seconds=3)
    await scheduler.sweep()
    await scheduler.sweep()
    released = told.of(BookingReleased)
    assert [(fact.at, fact.reason) for fact in released if isinstance(fact, BookingReleased)] == [
        (START + timedelta(hours=2), Reason.EXPIRED)
    ]
    assert service.vm(ADMIN, "server-01").booked_by is None
    assert lateness == [3.0]
    scheduler.stop()


async def test_what_ended_while_no_server_ran_is_freed_at_the_start_and_counts_as_late_by_nobody(
    service: Service, clock: Clock
) -> None:
    await service.grant(ADMIN, Book(vm_id="server-01", hours=2))
    clock.forward(hours=70)
    lateness: list[float] = []
    scheduler = Scheduler(service, observe_lateness=lateness.append)
    await scheduler.start()
    assert service.vm(ADMIN, "server-01").booked_by is None
    assert lateness == []
    scheduler.stop()


async def test_nothing_ends_early(service: Service, clock: Clock, told: Told) -> None:
    """A microsecond before its end a booking still stands."""
    scheduler = Scheduler(service)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=2))
    clock.forward(hours=2, microseconds=-1)
    await scheduler.sweep()
    assert told.of(BookingReleased) == []
    scheduler.stop()


async def test_overdue_bookings_end_at_start(service: Service, clock: Clock) -> None:
    """What ended while nobody watched is freed when the scheduler starts, hundreds at a time."""
    for number in range(450):
        await service.grant(ADMIN, Book(vm_id=f"server-{number:02}", hours=1))
    clock.forward(hours=5)
    scheduler = Scheduler(service)
    await scheduler.start()
    assert all(vm.booked_by is None for vm in service.fleet.vms.values())
    scheduler.stop()


async def test_the_timer_fires_by_itself(told: Told, service: Service, clock: Clock) -> None:
    """Without any sweep the job at the head of the deadlines ends a booking."""
    scheduler = Scheduler(service)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=0.00001))
    clock.forward(seconds=1)
    fact = await told.one(BookingReleased)
    assert isinstance(fact, BookingReleased)
    assert fact.reason is Reason.EXPIRED
    scheduler.stop()


async def test_each_warning_is_given_once(service: Service, clock: Clock, told: Told) -> None:
    """A 4 h booking is warned of at 1 h and at 10 min before its end, each once, however often it is swept."""
    scheduler = Scheduler(service)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=4))
    moments = []
    for _ in range(4 * 60):
        clock.forward(minutes=1)
        before = len(told.of(HolderWarned))
        await scheduler.sweep()
        if len(told.of(HolderWarned)) > before:
            moments.append(clock.now - START)
    assert moments == [timedelta(hours=3), timedelta(hours=3, minutes=50)]
    scheduler.stop()


async def test_a_short_booking_skips_early_warnings(service: Service, clock: Clock, told: Told) -> None:
    """A booking of half an hour skips the warning one hour before its end."""
    scheduler = Scheduler(service)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=0.5))
    await scheduler.sweep()
    assert told.of(HolderWarned) == []
    clock.forward(minutes=21)
    await scheduler.sweep()
    assert len(told.of(HolderWarned)) == 1
    scheduler.stop()


async def test_a_renewal_brings_new_warnings(service: Service, clock: Clock, told: Told) -> None:
    """Who was warned and renews is warned again before the new end."""
    scheduler = Scheduler(service)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=2))
    clock.forward(hours=1, minutes=55)
    await scheduler.sweep()
    await service.grant(ADMIN, Renew(vm_id="server-01", hours=5))
    await scheduler.sweep()
    assert len(told.of(HolderWarned)) == 1
    clock.forward(hours=4, minutes=10)
    await scheduler.sweep()
    assert len(told.of(HolderWarned)) == 2
    scheduler.stop()


async def test_dead_deadlines_do_not_pile_up(service: Service) -> None:
    """Booking and releasing thousands of times leaves a bounded number of planned deadlines behind."""
    scheduler = Scheduler(service)
    await scheduler.start()
    for _ in range(4000):
        await service.grant(ADMIN, Book(vm_id="server-01", hours=2))
        await service.grant(ADMIN, Release(vm_id="server-01"))
    assert len(scheduler._deadlines) <= 1000 + 4 * 500 + 1
    scheduler.stop()


class FailingStore(MemoryStore):
    """A store whose disk is full while `full` is set."""

    full = False

    async def append(self, facts: Sequence[AnyFact], expected: int, receipt: Receipt | None = None) -> Change:
        if self.full:
            raise StoreUnavailable(reason="disk full")
        return await super().append(facts, expected, receipt)


async def test_an_end_that_cannot_be_stored_is_made_up_for(clock: Clock) -> None:
    """When the disk is full at a booking's end, the end comes seconds later; meanwhile it is not on time."""
    store = FailingStore()
    service = Service(store, Policy(), clock)
    await service.start()
    await service.grant(ADMIN, AddVM(id="server-01"))
    timer = Elapsed()
    scheduler = Scheduler(service, timer=timer)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=1))
    clock.forward(hours=1, minutes=1)
    store.full = True
    await scheduler.sweep()
    await scheduler.tick()
    assert service.fleet.vms["server-01"].booked_by is not None
    timer.seconds += RETRY_SECONDS
    assert scheduler.on_time() is False
    store.full = False
    await scheduler.tick()
    assert service.vm(ADMIN, "server-01").booked_by is None
    assert scheduler.on_time() is True
    scheduler.stop()
    await service.stop()


async def test_a_deadline_that_cannot_be_met_is_tried_every_few_seconds_and_not_at_once(clock: Clock) -> None:
    """While the disk is full the scheduler leaves it alone between its tries."""
    store = FailingStore()
    service = Service(store, Policy(), clock)
    await service.start()
    await service.grant(ADMIN, AddVM(id="server-01"))
    scheduler = Scheduler(service, timer=Elapsed())
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=1))
    clock.forward(hours=2)
    store.full = True
    await scheduler.sweep()
    assert scheduler._jobs.get_job("deadline").trigger.run_date > datetime.now(UTC)
    scheduler.stop()
    await service.stop()


@pytest.mark.parametrize("minutes", [-5, 180])
async def test_a_step_of_the_clock_is_followed_by_a_sweep_and_makes_nothing_late(
    service: Service, clock: Clock, minutes: int
) -> None:
    """What is due by the clock that was set ends with the next tick; before it, too, the scheduler is on time."""
    timer = Elapsed()
    clock.forward(days=1)
    scheduler = Scheduler(service, timer=timer)
    await scheduler.start()
    await service.grant(ADMIN, Book(vm_id="server-01", hours=0.01))
    await service.grant(ADMIN, Book(vm_id="server-02", hours=4))
    for step in (minutes, -minutes):
        clock.forward(minutes=step)
        assert scheduler.on_time()
        await scheduler.tick()
        clock.forward(seconds=3)
        timer.seconds += 3
        assert scheduler.on_time()
    clock.forward(minutes=1)
    timer.seconds += SWEEP_SECONDS
    await scheduler.tick()
    assert service.vm(ADMIN, "server-01").booked_by is None
    assert service.vm(ADMIN, "server-02").booked_by is not None
    scheduler.stop()


async def test_a_sweep_comes_after_half_a_minute_of_elapsed_time(service: Service, clock: Clock) -> None:
    timer = Elapsed()
    scheduler = Scheduler(service, timer=timer, wall=clock)
    await scheduler.start()
    for seconds in (SWEEP_SECONDS - 1, 1):
        timer.seconds += seconds
        clock.forward(seconds=seconds)
        await scheduler.tick()
        assert (scheduler._swept == timer.seconds) is (timer.seconds == SWEEP_SECONDS)
    scheduler.stop()


class Forgetful(MemoryStore):
    """A store that notes by what moment it was asked to forget."""

    def __init__(self) -> None:
        super().__init__()
        self.forgotten: list[datetime] = []

    async def forget(self, before: datetime) -> None:
        self.forgotten.append(before)


async def test_old_changes_are_forgotten_by_a_proven_clock_only(clock: Clock) -> None:
    """Nothing is forgotten right after the start, nor by a clock that jumps, and then by what it told before."""
    store, timer = Forgetful(), Elapsed()
    service = Service(store, Policy(), TrustedClock(clock, timer))
    await service.forget_before(90)
    assert store.forgotten == []
    for step in (0, 900, -900):
        clock.forward(days=step, seconds=PROOF_SECONDS / 2)
        timer.seconds += PROOF_SECONDS / 2
        await service.forget_before(90)
        assert store.forgotten == []
    clock.forward(seconds=PROOF_SECONDS)
    timer.seconds += PROOF_SECONDS
    await service.forget_before(90)
    assert store.forgotten == [START + timedelta(seconds=timer.seconds) - timedelta(days=90)]
