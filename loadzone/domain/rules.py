"""Decide: what follows from a wish. Pure functions of (fleet, actor, wish, now, policy) that give facts or raise.

A booking is over from its planned end on, whether or not the scheduler has swept it yet: whoever meets an
overdue booking first ends it, dated at its planned end.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import singledispatch
from typing import NamedTuple

from msgspec import UNSET

from loadzone.domain import adding, wishes
from loadzone.domain.errors import Conflict, NotFound, invalid
from loadzone.domain.facts import (
    AnyFact,
    BookingMade,
    BookingReleased,
    BookingRenewed,
    GroupAdded,
    GroupDeleted,
    GroupRenamed,
    HolderWarned,
    UserAdded,
    VMDeleted,
    VMEdited,
    VMsMoved,
)
from loadzone.domain.fields import NOTE_MAX, PURPOSE_MAX, Fields
from loadzone.domain.model import VM, Details, Fleet, Group, Policy, Reason
from loadzone.domain.permissions import Act, Actor, demand
from loadzone.domain.texts import same_name

Facts = tuple[AnyFact, ...]


class Situation(NamedTuple):
    """What a rule decides from."""

    fleet: Fleet
    actor: Actor
    now: datetime
    policy: Policy


def decide(fleet: Fleet, actor: Actor, wish: wishes.AnyWish, now: datetime, policy: Policy) -> Facts:
    """Return the facts that grant `wish` (none when nothing changes).

    Raises NotFound, Conflict, NotAllowed, LoginRequired or InvalidInput. `now` is aware, in UTC.
    """
    # The registry itself: the dispatcher's search for base classes is not needed, wishes have no subclasses.
    return _decide.registry[type(wish)](wish, Situation(fleet, actor, now, policy))


@singledispatch
def _decide(wish: wishes.AnyWish, _at: Situation) -> Facts:
    raise TypeError(f"no rule for {type(wish).__name__}")


# Bookings


@_decide.register
def _(wish: wishes.Book, at: Situation) -> Facts:
    user = demand(at.actor, Act.BOOK)
    fields = Fields()
    hours = fields.hours(wish.hours, min(at.policy.max_hours, at.policy.max_total_hours))
    purpose = fields.text("purpose", wish.purpose, PURPOSE_MAX)
    fields.check()
    vm = _vm(at.fleet, wish.vm_id)
    over = _overdue(vm, at.now)
    if vm.booked_by is not None and not over:
        raise Conflict("vm_taken", vm_id=vm.id, holder=vm.booked_by, until=vm.expires_at)
    end = at.now + timedelta(hours=hours)
    made = BookingMade(at=at.now, by=user, vm_id=vm.id, user=user, end=end, purpose=purpose)
    return (*over, *_seen(at, user), made)


@_decide.register
def _(wish: wishes.Renew, at: Situation) -> Facts:
    demand(at.actor, Act.BOOK)
    fields = Fields()
    hours = fields.hours(wish.hours, at.policy.max_hours)
    fields.check()
    vm = _held(at, wish.vm_id)
    user = demand(at.actor, Act.RENEW, vm)
    booking = vm.booking
    if booking is None:
        raise Conflict("vm_not_booked", vm_id=vm.id)
    more = timedelta(hours=hours)
    # Where the file does not say when the booking began, only what is still to come can be counted.
    start = vm.booked_at if vm.booked_at is not None else at.now
    # Lengths are compared, not moments: an end near the last day of the calendar has no moment behind it.
    longest = timedelta(hours=at.policy.max_total_hours)
    if booking.end - start + more > longest:
        # Rounded down: what is told must be granted when it is asked for.
        left = max(0, (longest - (booking.end - start)) // timedelta(hours=0.01)) / 100
        raise invalid("hours", "hours_total_too_many", max=at.policy.max_total_hours, left=left)
    end = booking.end + more
    return (BookingRenewed(at=at.now, by=user, vm_id=vm.id, user=user, end=end),)


@_decide.register
def _(wish: wishes.Release, at: Situation) -> Facts:
    demand(at.actor, Act.BOOK)
    vm = _held(at, wish.vm_id)
    by = demand(at.actor, Act.RELEASE, vm)
    reason = Reason.CANCELLED if vm.booked_by == by else Reason.FORCED
    return (_released(vm, reason, at.now, by),)


def expire(fleet: Fleet, vm_ids: Iterable[str], now: datetime) -> Facts:
    """Return the releases of those of `vm_ids` whose planned end has come; the same call again gives none."""
    known = (vm_id for vm_id in dict.fromkeys(vm_ids) if vm_id in fleet.vms)
    return tuple(fact for vm_id in known for fact in _overdue(fleet.vms[vm_id], now))


def next_deadline(vm: VM, policy: Policy) -> datetime | None:
    """Return when this VM next needs attention: a warning to its holder, or its end. None when it is free."""
    if vm.expires_at is None:
        return None
    return min((*_warnings(vm, policy), vm.expires_at))


def warn(fleet: Fleet, vm_ids: Iterable[str], now: datetime, policy: Policy) -> Facts:
    """Return the warnings that are due now for the running bookings among `vm_ids`, one a VM at most."""
    facts: list[AnyFact] = []
    for vm_id in dict.fromkeys(vm_ids):
        vm = fleet.vms.get(vm_id)
        booking = vm.booking if vm is not None else None
        if vm is None or booking is None or booking.end <= now:
            continue
        if any(moment <= now for moment in _warnings(vm, policy)):
            facts.append(HolderWarned(at=now, vm_id=vm_id, user=booking.user, end=booking.end))
    return tuple(facts)


def _warnings(vm: VM, policy: Policy) -> list[datetime]:
    """Return the moments of warnings not yet given; a booking shorter than a warning time skips that one."""
    if vm.expires_at is None:
        return []
    since = max(filter(None, (vm.booked_at, vm.warned_at)), default=None)
    moments = [vm.expires_at - before for before in policy.warn_before]
    return [moment for moment in moments if since is None or since < moment]


def _overdue(vm: VM, now: datetime) -> tuple[BookingReleased, ...]:
    if vm.booked_by is None or vm.expires_at is None or vm.expires_at > now:
        return ()
    return (BookingReleased(at=vm.expires_at, vm_id=vm.id, user=vm.booked_by, reason=Reason.EXPIRED),)


def _released(vm: VM, reason: Reason, now: datetime, by: str) -> BookingReleased:
    # A clock that was set back must not make a booking end before it began.
    moment = max(now, vm.booked_at) if vm.booked_at is not None else now
    return BookingReleased(at=moment, by=by, vm_id=vm.id, user=str(vm.booked_by), reason=reason)


def _held(at: Situation, vm_id: str) -> VM:
    vm = _vm(at.fleet, vm_id)
    if vm.booked_by is None or _overdue(vm, at.now):
        raise Conflict("vm_not_booked", vm_id=vm_id)
    return vm


# The fleet


@_decide.register
def _(wish: wishes.AddVM, at: Situation) -> Facts:
    return adding.added_one(wish, _addition(at))


@_decide.register
def _(wish: wishes.AddVMs, at: Situation) -> Facts:
    return adding.added(adding.checked(wish), _addition(at))


@_decide.register
def _(wish: wishes.CheckedVMs, at: Situation) -> Facts:
    return adding.added(wish, _addition(at))


def _addition(at: Situation) -> adding.Addition:
    by = demand(at.actor, Act.MANAGE_FLEET)
    return adding.Addition(fleet=at.fleet, now=at.now, by=by)


@_decide.register
def _(wish: wishes.EditVM, at: Situation) -> Facts:
    by = demand(at.actor, Act.MANAGE_FLEET)
    vm = _vm(at.fleet, wish.vm_id)
    fields = Fields()
    details = _details(fields, wish, vm)
    fields.check()
    facts: list[AnyFact] = []
    if details != Details(internal_ip=vm.internal_ip, external_ip=vm.external_ip, tags=vm.tags, note=vm.note):
        facts.append(VMEdited(at=at.now, by=by, vm_id=vm.id, details=details))
    if wish.group_id is not UNSET:
        facts.extend(_moved(at, by, (vm.id,), None if wish.group_id is None else _group(at.fleet, wish.group_id)))
    return tuple(facts)


def _details(fields: Fields, wish: wishes.EditVM, old: VM) -> Details:
    kept = UNSET
    return Details(
        internal_ip=old.internal_ip
        if wish.internal_ip is kept
        else fields.address("internal_ip", wish.internal_ip),
        external_ip=old.external_ip
        if wish.external_ip is kept
        else fields.address("external_ip", wish.external_ip),
        tags=old.tags if wish.tags is kept else fields.tags(wish.tags),
        note=old.note if wish.note is kept else fields.text("note", wish.note, NOTE_MAX),
    )


@_decide.register
def _(wish: wishes.DeleteVM, at: Situation) -> Facts:
    by = demand(at.actor, Act.MANAGE_FLEET)
    vm = _vm(at.fleet, wish.vm_id)
    facts: list[AnyFact] = list(_overdue(vm, at.now))
    if vm.booked_by is not None and not facts:
        if not wish.force:
            raise Conflict("vm_booked", vm_id=vm.id, holder=vm.booked_by, until=vm.expires_at)
        facts.append(_released(vm, Reason.VM_DELETED, at.now, by))
    facts.extend(_moved(at, by, (vm.id,), None))
    return (*facts, VMDeleted(at=at.now, by=by, vm_id=vm.id))


# Groups


@_decide.register
def _(wish: wishes.AddGroup, at: Situation) -> Facts:
    by = demand(at.actor, Act.MANAGE_FLEET)
    name = _group_name(at.fleet, wish.name)
    vm_ids = _existing(at.fleet, wish.vm_ids)
    group_id = max(at.fleet.groups, default=0) + 1
    added = GroupAdded(at=at.now, by=by, group_id=group_id, name=name)
    return (added, *_moved(at, by, vm_ids, Group(id=group_id, name=name)))


@_decide.register
def _(wish: wishes.RenameGroup, at: Situation) -> Facts:
    by = demand(at.actor, Act.MANAGE_FLEET)
    group = _group(at.fleet, wish.group_id)
    name = _group_name(at.fleet, wish.name, besides=group.id)
    return (GroupRenamed(at=at.now, by=by, group_id=group.id, name=name),) if name != group.name else ()


@_decide.register
def _(wish: wishes.AddVMsToGroup, at: Situation) -> Facts:
    by = demand(at.actor, Act.MANAGE_FLEET)
    group = _group(at.fleet, wish.group_id)
    return _moved(at, by, _existing(at.fleet, wish.vm_ids), group)


@_decide.register
def _(wish: wishes.RemoveVMFromGroup, at: Situation) -> Facts:
    by = demand(at.actor, Act.MANAGE_FLEET)
    vm = _vm(at.fleet, wish.vm_id)
    if wish.group_id is not None:
        _group(at.fleet, wish.group_id)
    if vm.group is None or wish.group_id not in (None, vm.group):
        raise Conflict("vm_not_in_group", vm_id=vm.id)
    return _moved(at, by, (vm.id,), None)


@_decide.register
def _(wish: wishes.DeleteGroup, at: Situation) -> Facts:
    by = demand(at.actor, Act.MANAGE_FLEET)
    group = _group(at.fleet, wish.group_id)
    deleted = GroupDeleted(at=at.now, by=by, group_id=group.id, name=group.name)
    return (*_moved(at, by, group.vm_ids, None), deleted)


def _moved(at: Situation, by: str, vm_ids: Iterable[str], group: Group | None) -> Facts:
    target = None if group is None else group.id
    moving = tuple(vm_id for vm_id in vm_ids if at.fleet.vms[vm_id].group != target)
    if not moving:
        return ()
    left = dict.fromkeys(old for vm_id in moving if (old := at.fleet.vms[vm_id].group) is not None)
    return (VMsMoved(at=at.now, by=by, vm_ids=moving, group=target, left=tuple(left)),)


def _group_name(fleet: Fleet, wished: str, besides: int | None = None) -> str:
    fields = Fields()
    name = fields.group_name(wished)
    fields.check()
    key = same_name(name)
    for group in fleet.groups.values():
        if group.id != besides and same_name(group.name) == key:
            raise Conflict("group_exists", name=group.name)
    return name


# People


@_decide.register
def _(wish: wishes.Welcome, at: Situation) -> Facts:
    fields = Fields()
    email = fields.email(wish.email)
    fields.check()
    return _seen(at, email)


def _seen(at: Situation, user: str) -> Facts:
    return () if user in at.fleet.users else (UserAdded(at=at.now, by=at.actor.email, user=user),)


# Looking things up


def _vm(fleet: Fleet, vm_id: str) -> VM:
    try:
        return fleet.vms[vm_id]
    except KeyError:
        raise NotFound("vm_not_found", vm_id=vm_id) from None


def _group(fleet: Fleet, group_id: int) -> Group:
    try:
        return fleet.groups[group_id]
    except KeyError:
        raise NotFound("group_not_found", group_id=group_id) from None


def _existing(fleet: Fleet, vm_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(_vm(fleet, vm_id).id for vm_id in dict.fromkeys(vm_ids))
