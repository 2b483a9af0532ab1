"""From a history of records to one row a booking."""

import heapq
import warnings
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loadzone.analytics import records
from loadzone.analytics.checks import MISSING, NEVER, Ints, moment_of, times
from loadzone.analytics.records import ACTIVE, BOOK, CANCELLED, EXPIRED, RELEASE, RENEW, UNSAID, Codes, Records
from loadzone.i18n import translate

HOUR: Final = 3_600_000_000
"""Microseconds of an hour."""

NONE: Final = -1


class _Held(NamedTuple):
    """What is known of each booking, in order of VM and start; arrays of one length.

    `book` and `release` are places in the records, `release` is NONE where there is no such record.
    """

    book: NDArray[np.intp]
    release: NDArray[np.intp]
    planned: Ints
    renewals: Ints


def bookings(history: pd.DataFrame, now: datetime | str | None = None) -> pd.DataFrame:
    """Return one row a booking, sorted by start, then VM.

    `history` is what `zone.history()` gives; its rows may stand in any order. Columns: `vm_id`, `user`; `start`,
    `end`, `planned_end` (times in UTC); `renewals` (how often it was renewed); `outcome` (`active`, `expired`,
    `cancelled`, `forced` or `vm_deleted`); `hours` (end minus start).

    `end` is when the VM became free, `now` for active ones. Without `now` it is the present, or the last record
    if a clock runs ahead; with it, records after it have not happened yet. A booking without a release ended at
    its planned end, or when the next booking of the VM began. Records that belong to no booking, as a release
    of a VM that was free, are left out. So are, with a warning, those with times that no booking can have: before
    1950, an end before the start or none at all, more than ten years up to now. `loadzone check` names them.
    Raises InvalidInput for missing columns and times that are none.
    """
    found, left_out = possible_bookings(history, now)
    warn_of(left_out)
    return found


def possible_bookings(history: pd.DataFrame, now: datetime | str | None = None) -> tuple[pd.DataFrame, int]:
    """Return what `bookings` does, and how many records with impossible times were left out, without a warning."""
    rows = records.read(history, None if now is None else moment_of(now, "now"))
    return _frame(rows, _held(rows), rows.until), rows.left_out


def warn_of(left_out: int, calls: int = 2) -> None:
    """Warn of records that were left out, at the place that is so many calls up."""
    if left_out:
        warnings.warn(translate("en", "bookings-left-out", count=left_out), stacklevel=calls + 1)


def _held(rows: Records) -> _Held:
    book = np.flatnonzero(rows.action == BOOK)
    release = _releases(rows, book)
    return _Held(book, release, *_renewals(rows, book, release))


