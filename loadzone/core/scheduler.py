"""What happens by itself: bookings end, holders are warned, housekeeping runs.

The scheduler is a projection. Bookings are the truth; deadlines are planned from them at start and from each
change after that. A timer that is lost, late or early costs nothing but time: a sweep every half minute does
the same idempotent work.

A deadline is a moment of the calendar, so one job of APScheduler waits for the next one. Intervals are elapsed
time: APScheduler's follow the wall clock and pause when it is set back, so sweep and housekeeping have tickers.
Within a second of a step of the clock there is a sweep, which also plans the job anew.
"""

import heapq
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from loadzone.core.clock import Clock, StepWatch, Timer, monotonic, system_clock
from loadzone.core.service import Committed, Service
from loadzone.core.ticker import Ticker
from loadzone.domain import rules
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.facts import AnyFact, BookingReleased, touched
from loadzone.domain.model import Fleet, Reason

log = logging.getLogger(__name__)

TICK_SECONDS = 1
SWEEP_SECONDS = 30
HOUSEKEEPING_SECONDS = 60
RETRY_SECONDS = 5
# One change for many expiries, but not for so many that encoding it would hold the event loop.
BATCH = 200
LATE_SECONDS = 5

Housekeeping = Callable[[], Awaitable[None]]


class Scheduler:
    """Ends bookings and warns holders through the service; `observe_lateness` gets seconds past each end."""

    def __init__(
        self,
        service: Service,
        *,
        housekeeping: Sequence[Housekeeping] = (),
        observe_lateness: Callable[[float], None] | None = None,
        timer: Timer = monotonic,
        wall: Clock = system_clock,
    ) -> None:
        self._service = service
        self._housekeeping = housekeeping
        self._observe_lateness = observe_lateness
        self._timer, self._wall = timer, wall
        self._steps = StepWatch(service.clock, wall, timer=timer)
        self._deadlines: list[tuple[datetime, str]] = []
        self._planned: datetime | None = None
        self._swept: float | None = None
        self._overdue_since: float | None = None
        self._retry_at: float | None = None
        self._begun: datetime | None = None
        self._tickers = [Ticker(self.tick, TICK_SECONDS, "sweep")]
        if housekeeping:
            self._tickers.append(Ticker(self._keep_house, HOUSEKEEPING_SECONDS, "housekeeping"))
        self._jobs = AsyncIOScheduler(
            timezone=UTC,
            # A job that the loop could not run in time is run late, once, never dropped.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    async def start(self) -> None:
        """Plan from the bookings, sweep what is overdue, and go on by the clock."""
        self._begun = self._service.clock()
        self._service.subscribe(self.on_changes)
        self._jobs.start()
        await self.sweep()
        for ticker in self._tickers:
            ticker.start()

    def stop(self) -> None:
        """Stop all jobs; what they would have done is done at the next start."""
        for ticker in self._tickers:
            ticker.stop()
        if self._jobs.running:
            self._jobs.shutdown(wait=False)

    def on_time(self) -> bool:
        """Tell whether the last sweep is recent and no deadline has been overdue for more than some seconds.

        Both are elapsed time: a step of the clock alone makes nothing late.
        """
        now = self._timer()
        recent = self._swept is not None and now - self._swept < 3 * SWEEP_SECONDS
        self._note_overdue(now)
        return recent and (self._overdue_since is None or now - self._overdue_since < LATE_SECONDS)

    def _note_overdue(self, now: float) -> None:
        if not self._deadlines or self._next_deadline() > self._service.clock():
            self._overdue_since = None
        elif self._overdue_since is None:
            self._overdue_since = now

    def on_changes(self, committed: Sequence[Committed]) -> None:
        """Plan anew for the VMs that changed, and note how late bookings were ended."""
        for one in committed:
            for fact in one.change.facts:
                if isinstance(fact, BookingReleased) and fact.reason is Reason.EXPIRED:
                    self._note_lateness(fact.at)
            self._push(one.after, touched(one.change.facts)[0])
        if len(self._deadlines) > 1000 + 4 * len(self._service.fleet.vms):
            # Bookings that were released early leave dead entries behind; their number stays bounded.
            self._plan_all()
        self._plan_job()

    def _note_lateness(self, end: datetime) -> None:
        # What ended while no server ran is not late by this one.
        if self._observe_lateness is not None and self._begun is not None and end >= self._begun:
            self._observe_lateness(max(0.0, (self._service.clock() - end).total_seconds()))

    # Deadlines

    def _push(self, fleet: Fleet, vm_ids: Iterable[str]) -> None:
        for vm_id in vm_ids:
            vm = fleet.vms.get(vm_id)
            deadline = None if vm is None else rules.next_deadline(vm, self._service.policy)
            if deadline is not None:
                heapq.heappush(self._deadlines, (deadline, vm_id))

    def _plan_all(self) -> None:
        vms = self._service.fleet.vms.values()
        held = (vm for vm in vms if vm.booked_by is not None)
        planned = ((rules.next_deadline(vm, self._service.policy), vm.id) for vm in held)
        self._deadlines = [(deadline, vm_id) for deadline, vm_id in planned if deadline is not None]
        heapq.heapify(self._deadlines)

    def _next_deadline(self) -> datetime:
        return self._deadlines[0][0]

    def _plan_job(self) -> None:
        """Have one job at the head of the deadlines; moving it later is left to the job itself."""
        if self._retry_at is not None:
            return  # the head is overdue, and it is tried again by the timer
        if self._deadlines and (self._planned is None or self._next_deadline() < self._planned):
            self._planned = self._next_deadline()
            self._run_in(self._planned - self._service.clock())

    def _run_in(self, delay: timedelta) -> None:
        # The job waits by the machine's clock; the delay is by the service's, which may not follow a step of that.
        run_date = self._wall() + max(delay, timedelta())
        self._jobs.add_job(self.run_due, DateTrigger(run_date), id="deadline", replace_existing=True)

    def _pop_due(self, now: datetime) -> list[str]:
        due: dict[str, None] = {}
        while self._deadlines and self._next_deadline() <= now:
            due[heapq.heappop(self._deadlines)[1]] = None
        return list(due)

    # Work

    async def run_due(self) -> None:
        """End and warn what is due now, then wait for the next deadline."""
        self._planned = self._retry_at = None
        await self._handle(self._pop_due(self._service.clock()))
        self._plan_job()

    async def tick(self) -> None:
        """Sweep when it is time, or at once after a step of the clock."""
        now = self._timer()
        self._note_overdue(now)
        due = self._swept is None or now - self._swept >= SWEEP_SECONDS
        retry = self._retry_at is not None and now >= self._retry_at
        if self._steps.stepped() or due or retry:
            await self.sweep()

    async def sweep(self) -> None:
        """Do the same for the whole fleet, whatever was planned."""
        self._planned = self._retry_at = None
        self._plan_all()
        await self._handle(self._pop_due(self._service.clock()))
        self._swept = self._timer()
        self._plan_job()

    async def _handle(self, vm_ids: Iterable[str]) -> None:
        left = iter(vm_ids)
        while batch := list(islice(left, BATCH)):
            try:
                await self._service.decide(partial(self._due, batch))
            except StoreUnavailable as unavailable:
                log.error("bookings that are over could not be ended yet: %s", unavailable)
                self._retry_at = self._timer() + RETRY_SECONDS
                self._plan_all()
                return

    def _due(self, vm_ids: Sequence[str], fleet: Fleet, now: datetime) -> Sequence[AnyFact]:
        return (*rules.expire(fleet, vm_ids, now), *rules.warn(fleet, vm_ids, now, self._service.policy))

    async def _keep_house(self) -> None:
        for task in self._housekeeping:
            try:
                await task()
            except Exception:
                log.exception("housekeeping failed; it is tried again in a minute")
