"""What happened in a made-up fleet: bookings as columns of numbers, so that a million take seconds."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from loadzone.demo.names import KINDS

Seconds = NDArray[np.int64]  # moments, in seconds since 1970, or lengths; 0 where there is no such moment
Indices = NDArray[np.int64]

CANCELLED, EXPIRED, FORCED = range(3)
HOUR = 3600
DAY = 24 * HOUR

_OFFICE = ZoneInfo("Europe/Berlin")
_SLOTS = ((8.2, 1.4, 1.0), (13.6, 1.7, 0.45), (20.0, 2.0, 0.06))  # hour of the day, its spread, how common
_WEEKDAYS = (1.0, 1.05, 1.05, 1.0, 0.8, 0.08, 0.05)
_LENGTHS = np.array([1, 2, 3, 4, 6, 8, 10, 24, 48, 72, 120]) * HOUR
_LENGTH_SHARES = np.array([8, 17, 8, 20, 8, 19, 5, 7, 4, 3, 1]) / 100
_LATE_LENGTHS = np.array([8, 12, 24, 48, 72]) * HOUR
_RENEWALS = np.array([1, 1, 2, 2, 4, 4, 8, 24]) * HOUR
_RENEWED_ONCE, _RENEWED_TWICE = 0.17, 0.04
_OUTCOME_SHARES = np.array([38, 60, 2]) / 100
_REGULARS = 0.7  # the share of a group's bookings that its own regulars make
_BUSY_ANYWAY = 0.2  # the share of free VMs that is booked in the last hours, on a Sunday night too
_HELD = 11  # every how many-th free VM is booked for long
_EXAMPLES = 2  # the first VMs, which examples book, are left free by both


class Plan:
    """What is to be made up, and the one source of chance."""

    def __init__(self, *, vms: int, days: int, seed: int, now: int) -> None:
        self.vms = vms
        self.days = days
        self.now = now
        self.random = np.random.default_rng(seed)
        self.people = max(5, min(2 * vms // 3, int(12 * max(vms, 1) ** 0.4)))

    @property
    def since(self) -> int:
        """The moment at which the history begins."""
        return self.now - self.days * DAY

    @cached_property
    def kinds(self) -> Indices:
        """Each VM's group by its place in `KINDS`; -1 for the last few, which are in none."""
        edges = np.cumsum([kind.share for kind in KINDS]) * self.vms / 100
        kinds: Indices = np.searchsorted(edges, np.arange(self.vms), side="right").astype(np.int64)
        kinds[kinds == len(KINDS)] = -1
        return kinds

    def chance(self, share: float, count: int) -> NDArray[np.bool_]:
        """Return `count` answers of which about `share` are yes."""
        return np.asarray(self.random.random(count) < share)


class Bookings(NamedTuple):
    """Bookings as columns; a renewal that was not made has 0 in both of its columns."""

    vm: Indices
    user: Indices
    start: Seconds
    planned: Seconds  # the end that was planned at first
    renewed: Seconds  # when it was renewed
    extended: Seconds  # the end that this gave
    again: Seconds  # when it was renewed a second time
    extended_again: Seconds
    outcome: Indices
    freed: Seconds  # when it really ended; 0 while it runs

    @property
    def end(self) -> Seconds:
        """The planned end after all renewals."""
        latest: Seconds = np.maximum(self.planned, np.maximum(self.extended, self.extended_again))
        return latest


def bookings(plan: Plan, held_until: int | None) -> Bookings:
    """Return everything that was booked, in no order; no two on one VM overlap."""
    made = _as_of(_everyday(plan), plan.now)
    made = _joined([made, _lately(plan, made)])
    return made if held_until is None else _joined([made, _for_long(plan, made, held_until)])


def _everyday(plan: Plan) -> Bookings:
    """Walk through the days, all VMs at once: a VM that is wanted and free is booked."""
    wanted_a_day = plan.random.beta(1.6, 2.2, plan.vms)
    free_from = np.full(plan.vms, plan.since - 1, dtype=np.int64)
    batches = [_running(*[np.zeros(0, dtype=np.int64)] * 4)]
    for midnight, weekday in _midnights(plan):
        for hour, spread, share in _SLOTS:
            into_day = np.clip(plan.random.normal(hour, spread, plan.vms), 0, 23.9) * HOUR
            start = midnight + into_day.astype(np.int64)
            wanted = plan.random.random(plan.vms) < wanted_a_day * share * _WEEKDAYS[weekday]
            vm = np.flatnonzero(wanted & (start > free_from) & (start < plan.now))
            batch = _booked(plan, vm, start[vm])
            free_from[vm] = batch.freed
            batches.append(batch)
    return _joined(batches)