def _running(rows: Records, book: NDArray[np.intp], places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for each record at `places` the booking that held its VM then, NONE if there was none."""
    found = np.searchsorted(book, places) - 1
    if len(book):
        found[rows.vm[book[found]] != rows.vm[places]] = NONE
    return found


def _releases(rows: Records, book: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the record that released each booking, NONE where there is no such record.

    The first release by the holder counts, and the first that is said to be forced or of a deleted VM.
    """
    places = np.flatnonzero(rows.action == RELEASE)
    running = _running(rows, book, places)
    fits = running != NONE
    if len(book):
        fits &= (rows.user[book[running]] == rows.user[places]) | (rows.reason[places] > CANCELLED)
    # Places ascend, so those of one booking stand together and the first comes first.
    running, fitting = running[fits], places[fits]
    first = np.diff(running, prepend=NONE) != 0
    release = np.full(len(book), NONE, dtype=np.intp)
    release[running[first]] = fitting[first]
    left = np.ones(len(rows.at), dtype=np.bool_)
    left[release[release != NONE]] = False
    _release_at_once(rows, book, release, places[left[places]])
    return release


def _release_at_once(
    rows: Records, book: NDArray[np.intp], release: NDArray[np.intp], left: NDArray[np.intp]
) -> None:
    """Give the releases that are `left` to bookings which their holder made and ended at one moment.

    Of records at one moment releases come first, so such a release found no booking to end. A booking may
    give up a later release for it, which then looks in its turn. A loop, because this is rare.
    """
    waiting = left[_have_twins(rows, left)].tolist()
    heapq.heapify(waiting)
    while waiting:
        place = heapq.heappop(waiting)
        for number in _books_beside(rows, book, place):
            before = int(release[number])
            if before == NONE or rows.at[before] > rows.at[place]:
                release[number] = place
                if before != NONE:
                    heapq.heappush(waiting, before)
                break


def _have_twins(rows: Records, places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell for which of `places` the next record is of the same VM and moment: few, and only they need a loop."""
    following = np.minimum(places + 1, len(rows.at) - 1)
    same = (rows.at[following] == rows.at[places]) & (rows.vm[following] == rows.vm[places])
    return np.asarray(same & (following != places), dtype=np.bool_)


def _same_moment(rows: Records, one: int, other: int) -> bool:
    return bool(rows.at[one] == rows.at[other] and rows.vm[one] == rows.vm[other])


def _books_beside(rows: Records, book: NDArray[np.intp], place: int) -> list[int]:
    """Return the bookings that the user of the record at `place` made of its VM at its very moment."""
    found = []
    number = int(np.searchsorted(book, place))
    while number < len(book) and _same_moment(rows, place, int(book[number])):
        if rows.user[book[number]] == rows.user[place]:
            found.append(number)
        number += 1
    return found


def _renewals(rows: Records, book: NDArray[np.intp], release: NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Return the planned end of each booking after its renewals, and how many there were.

    A renewal counts while its user holds the VM: also after the planned end, as long as nobody released it.
    """
    planned = rows.end[book]
    places = np.flatnonzero(rows.action == RENEW)
    running = _running(rows, book, places)
    if len(book) == 0:
        return planned, np.zeros(0, dtype=np.int64)
    let_go = np.where(release == NONE, NEVER, rows.at[release])
    fits = (
        (running != NONE) & (rows.user[book[running]] == rows.user[places]) & (rows.at[places] <= let_go[running])
    )
    for lost in np.flatnonzero(~fits & _have_twins(rows, places)):
        # Renewed at the moment of booking: the booking comes after it in our order.
        if beside := _books_beside(rows, book, int(places[lost])):
            running[lost], fits[lost] = beside[0], True
    running, places = running[fits], places[fits]
    told = rows.end[places] != MISSING
    # Where a booking was renewed more than once, the last assignment stays.
    planned[running[told]] = rows.end[places[told]]
    return planned, np.bincount(running, minlength=len(book)).astype(np.int64, copy=False)


def _frame(rows: Records, held: _Held, now: int) -> pd.DataFrame:
    start = rows.at[held.book]
    end, outcome = _ends(rows, held, start, now)
    vm = rows.vm[held.book]
    order = np.argsort(start, kind="stable")  # of one start, those of earlier VMs stand first already
    hours = (end - start) / HOUR
    return pd.DataFrame(
        {
            "vm_id": _named(rows.vms, vm[order]),
            "user": _named(rows.users, rows.user[held.book[order]]),
            "start": times(start[order]),
            "end": times(end[order]),
            "planned_end": times(held.planned[order]),
            "renewals": held.renewals[order],
            "outcome": _named(pd.Index(records.OUTCOMES, dtype="str"), outcome[order]),
            "hours": hours[order],
        },
        copy=False,
    )


def _ends(rows: Records, held: _Held, start: Ints, now: int) -> tuple[Ints, Codes]:
    """Return when each booking ended and how."""
    following = np.full(len(start), NEVER, dtype=np.int64)
    same_vm = np.diff(rows.vm[held.book]) == 0
    following[:-1][same_vm] = start[1:][same_vm]
    planned = np.where(held.planned == MISSING, NEVER, held.planned)
    released = held.release != NONE
    end = np.minimum(planned, following)
    outcome = np.where(following < planned, CANCELLED, EXPIRED).astype(np.int8)
    outcome[end > now] = ACTIVE
    np.minimum(end, now, out=end)
    if len(rows.at):
        let_go, reason = rows.at[held.release], rows.reason[held.release]
        end[released] = let_go[released]
        reason = np.where(reason == UNSAID, np.where(let_go < planned, CANCELLED, EXPIRED), reason)
        outcome[released] = reason[released]
    # A planned end before the start is a slip of the pen, not time given back.
    return np.maximum(end, start), outcome


def _named(table: "pd.Index", codes: Codes) -> "pd.Series[Any]":
    """Return a column of texts from their numbers; -1 is no text."""
    texts = table.astype("str").array
    return pd.Series(texts.take(codes, allow_fill=True))
