"""Figures of what `loadzone.analytics` finds: in Bokeh, light or dark, each with its twin as a table.

All take the frame of `analytics.bookings` and give a `Chart`, which shows itself in a notebook. All know
`lang` (en, ru), `theme` (light, dark) and `tz`, the zone of the clock that is shown.
"""

from loadzone.analytics.figures.chart import Chart
from loadzone.analytics.figures.fleet_chart import timeline
from loadzone.analytics.figures.forecast_chart import forecast
from loadzone.analytics.figures.hoarding_chart import hoarding
from loadzone.analytics.figures.idle_chart import idle
from loadzone.analytics.figures.length_charts import leads, lengths
from loadzone.analytics.figures.top_chart import top
from loadzone.analytics.figures.usage_charts import demand, utilisation
from loadzone.analytics.figures.week_chart import heatmap

__all__ = [
    "Chart",
    "demand",
    "forecast",
    "heatmap",
    "hoarding",
    "idle",
    "leads",
    "lengths",
    "timeline",
    "top",
    "utilisation",
]
