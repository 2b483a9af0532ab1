"""Who used the most."""

from typing import Any

import pandas as pd

from loadzone.analytics.checks import need_count
from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import Ask
from loadzone.analytics.figures.ranking import ranking
from loadzone.analytics.totals import summary


def top(
    bookings: pd.DataFrame,
    by: str = "user",
    count: int = 12,
    *,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the hours of the `count` users (or values of another column `by`) that have the most."""
    ask = Ask(lang=lang, theme=theme, tz=tz)
    count = need_count(count, "count")
    totals = summary(bookings, by=by)
    name = f"top-{by}" if by in {"user", "group", "vm_id"} else "top-other"
    table = _table(ask, totals, by)
    if totals.empty:
        return empty(name.replace("_", "-"), ask, table)
    first = totals.nlargest(count, "hours")
    names = [str(each) for each in first.index]
    marks: dict[str, Any] = {
        "hours": first["hours"].to_numpy(),
        "bookings": first["bookings"].to_numpy(),
        "share": first["share"].to_numpy(),
    }
    tips = [
        (ask.say("column-hours"), "@hours{0,0.0}"),
        (ask.say("column-bookings"), "@bookings"),
        (ask.say("column-part"), "@share{0.0%}"),
    ]
    plot = ranking(ask, names, marks, "hours", axis=ask.say("column-hours"), tips=tips)
    note = ask.say("top-note", name=names[0], share=round(100 * float(first["share"].iloc[0])), count=len(totals))
    return Chart(name=name, title=ask.say(name.replace("_", "-")), note=note, plot=plot, table=table, ask=ask)


def _table(ask: Ask, totals: pd.DataFrame, by: str) -> pd.DataFrame:
    heading = ask.say(f"column-{by}") if by in {"user", "group"} else ask.say("column-vm") if by == "vm_id" else by
    columns = {
        "bookings": totals["bookings"].to_numpy(),
        "hours": totals["hours"].round(1).to_numpy(),
        "mean-hours": totals["mean_hours"].round(1).to_numpy(),
        "renewals": totals["renewals"].to_numpy(),
        "early-releases": totals["early_releases"].to_numpy(),
        "part-percent": (100 * totals["share"]).round(1).to_numpy(),
    }
    index = pd.Index([str(each) for each in totals.index], dtype="str", name=heading)
    return pd.DataFrame({ask.say(f"column-{name}"): values for name, values in columns.items()}, index=index)
