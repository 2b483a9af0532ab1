"""What has happened, in the past tense. Facts are the truth: the fleet is their fold, the history a projection."""

from collections.abc import Iterable
from datetime import datetime
from functools import singledispatch
from itertools import groupby
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from loadzone.domain.account_facts import AccountFact, AnyAccountFact
from loadzone.domain.fact import Fact
from loadzone.domain.model import VM, Action, Details, Fleet, Group, Reason, Record, User


class VMAdded(Fact, frozen=True, kw_only=True, tag="vm_added"):
    """A VM joined the fleet, in no group."""

    vm_id: str
    details: Details = Details()


class VMEdited(Fact, frozen=True, kw_only=True, tag="vm_edited"):
    """A VM's details became `details`, whole."""

    vm_id: str
    details: Details


class VMDeleted(Fact, frozen=True, kw_only=True, tag="vm_deleted"):
    """A free VM in no group left the fleet."""

    vm_id: str


class VMsMoved(Fact, frozen=True, kw_only=True, tag="vms_moved"):
    """VMs went to `group` (None: to no group) and left the groups `left`."""

    vm_ids: tuple[str, ...]
    group: int | None
    left: tuple[int, ...] = ()


class GroupAdded(Fact, frozen=True, kw_only=True, tag="group_added"):
    """An empty group was made."""

    group_id: int
    name: str


class GroupRenamed(Fact, frozen=True, kw_only=True, tag="group_renamed"):
    """A group got another name."""

    group_id: int
    name: str


class GroupDeleted(Fact, frozen=True, kw_only=True, tag="group_deleted"):
    """An empty group was deleted."""

    group_id: int
    name: str


class UserAdded(Fact, frozen=True, kw_only=True, tag="user_added"):
    """A person was seen for the first time."""

    user: str


class BookingMade(Fact, frozen=True, kw_only=True, tag="booking_made"):
    """`user` holds the VM from `at` until `end`."""

    vm_id: str
    user: str
    end: datetime
    purpose: str | None = None


class BookingRenewed(Fact, frozen=True, kw_only=True, tag="booking_renewed"):
    """The holder's booking now ends at `end`."""

    vm_id: str
    user: str
    end: datetime


class BookingReleased(Fact, frozen=True, kw_only=True, tag="booking_released"):
    """The VM became free at `at`; `user` was the holder."""

    vm_id: str
    user: str
    reason: Reason


class HolderWarned(Fact, frozen=True, kw_only=True, tag="holder_warned"):
    """The holder was told that the booking ends at `end`."""

    vm_id: str
    user: str
    end: datetime


AnyFact = (
    VMAdded
    | VMEdited
    | VMDeleted
    | VMsMoved
    | GroupAdded
    | GroupRenamed
    | GroupDeleted
    | UserAdded
    | BookingMade
    | BookingRenewed
    | BookingReleased
    | HolderWarned
    | AnyAccountFact
)


class Change(Struct, frozen=True, kw_only=True, gc=False):
    """Facts that became true together, as number `seq` of the store."""

    seq: int
    facts: tuple[AnyFact, ...]


class FactMismatch(ValueError):
    """A fact does not fit the fleet: the facts and the state do not belong together."""


def apply_all(fleet: Fleet, facts: Iterable[AnyFact]) -> Fleet:
    """Return the fleet after all facts, in order."""
    for kind, alike in groupby(facts, type):
        if kind is VMAdded:
            fleet = _added_together(fleet, alike)
        else:
            for fact in alike:
                fleet = apply(fleet, fact)
    return fleet


def _added_together(fleet: Fleet, facts: Iterable[AnyFact]) -> Fleet:
    """Return the fleet after VMs were added: thousands of them one by one would copy much for each."""
    new: dict[str, VM] = {}
    for fact in facts:
        if isinstance(fact, VMAdded):
            _expect(fact.vm_id not in fleet.vms and fact.vm_id not in new, fact, f"{fact.vm_id} exists")
            new[fact.vm_id] = _new_vm(fact)
    return replace(fleet, vms=fleet.vms.put_all(new.items()))


def apply(fleet: Fleet, fact: AnyFact) -> Fleet:
    """Return the fleet after one fact; raises FactMismatch when it cannot have happened to this fleet."""
    try:
        return _apply.registry[type(fact)](fact, fleet)
    except KeyError as missing:
        raise FactMismatch(f"{type(fact).__name__}: {missing} does not exist") from missing


def _expect(holds: bool, fact: AnyFact, problem: str) -> None:
    if not holds:
        raise FactMismatch(f"{type(fact).__name__}: {problem}")


def _with_vm(fleet: Fleet, vm: VM) -> Fleet:
    return replace(fleet, vms=fleet.vms.put(vm.id, vm))


@singledispatch
def _apply(fact: Fact, _fleet: Fleet) -> Fleet:
    raise FactMismatch(f"{type(fact).__name__} is not known")


@_apply.register
def _(fact: VMAdded, fleet: Fleet) -> Fleet:
    _expect(fact.vm_id not in fleet.vms, fact, f"{fact.vm_id} exists")
    return _with_vm(fleet, _new_vm(fact))


def _new_vm(fact: VMAdded) -> VM:
    details = fact.details
    return VM(
        id=fact.vm_id,
        group=None,
        booked_by=None,
        expires_at=None,
        internal_ip=details.internal_ip,
        external_ip=details.external_ip,
        tags=details.tags,
        note=details.note,
    )


@_apply.register
def _(fact: VMEdited, fleet: Fleet) -> Fleet:
    return _with_vm(fleet, _described(fleet.vms[fact.vm_id], fact.details))


