"""The report: one HTML file on how a fleet was used, which stands alone and works offline."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from bokeh.embed import components
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from loadzone.analytics.figures import Chart
from loadzone.analytics.figures.chart import bokeh_js
from loadzone.analytics.figures.look import DARK, LIGHT
from loadzone.client import Zone
from loadzone.i18n import date_and_time, translate
from loadzone.reports.drawings import drawn, numbers, wanted
from loadzone.reports.findings import Found, Scope, find

__all__ = ["Scope", "page", "report"]

Progress = Callable[[str], None]


def report(zone: Zone, scope: Scope, now: datetime, progress: Progress = lambda _: None) -> str:
    """Return the report on a zone as HTML.

    `progress` is told the key of each step's text before it begins. Raises InvalidInput for a range that ends
    before it starts, NotFound for a group that does not exist, and what reading the zone raises.
    """
    progress("report-reading")
    found = find(zone, scope, now)
    progress("report-drawing")
    return page(found, scope, now, list(drawn(found, scope, wanted(scope))))


def page(found: Found, scope: Scope, now: datetime, charts: list[Chart]) -> str:
    """Return the HTML of a report: texts, figures with their tables, and BokehJS itself."""
    script, places = components([chart.plot for chart in charts])
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    light, dark = msgspec.to_builtins(LIGHT), msgspec.to_builtins(DARK)
    html: str = environment.get_template("report.html").render(
        lang=scope.lang,
        say=lambda key, **data: translate(scope.lang, f"report-{key}", **data),
        about=_about(found, scope, now),
        figures=numbers(found, scope.lang),
        light=light,
        dark=dark,
        charts=[_shown(chart, place) for chart, place in zip(charts, places, strict=True)],
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


def _about(found: Found, scope: Scope, now: datetime) -> list[tuple[str, str]]:
    """Return what a report is about, as pairs of a heading's key and a text."""
    zone = ZoneInfo(scope.tz) if scope.tz != "UTC" else UTC
    first = scope.since or (None if found.bookings.empty else found.bookings["start"].min())

    def shown(at: datetime | None) -> str:
        return "…" if at is None else date_and_time(scope.lang, at.astimezone(zone))

    told = [("range", f"{shown(first)} – {shown(found.end)} ({scope.tz})")]
    if found.group is not None:
        told.append(("group", found.group.name))
    if scope.user is not None:
        told.append(("user", scope.user))
    if found.left_out:
        told.append(("left-out", translate(scope.lang, "bookings-left-out", count=found.left_out)))
    return [*told, ("made", f"{shown(now)} ({scope.tz})")]
