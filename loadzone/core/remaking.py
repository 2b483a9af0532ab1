"""The data file written from memory, when what was on the disk is gone, older, or somebody else's.

What LoadZone does not know itself, unknown keys, is taken from what is there or from `.bak`, as far as it fits.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from loadzone.core.folding import Layout, appended, merged, read_layout, record_lines, write
from loadzone.domain.model import VM, Fleet, Group, Record, User

_encode = msgspec.json.Encoder().encode
_NOTHING = Layout(head={}, vms=[], groups=[], users={})


class Memory(Struct, frozen=True, kw_only=True):
    """Everything that is true at one moment: the state, all records, and the number of the last change."""

    fleet: Fleet
    histories: Mapping[str, Sequence[Record]]
    seq: int


def remake(path: Path, memory: Memory, mode: int) -> None:
    """Write the data file from memory; what is there stays as `.bak`. Raises OSError."""
    write(path, _layout(memory, _base(path)), mode)


def _base(path: Path) -> Layout:
    """Return the pieces of the file that is there, else of the previous one, else nothing."""
    for each in (path, path.with_name(path.name + ".bak")):
        with suppress(OSError, KeyError, ValueError, RecursionError):
            return read_layout(each.read_bytes())
    return _NOTHING


def _layout(memory: Memory, base: Layout) -> Layout:
    fleet = memory.fleet
    vms, groups = dict(_known(base.vms, VM)), dict(_known(base.groups, Group))
    return Layout(
        head={**base.head, "schema": Raw(b"1"), "seq": Raw(_encode(memory.seq))},
        vms=[merged(vm, vms.get(vm.id)) for vm in fleet.vms.values()],
        groups=[merged(group, groups.get(group.id)) for group in fleet.groups.values()],
        users={
            user.email: _user(user, memory.histories.get(user.email, ()), base.users.get(user.email, {}))
            for user in fleet.users.values()
        },
    )


def _known(rows: Sequence[bytes], kind: type[Any]) -> Iterator[tuple[Any, tuple[Any, bytes]]]:
    """Yield the values of the base that can be read, by id, each with its text."""
    for raw in rows:
        with suppress(ValueError):
            value = msgspec.json.decode(raw, type=kind)
            yield value.id, (value, raw)


def _user(user: User, records: Sequence[Record], base: Mapping[str, Raw]) -> dict[str, Raw]:
    keys = {**base, "created": Raw(_encode(user.created))}
    keys["bookings"] = Raw(_history(records, bytes(base.get("bookings", b"[]"))))
    return keys


def _history(records: Sequence[Record], base: bytes) -> bytes:
    """Return the text of a history; where the base is the beginning of it, its text stays as it is."""
    with suppress(ValueError, TypeError):
        known = sorted(msgspec.json.decode(base, type=list[Record]), key=attrgetter("start"))
        if list(records[: len(known)]) == known:
            return appended(base, list(records[len(known) :])) if len(records) > len(known) else base
    return b"[" + record_lines(records) + b"]" if records else b"[]"
