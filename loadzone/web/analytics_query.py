"""What the address of the Analytics page asks: a range by name or by days, a group, a user, the reader's clock."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from loadzone.domain.fields import Fields
from loadzone.domain.model import Fleet, Group
from loadzone.domain.spans import EARLIEST, LATEST
from loadzone.web import queries
from loadzone.web.analyses import Question

DAYS: Final = {"7d": 7, "30d": 30, "90d": 90}
RANGES: Final = (*DAYS, "year", "all")
DEFAULT: Final = "30d"

Groups = Mapping[int, Group]


def read_question(arguments: Mapping[str, list[bytes]], fleet: Fleet, lang: str, now: datetime) -> Question:
    """Return what is asked; raises InvalidInput naming every field that is wrong.

    `since` and `until` are days on the clock of `tz`, each counted whole; without both, `range` names one that
    ends now. `group` is an id.
    """
    fields = Fields()
    given = {name: text.strip() for name, text in queries.texts(fields, arguments, arguments).items()}
    zone = _zone(fields, given.get("tz") or "UTC")
    since, until = (_day(fields, name, given.get(name, "")) for name in ("since", "until"))
    if since is not None and until is not None and since > until:
        fields.wrong("since", "from_after_to")
    begin = None if since is None else _midnight(since, zone)
    if since is None and until is None:
        begin = _named(fields, given.get("range") or DEFAULT, now.astimezone(zone))
    question = Question(
        since=begin,
        until=None if until is None else _midnight(until + timedelta(days=1), zone),
        group=_group(fields, given.get("group", ""), fleet.groups),
        user=queries.person(fields, "user", given, fleet.users),
        tz=str(zone),
        lang=lang,
    )
    fields.check()
    return question


def _zone(fields: Fields, name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        fields.wrong("tz", "unknown_zone", zone=name)
        return UTC


def _day(fields: Fields, name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day, not a moment
    except ValueError:
        fields.wrong(name, "date_malformed", found=text)
        return None
    if not EARLIEST.date() < day < LATEST.date() - timedelta(days=2):
        fields.wrong(name, "moment_unsupported", first=EARLIEST.year, last=LATEST.year - 1)
        return None
    return day


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _named(fields: Fields, name: str, now: datetime) -> datetime | None:
    """Return when a range that ends now begins: today counts as its last day."""
    if name in DAYS:
        return _midnight(now.date() - timedelta(days=DAYS[name] - 1), now.tzinfo or UTC)
    if name == "year":
        return _midnight(date(now.year, 1, 1), now.tzinfo or UTC)
    if name != "all":
        fields.wrong("range", "not_one_of", choices=list(RANGES))
    return None


def _group(fields: Fields, text: str, groups: Groups) -> str | None:
    """Return the name of a group by its id: names are what an analysis knows them by."""
    if not text:
        return None
    group_id = queries.whole(text)
    found = None if group_id is None else groups.get(group_id)
    if found is None:
        fields.wrong("group", "group_not_found", group_id=text)
        return None
    return found.name
