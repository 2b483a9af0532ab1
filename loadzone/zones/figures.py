"""`zone.figures`: the figures of a zone's own bookings, with its own capacity and groups."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from inspect import signature
from typing import Any, TypedDict, Unpack

from loadzone.analytics import figures
from loadzone.analytics.booking_rows import warn_of
from loadzone.analytics.figures import Chart
from loadzone.client import Zone
from loadzone.domain.errors import invalid
from loadzone.i18n import system_language
from loadzone.reports.findings import Found, Scope, find
from loadzone.zones.frames import moment


class Wanted(TypedDict, total=False):
    """What is shown and how; all may be left out.

    `since` and `until` are moments or texts, in UTC where they name no offset; `group` is a name or an id.
    """

    since: datetime | str | None
    until: datetime | str | None
    group: int | str | None
    user: str | None
    tz: str
    lang: str
    theme: str


class Look(TypedDict):
    """What all figures take."""

    tz: str
    lang: str
    theme: str


def _strict(kind: "type[Figures]") -> "type[Figures]":
    """Let each figure refuse the arguments that it does not know, in a sentence as any other mistake."""
    for name, figure in vars(kind).copy().items():
        if not name.startswith("_"):
            setattr(kind, name, _checked(figure))
    return kind


def _checked(figure: Callable[..., Chart]) -> Callable[..., Chart]:
    own = [name for name, each in signature(figure).parameters.items() if each.kind is not each.VAR_KEYWORD]
    known = [*own[1:], *Wanted.__annotations__]

    @wraps(figure)
    def strict(self: "Figures", *arguments: Any, **wanted: Any) -> Chart:
        for name in wanted:
            if name not in known:
                raise invalid(name, "unknown_argument", known=known)
        return figure(self, *arguments, **wanted)

    return strict


@_strict
class Figures:
    """The figures of a zone; each reads the zone anew. `Wanted` says what all of them take.

    Raises InvalidInput for an unknown argument and a range that ends before it starts, NotFound for a group that
    does not exist. Records with times that no booking can have are left out with a warning. `lang` is that of the
    connection if not given, else the system's.
    """

    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def utilisation(self, freq: str | None = None, **wanted: Unpack[Wanted]) -> Chart:
        """Return the busy share of the fleet over time; without `freq` in buckets that suit the span."""
        found, look = self._found(wanted)
        return figures.utilisation(found.bookings, freq, found.vms or None, **found.range, **look)

    def demand(self, **wanted: Unpack[Wanted]) -> Chart:
        """Return the number of busy VMs over time against the size of the fleet."""
        found, look = self._found(wanted)
        return figures.demand(found.bookings, found.vms, **found.range, **look)

    def heatmap(self, **wanted: Unpack[Wanted]) -> Chart:
        """Return the mean number of busy VMs for each hour of the week."""
        found, look = self._found(wanted)
        return figures.heatmap(found.bookings, **found.range, **look)

    def timeline(self, vms: int = 60, **wanted: Unpack[Wanted]) -> Chart:
        """Return who had which VM when, for at most so many VMs."""
        found, look = self._found(wanted)
        return figures.timeline(found.bookings, vms=vms, **look)

    def top(self, by: str = "user", count: int = 12, **wanted: Unpack[Wanted]) -> Chart:
        """Return the users, groups (`by="group"`) or VMs (`by="vm_id"`) with the most hours."""
        found, look = self._found(wanted)
        return figures.top(found.bookings, by, count, **look)

    def idle(self, days: float = 30, count: int = 20, **wanted: Unpack[Wanted]) -> Chart:
        """Return the VMs that nobody has used for `days` days up to the end of the range, or ever."""
        found, look = self._found(wanted)
        return figures.idle(found.past, days, found.ids, found.end, count=count, **look)

    def hoarding(self, hours: float = 72, renewals: int = 3, **wanted: Unpack[Wanted]) -> Chart:
        """Return who had bookings of `hours` or more, or renewed one `renewals` times or more."""
        found, look = self._found(wanted)
        return figures.hoarding(found.touching, hours, renewals, **look)

    def lengths(self, **wanted: Unpack[Wanted]) -> Chart:
        """Return how long bookings lasted, and for how long they were planned."""
        found, look = self._found(wanted)
        return figures.lengths(found.touching, **look)

    def leads(self, **wanted: Unpack[Wanted]) -> Chart:
        """Return how long VMs had been free when they were booked."""
        found, look = self._found(wanted)
        return figures.leads(found.touching, **look)

    def forecast(self, held_out: int = 4, **wanted: Unpack[Wanted]) -> Chart:
        """Return the week after the range, behind the weeks that the method was tried on; `since` is ignored."""
        found, look = self._found(wanted)
        return figures.forecast(found.past, found.end, held_out, **look)

    def _found(self, wanted: Wanted) -> tuple[Found, Look]:
        lang = wanted.get("lang") or self._zone.lang or system_language()
        look = Look(tz=wanted.get("tz", "UTC"), lang=lang, theme=wanted.get("theme", "light"))
        scope = Scope(
            since=moment(wanted.get("since"), "since"),
            until=moment(wanted.get("until"), "until"),
            group=wanted.get("group"),
            user=wanted.get("user"),
            tz=look["tz"],
            lang=lang,
        )
        found = find(self._zone, scope, datetime.now(UTC))
        warn_of(found.left_out, calls=4)  # this, the figure, the check of its arguments, and who asked
        return found, look
