"""Totals: who, or what, used how much."""

import numpy as np
import pandas as pd

from loadzone.analytics.checks import MISSING, micros, need_bookings, need_by


def summary(bookings: pd.DataFrame, by: str = "user") -> pd.DataFrame:
    """Return one row a value of the column `by`, the most hours first.

    Columns: `bookings`; `hours` and `mean_hours` (of one booking); `renewals`; `early_releases` (ended before the
    planned end); `share` (of all hours, 0 to 1). Raises InvalidInput for an unknown column.
    """
    need_bookings(bookings, "hours", "renewals", "end", "planned_end", "outcome")
    need_by(bookings, by)
    end, planned = micros(bookings["end"], "end"), micros(bookings["planned_end"], "planned_end")
    early = (planned != MISSING) & (end < planned) & (bookings["outcome"] != "active").to_numpy(dtype=np.bool_)
    rows = pd.DataFrame({"hours": bookings["hours"], "renewals": bookings["renewals"], "early": early})
    grouped = rows.groupby(bookings[by], observed=True, dropna=False)
    found = pd.DataFrame(
        {
            "bookings": grouped.size().astype("int64"),
            "hours": grouped["hours"].sum().astype("float64"),
            "mean_hours": grouped["hours"].mean().astype("float64"),
            "renewals": grouped["renewals"].sum().astype("int64"),
            "early_releases": grouped["early"].sum().astype("int64"),
        }
    )
    total = found["hours"].sum()
    found["share"] = found["hours"] / total if total > 0 else 0.0
    return found.sort_values("hours", ascending=False, kind="stable")
