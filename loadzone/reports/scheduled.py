"""Reports that the server makes by itself: one a period, each in a file of its own, the missed ones at start.

Drawing takes seconds of the interpreter's time, so a process of its own does it: `loadzone report`. What is there
already is known by the names of the files, which say their period; no other record is kept of it.
"""

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from msgspec import Struct

from loadzone.config import SettingError, Settings, origin
from loadzone.core.clock import Clock, StepWatch, Timer, monotonic, system_clock
from loadzone.core.ticker import Ticker
from loadzone.reports.periods import Period, Periods, zone

log = logging.getLogger(__name__)

RETRY_SECONDS: Final = 600.0
LIMIT_SECONDS: Final = 3600.0
LOOK_SECONDS: Final = 60.0
MOST_AT_ONCE: Final = 100
"""Of a server that was down for very long, so many of the newest reports are made up for."""
_NICE: Final = 10
_STOP_SECONDS: Final = 5.0
_FORM: Final = "%Y-%m-%dT%H%MZ"
_NAME: Final = re.compile(r"report-\S+-to-(\d{4}-\d\d-\d\dT\d{4}Z)\.html\Z")


class Order(Struct, frozen=True, kw_only=True):
    """What is made: a report a period on a data file, into `folder`, in `lang`, by the clock of `tz`."""

    data: Path
    assume_tz: str
    folder: Path
    lang: str
    tz: str


class Outcome(Struct, frozen=True, kw_only=True):
    """How the newest try went: the period, when, and what went wrong (empty: nothing)."""

    period: Period
    at: datetime
    problem: str = ""


def of_settings(
    settings: Settings, lang: str, clock: Clock, observe: Callable[[Outcome], None]
) -> "ScheduledReports":
    """Return what makes the reports that the settings ask for; raises SettingError for a folder it cannot fill."""
    folder = settings.report_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        place, detail = origin(settings, "report_folder"), problem.strerror or ""
        raise SettingError("setting_folder", place=place, value=str(folder), detail=detail) from None
    order = Order(
        data=settings.data, assume_tz=settings.assume_tz, folder=folder, lang=lang, tz=settings.report_tz
    )
    return ScheduledReports(order, Periods(settings.report_every or "", zone(settings.report_tz)), clock, observe)


class ScheduledReports:
    """Makes a report when a period is over; `observe` is told of each try."""

    def __init__(
        self,
        order: Order,
        periods: Periods,
        clock: Clock,
        observe: Callable[[Outcome], None] = lambda _: None,
        timer: Timer = monotonic,
    ) -> None:
        self._order = order
        self._periods = periods
        self._clock = clock
        self._observe = observe
        self._making = asyncio.Lock()
        self._again: asyncio.TimerHandle | None = None
        self._steps = StepWatch(clock, system_clock, timer=timer)
        self._looking = Ticker(self.look, LOOK_SECONDS, "looking for reports that are due")
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._jobs = AsyncIOScheduler(
            timezone=UTC,
            # As for the bookings: late is well, never is not.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 2},
        )

    async def start(self) -> None:
        """Go on by the clock, and begin with what was missed, without waiting for it."""
        self._jobs.start()
        self._plan()
        self._looking.start()

    def _plan(self) -> None:
        """Make what is due now and at the end of each period from now on."""
        self._jobs.add_job(self.make_due, self._periods.trigger, id="report", replace_existing=True)
        self._jobs.add_job(self.make_due, id="missed", replace_existing=True)

    async def look(self) -> None:
        """Plan anew after a step of the clock: the next moment was planned by the clock that was wrong."""
        if self._steps.stepped():
            self._plan()

    async def stop(self) -> None:
        """Make no more; a report that is being made is given up, and made at the next start."""
        self._stopping.set()
        self._looking.stop()
        if self._again is not None:
            self._again.cancel()
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                # As Ctrl-C: the unfinished file is removed.
                process.send_signal(signal.SIGINT)
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await process.wait()
            except TimeoutError:
                process.kill()
        # Who was making it sees that first: APScheduler would cancel it, and log that as a crash.
        async with self._making:
            self._jobs.shutdown(wait=False)

    def due(self) -> list[Period]:
        """Return the periods that are over and have no report yet, oldest first."""
        newest = max((_ended(path) for path in self._order.folder.glob("report-*.html")), default=None)
        periods = self._periods.ended(self._clock(), newest)
        return [period for period in periods if not self.path(period).exists()][-MOST_AT_ONCE:]

    def path(self, period: Period) -> Path:
        """Return where the report on a period is."""
        since, until = (at.strftime(_FORM) for at in period)
        return self._order.folder / f"report-{since}-to-{until}.html"

    async def make_due(self) -> None:
        """Make every report that is due; after a failure try again in some minutes, and at the next start."""
        async with self._making:
            for period in self.due():
                if self._stopping.is_set():
                    return
                problem = await self._make(period)
                if problem and self._stopping.is_set():
                    return
                self._observe(Outcome(period=period, at=self._clock(), problem=problem))
                if problem:
                    log.error("the report %s could not be made: %s", self.path(period).name, problem)
                    self._try_again()
                    return
                log.info("the report %s is made", self.path(period))

    def _try_again(self) -> None:
        if self._again is not None:
            self._again.cancel()
        if self._jobs.running:
            self._again = asyncio.get_running_loop().call_later(RETRY_SECONDS, self._plan)

    async def _make(self, period: Period) -> str:
        """Make one report and return what went wrong, in a line; empty when nothing did."""
        try:
            process = self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "loadzone", *self._line(period)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except OSError as problem:
            return problem.strerror or str(problem)
        if self._stopping.is_set():
            process.kill()
        with suppress(OSError):
            # Bookings come first.
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                _, told = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return "it took too long"
        if process.returncode == 0:
            return ""
        lines = told.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {process.returncode}"

    def _line(self, period: Period) -> list[str]:
        order = self._order
        since, until = (at.strftime("%Y-%m-%dT%H:%M:%S%z") for at in period)
        asked = {"--data": str(order.data), "--assume-tz": order.assume_tz, "--since": since, "--until": until}
        asked |= {"--tz": order.tz, "--lang": order.lang, "--out": str(self.path(period))}
        return ["report", *(word for pair in asked.items() for word in pair)]


def _ended(path: Path) -> datetime:
    """Return when the period of a report ended; long ago where the name is none of ours."""
    found = _NAME.match(path.name)
    try:
        return (
            datetime.strptime(found[1], _FORM).replace(tzinfo=UTC) if found else datetime.min.replace(tzinfo=UTC)
        )
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
