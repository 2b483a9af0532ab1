"""Adding VMs, one or thousands, in two steps: what can be judged of each by itself, and what depends on the fleet.

The first step costs most of the time and needs nothing but the wish, so that it may be done in another thread.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from loadzone.domain.errors import Conflict, FieldError, InvalidInput, LoadZoneError, NotFound
from loadzone.domain.facts import AnyFact, GroupAdded, VMAdded, VMsMoved
from loadzone.domain.fields import NOTE_MAX, Fields
from loadzone.domain.model import Details, Fleet, Group
from loadzone.domain.texts import same_name
from loadzone.domain.wishes import AddVM, AddVMs, CheckedVM, CheckedVMs


class Addition(Struct, frozen=True, kw_only=True):
    """Who adds VMs to which fleet, and when."""

    fleet: Fleet
    now: datetime
    by: str


def checked(wish: AddVMs) -> CheckedVMs:
    """Return VMs as they would be kept, with what is wrong with each by itself."""
    faults: list[FieldError] = []
    vms = tuple(_checked(one, f"vms[{number}].", faults) for number, one in enumerate(wish.vms))
    return CheckedVMs(vms=vms, faults=tuple(faults), create_groups=wish.create_groups)


def _checked(one: AddVM, place: str, faults: list[FieldError]) -> CheckedVM:
    fields = Fields()
    vm_id = fields.vm_id(one.id)
    details = Details(
        internal_ip=fields.address("internal_ip", one.internal_ip),
        external_ip=fields.address("external_ip", one.external_ip),
        tags=fields.tags(one.tags),
        note=fields.text("note", one.note, NOTE_MAX),
    )
    group = None if one.group is None else fields.group_name(one.group, "group")
    if group is not None and one.group_id is not None:
        fields.wrong("group", "group_given_twice")
    faults.extend(FieldError(place + each.field, each.code, each.data) for each in fields.errors)
    return CheckedVM(
        id=vm_id, details=details, group_id=one.group_id, group=group or None, faulty=bool(fields.errors)
    )


def added_one(wish: AddVM, at: Addition) -> tuple[AnyFact, ...]:
    """Return the facts of one VM added; raises InvalidInput, Conflict(`vm_exists`) or NotFound."""
    faults: list[FieldError] = []
    one = _checked(wish, "", faults)
    if faults:
        raise InvalidInput(*faults)
    adder = _Adder(at, create_groups=False)
    for problem in adder.take(one):
        raise problem
    return adder.facts()


def added(wish: CheckedVMs, at: Addition) -> tuple[AnyFact, ...]:
    """Return the facts of all VMs added, in groups of which some may be new; raises InvalidInput."""
    adder = _Adder(at, create_groups=wish.create_groups)
    faults = list(wish.faults)
    for number, one in enumerate(wish.vms):
        for problem in adder.take(one):
            faults.extend(_placed(problem, f"vms[{number}]"))
    if faults:
        raise InvalidInput(*sorted(faults, key=lambda fault: _index(fault.field)))
    return adder.facts()


def _placed(problem: LoadZoneError, place: str) -> list[FieldError]:
    if isinstance(problem, InvalidInput):
        return [FieldError(f"{place}.{each.field}", each.code, each.data) for each in problem.fields]
    return [FieldError(place, problem.code, problem.data)]


def _index(field: str) -> int:
    """Return which of the VMs a fault is of: 3 for `vms[3].id`."""
    return int(field.removeprefix("vms[").partition("]")[0])


class _Adder:
    """Takes VMs one by one, and knows what is there already and what has come."""

    def __init__(self, at: Addition, *, create_groups: bool) -> None:
        self._at = at
        self._create_groups = create_groups
        # Ids that differ in case only are nearly always one machine, written twice.
        self._ids = {vm_id.lower(): vm_id for vm_id in at.fleet.vms}
        self._groups: Mapping[str, int] = {}
        self._named: dict[str, int] = {}
        self._new: dict[str, GroupAdded] = {}
        self._added: list[VMAdded] = []
        self._moved: dict[int, list[str]] = {}

    def take(self, one: CheckedVM) -> list[LoadZoneError]:
        """Add a VM; return what is against it beside the others, and then it is not added."""
        problems: list[LoadZoneError] = []
        known = self._ids.get(one.id.lower())
        if known is not None:
            problems.append(Conflict("vm_exists", vm_id=known))
        group_id = None
        try:
            group_id = self._group_of(one)
        except LoadZoneError as wrong:
            problems.append(wrong)
        if not problems and not one.faulty:
            self._ids[one.id.lower()] = one.id
            self._added.append(VMAdded(at=self._at.now, by=self._at.by, vm_id=one.id, details=one.details))
            if group_id is not None:
                self._moved.setdefault(group_id, []).append(one.id)
        return problems

    def _group_of(self, one: CheckedVM) -> int | None:
        if one.group is not None:
            return self._group_named(one.group)
        if one.group_id is not None and one.group_id not in self._at.fleet.groups:
            raise NotFound("group_not_found", group_id=one.group_id)
        return one.group_id

    def facts(self) -> tuple[AnyFact, ...]:
        """Return all that happens: one move a group, so that thousands of VMs do not cost their square."""
        at, by = self._at.now, self._at.by
        moves = (VMsMoved(at=at, by=by, vm_ids=tuple(ids), group=group) for group, ids in self._moved.items())
        return (*self._new.values(), *self._added, *moves)

    def _group_named(self, name: str) -> int:
        if name not in self._named:
            self._named[name] = self._find_or_create(name)
        return self._named[name]

    def _find_or_create(self, name: str) -> int:
        groups = self._groups = self._groups or group_names(list(self._at.fleet.groups.values()))
        key = same_name(name)
        if key in groups:
            return groups[key]
        if key not in self._new:
            if not self._create_groups or key.isdecimal():
                raise InvalidInput(FieldError("group", "group_unknown", {"group": name}))
            number = max(self._at.fleet.groups, default=0) + len(self._new) + 1
            self._new[key] = GroupAdded(at=self._at.now, by=self._at.by, group_id=number, name=name)
        return self._new[key].group_id


def group_names(groups: Sequence[Group]) -> dict[str, int]:
    """Return the ids of groups by what they may be called: by their name, and else by their id."""
    return {
        **{str(group.id): group.id for group in groups},
        **{same_name(group.name): group.id for group in reversed(groups)},
    }
