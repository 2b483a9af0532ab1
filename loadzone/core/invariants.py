"""What must hold in a data file beside the form of its values: what breaks it is named with its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from loadzone.domain.errors import DataError
from loadzone.domain.model import VM, Group
from loadzone.domain.spans import SUPPORTED_YEARS, is_supported


def problems(vms: Sequence[VM], groups: Sequence[Group]) -> Iterator[DataError]:
    """Yield every broken invariant with its place."""
    yield from _repeated("vms[{}].id", [vm.id for vm in vms])
    yield from _repeated("groups[{}].id", [group.id for group in groups])
    yield from _same_names(groups)
    named: dict[int, set[str]] = {}
    for group in groups:
        named.setdefault(group.id, set()).update(group.vm_ids)
    for number, vm in enumerate(vms):
        if vm.group is not None and vm.group not in named:
            yield DataError(f"vms[{number}].group", "group_missing", group_id=vm.group)
        elif vm.group is not None and vm.id not in named[vm.group]:
            yield DataError(f"vms[{number}].group", "group_lacks_vm", group_id=vm.group, vm_id=vm.id)
        if (vm.booked_by is None) != (vm.expires_at is None):
            lacking = "booked_by" if vm.booked_by is None else "expires_at"
            yield DataError(f"vms[{number}].{lacking}", "half_booked", vm_id=vm.id)
    of_vm = {vm.id: vm.group for vm in vms}
    for number, group in enumerate(groups):
        place = f"groups[{number}].vm_ids"
        yield from _repeated(place + "[{}]", group.vm_ids)
        for index, vm_id in enumerate(group.vm_ids):
            if vm_id not in of_vm:
                yield DataError(f"{place}[{index}]", "vm_missing", vm_id=vm_id)
            elif of_vm[vm_id] != group.id:
                yield DataError(f"{place}[{index}]", "vm_not_of_group", vm_id=vm_id, group_id=group.id)


def unsupported_times(vms: Sequence[VM], created: Mapping[str, datetime | None]) -> Iterator[DataError]:
    """Yield the times of VMs and people that LoadZone does not work with; `created` is by e-mail."""
    for number, vm in enumerate(vms):
        for key, at in (("expires_at", vm.expires_at), ("booked_at", vm.booked_at), ("warned_at", vm.warned_at)):
            if at is not None and not is_supported(at):
                yield time_unsupported(f"vms[{number}].{key}")
    for email, at in created.items():
        if at is not None and not is_supported(at):
            yield time_unsupported(f'users["{email}"].created')


def time_unsupported(place: str) -> DataError:
    """Return the error for a time in a data file that LoadZone does not work with."""
    return DataError(place, "time_unsupported", **SUPPORTED_YEARS)


def _repeated(place: str, ids: Any) -> Iterator[DataError]:
    seen = set()
    for number, one in enumerate(ids):
        if one in seen:
            yield DataError(place.format(number), "repeated", id=one)
        seen.add(one)


def _same_names(groups: Iterable[Group]) -> Iterator[DataError]:
    """Yield the groups that have another one's name; one with another one's id is wrong already."""
    names: dict[str, Group] = {}
    ids: set[int] = set()
    for number, group in enumerate(groups):
        if group.id in ids:
            continue
        ids.add(group.id)
        known = names.setdefault(same_name(group.name), group)
        if known is not group:
            yield DataError(f"groups[{number}].name", "group_name_repeated", name=group.name, group_id=known.id)


def same_name(name: str) -> str:
    """Return what two names of groups have in common that count as the same."""
    return " ".join(name.split()).casefold()
