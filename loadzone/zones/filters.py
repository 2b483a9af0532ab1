"""What a history is narrowed by, judged here alone: so a server and a file take the same and refuse the same."""

import operator
from collections.abc import Callable, Container, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from loadzone.domain.errors import NotFound, invalid
from loadzone.domain.fields import Fields
from loadzone.domain.model import Group
from loadzone.domain.texts import same_name
from loadzone.zones.frames import span


class Filters(NamedTuple):
    """What is wanted: `since <= time < until`, a VM, a user, the VMs that are in a group now; None is all."""

    since: datetime | None
    until: datetime | None
    vm: str | None
    user: str | None
    group: Group | None


class Known(NamedTuple):
    """Who and what there is, asked only where it matters."""

    people: Callable[[], Container[str]]
    vms: Callable[[], Container[str]]


def filters(
    since: datetime | str | None,
    until: datetime | str | None,
    *,
    vm: str | None,
    user: str | None,
    group: int | str | None,
    groups: Callable[[], Iterable[Group]],
    known: Known | None = None,
) -> Filters:
    """Return what is wanted; `groups` is called only where a group is. Raises InvalidInput and NotFound.

    Without `known` a server judges the texts, which knows who and what there is.
    """
    first, last = span(since, until)
    person, machine = _text(user, "user"), _text(vm, "vm")
    if known is not None:
        fields = Fields()
        person = None if person is None else fields.known_person("user", person, known.people())
        machine = None if machine is None else fields.known_vm("vm", machine, known.vms())
        fields.check()
    return Filters(
        since=first,
        until=last,
        vm=machine,
        user=None if person is None else person.strip(),
        group=None if group is None else group_of(group, groups()),
    )


def group_of(wanted: int | str, groups: Iterable[Group]) -> Group:
    """Return the group of that name or id; of a text that is the one's name and the other's id, the first.

    Raises InvalidInput for what is neither, NotFound for a group that does not exist.
    """
    known = list(groups)
    if not isinstance(wanted, str):
        number = _whole(wanted)
        found = [group for group in known if group.id == number]
    else:
        name = same_name(_text(wanted, "group") or "")
        found = [group for group in known if same_name(group.name) == name]
        found += [group for group in known if str(group.id) == name]
    if not found:
        raise NotFound("group_not_found", group_id=wanted)
    return found[0]


def _text(given: Any, field: str) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise invalid(field, "wrong_type", expected="str", got=type(given).__name__)
    if not given.strip():
        # Everything to one, nothing to the other: so it is neither.
        raise invalid(field, "filter_empty")
    return given


def _whole(given: Any) -> int:
    try:
        if not isinstance(given, bool):
            return operator.index(given)
    except TypeError:
        pass
    raise invalid("group", "not_a_group", found=str(given))
