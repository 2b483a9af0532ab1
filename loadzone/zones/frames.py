"""The DataFrames of a zone. Their columns and dtypes are the same however little is in them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

import pandas as pd
from msgspec import Struct

from loadzone.domain.errors import invalid
from loadzone.domain.model import VM, Group
from loadzone.history.columns import ACTIONS, REASONS, History

TIME = "datetime64[us, UTC]"
HISTORY_COLUMNS = ("at", "action", "vm_id", "user", "start", "end", "reason")


class HistoryRow(Struct, frozen=True, kw_only=True, gc=False):
    """A history record with its user, as a zone reads it."""

    user: str
    vm_id: str
    start: datetime
    end: datetime | None
    action: str
    reason: str | None = None


def vms_frame(vms: Iterable[VM]) -> pd.DataFrame:
    """Return one row a VM, indexed by id; times are in UTC, empty where the VM is free."""
    rows = list(vms)
    columns = {
        "group": pd.Series([vm.group for vm in rows], dtype="Int64"),
        "booked_by": _texts([vm.booked_by for vm in rows]),
        "expires_at": _times([vm.expires_at for vm in rows]),
        "booked_at": _times([vm.booked_at for vm in rows]),
        "purpose": _texts([vm.purpose for vm in rows]),
        "internal_ip": _texts([vm.internal_ip for vm in rows]),
        "external_ip": _texts([vm.external_ip for vm in rows]),
        "tags": pd.Series([vm.tags for vm in rows], dtype=object),
        "note": _texts([vm.note for vm in rows]),
    }
    return _indexed(columns, pd.Index([vm.id for vm in rows], dtype="str", name="id"))


def groups_frame(groups: Iterable[Group]) -> pd.DataFrame:
    """Return one row a group, indexed by id; `vm_ids` holds a tuple."""
    rows = list(groups)
    columns = {
        "name": _texts([group.name for group in rows]),
        "vm_ids": pd.Series([group.vm_ids for group in rows], dtype=object),
    }
    return _indexed(columns, pd.Index([group.id for group in rows], dtype="int64", name="id"))


def zone_html(told: str, vms: Sequence[VM], groups: Sequence[Group]) -> str:
    """Return what a notebook shows of a zone: how many VMs, and how many of them are booked, by group."""
    names = {group.id: group.name for group in groups}
    counts: dict[str, list[int]] = {group.name: [0, 0] for group in groups}
    for vm in vms:
        both = counts.setdefault(names.get(vm.group or 0, ""), [0, 0])
        both[0] += 1
        both[1] += vm.booked_by is not None
    frame = pd.DataFrame.from_dict(counts, orient="index", columns=["VMs", "booked"])
    frame.loc["all"] = [len(vms), sum(vm.booked_by is not None for vm in vms)]
    return f"<code>{escape(told)}</code>{frame.to_html()}"


def history_frame(rows: Sequence[HistoryRow]) -> pd.DataFrame:
    """Return one row a record, in the order given; `at` is when it happened."""
    start = _times([row.start for row in rows])
    return pd.DataFrame(
        {
            "at": start,
            "action": _texts([row.action for row in rows]),
            "vm_id": _texts([row.vm_id for row in rows]),
            "user": _texts([row.user for row in rows]),
            "start": start.copy(),
            "end": _times([row.end for row in rows]),
            "reason": _texts([row.reason for row in rows]),
        },
        columns=list(HISTORY_COLUMNS),
    )


def columns_frame(history: History) -> pd.DataFrame:
    """Return the same of a history in columns."""
    columns = history.columns
    start = _from_micros(columns.at)
    return pd.DataFrame(
        {
            "at": start,
            "action": _named(ACTIONS, columns.action),
            "vm_id": _named(history.vms, columns.vm),
            "user": _named(history.users, history.user),
            "start": start.copy(),
            "end": _from_micros(columns.end),
            "reason": _named(REASONS, columns.reason),
        },
        columns=list(HISTORY_COLUMNS),
        copy=False,
    )


def columns_rows(history: History) -> Iterator[HistoryRow]:
    """Yield the records of a history in columns as values."""
    for one in history.entries():
        yield HistoryRow(
            user=one.user, vm_id=one.vm_id, start=one.start, end=one.end, action=one.action, reason=one.reason
        )


def span(since: datetime | str | None, until: datetime | str | None) -> tuple[datetime | None, datetime | None]:
    """Return both ends of a range in UTC; raises InvalidInput for what is no time or ends before it starts."""
    first, last = moment(since, "since"), moment(until, "until")
    if first is not None and last is not None and first > last:
        raise invalid("since", "since_after_until")
    return first, last


def moment(given: datetime | str | None, field: str = "at") -> datetime | None:
    """Return a moment in UTC from what people write in notebooks; without an offset it is taken as UTC.

    Raises InvalidInput that names `field` for what is no time.
    """
    if given is None:
        return None
    try:
        at = pd.Timestamp(given)
        if not pd.isna(at):
            at = at.tz_localize(UTC) if at.tzinfo is None else at.tz_convert(UTC)
            return at.to_pydatetime(warn=False)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise invalid(field, "time_malformed") from wrong
    raise invalid(field, "time_malformed")


def _named(names: Sequence[str], codes: Any) -> "pd.Series[Any]":
    """Return a column of names from their numbers; -1 is none."""
    return pd.Series(pd.array([str(name) for name in names], dtype="str").take(codes, allow_fill=True), copy=False)


def _from_micros(values: Any) -> "pd.Series[Any]":
    return pd.Series(values.view("M8[us]"), copy=False).dt.tz_localize(UTC)


def _texts(values: Sequence[Any]) -> "pd.Series[str]":
    return pd.Series(values, dtype="str")


def _times(values: Sequence[Any]) -> "pd.Series[Any]":
    return pd.Series(values, dtype=TIME)


def _indexed(columns: dict[str, "pd.Series"], index: "pd.Index") -> pd.DataFrame:
    return pd.DataFrame(columns).set_index(index)
