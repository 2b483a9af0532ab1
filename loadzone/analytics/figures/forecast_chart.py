"""Next week, and how well the same method told the weeks before it."""

from datetime import datetime
from typing import Any, Final

import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool
from bokeh.plotting import figure

from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import BLUE, ORANGE, Ask, canvas, paint_legend, show_dates
from loadzone.analytics.forecasting import SEASONAL_NAIVE, forecast_errors, forecast_held_out
from loadzone.analytics.forecasting import forecast as next_week
from loadzone.domain.errors import InvalidInput
from loadzone.i18n import field_text

_TOP: Final = 1.05


def forecast(
    bookings: pd.DataFrame,
    now: datetime | str | None = None,
    held_out: int = 4,
    *,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the busy VMs expected in the seven days from `now` on, behind the `held_out` weeks it was tried on.

    Those weeks show what was and what the same method told of each from the weeks before it only; the note says
    its mean error there. `bookings` go back as far as there are any. A history that is too short gives a chart
    that says so.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    try:
        coming = next_week(bookings, now, tz, held_out)
        tried = forecast_held_out(bookings, now, tz, held_out)
    except InvalidInput as refused:
        if any(each.code != "history_too_short" for each in refused.fields):
            raise
        why = " ".join(field_text(each, lang) for each in refused.fields)
        nothing = bookings.iloc[:0]
        table = _table(ask, next_week(nothing, now, tz), forecast_held_out(nothing, now, tz))
        return empty("forecast", ask, table, why)
    table = _table(ask, coming, tried)
    if coming.empty:
        return empty("forecast", ask, table)
    most = max(float(coming["high"].max()), float(tried.to_numpy().max()), 1.0)
    plot = canvas(ask, x_axis_type="datetime", y_range=(0, _TOP * most))
    plot.yaxis.axis_label = ask.say("busy-vms")
    show_dates(ask, plot)
    _draw_tried(ask, plot, tried)
    _draw_coming(ask, plot, coming)
    paint_legend(ask, plot)
    note = _note(ask, forecast_errors(bookings, now, tz, held_out), held_out)
    return Chart(name="forecast", title=ask.say("forecast"), note=note, plot=plot, table=table, ask=ask)


def _draw_tried(ask: Ask, plot: figure, tried: pd.DataFrame) -> None:
    source = ColumnDataSource({"at": _wall(tried), "busy": tried["busy"], "told": tried["told"]})
    plot.varea_step(x="at", y1=0, y2="busy", source=source, step_mode="after", color=BLUE, alpha=0.25)
    was = plot.step(
        x="at", y="busy", source=source, mode="after", color=BLUE, legend_label=ask.say("forecast-was")
    )
    plot.step(
        x="at",
        y="told",
        source=source,
        mode="after",
        color=ORANGE,
        line_dash="dashed",
        legend_label=ask.say("forecast-told"),
    )
    tips = [
        (ask.say("column-at"), "@at{%F %H:%M}"),
        (ask.say("forecast-was"), "@busy{0.0}"),
        (ask.say("forecast-told"), "@told{0.0}"),
    ]
    plot.add_tools(HoverTool(renderers=[was], mode="vline", tooltips=tips, formatters={"@at": "datetime"}))


def _draw_coming(ask: Ask, plot: figure, coming: pd.DataFrame) -> None:
    marks: dict[str, Any] = {"at": _wall(coming)}
    marks |= {name: coming[name].to_numpy() for name in ("busy", "low", "high")}
    source = ColumnDataSource(marks)
    plot.varea_step(
        x="at",
        y1="low",
        y2="high",
        source=source,
        step_mode="after",
        color=ORANGE,
        alpha=0.25,
        legend_label=ask.say("forecast-band"),
    )
    line = plot.step(
        x="at",
        y="busy",
        source=source,
        mode="after",
        color=ORANGE,
        line_width=2.5,
        legend_label=ask.say("forecast-coming"),
    )
    tips = [
        (ask.say("column-at"), "@at{%F %H:%M}"),
        (ask.say("forecast-coming"), "@busy{0.0}"),
        (ask.say("forecast-band"), "@low{0.0} – @high{0.0}"),
    ]
    plot.add_tools(HoverTool(renderers=[line], mode="vline", tooltips=tips, formatters={"@at": "datetime"}))


def _note(ask: Ask, errors: pd.DataFrame, held_out: int) -> str:
    chosen = errors[errors["chosen"]].iloc[0]
    return ask.say(
        "forecast-note",
        method=ask.say(f"method-{str(chosen.name).replace('_', '-')}"),
        weeks=held_out,
        error=round(float(chosen["mean_error"]), 1),
        worst=round(float(chosen["worst_week"]), 1),
        naive=round(float(errors["mean_error"][SEASONAL_NAIVE]), 1),
    )


def _wall(frame: pd.DataFrame) -> "pd.DatetimeIndex":
    """Return the hours of a frame by the clock on the wall."""
    return pd.DatetimeIndex(frame.index).tz_localize(None)


def _table(ask: Ask, coming: pd.DataFrame, tried: pd.DataFrame) -> pd.DataFrame:
    """Return what is expected, then what was and had been told, an hour a row; no value where there is none."""
    expected = coming.rename(columns={"busy": "expected"}).drop(columns="method")
    rows = pd.concat([expected, tried.rename(columns={"told": "expected", "busy": "was"})])
    index = pd.Index([f"{each:%Y-%m-%d %H:%M}" for each in _wall(rows)], dtype="str", name=ask.say("column-at"))
    columns = {ask.say(f"column-{name}"): rows[name].round(1).to_numpy() for name in rows.columns}
    return pd.DataFrame(columns, index=index)
