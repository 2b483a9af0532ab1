"""Who holds on to VMs."""

from typing import Any, Final

import pandas as pd

from loadzone.analytics.checks import need_count
from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import ORANGE, Ask
from loadzone.analytics.figures.ranking import ranking
from loadzone.analytics.habits import hoarding as held_by

_COUNT: Final = 12


def hoarding(
    bookings: pd.DataFrame,
    hours: float = 72,
    renewals: int = 3,
    *,
    count: int = _COUNT,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the hours of bookings of `hours` or more, or renewed `renewals` times or more, by who made them.

    The `count` users with the most such hours are drawn; the table has all. Bookings count whole: pass those
    that touch a range, not cut to it.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    count = need_count(count, "count")
    held = held_by(bookings, hours, renewals)
    table = _table(ask, held)
    if bookings.empty:
        return empty("hoarding", ask, table)
    if held.empty:
        return empty("hoarding", ask, table, ask.say("hoarding-none", hours=hours, renewals=renewals))
    first = held.head(count)
    marks: dict[str, Any] = {name: first[name].to_numpy() for name in ("hours", "bookings", "active", "share")}
    tips = [
        (ask.say("column-hours"), "@hours{0,0.0}"),
        (ask.say("column-bookings"), "@bookings"),
        (ask.say("column-held-now"), "@active"),
        (ask.say("column-part"), "@share{0.0%}"),
    ]
    names = [str(user) for user in first.index]
    plot = ranking(ask, names, marks, "hours", axis=ask.say("column-hours"), tips=tips, colours=ORANGE)
    note = ask.say(
        "hoarding-note",
        users=len(held),
        hours=hours,
        renewals=renewals,
        share=round(100 * float(held["share"].sum())),
        active=int(held["active"].sum()),
    )
    return Chart(name="hoarding", title=ask.say("hoarding"), note=note, plot=plot, table=table, ask=ask)


def _table(ask: Ask, held: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "bookings": held["bookings"].to_numpy(),
        "long": held["long"].to_numpy(),
        "renewed": held["renewed"].to_numpy(),
        "hours": held["hours"].round(1).to_numpy(),
        "longest-hours": held["longest_hours"].round(1).to_numpy(),
        "held-now": held["active"].to_numpy(),
        "part-percent": (100 * held["share"]).round(1).to_numpy(),
    }
    index = pd.Index([str(user) for user in held.index], dtype="str", name=ask.say("column-user"))
    return pd.DataFrame({ask.say(f"column-{name}"): values for name, values in columns.items()}, index=index)
