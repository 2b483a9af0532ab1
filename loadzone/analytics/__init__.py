"""Questions to the booking history: pure functions from DataFrames to DataFrames.

Begin with `bookings(zone.history())`; everything else takes what it gives. Inputs are left as they are, times are
exact to the microsecond, and an empty input gives an empty result with the same columns and dtypes. Errors are
the domain's InvalidInput, which names what is wrong and what would be right.
"""

from loadzone.analytics.booking_rows import bookings
from loadzone.analytics.capacity import demand, enough, idle, peaks
from loadzone.analytics.forecasting import forecast, forecast_errors, forecast_held_out
from loadzone.analytics.habits import hoarding, leads, lengths
from loadzone.analytics.totals import summary
from loadzone.analytics.usage import concurrency, heatmap, mean_busy, utilisation

__all__ = [
    "bookings",
    "concurrency",
    "demand",
    "enough",
    "forecast",
    "forecast_errors",
    "forecast_held_out",
    "heatmap",
    "hoarding",
    "idle",
    "leads",
    "lengths",
    "mean_busy",
    "peaks",
    "summary",
    "utilisation",
]
