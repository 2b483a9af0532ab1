"""When in the week the fleet is busy."""

from typing import Any

import pandas as pd
from bokeh.models import BasicTicker, HoverTool, LinearColorMapper, NoOverlap
from bokeh.models.annotations.legends import ColorBar

from loadzone.analytics.checks import Moment
from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import Ask, canvas
from loadzone.analytics.usage import heatmap as week


def heatmap(
    bookings: pd.DataFrame,
    *,
    since: Moment = None,
    until: Moment = None,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the mean number of busy VMs for each weekday and hour, Monday on top: in a range, or all weeks."""
    ask = Ask(lang=lang, theme=theme, tz=tz)
    mean = week(bookings, tz=tz, since=since, until=until)
    days = [ask.say(f"day-{number}") for number in range(len(mean))]
    hours = [f"{hour:02d}" for hour in mean.columns]
    table = pd.DataFrame(
        mean.to_numpy().round(1), index=pd.Index(days, name=ask.say("column-day")), columns=pd.Index(hours)
    )
    if not mean.to_numpy().any():
        return empty("heatmap", ask, table)
    plot = canvas(ask, x_range=hours, y_range=days[::-1], x_axis_location="above")
    plot.grid.visible = False
    plot.xaxis.axis_label = ask.say("hour-of", tz=tz)
    # A phone has no room for all of them.
    plot.xaxis.major_label_policy = NoOverlap(min_distance=4)
    mapper = LinearColorMapper(palette=list(ask.look.scale), low=0, high=float(mean.to_numpy().max()))
    cells: dict[str, Any] = {
        "day": [day for day in days for _ in hours],
        "hour": hours * len(days),
        "busy": mean.to_numpy().ravel(),
    }
    plot.rect(
        x="hour",
        y="day",
        width=1,
        height=1,
        source=cells,
        fill_color={"field": "busy", "transform": mapper},
        line_color=ask.look.background,
    )
    plot.add_tools(HoverTool(tooltips=[("", "@day, @hour:00"), (ask.say("busy-vms"), "@busy{0.0}")]))
    scale = ColorBar(
        color_mapper=mapper,
        ticker=BasicTicker(desired_num_ticks=5),
        background_fill_color=ask.look.background,
        major_label_text_color=ask.look.faint,
        width=10,
    )
    plot.add_layout(scale, "right")
    day, hour = divmod(int(mean.to_numpy().argmax()), len(hours))
    note = ask.say(
        "heatmap-note", day=days[day], hour=f"{hour:02d}:00", busy=round(float(mean.to_numpy()[day, hour]), 1)
    )
    return Chart(name="heatmap", title=ask.say("heatmap"), note=note, plot=plot, table=table, ask=ask)
