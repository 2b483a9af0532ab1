"""The periods that reports are made for: days, weeks, months, or from one moment of a crontab line to the next."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

WORDS: Final = {"day": "0 0 * * *", "week": "0 0 * * mon", "month": "0 0 1 * *"}

# How far back the moment before one is looked for: a line may fire every minute or on a leap day only.
_BACK: Final = tuple(timedelta(days=days) for days in (1, 8, 63, 367, 9 * 366))
# Crontab counts from Sunday, which is 0 and 7; APScheduler counts from Monday, so names are safer.
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_RANGE: Final = re.compile(r"([0-7])(?:-([0-7]))?(?:/([1-7]))?\Z")
_FIELDS: Final = 5
_INSTANT: Final = timedelta(microseconds=1)


class Period(NamedTuple):
    """A period `[since, until)`, in UTC."""

    since: datetime
    until: datetime


class ClockTrigger(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """The moments, in UTC, that a crontab line names on the clock of a zone.

    APScheduler's own trigger adds hours of UTC across a change of the clock, and so passes over the midnight of
    the first day after it. Here it counts on a clock that is never set, and the zone says which moments these are.
    An hour that the clock shows twice counts once; what would be in one that it leaves out comes an hour later.
    """

    def __init__(self, fields: dict[str, str], tz: tzinfo) -> None:
        """Take APScheduler's fields; raises ValueError for what is none."""
        self._line = CronTrigger(**fields, timezone=UTC)
        self._tz = tz

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """Return the first moment behind the previous one, or from now on where there was none."""
        after = now - _INSTANT if previous_fire_time is None else previous_fire_time
        shown = after.astimezone(self._tz).replace(tzinfo=UTC, fold=0)
        while (shown := self._line.get_next_fire_time(shown, shown + _INSTANT)) is not None:
            moment: datetime = shown.replace(tzinfo=self._tz).astimezone(UTC)
            if moment > after:
                return moment
        return None


class Periods:
    """The periods between the moments that `every` names on the clock of `tz`."""

    def __init__(self, every: str, tz: tzinfo = UTC) -> None:
        """Take `day`, `week`, `month` or a crontab line; raises ValueError for others and for what never is."""
        self.trigger = ClockTrigger(_fields(WORDS.get(every.strip().lower(), every)), tz)
        self._last(datetime.now(UTC))

    def ended(self, now: datetime, after: datetime | None) -> list[Period]:
        """Return the periods that ended by `now`: those that ended after `after`, else only the newest."""
        last = self._last(now)
        begun = self._last(last - timedelta(seconds=1) if after is None else min(after, last))
        moments = [begun, *self._moments(begun, last)]
        return [Period(since, until) for since, until in pairwise(moments)]

    def _last(self, now: datetime) -> datetime:
        """Return the newest of the moments up to `now`; raises ValueError when there is none."""
        for back in _BACK:
            moment = None
            for moment in self._moments(now - back, now):  # noqa: B007  # the last one is wanted
                pass
            if moment is not None:
                return moment
        raise ValueError("this never comes")

    def _moments(self, after: datetime, until: datetime) -> Iterator[datetime]:
        """Yield the moments with `after < moment <= until`, in UTC."""
        moment = after
        while (found := self.trigger.get_next_fire_time(moment, moment)) is not None and found <= until:
            yield found
            moment = found


def zone(name: str) -> tzinfo:
    """Return the zone of that name."""
    return UTC if name == "UTC" else ZoneInfo(name)


def _fields(line: str) -> dict[str, str]:
    """Return a crontab line as APScheduler wants it."""
    parts = line.split()
    if len(parts) != _FIELDS:
        raise ValueError("a crontab line has five fields")
    names = ("minute", "hour", "day", "month", "day_of_week")
    return {**dict(zip(names, parts, strict=True)), "day_of_week": ",".join(map(_weekdays, parts[4].split(",")))}


def _weekdays(part: str) -> str:
    found = _DAY_RANGE.match(part)
    if found is None:
        return part
    first, last, step = int(found[1]), int(found[2] or found[1]), int(found[3] or 1)
    if last < first:
        raise ValueError("a range ends after it begins")
    return ",".join(_DAYS[day] for day in range(first, last + 1, step))
