"""What analytics should say, by plain loops: event by event and slot of time by slot of time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

TIME = "datetime64[us, UTC]"
SLOT = timedelta(minutes=5)


class Told(NamedTuple):
    """One record of a history."""

    at: datetime
    action: str
    vm_id: str
    user: str
    end: datetime | None = None
    reason: str | None = None


def history(records: Sequence[Told]) -> pd.DataFrame:
    """Return records as `zone.history()` gives them, in the order given."""
    at = pd.Series([each.at for each in records], dtype=TIME)
    return pd.DataFrame(
        {
            "at": at,
            "action": pd.Series([each.action for each in records], dtype="str"),
            "vm_id": pd.Series([each.vm_id for each in records], dtype="str"),
            "user": pd.Series([each.user for each in records], dtype="str"),
            "start": at.copy(),
            "end": pd.Series([each.end for each in records], dtype=TIME),
            "reason": pd.Series([each.reason for each in records], dtype="str"),
        }
    )


def bookings(records: Sequence[Told], now: datetime) -> list[dict[str, Any]]:
    """Return the rows that `analytics.bookings` should give: each VM's life told moment by moment."""
    rows: list[dict[str, Any]] = []
    for vm in sorted({each.vm_id for each in records}):
        moments: dict[datetime, list[Told]] = defaultdict(list)
        for each in records:
            if each.vm_id == vm and each.at <= now:
                moments[each.at].append(each)
        rows += _life(vm, moments, now)
    return sorted(rows, key=lambda row: (row["start"], row["vm_id"]))


def _life(vm: str, moments: Mapping[datetime, list[Told]], now: datetime) -> Iterable[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for at in sorted(moments):
        renewals = [each for each in moments[at] if each.action == "renew"]
        releases = [each for each in moments[at] if each.action == "release"]
        if rows and "end" not in rows[-1]:
            _renew(rows[-1], renewals)
            _release(rows[-1], releases, anybody=True)
        for book in (each for each in moments[at] if each.action == "book"):
            if rows and "end" not in rows[-1]:
                _cut(rows[-1], at)
            rows.append({"vm_id": vm, "user": book.user, "start": at, "planned_end": book.end, "renewals": 0})
            _renew(rows[-1], renewals)
            _release(rows[-1], releases, anybody=False)
    if rows and "end" not in rows[-1]:
        over = rows[-1]["planned_end"] <= now
        rows[-1] |= {
            "end": rows[-1]["planned_end"] if over else now,
            "outcome": "expired" if over else "active",
        }
    for row in rows:
        row["end"] = max(row["end"], row["start"])
        row["hours"] = (row["end"] - row["start"]) / timedelta(hours=1)
    return rows


def _renew(row: dict[str, Any], renewals: list[Told]) -> None:
    for each in [each for each in renewals if each.user == row["user"]]:
        renewals.remove(each)
        row["renewals"] += 1
        row["planned_end"] = each.end


def _release(row: dict[str, Any], releases: list[Told], *, anybody: bool) -> None:
    for each in releases:
        if each.user == row["user"] or (anybody and each.reason in {"forced", "vm_deleted"}):
            releases.remove(each)
            early = each.at < row["planned_end"]
            row |= {"end": each.at, "outcome": each.reason or ("cancelled" if early else "expired")}
            return


def _cut(row: dict[str, Any], at: datetime) -> None:
    early = at < row["planned_end"]
    row |= {"end": min(at, row["planned_end"]), "outcome": "cancelled" if early else "expired"}


def slots(first: datetime, last: datetime) -> Iterable[datetime]:
    """Yield every slot's start from `first` to before `last`."""
    while first < last:
        yield first
        first += SLOT


def buckets(first: datetime, last: datetime, step: timedelta, zone: tzinfo) -> list[list[datetime]]:
    """Return the slots of each bucket of `step` (a day at most), watching the zone's clock slot by slot."""
    found: list[list[datetime]] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for slot in slots(first - timedelta(days=3), last + timedelta(days=3)):
        shown = slot.astimezone(zone).replace(tzinfo=UTC, fold=0)  # its face only
        passed = (shown - datetime(1970, 1, 1, tzinfo=UTC)) % step
        begins = shown - passed > latest or (step < timedelta(days=1) and not passed)
        latest = shown - passed if step < timedelta(days=1) else max(latest, shown - passed)
        if begins or not found:
            found.append([])
        found[-1].append(slot)
    return [each for each in found if each[-1] >= first and each[0] < max(last, first + SLOT)]


def busy(rows: Iterable[Mapping[str, Any]], slot: datetime) -> int:
    """Return how many of the bookings `rows` cover a slot."""
    return sum(row["start"] <= slot < row["end"] for row in rows)


def utilisation(
    rows: Sequence[Mapping[str, Any]], step: timedelta, capacity: int, zone: tzinfo
) -> dict[datetime, Fraction]:
    """Return the busy share of each bucket by counting slots."""
    first, last = min(row["start"] for row in rows), max(row["end"] for row in rows)
    return {
        bucket[0].astimezone(UTC): Fraction(sum(busy(rows, slot) for slot in bucket), len(bucket) * capacity)
        for bucket in buckets(first, last, step, zone)
    }


def heatmap(rows: Sequence[Mapping[str, Any]], zone: tzinfo) -> dict[tuple[int, int], Fraction]:
    """Return the mean number busy in each hour of the week, over whole calendar weeks."""
    first, last = min(row["start"] for row in rows), max(row["end"] for row in rows)
    last = max(last, first + SLOT)
    weeks = {slot.astimezone(zone).isocalendar()[:2] for slot in slots(first, last)}
    used, lasted = defaultdict[tuple[int, int], int](int), defaultdict[tuple[int, int], int](int)
    for slot in slots(first - timedelta(days=8), last + timedelta(days=8)):
        shown = slot.astimezone(zone)
        if shown.isocalendar()[:2] in weeks:
            used[shown.weekday(), shown.hour] += busy(rows, slot)
            lasted[shown.weekday(), shown.hour] += 1
    return {cell: Fraction(used[cell], lasted[cell]) for cell in lasted}
