"""A made-up fleet as the text of a data file: one VM, one group and one history record a line."""

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from loadzone.demo.bookings import CANCELLED, DAY, FORCED, Bookings, Indices, Plan, Seconds
from loadzone.demo.names import KINDS, LONG_PURPOSES, PURPOSES, details, emails, vm_ids

_REASONS = ("cancelled", "expired", "forced")
_ACTIONS = ("release", "book", "renew")  # the order of records of one moment
_LONG = 30 * DAY


def lines(plan: Plan, bookings: Bookings) -> Iterator[bytes]:
    """Yield the text of the data file in pieces."""
    people = list(islice(emails(plan.random), plan.people))
    ids = vm_ids(plan.vms)
    yield b'{\n  "schema": 1,\n  "seq": 0,\n  "vms": ['
    yield from _listed(_vms(plan, ids, people, bookings))
    yield b'  ],\n  "groups": ['
    yield from _listed(_groups(plan, ids))
    yield b'  ],\n  "users": {'
    yield from _listed(_users(plan, ids, people, _records(bookings)))
    yield b"  }\n}\n"


def _listed(rows: Iterator[str]) -> Iterator[bytes]:
    before = "\n"
    for row in rows:
        yield f"{before}    {row}".encode()
        before = ",\n"
    yield b"\n"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _moments(seconds: Seconds) -> list[str]:
    return [f"{text}Z" for text in np.datetime_as_string(seconds.astype("datetime64[s]"))]


def _vms(plan: Plan, ids: Sequence[str], people: Sequence[str], bookings: Bookings) -> Iterator[str]:
    held = _held(people, bookings)
    numbers = [0] * (len(KINDS) + 1)
    for index, kind in enumerate(plan.kinds.tolist()):
        numbers[kind] += 1
        vm: dict[str, object] = {"id": ids[index], "group": kind + 1 if kind >= 0 else None}
        vm |= held.get(index, {"booked_by": None, "expires_at": None})
        vm |= details(kind, numbers[kind], index, plan.random.random())
        yield _json(vm)


def _held(people: Sequence[str], bookings: Bookings) -> dict[int, dict[str, object]]:
    """Return what a booked VM says of its booking, by the VM's index."""
    running = np.flatnonzero(bookings.freed == 0)
    vms, users = bookings.vm[running].tolist(), bookings.user[running].tolist()
    starts, ends = bookings.start[running], bookings.end[running]
    purposes = [LONG_PURPOSES if long else PURPOSES for long in (ends - starts > _LONG).tolist()]
    return {
        vm: {
            "booked_by": people[user],
            "expires_at": end,
            "booked_at": start,
            "purpose": words[vm % len(words)],
        }
        for vm, user, start, end, words in zip(vms, users, _moments(starts), _moments(ends), purposes, strict=True)
    }


def _groups(plan: Plan, ids: Sequence[str]) -> Iterator[str]:
    for kind, each in enumerate(KINDS):
        members = [ids[index] for index in np.flatnonzero(plan.kinds == kind).tolist()]
        yield _json({"id": kind + 1, "name": each.name, "vm_ids": members})


class _Records(NamedTuple):
    """History records as columns, sorted by user and time; 0 for no end, -1 for no reason."""

    user: Indices
    at: Seconds
    vm: Indices
    end: Seconds
    action: Indices
    reason: Indices


def _records(bookings: Bookings) -> _Records:
    none = np.zeros(len(bookings.vm), dtype=np.int64)
    parts = [
        (bookings.freed, none, none, bookings.outcome),
        (bookings.start, bookings.planned, none + 1, none - 1),
        (bookings.renewed, bookings.extended, none + 2, none - 1),
        (bookings.again, bookings.extended_again, none + 2, none - 1),
    ]
    at, end, action, reason = (np.concatenate(column) for column in zip(*parts, strict=True))
    vm, user = np.tile(bookings.vm, len(parts)), np.tile(bookings.user, len(parts))
    order = np.lexsort((action, at, user))
    order = order[at[order] != 0]
    return _Records(*(column[order] for column in (user, at, vm, end, action, reason)))


def _users(plan: Plan, ids: Sequence[str], people: Sequence[str], records: _Records) -> Iterator[str]:
    edges = np.searchsorted(records.user, np.arange(len(people) + 1)).tolist()
    before = plan.random.integers(600, 3 * DAY, len(people))
    for user, email in enumerate(people):
        low, high = edges[user], edges[user + 1]
        first = int(records.at[low]) if low < high else plan.since
        (created,) = _moments(np.array([first - before[user]]))
        mine = _Records(*(column[low:high] for column in records))
        told = ",\n      ".join(_record_lines(mine, ids, email, people[0]))
        history = f"[\n      {told}\n    ]" if told else "[]"
        yield f'"{email}": {{"created": "{created}", "bookings": {history}}}'


def _record_lines(records: _Records, ids: Sequence[str], email: str, admin: str) -> Iterator[str]:
    columns = (records.vm.tolist(), _moments(records.at), _moments(records.end))
    kinds = (records.action.tolist(), records.reason.tolist())
    for vm, at, end, action, reason in zip(*columns, *kinds, strict=True):
        head = f'{{"vm_id":"{ids[vm]}","start":"{at}",'
        if action:
            yield f'{head}"end":"{end}","action":"{_ACTIONS[action]}"}}'
        else:
            yield f'{head}"end":null,"action":"release",{_why(reason, email, admin)}}}'


def _why(reason: int, email: str, admin: str) -> str:
    if reason == FORCED and email != admin:
        return f'"reason":"{_REASONS[FORCED]}","by":"{admin}"'
    if reason in {CANCELLED, FORCED}:  # who releases their own booking forces nobody
        return f'"reason":"{_REASONS[CANCELLED]}","by":"{email}"'
    return f'"reason":"{_REASONS[reason]}"'
