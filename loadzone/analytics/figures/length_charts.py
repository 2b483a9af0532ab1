"""How long bookings last, and how long VMs had been free when they were booked."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool
from bokeh.models.renderers import DataRenderer
from bokeh.transform import dodge

from loadzone.analytics.checks import need_bookings
from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import BLUE, GREEN, ORANGE, Ask, paint_legend
from loadzone.analytics.figures.ranking import lines, ranking
from loadzone.analytics.habits import EDGES
from loadzone.analytics.habits import leads as leads_of
from loadzone.analytics.habits import lengths as lengths_of

_DAY: Final = 24
_IN_DAYS: Final = 48
_LEGEND: Final = 30
_MOST: Final = 0.9
_SOON: Final = (0.0, 1.0, float("inf"))


def lengths(
    bookings: pd.DataFrame,
    edges: Sequence[float] = EDGES,
    *,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return how many bookings lasted how long, and for how long they were planned, between `edges` in hours.

    Bookings count whole: pass those that touch a range, not cut to it.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    need_bookings(bookings, "hours")
    counted = lengths_of(bookings, edges)
    bins = _bins(ask, counted)
    columns = {
        "lasted": counted["bookings"].to_numpy(),
        "planned": counted["planned"].to_numpy(),
        "part-percent": (100 * counted["share"]).round(1).to_numpy(),
        "hours": counted["hours"].round(1).to_numpy(),
    }
    table = _table(ask, columns, bins, "column-length")
    if bookings.empty:
        return empty("lengths", ask, table)
    most = float(counted[["bookings", "planned"]].to_numpy().max())
    plot = lines(ask, bins, high=most, axis=ask.say("column-bookings"), above=_LEGEND)
    marks: dict[str, Any] = {
        "bin": bins,
        "lasted": counted["bookings"].to_numpy(),
        "planned": counted["planned"].to_numpy(),
    }
    source = ColumnDataSource(marks)
    drawn: list[DataRenderer] = []
    # Filled and hollow: told apart in grey, too.
    for name, aside, fill, edge in (("lasted", 0.2, BLUE, BLUE), ("planned", -0.2, None, ORANGE)):
        drawn.append(
            plot.hbar(
                y=dodge("bin", aside, range=plot.y_range),
                right=name,
                height=0.36,
                source=source,
                fill_color=fill,
                line_color=edge,
                line_width=1.5,
                legend_label=ask.say(f"column-{name}"),
            )
        )
    tips = [("", "@bin"), (ask.say("column-lasted"), "@lasted"), (ask.say("column-planned"), "@planned")]
    plot.add_tools(HoverTool(renderers=drawn, tooltips=tips))
    paint_legend(ask, plot)
    hours = bookings["hours"]
    note = ask.say(
        "lengths-note",
        bookings=len(bookings),
        median=round(float(hours.median()), 1),
        long=round(float(hours.quantile(_MOST)), 1),
    )
    return Chart(name="lengths", title=ask.say("lengths"), note=note, plot=plot, table=table, ask=ask)


def leads(
    bookings: pd.DataFrame,
    edges: Sequence[float] = EDGES,
    *,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return how long VMs had been free when they were booked, counted between `edges` in hours.

    First bookings of a VM in the frame are left out. Bookings count whole, as in `lengths`.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    counted = leads_of(bookings, edges)
    bins = _bins(ask, counted)
    columns = {
        "bookings": counted["bookings"].to_numpy(),
        "part-percent": (100 * counted["share"]).round(1).to_numpy(),
    }
    table = _table(ask, columns, bins, "column-free-for")
    if bookings.empty:
        return empty("leads", ask, table)
    total = int(counted["bookings"].sum())
    if total == 0:
        return empty("leads", ask, table, ask.say("leads-none"))
    marks: dict[str, Any] = {"bookings": counted["bookings"].to_numpy(), "share": counted["share"].to_numpy()}
    tips = [(ask.say("column-bookings"), "@bookings"), (ask.say("column-part"), "@share{0.0%}")]
    plot = ranking(ask, bins, marks, "bookings", axis=ask.say("column-bookings"), tips=tips, colours=GREEN)
    soon = round(100 * float(leads_of(bookings, _SOON)["share"].iloc[0]))
    note = ask.say("leads-note", bookings=total, soon=soon)
    return Chart(name="leads", title=ask.say("leads"), note=note, plot=plot, table=table, ask=ask)


def _bins(ask: Ask, counted: pd.DataFrame) -> list[str]:
    return [_bin(ask, float(each.left), float(each.right)) for each in counted.index]


def _bin(ask: Ask, low: float, high: float) -> str:
    """Return a bin of hours in words; in days from two days on."""
    in_days = low >= _IN_DAYS and low % _DAY == 0 and (high == float("inf") or high % _DAY == 0)
    unit, size = ("days", _DAY) if in_days else ("hours", 1)
    if high == float("inf"):
        return ask.say(f"bin-{unit}-over", low=low / size)
    if low <= 0:
        return ask.say(f"bin-{unit}-under", high=high / size)
    return ask.say(f"bin-{unit}", low=low / size, high=high / size)


def _table(ask: Ask, columns: dict[str, Any], bins: list[str], heading: str) -> pd.DataFrame:
    index = pd.Index(bins, dtype="str", name=ask.say(heading))
    return pd.DataFrame({ask.say(f"column-{name}"): values for name, values in columns.items()}, index=index)
