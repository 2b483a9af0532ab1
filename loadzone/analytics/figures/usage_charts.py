"""How full the fleet was over time, and how many VMs would have been enough."""

from typing import Any, Final

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, HoverTool, NumeralTickFormatter
from bokeh.plotting import figure
from numpy.typing import NDArray

from loadzone.analytics.buckets import index_of
from loadzone.analytics.capacity import demand as lasted_at
from loadzone.analytics.capacity import enough as enough_of
from loadzone.analytics.capacity import steps_within
from loadzone.analytics.checks import Moment, need_bookings, need_count, zone_of
from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import BLUE, GREEN, RED, Ask, canvas, paint_legend, show_dates
from loadzone.analytics.usage import intervals, mean_busy, span_of
from loadzone.analytics.usage import utilisation as shares
from loadzone.domain.errors import invalid
from loadzone.i18n import date_and_time

# A bucket that suits the span: from a few dozen to a few hundred marks.
_SPANS: Final = (("4D", "1h"), ("20D", "6h"), ("200D", "1D"), ("1500D", "7D"))
_LONGEST: Final = "30D"
_ENOUGH: Final = 0.99
_MARKS: Final = 600
_BUCKETS: Final = 100_000
"""More marks than this are seen by nobody, and hold up a browser."""


def utilisation(
    bookings: pd.DataFrame,
    freq: str | None = None,
    capacity: float | None = None,
    *,
    since: Moment = None,
    until: Moment = None,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the busy share of capacity over time, in a range or from the first start to the last end.

    Without `freq` the buckets suit the length of that.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    need_bookings(bookings, "vm_id", "start", "end")
    series = shares(bookings, freq or bucket(bookings, since, until), capacity, tz=tz, since=since, until=until)
    if len(series) > _BUCKETS:
        raise invalid("freq", "freq_too_fine", max=_BUCKETS)
    if series.empty or bookings.empty:
        return empty("utilisation", ask, _share_table(ask, series))
    plot = canvas(ask, x_axis_type="datetime", y_range=(0, max(1.0, float(series.max()))))
    plot.yaxis.formatter = NumeralTickFormatter(format="0 %" if lang == "ru" else "0%")
    show_dates(ask, plot)
    at, share = _steps(series)
    source = ColumnDataSource({"at": at, "share": share})
    plot.varea_step(x="at", y1=0, y2="share", source=source, step_mode="after", color=BLUE, alpha=0.25)
    line = plot.step(x="at", y="share", source=source, mode="after", color=BLUE, line_width=1.5)
    plot.add_tools(
        HoverTool(
            renderers=[line],
            mode="vline",
            tooltips=[(ask.say("column-at"), "@at{%F %H:%M}"), (ask.say("column-share"), "@share{0.0%}")],
            formatters={"@at": "datetime"},
        )
    )
    vms = bookings["vm_id"].nunique() if capacity is None else capacity
    mean, peak = mean_busy(bookings, since=since, until=until) / vms, series.idxmax()
    note = ask.say(
        "utilisation-note",
        mean=round(100 * mean),
        peak=round(100 * float(series.max())),
        at=date_and_time(lang, pd.Timestamp(str(peak)).to_pydatetime()),
        tz=tz,
    )
    table = _share_table(ask, series)
    return Chart(name="utilisation", title=ask.say("utilisation"), note=note, plot=plot, table=table, ask=ask)


def demand(
    bookings: pd.DataFrame,
    capacity: int | None = None,
    *,
    since: Moment = None,
    until: Moment = None,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the number of busy VMs over time against capacity: by default the distinct VMs of the frame.

    The time is a range, or from the first start to the last end.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    moments, count = steps_within(bookings, since, until)
    busy = pd.Series(count, index=index_of(moments, zone_of(tz)))
    table = _demand_table(ask, lasted_at(bookings, since=since, until=until))
    if busy.empty or bookings.empty:
        return empty("demand", ask, table)
    vms = int(bookings["vm_id"].nunique()) if capacity is None else need_count(capacity, "capacity")
    most = int(busy.max())
    plot = canvas(ask, x_axis_type="datetime", y_range=(0, 1.05 * max(vms, most, 1)))
    show_dates(ask, plot)
    peaks = _peaks(busy)
    source = ColumnDataSource({"at": peaks.index, "busy": peaks.to_numpy()})
    plot.varea_step(x="at", y1=0, y2="busy", source=source, step_mode="after", color=BLUE, alpha=0.25)
    line = plot.step(x="at", y="busy", source=source, mode="after", color=BLUE, legend_label=ask.say("busy-vms"))
    plot.add_tools(
        HoverTool(
            renderers=[line],
            mode="vline",
            tooltips=[(ask.say("column-at"), "@at{%F %H:%M}"), (ask.say("busy-vms"), "@busy{0}")],
            formatters={"@at": "datetime"},
        )
    )
    enough = enough_of(bookings, _ENOUGH, since=since, until=until)
    _level(plot, peaks.index, vms, colour=RED, dash="dashed", label=ask.say("capacity", vms=vms))
    _level(plot, peaks.index, enough, colour=GREEN, dash="solid", label=ask.say("enough", vms=enough))
    paint_legend(ask, plot)
    note = ask.say("demand-note", peak=most, vms=vms, enough=enough)
    return Chart(name="demand", title=ask.say("demand"), note=note, plot=plot, table=table, ask=ask)


def bucket(bookings: pd.DataFrame, since: Moment = None, until: Moment = None) -> str:
    """Return the freq that suits a range, or the span of a frame of bookings."""
    start, end, _ = intervals(bookings)
    span = span_of(start, end, since, until)
    length = pd.Timedelta(0 if span is None else span.last - span.first, "us")
    return next((freq for longest, freq in _SPANS if length <= pd.Timedelta(longest)), _LONGEST)


def _steps(series: "pd.Series[Any]") -> tuple["pd.Index[Any]", NDArray[np.float64]]:
    """Return the steps of a series by the clock on the wall, the last one as long as the one before."""
    at = pd.DatetimeIndex(series.index).tz_localize(None)
    width = at[-1] - at[-2] if len(at) > 1 else pd.Timedelta("1h")
    values = series.to_numpy(dtype=float)
    cuts: pd.Index[Any] = at.append(pd.DatetimeIndex([at[-1] + width]))
    return cuts, np.append(values, values[-1])


def _peaks(busy: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the most VMs busy in each of at most some hundred buckets, by the clock on the wall."""
    local = pd.Series(busy.to_numpy(), index=pd.DatetimeIndex(busy.index).tz_localize(None))
    local = local.groupby(level=0).max()
    if len(local) <= _MARKS:
        return local
    width = max((local.index[-1] - local.index[0]) / (_MARKS // 2), pd.Timedelta("1min")).ceil("1min")
    buckets = local.resample(width)
    # A number that held when the bucket began counts in it too.
    held = buckets.last().ffill().shift(1).fillna(0)
    peaks = buckets.max().fillna(0)
    return peaks.where(peaks > held, held).astype(int)


def _level(plot: figure, at: "pd.Index[Any]", height: int, *, colour: str, dash: str, label: str) -> None:
    ends = [at.min(), at.max()]
    plot.line(ends, [height, height], color=colour, line_dash=dash, line_width=2, legend_label=label)


def _share_table(ask: Ask, series: Any) -> pd.DataFrame:
    percent = (100 * series.to_numpy(dtype=float)).round(1)
    at = pd.DatetimeIndex(series.index).strftime("%Y-%m-%d %H:%M")
    return pd.DataFrame({ask.say("column-share-percent"): percent}, index=pd.Index(at, name=ask.say("column-at")))


def _demand_table(ask: Ask, lasted: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            ask.say("column-hours"): lasted["hours"].round(1).to_numpy(),
            ask.say("column-enough-percent"): (100 * lasted["covered"]).round(2).to_numpy(),
        },
        index=pd.Index(lasted.index.to_numpy(dtype="int64"), name=ask.say("busy-vms")),
    )
