"""What the history of a zone says in a scope: its bookings cut to a range, and the VMs that it is about.

The report, `zone.figures` and the Analytics page all begin here, so that they tell the same numbers.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypedDict

import pandas as pd
from msgspec import Struct

from loadzone.analytics.booking_rows import possible_bookings
from loadzone.analytics.checks import moment_of
from loadzone.domain.errors import invalid
from loadzone.domain.model import VM, Group
from loadzone.i18n import translate
from loadzone.zones.filters import group_of


class Scope(Struct, frozen=True, kw_only=True):
    """What is asked about: `since <= time < until`, a group (its name or id), a user; None is all.

    `tz` is the zone of the clock that is shown, `lang` the language (en, ru).
    """

    since: datetime | None = None
    until: datetime | None = None
    group: int | str | None = None
    user: str | None = None
    tz: str = "UTC"
    lang: str = "en"


class Range(TypedDict):
    """The ends of a range, as analytics takes them."""

    since: datetime | None
    until: datetime


class Found(Struct, frozen=True, kw_only=True):
    """What there is in a scope, from `since` up to `end`, the end of its range or now.

    `bookings` are cut to the range; `touching` are the same ones, whole; `past` are those of all time before
    the end. `ids` are the VMs of the fleet or the group, `vms` how many there were to be used: those, or more
    where some have been deleted since. Without a `since` the range begins with the first booking. `left_out` is
    how many records have times that no booking can have.
    """

    bookings: pd.DataFrame
    touching: pd.DataFrame
    past: pd.DataFrame
    ids: tuple[str, ...]
    vms: int
    since: datetime | None
    end: datetime
    group: Group | None = None
    left_out: int = 0

    @property
    def range(self) -> Range:
        """What shares and averages are of, idle ends included."""
        return Range(since=self.since, until=self.end)


class Source(Protocol):
    """Where the fleet and its history come from: a zone, or what keeps the history of one."""

    def fleet(self) -> tuple[Sequence[VM], Sequence[Group]]:
        """Return all VMs and all groups."""
        ...

    def history(
        self, *, until: datetime | None = None, user: str | None = None, group: int | None = None
    ) -> pd.DataFrame:
        """Return a row a record before `until`, of a user and of the VMs that are in a group now."""
        ...


def find(zone: Source, scope: Scope, now: datetime) -> Found:
    """Return what a zone's history says in a scope.

    Bookings that began before the range count from its start, so the history is read from its beginning.
    Raises InvalidInput for a range that ends before it starts or begins in the future, NotFound for a group that
    does not exist.
    """
    if scope.since is not None:
        moment_of(scope.since, "since")
    if scope.until is not None:
        moment_of(min(scope.until, now), "until")
    if scope.since is not None and scope.until is not None and scope.since >= scope.until:
        raise invalid("since", "since_after_until")
    if scope.since is not None and scope.since >= now:
        raise invalid("since", "since_in_future")
    vms, groups = zone.fleet()
    group = _group(scope.group, groups)
    history = zone.history(until=scope.until, user=scope.user, group=None if group is None else group.id)
    end = now if scope.until is None else min(now, scope.until)
    names = {one.id: one.name for one in groups}
    nowhere = translate(scope.lang, "report-no-group")
    past, left_out = possible_bookings(history, now=end)
    past = past.assign(
        group=lambda rows: (
            rows["vm_id"].map({vm.id: names.get(vm.group or 0, nowhere) for vm in vms}).fillna(nowhere)
        )
    )
    inside = clip(past, scope.since, end)
    ids = tuple(vm.id for vm in vms) if group is None else group.vm_ids
    return Found(
        bookings=inside.reset_index(drop=True),
        touching=past.loc[inside.index].reset_index(drop=True),
        past=past,
        ids=ids,
        vms=max(len(ids), int(inside["vm_id"].nunique())),
        since=scope.since,
        end=end,
        group=group,
        left_out=left_out,
    )


def clip(bookings: pd.DataFrame, since: datetime | None, until: datetime | None) -> pd.DataFrame:
    """Return the bookings that lie in a range, cut at its ends, under their old index; `hours` are within it."""
    start, end = bookings["start"], bookings["end"]
    if since is not None:
        start = start.where(start >= since, pd.Timestamp(since))
    if until is not None:
        end = end.where(end <= until, pd.Timestamp(until))
    cut = bookings.assign(start=start, end=end, hours=(end - start).dt.total_seconds() / 3600)
    return cut[end > start]


def _group(wanted: int | str | None, groups: Iterable[Group]) -> Group | None:
    return None if wanted is None else group_of(wanted, groups)
