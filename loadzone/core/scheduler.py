"""What happens by itself: bookings end, holders are warned, housekeeping runs.

The scheduler is a projection. Bookings are the truth; deadlines are planned from them at start and from each
change after that. A timer that is lost, late or early costs nothing but time: a sweep every half minute does
the same idempotent work, and so covers clock steps and a machine that slept.
"""

import heapq
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from loadzone.core.service import Committed, Service
from loadzone.domain import rules
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.facts import AnyFact, BookingReleased, touched
from loadzone.domain.model import Fleet, Reason

log = logging.getLogger(__name__)

SWEEP_SECONDS = 30
HOUSEKEEPING_SECONDS = 60
RETRY_SECONDS = 5
# One change for many expiries, but not for so many that encoding it would hold the event loop.
BATCH = 200
LATE = timedelta(seconds=5)

Housekeeping = Callable[[], Awaitable[None]]


class Scheduler:
    """Ends bookings and warns holders through the service; `observe_lateness` gets seconds past each end."""

    def __init__(
        self,
        service: Service,
        *,
        housekeeping: Sequence[Housekeeping] = (),
        observe_lateness: Callable[[float], None] | None = None,
    ) -> None:
        self._service = service
        self._housekeeping = housekeeping
        self._observe_lateness = observe_lateness
        self._deadlines: list[tuple[datetime, str]] = []
        self._planned: datetime | None = None
        self._swept: datetime | None = None
        self._begun: datetime | None = None
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
        self._jobs.add_job(self.sweep, "interval", seconds=SWEEP_SECONDS, id="sweep")
        if self._housekeeping:
            self._jobs.add_job(self._keep_house, "interval", seconds=HOUSEKEEPING_SECONDS, id="housekeeping")
        await self.sweep()

    def stop(self) -> None:
        """Stop all jobs; what they would have done is done at the next start."""
        if self._jobs.running:
            self._jobs.shutdown(wait=False)

    def on_time(self) -> bool:
        """Tell whether the last sweep is recent and no deadline is overdue by more than some seconds."""
        now = self._service.clock()
        recent = self._swept is not None and now - self._swept < timedelta(seconds=3 * SWEEP_SECONDS)
        return recent and not (self._deadlines and self._next_deadline() < now - LATE)

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
        if self._deadlines and (self._planned is None or self._next_deadline() < self._planned):
            self._planned = self._next_deadline()
            self._run_in(self._planned - self._service.clock())

    def _run_in(self, delay: timedelta) -> None:
        # The timer runs on the machine's clock; the delay comes from ours, which a test may hold still.
        run_date = datetime.now(UTC) + max(delay, timedelta())
        self._jobs.add_job(self.run_due, "date", run_date=run_date, id="deadline", replace_existing=True)

    def _pop_due(self, now: datetime) -> list[str]:
        due: dict[str, None] = {}
        while self._deadlines and self._next_deadline() <= now:
            due[heapq.heappop(self._deadlines)[1]] = None
        return list(due)

    # Work

    async def run_due(self) -> None:
        """End and warn what is due now, then wait for the next deadline."""
        self._planned = None
        await self._handle(self._pop_due(self._service.clock()))
        self._plan_job()

    async def sweep(self) -> None:
        """Do the same for the whole fleet, whatever was planned."""
        self._planned = None
        self._plan_all()
        await self._handle(self._pop_due(self._service.clock()))
        self._swept = self._service.clock()
        self._plan_job()

    async def _handle(self, vm_ids: Iterable[str]) -> None:
        left = iter(vm_ids)
        while batch := list(islice(left, BATCH)):
            try:
                await self._service.decide(partial(self._due, batch))
            except StoreUnavailable as unavailable:
                log.error("bookings that are over could not be ended yet: %s", unavailable)
                self._planned = self._service.clock() + timedelta(seconds=RETRY_SECONDS)
                self._plan_all()
                self._run_in(timedelta(seconds=RETRY_SECONDS))
                return

    def _due(self, vm_ids: Sequence[str], fleet: Fleet, now: datetime) -> Sequence[AnyFact]:
        return (*rules.expire(fleet, vm_ids, now), *rules.warn(fleet, vm_ids, now, self._service.policy))

    async def _keep_house(self) -> None:
        for task in self._housekeeping:
            try:
                await task()
            except Exception:
                log.exception("housekeeping failed; it is tried again in a minute")
