"""Any wishes of any actors in any order, under a moving clock, keep what must always hold."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from loadzone.domain import rules, wishes
from loadzone.domain.errors import LoadZoneError
from loadzone.domain.facts import AnyFact, Change, apply_all, record_of
from loadzone.domain.model import Action, Fleet, Policy, Record
from loadzone.domain.permissions import GUEST, STRANGER, Actor, Role

POLICY = Policy(max_hours=10, max_total_hours=24)
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACTORS = st.sampled_from(
    [
        STRANGER,
        GUEST,
        Actor(email="ann@example.com", role=Role.USER),
        Actor(email="bob@example.com", role=Role.USER),
        Actor(email="bob@example.com", role=Role.USER, read_only=True),
        *[Actor(email="admin@example.com", role=Role.ADMIN)] * 4,
    ]
)
VM_IDS = st.sampled_from(["a", "b", "c", "d", "e"])
SOME_VM_IDS = st.lists(VM_IDS, max_size=4).map(tuple)
GROUPS = st.integers(0, 4)
HOURS = st.one_of(st.floats(0.1, 10), st.integers(1, 10), st.floats())
NOTES = st.none() | st.sampled_from(["", "note", "x" * 3000])

# What everybody does most, and then the rest: a machine of mere refusals would prove little.
BOOKINGS = st.one_of(
    st.builds(wishes.Book, vm_id=VM_IDS, hours=HOURS),
    st.builds(wishes.Renew, vm_id=VM_IDS, hours=HOURS),
    st.builds(wishes.Release, vm_id=VM_IDS),
)
FLEET = st.one_of(
    st.builds(wishes.AddVM, id=VM_IDS, group_id=st.none() | GROUPS, note=NOTES),
    st.builds(
        wishes.AddVMs,
        vms=st.lists(st.builds(wishes.AddVM, id=VM_IDS, group_id=st.none() | GROUPS), max_size=3).map(tuple),
    ),
    st.builds(wishes.EditVM, vm_id=VM_IDS, group_id=st.none() | GROUPS, note=NOTES),
    st.builds(wishes.DeleteVM, vm_id=VM_IDS, force=st.booleans()),
    st.builds(wishes.AddGroup, name=st.sampled_from(["One", "one ", "Two", "Three", ""]), vm_ids=SOME_VM_IDS),
    st.builds(wishes.RenameGroup, group_id=GROUPS, name=st.sampled_from(["One", "TWO", ""])),
    st.builds(wishes.AddVMsToGroup, group_id=GROUPS, vm_ids=SOME_VM_IDS),
    st.builds(wishes.RemoveVMFromGroup, vm_id=VM_IDS, group_id=st.none() | GROUPS),
    st.builds(wishes.DeleteGroup, group_id=GROUPS),
    st.builds(wishes.Welcome, email=st.sampled_from(["new@example.com", "Ann@Example.com", "?"])),
)


def plain(fleet: Fleet) -> Any:
    """Return all that a fleet holds as JSON."""
    return msgspec.json.encode([list(each.values()) for each in (fleet.vms, fleet.groups, fleet.users)])


class Company(RuleBasedStateMachine):
    """Some people, some VMs, and all that happens to them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.first = apply_all(Fleet(), rules.decide(Fleet(), *self.opening(), START, POLICY))
        self.fleet = self.first
        self.facts: list[AnyFact] = []

    @staticmethod
    def opening() -> tuple[Actor, wishes.AddVMs]:
        vms = tuple(wishes.AddVM(id=vm_id) for vm_id in "abc")
        return Actor(email="admin@example.com", role=Role.ADMIN), wishes.AddVMs(vms=vms)

    def happen(self, some: tuple[AnyFact, ...]) -> None:
        self.fleet = apply_all(self.fleet, some)
        self.facts.extend(some)

    def ask(self, actor: Actor, wish: wishes.AnyWish) -> None:
        before, told = self.fleet, plain(self.fleet)
        try:
            self.happen(rules.decide(self.fleet, actor, wish, self.now, POLICY))
        except LoadZoneError:
            assert self.fleet is before
        assert plain(before) == told

    @rule(actor=ACTORS, wish=BOOKINGS)
    def ask_about_a_booking(self, actor: Actor, wish: wishes.AnyWish) -> None:
        self.ask(actor, wish)

    @rule(actor=ACTORS, wish=FLEET)
    def ask_about_the_fleet(self, actor: Actor, wish: wishes.AnyWish) -> None:
        self.ask(actor, wish)

    @rule(minutes=st.sampled_from([0, 1, 30, 60, 600]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_scheduler_sweeps(self) -> None:
        self.happen(rules.expire(self.fleet, self.fleet.vms, self.now))
        self.happen(rules.warn(self.fleet, self.fleet.vms, self.now, POLICY))
        assert rules.expire(self.fleet, self.fleet.vms, self.now) == ()
        assert rules.warn(self.fleet, self.fleet.vms, self.now, POLICY) == ()
        assert all(vm.expires_at is None or vm.expires_at > self.now for vm in self.fleet.vms.values())

    @invariant()
    def a_vm_names_a_group_exactly_when_the_group_names_it(self) -> None:
        said = {(vm.id, vm.group) for vm in self.fleet.vms.values() if vm.group is not None}
        listed = [(vm_id, group.id) for group in self.fleet.groups.values() for vm_id in group.vm_ids]
        assert sorted(listed) == sorted(said)

    @invariant()
    def a_group_name_is_there_once_regardless_of_case(self) -> None:
        names = [group.name.casefold() for group in self.fleet.groups.values()]
        assert len(set(names)) == len(names)

    @invariant()
    def a_vm_is_wholly_booked_by_somebody_known_or_wholly_free(self) -> None:
        for vm in self.fleet.vms.values():
            if vm.booked_by is None:
                assert (vm.expires_at, vm.booked_at, vm.purpose, vm.warned_at) == (None, None, None, None)
            else:
                assert vm.booked_at is not None
                assert vm.expires_at is not None
                assert vm.booked_by in self.fleet.users

    @invariant()
    def bookings_of_a_vm_follow_each_other_and_none_is_too_long(self) -> None:
        for bookings in intervals(self.facts).values():
            free_from = START
            for start, end, planned in bookings:
                assert free_from <= start <= end <= planned
                assert planned - start <= timedelta(hours=POLICY.max_total_hours)
                free_from = end

    def teardown(self) -> None:
        """Replaying the facts, also from their JSON, gives the same fleet."""
        told = msgspec.json.encode(Change(seq=1, facts=tuple(self.facts)))
        again = apply_all(self.first, msgspec.json.decode(told, type=Change).facts)
        assert again == self.fleet
        assert plain(again) == plain(self.fleet)


def intervals(some: list[AnyFact]) -> dict[str, list[tuple[datetime, datetime, datetime]]]:
    """Return each VM's bookings in order as (start, end, planned end), from history records alone."""
    found: dict[str, list[tuple[datetime, datetime, datetime]]] = defaultdict(list)
    for fact in some:
        left = record_of(fact)
        if left is not None:
            _take_in(found[left[1].vm_id], left[1])
    return found


def _take_in(bookings: list[tuple[datetime, datetime, datetime]], record: Record) -> None:
    match record.action:
        case Action.BOOK:
            assert record.end is not None
            bookings.append((record.start, record.end, record.end))
        case Action.RENEW:
            assert record.end is not None
            bookings.append((bookings.pop()[0], record.end, record.end))
        case Action.RELEASE:
            start, _, planned = bookings.pop()
            bookings.append((start, record.start, planned))


TestCompany = Company.TestCase
TestCompany.settings = settings(max_examples=60, stateful_step_count=40)