def _described(vm: VM, details: Details) -> VM:
    return replace(
        vm,
        internal_ip=details.internal_ip,
        external_ip=details.external_ip,
        tags=details.tags,
        note=details.note,
    )


@_apply.register
def _(fact: VMDeleted, fleet: Fleet) -> Fleet:
    vm = fleet.vms[fact.vm_id]
    _expect(vm.booked_by is None and vm.group is None, fact, f"{vm.id} is booked or in a group")
    return replace(fleet, vms=fleet.vms.drop(fact.vm_id))


@_apply.register
def _(fact: VMsMoved, fleet: Fleet) -> Fleet:
    vms, groups = fleet.vms, fleet.groups
    moved = set(fact.vm_ids)
    for group_id in fact.left:
        group = groups[group_id]
        stay = tuple(vm_id for vm_id in group.vm_ids if vm_id not in moved)
        groups = groups.put(group_id, replace(group, vm_ids=stay))
    moving = [vms[vm_id] for vm_id in fact.vm_ids]
    for vm in moving:
        _expect(vm.group is None or vm.group in fact.left, fact, f"{vm.id} was not in the groups it left")
    vms = vms.put_all((vm.id, replace(vm, group=fact.group)) for vm in moving)
    if fact.group is not None:
        group = groups[fact.group]
        groups = groups.put(fact.group, replace(group, vm_ids=(*group.vm_ids, *fact.vm_ids)))
    return replace(fleet, vms=vms, groups=groups)


@_apply.register
def _(fact: GroupAdded, fleet: Fleet) -> Fleet:
    _expect(fact.group_id not in fleet.groups, fact, f"group {fact.group_id} exists")
    return replace(fleet, groups=fleet.groups.put(fact.group_id, Group(id=fact.group_id, name=fact.name)))


@_apply.register
def _(fact: GroupRenamed, fleet: Fleet) -> Fleet:
    renamed = replace(fleet.groups[fact.group_id], name=fact.name)
    return replace(fleet, groups=fleet.groups.put(fact.group_id, renamed))


@_apply.register
def _(fact: GroupDeleted, fleet: Fleet) -> Fleet:
    _expect(not fleet.groups[fact.group_id].vm_ids, fact, f"group {fact.group_id} has VMs")
    return replace(fleet, groups=fleet.groups.drop(fact.group_id))


@_apply.register
def _(fact: UserAdded, fleet: Fleet) -> Fleet:
    _expect(fact.user not in fleet.users, fact, f"{fact.user} exists")
    return replace(fleet, users=fleet.users.put(fact.user, User(email=fact.user, created=fact.at)))


@_apply.register
def _(fact: BookingMade, fleet: Fleet) -> Fleet:
    vm = fleet.vms[fact.vm_id]
    _expect(vm.booked_by is None, fact, f"{vm.id} is held by {vm.booked_by}")
    _expect(fact.user in fleet.users, fact, f"{fact.user} does not exist")
    booked = replace(vm, booked_by=fact.user, expires_at=fact.end, booked_at=fact.at, purpose=fact.purpose)
    return _with_vm(fleet, booked)


@_apply.register
def _(fact: BookingRenewed, fleet: Fleet) -> Fleet:
    vm = fleet.vms[fact.vm_id]
    _expect(vm.booked_by == fact.user, fact, f"{vm.id} is held by {vm.booked_by}")
    return _with_vm(fleet, replace(vm, expires_at=fact.end))


@_apply.register
def _(fact: BookingReleased, fleet: Fleet) -> Fleet:
    vm = fleet.vms[fact.vm_id]
    _expect(vm.booked_by == fact.user, fact, f"{vm.id} is held by {vm.booked_by}")
    return _with_vm(fleet, vm.freed())


@_apply.register
def _(fact: HolderWarned, fleet: Fleet) -> Fleet:
    return _with_vm(fleet, replace(fleet.vms[fact.vm_id], warned_at=fact.at))


def _unchanged(_fact: AccountFact, fleet: Fleet) -> Fleet:
    """Return the fleet as it is: accounts are no part of it."""
    return fleet


for _kind in get_args(AnyAccountFact):
    _apply.register(_kind, _unchanged)


def record_of(fact: AnyFact) -> tuple[str, Record] | None:
    """Return the user and the history record that a fact leaves, or None when it leaves none."""
    match fact:
        case BookingMade():
            return fact.user, Record(vm_id=fact.vm_id, start=fact.at, end=fact.end, action=Action.BOOK)
        case BookingRenewed():
            return fact.user, Record(vm_id=fact.vm_id, start=fact.at, end=fact.end, action=Action.RENEW)
        case BookingReleased():
            return fact.user, Record(
                vm_id=fact.vm_id, start=fact.at, end=None, action=Action.RELEASE, reason=fact.reason, by=fact.by
            )
        case _:
            return None


def touched(facts: Iterable[AnyFact]) -> tuple[dict[str, None], dict[int, None]]:
    """Return the ids of the VMs and of the groups that the facts changed, each once, in order."""
    vm_ids: dict[str, None] = {}
    group_ids: dict[int, None] = {}
    for fact in facts:
        match fact:
            case VMsMoved():
                vm_ids.update(dict.fromkeys(fact.vm_ids))
                group_ids.update(dict.fromkeys(fact.left))
                if fact.group is not None:
                    group_ids[fact.group] = None
            case GroupAdded() | GroupRenamed() | GroupDeleted():
                group_ids[fact.group_id] = None
            case UserAdded() | AccountFact():
                pass
            case _:
                vm_ids[fact.vm_id] = None
    return vm_ids, group_ids
