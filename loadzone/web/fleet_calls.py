"""The calls about VMs, groups and bookings: each is one wish granted, and the part of the fleet it shows."""

from collections.abc import Callable
from typing import Any

from loadzone.domain import wishes
from loadzone.domain.model import VM, Fleet, Group
from loadzone.domain.permissions import Act, demand
from loadzone.web.bodies import Done, Me, VMIds
from loadzone.web.route import Asked, Call

DONE = Done()


def granted(show: Callable[[Fleet, Any], Any]) -> Call:
    """Return the call that grants the body as a wish and answers with what `show(fleet, wish)` gives."""

    async def call(asked: Asked) -> Any:
        wish = asked.body
        receipt = asked.receipt(lambda fleet: show(fleet, wish))
        return show(await asked.site.service.grant(asked.caller.actor, wish, receipt), wish)

    return call


def vm_of(fleet: Fleet, wish: wishes.Book | wishes.Renew | wishes.Release | wishes.EditVM) -> VM:
    """Show the VM that a wish names."""
    return fleet.vms[wish.vm_id]


def vm_added(fleet: Fleet, wish: wishes.AddVM) -> VM:
    """Show the VM just added."""
    return fleet.vms[wish.id]


def group_added(fleet: Fleet, _wish: wishes.AddGroup) -> Group:
    """Show the group just made: it has the highest number."""
    return fleet.groups[max(fleet.groups)]


def group_of(fleet: Fleet, wish: wishes.RenameGroup) -> Group:
    """Show the group that a wish names."""
    return fleet.groups[wish.group_id]


def nothing(_fleet: Fleet, _wish: wishes.Wish) -> Done:
    """Show nothing."""
    return DONE


async def move_into_group(asked: Asked) -> Group:
    """Move VMs into the group that the path names."""
    body: VMIds = asked.body
    wish = wishes.AddVMsToGroup(group_id=asked.path_id, vm_ids=body.vm_ids)
    receipt = asked.receipt(lambda fleet: fleet.groups[asked.path_id])
    return (await asked.site.service.grant(asked.caller.actor, wish, receipt)).groups[asked.path_id]


async def whole_fleet(asked: Asked) -> bytes:
    """Show all VMs and groups."""
    demand(asked.caller.actor, Act.SEE)
    service = asked.site.service
    return asked.site.snapshots.body(service, service.clock())


async def groups(asked: Asked) -> list[Group]:
    """Show all groups."""
    return list(asked.site.service.see(asked.caller.actor).groups.values())


async def me(asked: Asked) -> Me:
    """Show who the caller is and what they hold; a stranger learns that they are one."""
    actor = asked.caller.actor
    held = [] if actor.email is None else asked.site.snapshots.held_by(asked.site.service, actor.email)
    return Me(authenticated=actor.email is not None, email=actor.email, role=actor.role, bookings=held)
