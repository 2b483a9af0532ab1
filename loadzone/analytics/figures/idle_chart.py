"""Which VMs nobody uses."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from loadzone.analytics.capacity import idle as idle_of
from loadzone.analytics.checks import MISSING, micros, moment_of, need_bookings, need_count, need_ids, now_micros
from loadzone.analytics.figures.chart import Chart, empty
from loadzone.analytics.figures.look import GREY, ORANGE, Ask
from loadzone.analytics.figures.ranking import ranking

_COUNT: Final = 20
_DAY: Final = 86_400_000_000


def idle(
    bookings: pd.DataFrame,
    days: float = 30,
    vms: Iterable[str] | None = None,
    now: datetime | str | None = None,
    *,
    count: int = _COUNT,
    tz: str = "UTC",
    lang: str = "en",
    theme: str = "light",
) -> Chart:
    """Return the VMs that nobody has used for `days` days up to `now`, the `count` longest idle as bars.

    `vms` are the ids of the fleet, so that VMs which nobody ever booked are found; the bars of those are grey
    and as long as the history. The table has all idle VMs.
    """
    ask = Ask(lang=lang, theme=theme, tz=tz)
    count = need_count(count, "count")
    need_bookings(bookings, "vm_id", "start", "end")
    ids = need_ids(bookings["vm_id"].unique() if vms is None else vms, "vms")
    found = idle_of(bookings, days, ids, now)
    table = _table(ask, found, tz)
    if not ids:
        return empty("idle", ask, table)
    if found.empty:
        return empty("idle", ask, table, ask.say("idle-none", days=days, total=len(ids)))
    first = found.head(count)
    never = np.isinf(first["idle_days"].to_numpy())
    marks: dict[str, Any] = {
        "days": np.where(never, _history_days(bookings, days, now), first["idle_days"]),
        "last": _last(ask, first, tz),
        "bookings": first["bookings"].to_numpy(),
    }
    tips = [(ask.say("column-last-used"), "@last"), (ask.say("column-bookings"), "@bookings")]
    colours = [GREY if each else ORANGE for each in never]
    axis = ask.say("column-idle-days")
    plot = ranking(ask, [str(vm) for vm in first.index], marks, "days", axis=axis, tips=tips, colours=colours)
    unused = int(np.isinf(found["idle_days"].to_numpy()).sum())
    note = ask.say("idle-note", idle=len(found), total=len(ids), days=days, never=unused)
    return Chart(name="idle", title=ask.say("idle"), note=note, plot=plot, table=table, ask=ask)


def _history_days(bookings: pd.DataFrame, least: float, now: datetime | str | None) -> float:
    """Return how many days the history goes back: for so long at least a VM without bookings was idle."""
    start = micros(bookings["start"], "start")
    start = start[start != MISSING]
    if len(start) == 0:
        return least
    at = now_micros() if now is None else moment_of(now, "now")
    return max(least, (at - int(start.min())) / _DAY)


def _last(ask: Ask, found: pd.DataFrame, tz: str) -> list[str]:
    shown = found["last_end"].dt.tz_convert(tz).dt.strftime("%Y-%m-%d %H:%M")
    return [ask.say("idle-never") if pd.isna(each) else str(each) for each in shown]


def _table(ask: Ask, found: pd.DataFrame, tz: str) -> pd.DataFrame:
    days = [ask.say("idle-never") if np.isinf(each) else f"{each:.0f}" for each in found["idle_days"]]
    columns = {
        "last-used": _last(ask, found, tz),
        "idle-days": days,
        "bookings": found["bookings"].to_numpy(),
    }
    index = pd.Index(found.index.astype("str"), dtype="str", name=ask.say("column-vm"))
    return pd.DataFrame({ask.say(f"column-{name}"): values for name, values in columns.items()}, index=index)
