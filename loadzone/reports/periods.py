"""The periods that reports are made for: days, weeks, months, or from one moment of a crontab line to the next."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

WORDS: Final = {"day": "0 0 * * *", "week": "0 0 * * mon", "month": "0 0 1 * *"}

# How far back the moment before one is looked for: a line may fire every minute or on a leap day only.
_BACK: Final = tuple(timedelta(days=days) for days in (1, 8, 63, 367, 9 * 366))
# Crontab counts from Sunday, which is 0 and 7; APScheduler counts from Monday, so names are safer.
_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_RANGE: Final = re.compile(r"([0-7])(?:-([0-7]))?(?:/([1-7]))?\Z")
_FIELDS: Final = 5


class Period(NamedTuple):
    """A period `[since, until)`, in UTC."""

    since: datetime
    until: datetime


class Periods:
    """The periods between the moments that `every` names on the clock of `tz`."""

    def __init__(self, every: str, tz: tzinfo = UTC) -> None:
        """Take `day`, `week`, `month` or a crontab line; raises ValueError for others and for what never is."""
        self.trigger = CronTrigger(**_fields(WORDS.get(every.strip().lower(), every)), timezone=tz)
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
        while True:
            found = self.trigger.get_next_fire_time(moment, moment + timedelta(microseconds=1))
            if found is None or (moment := found.astimezone(UTC)) > until:
                return
            yield moment


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