def _midnights(plan: Plan) -> Iterator[tuple[int, int]]:
    """Yield the office's midnights up to the last one, with their weekdays, Monday being 0."""
    today = datetime.fromtimestamp(plan.now, _OFFICE).date()
    for back in range(plan.days, -1, -1):
        day = today - timedelta(days=back)
        yield int(datetime(day.year, day.month, day.day, tzinfo=_OFFICE).timestamp()), day.weekday()


def _bookers(plan: Plan, vm: Indices) -> Indices:
    """Choose who books: few book much, and each group has its own regulars."""
    weights = np.cumsum(1 / np.arange(1, plan.people + 1) ** 0.9)
    rank = np.searchsorted(weights, plan.random.random(len(vm)) * weights[-1])
    own = plan.kinds[vm] * (plan.people // len(KINDS))
    chosen: Indices = (rank + np.where(plan.chance(_REGULARS, len(vm)), own, 0)) % plan.people
    return chosen


def _booked(plan: Plan, vm: Indices, start: Seconds) -> Bookings:
    """Return whole bookings with their renewals and ends, as if all time had passed."""
    count = len(vm)
    planned = start + plan.random.choice(_LENGTHS, count, p=_LENGTH_SHARES)
    luck = plan.random.random(count)
    renewed, extended = _renewal(plan, start, planned) * (luck < _RENEWED_ONCE)
    again, extended_again = _renewal(plan, renewed, extended) * (luck < _RENEWED_TWICE)
    outcome = plan.random.choice(len(_OUTCOME_SHARES), count, p=_OUTCOME_SHARES)
    last_word = np.maximum(start, np.maximum(renewed, again))
    end = np.maximum(planned, np.maximum(extended, extended_again))
    early = last_word + ((end - last_word) * plan.random.uniform(0.15, 0.95, count)).astype(np.int64)
    return Bookings(
        vm=vm,
        user=_bookers(plan, vm),
        start=start,
        planned=planned,
        renewed=renewed,
        extended=extended,
        again=again,
        extended_again=extended_again,
        outcome=outcome,
        freed=np.where(outcome == EXPIRED, end, early),
    )


def _renewal(plan: Plan, since: Seconds, end: Seconds) -> NDArray[np.int64]:
    """Return when each is renewed, late in its time, and the end that this gives, in two rows."""
    when = since + ((end - since) * plan.random.uniform(0.6, 0.97, len(since))).astype(np.int64)
    return np.stack([when, end + plan.random.choice(_RENEWALS, len(since))])


def _as_of(done: Bookings, now: int) -> Bookings:
    """Take back what is still to come at `now`; what has not ended runs."""
    return done._replace(
        extended=np.where(done.renewed > now, 0, done.extended),
        renewed=np.where(done.renewed > now, 0, done.renewed),
        extended_again=np.where(done.again > now, 0, done.extended_again),
        again=np.where(done.again > now, 0, done.again),
        freed=np.where(done.freed > now, 0, done.freed),
    )


def _free_since(plan: Plan, made: Bookings) -> Seconds:
    """Return since when each VM is free; for one that is booked, a moment after now."""
    since = np.full(plan.vms, plan.since, dtype=np.int64)
    np.maximum.at(since, made.vm, np.where(made.freed == 0, plan.now + 1, made.freed))
    return since


def _lately(plan: Plan, made: Bookings) -> Bookings:
    """Book some of the free VMs in the last hours."""
    asked = plan.now - plan.random.integers(600, 4 * HOUR, plan.vms)
    start = np.maximum(_free_since(plan, made) + 60, asked)
    wanted = plan.chance(_BUSY_ANYWAY, plan.vms)
    wanted[:_EXAMPLES] = False
    vm = np.flatnonzero((start < plan.now) & wanted)
    end = start[vm] + plan.random.choice(_LATE_LENGTHS, len(vm))
    return _running(vm, _bookers(plan, vm), start[vm], end)


def _for_long(plan: Plan, made: Bookings, until: int) -> Bookings:
    """Book some of the free VMs until a far day."""
    asked = plan.now - plan.random.integers(DAY, 20 * DAY, plan.vms)
    start = np.maximum(_free_since(plan, made) + 60, asked)
    start[:_EXAMPLES] = plan.now
    vm = np.flatnonzero(start < plan.now)[::_HELD]
    end = np.full(len(vm), max(until, plan.now + HOUR), dtype=np.int64)
    return _running(vm, plan.random.integers(0, plan.people, len(vm)), start[vm], end)


def _running(vm: Indices, user: Indices, start: Seconds, end: Seconds) -> Bookings:
    """Return bookings that have not ended and were not renewed."""
    none = np.zeros(len(vm), dtype=np.int64)
    return Bookings(vm, user, start, end, none, none, none, none, none + EXPIRED, none)


def _joined(batches: Sequence[Bookings]) -> Bookings:
    return Bookings(*(np.concatenate(columns) for columns in zip(*batches, strict=True)))
