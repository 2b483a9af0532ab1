"""Which figures and numbers tell how a fleet was used: the same in the report and on the Analytics page."""

from collections.abc import Callable, Iterator
from typing import Final, TypedDict

from loadzone.analytics import concurrency, enough, figures, mean_busy
from loadzone.analytics.figures import Chart
from loadzone.i18n import number, percent, translate
from loadzone.reports.findings import Found, Scope

_ENOUGH: Final = 0.99


class _Look(TypedDict):
    tz: str
    lang: str


_Draw = Callable[[Found, _Look], Chart]

# Figures of the whole fleet and of everybody say nothing where one group or one person is asked for.
DRAWINGS: Final[dict[str, _Draw]] = {
    "utilisation": lambda found, look: figures.utilisation(
        found.bookings, capacity=found.vms or None, **found.range, **look
    ),
    "demand": lambda found, look: figures.demand(found.bookings, found.vms, **found.range, **look),
    "heatmap": lambda found, look: figures.heatmap(found.bookings, **found.range, **look),
    "forecast": lambda found, look: figures.forecast(found.past, found.end, **look),
    "top-user": lambda found, look: figures.top(found.bookings, **look),
    "top-group": lambda found, look: figures.top(found.bookings, by="group", **look),
    "idle": lambda found, look: figures.idle(found.past, vms=found.ids, now=found.end, **look),
    "hoarding": lambda found, look: figures.hoarding(found.touching, **look),
    "lengths": lambda found, look: figures.lengths(found.touching, **look),
    "leads": lambda found, look: figures.leads(found.touching, **look),
    "timeline": lambda found, look: figures.timeline(found.bookings, **look),
}
_OF_EVERYBODY: Final = frozenset({"top-user", "idle", "hoarding", "leads"})
_OF_ALL_GROUPS: Final = frozenset({"top-group"})


def wanted(scope: Scope) -> list[str]:
    """Return the names of the figures that tell something in a scope, in their order."""
    left_out: frozenset[str] = frozenset()
    if scope.user is not None:
        left_out |= _OF_EVERYBODY
    if scope.group is not None:
        left_out |= _OF_ALL_GROUPS
    return [name for name in DRAWINGS if name not in left_out]


def drawn(found: Found, scope: Scope, names: list[str]) -> Iterator[Chart]:
    """Yield the figures of these names one by one, for light pages."""
    look = _Look(tz=scope.tz, lang=scope.lang)
    for name in names:
        yield DRAWINGS[name](found, look)


def numbers(found: Found, lang: str) -> list[tuple[str, str]]:
    """Return the numbers at the head, as pairs of what is counted, in its right form, and the number."""
    rows = found.bookings
    early = int(((rows["end"] < rows["planned_end"]) & (rows["outcome"] != "active")).sum())
    counts = {
        "vms": found.vms,
        "bookings": len(rows),
        "users": rows["user"].nunique(),
        "hours": round(rows["hours"].sum()),
        "early": early,
    }
    told = [_counted(lang, name, count) for name, count in counts.items()]
    if rows.empty:
        return told
    share = mean_busy(rows, **found.range) / found.vms
    return [
        *told,
        (translate(lang, "report-number-busy"), percent(lang, share)),
        _counted(lang, "peak", concurrency(rows).max()),
        _counted(lang, "enough", enough(rows, _ENOUGH, **found.range)),
    ]


def _counted(lang: str, name: str, count: float) -> tuple[str, str]:
    return translate(lang, f"report-number-{name}", n=int(count)), number(lang, count)
