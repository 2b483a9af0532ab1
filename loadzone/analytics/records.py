"""A history as numbers: what `bookings` works on, sorted by VM and moment."""

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loadzone.analytics.checks import FIRST, LAST, LONGEST, MISSING, Ints, micros, need_columns, now_micros

RENEW, RELEASE, BOOK = range(3)
"""The order of records at one moment: who renews or lets go does so before the next one books."""

ACTIVE, EXPIRED, CANCELLED, FORCED, VM_DELETED = range(5)
OUTCOMES: Final = ("active", "expired", "cancelled", "forced", "vm_deleted")
UNSAID: Final = -1

_ACTIONS: Final = {"renew": RENEW, "release": RELEASE, "book": BOOK}
_REASONS: Final = {name: code for code, name in enumerate(OUTCOMES) if code != ACTIVE}
_SHORT: Final = 1 << 16

Codes = NDArray[np.signedinteger[Any]]


class Records(NamedTuple):
    """The records of a history, sorted by VM (in order of their ids) and moment; arrays of one length.

    `end` is MISSING where the record has none, `reason` UNSAID; `vm` and `user` count into the two tables.
    `left_out` is how many records were left out because of times that no booking can have, and `until` the moment
    after which nothing has happened yet.
    """

    vm: Codes
    user: Codes
    at: Ints
    end: Ints
    action: Codes
    reason: Codes
    vms: "pd.Index"
    users: "pd.Index"
    until: int
    left_out: int


def read(history: pd.DataFrame, until: int | None) -> Records:
    """Return the records of `history` up to `until` (microseconds), by default now. Raises InvalidInput.

    Rows without a VM or a moment, and actions that LoadZone does not know, are left out, and so are those with
    times that no booking can have.
    """
    need_columns(history, ("action", "vm_id", "user", "end"), "history")
    if "at" not in history.columns:
        need_columns(history, ("start",), "history")
    at = _moments(history)
    action = _known(history["action"], _ACTIONS)
    vm, vms = _coded(history["vm_id"], sort=True)
    user, users = _coded(history["user"], sort=False)
    end = micros(history["end"], "end")
    known = (at != MISSING) & (action != UNSAID) & (vm >= 0)
    wanted = known & (at >= FIRST) & (at < LAST)
    if until is None:
        until = max(now_micros(), int(at[wanted].max(initial=0)))
    wanted &= at <= until
    impossible = wanted & (action != RELEASE) & _impossible(at, end, until)
    left_out = int((known & ((at < FIRST) | (at >= LAST))).sum()) + int(impossible.sum())
    wanted &= ~impossible
    order = _order(vm, at, action, wanted)
    return Records(
        vm=vm[order],
        user=user[order],
        at=at[order],
        end=end[order],
        action=action[order],
        reason=_reasons(history)[order],
        vms=vms,
        users=users,
        until=until,
        left_out=left_out,
    )


def _impossible(at: Ints, end: Ints, until: int) -> NDArray[np.bool_]:
    """Tell which spans have a flaw of `loadzone.domain.spans.span_flaw`, as far as they have happened.

    So a booking for the next hundred years counts. A missing end is the least integer, before any start.
    """
    end = np.minimum(end, until)
    return np.asarray((end < at) | (end - at > LONGEST), dtype=np.bool_)


def _moments(history: pd.DataFrame) -> Ints:
    if "at" not in history.columns:
        return micros(history["start"], "start")
    at = micros(history["at"], "at")
    if "start" in history.columns and (at == MISSING).any():
        return np.where(at == MISSING, micros(history["start"], "start"), at)
    return at


def _order(vm: Codes, at: Ints, action: Codes, wanted: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the places of the wanted records by VM, moment, action, and else as they came."""
    rows = np.flatnonzero(wanted)
    if len(rows) == 0:
        return rows
    if (np.diff(at[rows]) <= 0).any():
        # Stable sorts, the last one first: numpy counts small integers instead of comparing them.
        rows = rows[np.argsort(action[rows], kind="stable")]
        rows = rows[np.argsort(at[rows], kind="stable")]
    return rows[np.argsort(vm[rows], kind="stable")]


def _coded(values: "pd.Series[Any]", *, sort: bool) -> tuple[Codes, "pd.Index"]:
    """Return small numbers for values, -1 where there is none, and what they stand for."""
    if sort and isinstance(values.dtype, pd.CategoricalDtype):
        # Categories have an order of their own, as a Parquet file happened to meet them.
        values = values.cat.reorder_categories(sorted(values.cat.categories))
    codes, table = pd.factorize(values, sort=sort)
    return codes.astype(np.int16 if len(table) < _SHORT // 2 else np.int32), pd.Index(table)


def _known(values: "pd.Series[Any]", numbers: dict[str, int]) -> Codes:
    codes, table = pd.factorize(values)
    meaning = np.array([*(numbers.get(str(each), UNSAID) for each in table), UNSAID], dtype=np.int8)
    return meaning[codes]  # -1, no value, falls on the last one


def _reasons(history: pd.DataFrame) -> Codes:
    if "reason" not in history.columns:
        return np.full(len(history), UNSAID, dtype=np.int8)
    return _known(history["reason"], _REASONS)
