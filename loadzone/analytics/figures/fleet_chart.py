"""Who had which VM when: a bar a booking, a line a VM."""

from typing import Any, Final

import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool
from bokeh.models.renderers import DataRenderer

from loadzone.analytics.checks import need_bookings, need_count
from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    Ask,
    canvas,
    paint_legend,
    show_dates,
)

COLOURS: Final = {"active": GREEN, "expired": BLUE, "cancelled": GREY, "forced": ORANGE, "vm_deleted": PURPLE}
_VMS: Final = 60
_BARS: Final = 3000
_LINE: Final = 18


def timeline(
    bookings: pd.DataFrame,
    *,
    vms: int = _VMS,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the bookings of each VM on one line, coloured by how they ended.

    A frame with more VMs or bookings than can be seen keeps the `vms` VMs with the most hours and the newest
    bookings, and the note says so.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    need_bookings(bookings, "vm_id", "user", "start", "end", "hours", "outcome")
    shown = _shown(bookings, need_count(vms, "vms"))
    table = _table(ask, shown, tz)
    if shown.empty:
        return empty("timeline", ask, table)
    names = sorted(shown["vm_id"].unique(), reverse=True)
    plot = canvas(ask, x_axis_type="datetime", y_range=names, height=max(160, _LINE * len(names) + 90))
    show_dates(ask, plot)
    bars: list[DataRenderer] = []
    for outcome, colour in COLOURS.items():
        rows = shown[shown["outcome"] == outcome]
        if len(rows):
            source = ColumnDataSource(_marks(ask, rows, tz))
            bars.append(
                plot.hbar(
                    y="vm",
                    left="left",
                    right="right",
                    height=0.7,
                    source=source,
                    color=colour,
                    alpha=0.85,
                    line_color=ask.look.background,
                    legend_label=ask.say(f"outcome-{outcome.replace('_', '-')}"),
                )
            )
    tips = [("", "@vm, @user"), (ask.say("column-start"), "@start"), (ask.say("column-end"), "@end")]
    plot.add_tools(HoverTool(renderers=bars, tooltips=tips))
    paint_legend(ask, plot)
    note = ask.say("timeline-note", bookings=len(shown), vms=len(names))
    if len(shown) < len(bookings):
        note += " " + ask.say("timeline-cut", bookings=len(bookings), vms=int(bookings["vm_id"].nunique()))
    return Chart(name="timeline", title=ask.say("timeline"), note=note, plot=plot, table=table, ask=ask)


def _shown(bookings: pd.DataFrame, vms: int) -> pd.DataFrame:
    bookings = bookings.rename_axis(index=None)  # a name in it that is a column's too would be in the way
    hours = bookings.groupby("vm_id", observed=True)["hours"].sum()
    most = hours.nlargest(vms).index
    kept = bookings if len(hours) <= vms else bookings[bookings["vm_id"].isin(most)]
    return kept.sort_values("start", kind="stable").tail(_BARS)


def _marks(ask: Ask, rows: pd.DataFrame, tz: str) -> dict[str, Any]:
    written = _table(ask, rows, tz)
    return {
        "vm": rows["vm_id"].to_numpy(dtype=object),
        "user": rows["user"].to_numpy(dtype=object),
        "left": rows["start"].dt.tz_convert(tz).dt.tz_localize(None),
        "right": rows["end"].dt.tz_convert(tz).dt.tz_localize(None),
        "start": written[ask.say("column-start")].to_numpy(dtype=object),
        "end": written[ask.say("column-end")].to_numpy(dtype=object),
    }


def _table(ask: Ask, rows: pd.DataFrame, tz: str) -> pd.DataFrame:
    """Return the bookings, the newest first, with their times on the clock of `tz`."""
    outcomes = {name: ask.say(f"outcome-{name.replace('_', '-')}") for name in COLOURS}
    columns = {
        "vm": rows["vm_id"].to_numpy(dtype=object),
        "user": rows["user"].to_numpy(dtype=object),
        "start": rows["start"].dt.tz_convert(tz).dt.strftime("%Y-%m-%d %H:%M").to_numpy(dtype=object),
        "end": rows["end"].dt.tz_convert(tz).dt.strftime("%Y-%m-%d %H:%M").to_numpy(dtype=object),
        "hours": rows["hours"].round(1).to_numpy(),
        "outcome": [outcomes.get(str(each), str(each)) for each in rows["outcome"]],
    }
    return pd.DataFrame({ask.say(f"column-{name}"): values for name, values in columns.items()})
