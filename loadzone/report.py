"""The report: one HTML file on how a fleet was used, which stands alone and works offline."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo

import msgspec
import pandas as pd
from bokeh.embed import components
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from loadzone.analytics import bookings as bookings_of
from loadzone.analytics import figures
from loadzone.analytics.figures import Chart
from loadzone.analytics.figures.chart import bokeh_js
from loadzone.analytics.figures.look import DARK, LIGHT
from loadzone.client import Zone
from loadzone.domain.errors import NotFound, invalid
from loadzone.domain.model import Group
from loadzone.i18n import translate

Progress = Callable[[str], None]


class Scope(Struct, frozen=True, kw_only=True):
    """What a report is about: `since <= time < until`, a group (its name or id), a user; None is all.

    `tz` is the zone of the clock that is shown, `lang` the language (en, ru).
    """

    since: datetime | None = None
    until: datetime | None = None
    group: str | None = None
    user: str | None = None
    tz: str = "UTC"
    lang: str = "en"


class Found(Struct, frozen=True, kw_only=True):
    """What a report is made of: the bookings cut to its range, and how many VMs it is about."""

    bookings: pd.DataFrame
    vms: int
    group: Group | None = None


class _Ask(TypedDict):
    tz: str
    lang: str


def report(zone: Zone, scope: Scope, now: datetime, progress: Progress = lambda _: None) -> str:
    """Return the report on a zone as HTML.

    `progress` is told the key of each step's text before it begins. Raises InvalidInput for a range that ends
    before it starts, NotFound for a group that does not exist, and what reading the zone raises.
    """
    progress("report-reading")
    found = find(zone, scope, now)
    progress("report-drawing")
    return page(found, scope, now, charts(found, scope))


def find(zone: Zone, scope: Scope, now: datetime) -> Found:
    """Return the bookings of a zone that a report is about.

    Bookings that began before the range count from its start, so the history is read from its beginning.
    Raises InvalidInput for a range that ends before it starts, NotFound for a group that does not exist.
    """
    if scope.since is not None and scope.until is not None and scope.since >= scope.until:
        raise invalid("since", "since_after_until")
    vms, groups = zone.fleet()
    group = _group(scope.group, groups)
    history = zone.history(until=scope.until, user=scope.user, group=None if group is None else group.id)
    end = now if scope.until is None else min(now, scope.until)
    names = {one.id: one.name for one in groups}
    nowhere = translate(scope.lang, "report-no-group")
    frame = bookings_of(history, now=end).assign(
        group=lambda rows: (
            rows["vm_id"].map({vm.id: names.get(vm.group or 0, nowhere) for vm in vms}).fillna(nowhere)
        )
    )
    frame = clip(frame, scope.since, end)
    here = len(vms) if group is None else len(group.vm_ids)
    return Found(bookings=frame, vms=max(here, int(frame["vm_id"].nunique())), group=group)


def clip(bookings: pd.DataFrame, since: datetime | None, until: datetime | None) -> pd.DataFrame:
    """Return the bookings that lie in a range, cut at its ends; `hours` are those within it."""
    start, end = bookings["start"], bookings["end"]
    if since is not None:
        start = start.where(start >= since, pd.Timestamp(since))
    if until is not None:
        end = end.where(end <= until, pd.Timestamp(until))
    cut = bookings.assign(start=start, end=end, hours=(end - start).dt.total_seconds() / 3600)
    return cut[end > start].reset_index(drop=True)


def charts(found: Found, scope: Scope) -> list[Chart]:
    """Return the figures of a report, in its order; where one user or group is asked for, not their ranking."""
    rows, ask = found.bookings, _Ask(tz=scope.tz, lang=scope.lang)
    made = [
        figures.utilisation(rows, capacity=found.vms or None, **ask),
        figures.demand(rows, found.vms, **ask),
        figures.heatmap(rows, **ask),
    ]
    if scope.user is None:
        made.append(figures.top(rows, **ask))
    if found.group is None:
        made.append(figures.top(rows, by="group", **ask))
    return [*made, figures.timeline(rows, **ask)]


def page(found: Found, scope: Scope, now: datetime, drawn: list[Chart]) -> str:
    """Return the HTML of a report: texts, figures with their tables, and BokehJS itself."""
    script, places = components([chart.plot for chart in drawn])
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates_report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    light, dark = msgspec.structs.asdict(LIGHT), msgspec.structs.asdict(DARK)
    html: str = environment.get_template("report.html").render(
        lang=scope.lang,
        say=lambda key, **data: translate(scope.lang, f"report-{key}", **data),
        about=_about(found, scope, now),
        figures=_numbers(found),
        light=light,
        dark=dark,
        charts=[_shown(chart, place) for chart, place in zip(drawn, places, strict=True)],
        library=Markup(f"<script>{bokeh_js()}</script>"),  # noqa: S704  # Bokeh's own
        script=Markup(script),  # noqa: S704  # Bokeh escapes the data in it
    )
    return html


def _shown(chart: Chart, place: str) -> dict[str, str]:
    return {
        "name": chart.name,
        "title": chart.title,
        "note": chart.note,
        "place": Markup(place),  # noqa: S704  # an empty element, made by Bokeh
        "table": Markup(chart.table_html()),  # noqa: S704  # pandas escapes what stands in it
    }


def _group(wanted: str | None, groups: Iterable[Group]) -> Group | None:
    if wanted is None:
        return None
    name = wanted.strip().casefold()
    known = list(groups)
    for group in known:
        if group.name.casefold() == name:
            return group
    for group in known:
        if str(group.id) == name:
            return group
    raise NotFound("group_not_found", group_id=wanted)


def _about(found: Found, scope: Scope, now: datetime) -> list[tuple[str, str]]:
    """Return what a report is about, as pairs of a heading's key and a text."""
    zone = ZoneInfo(scope.tz) if scope.tz != "UTC" else UTC
    first = scope.since or (None if found.bookings.empty else found.bookings["start"].min())

    def shown(at: datetime | None) -> str:
        return "–" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    told = [("range", f"{shown(first)} – {shown(scope.until or now)} ({scope.tz})")]
    if found.group is not None:
        told.append(("group", found.group.name))
    if scope.user is not None:
        told.append(("user", scope.user))
    return [*told, ("made", f"{shown(now)} ({scope.tz})")]


def _numbers(found: Found) -> list[tuple[str, str]]:
    """Return the numbers at the head of a report, as pairs of a heading's key and a text."""
    rows = found.bookings
    early = int(((rows["end"] < rows["planned_end"]) & (rows["outcome"] != "active")).sum())
    return [
        ("vms", str(found.vms)),
        ("bookings", str(len(rows))),
        ("users", str(rows["user"].nunique())),
        ("hours", f"{rows['hours'].sum():.0f}"),
        ("early", str(early)),
    ]
