"""Mending data files: times and e-mails into one form, broken invariants into whole ones, a damaged journal saved.

Works on plain JSON values, so that keys LoadZone does not know stay as they are.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from loadzone.core import folding
from loadzone.core.atomic_file import mode_of
from loadzone.core.data_file import (
    Key,
    State,
    as_key,
    decode,
    in_utc,
    journal_path,
    make_regular,
    read_file,
    read_state,
    sealed_path,
)
from loadzone.core.folding import Layout, read_layout, record_lines
from loadzone.core.invariants import problems, same_name
from loadzone.core.journal import read_journal, salvage_journal
from loadzone.domain.emails import canonical
from loadzone.domain.errors import Conflict, DataError
from loadzone.domain.facts import Change, FactMismatch, apply_all
from loadzone.domain.fields import GROUP_NAME_MAX

Plain = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_VM_TIMES = ("expires_at", "booked_at", "warned_at")
_RECORD_TIMES = ("start", "end")


class Content(Struct, kw_only=True):
    """A data file as plain values: its other top-level keys, VMs, groups, and users with their histories."""

    head: dict[str, Raw]
    vms: list[Plain]
    groups: list[Plain]
    users: dict[str, Plain]

    def layout(self) -> Layout:
        """Return the text of it, in pieces."""
        return Layout(
            head=self.head,
            vms=[_encode(vm) for vm in self.vms],
            groups=[_encode(group) for group in self.groups],
            users={email: dict(_user_pieces(user)) for email, user in self.users.items()},
        )


def _user_pieces(user: Plain) -> Iterator[tuple[str, Raw]]:
    for key, value in user.items():
        if key == "bookings" and value:
            yield key, Raw(b"[" + record_lines(value) + b"]")
        else:
            yield key, Raw(_encode(value))


class _Users(Struct):
    users: dict[Key, dict[str, Raw]]


def read_content(path: Path, assume_tz: tzinfo) -> Content:
    """Read a file whose values have the right types, with times in UTC and e-mails in the form that is kept."""
    content = path.read_bytes()
    layout = read_layout(content)
    users: dict[str, Plain] = {}
    for email, keys in msgspec.json.decode(content, type=_Users, dec_hook=as_key).users.items():
        user = {key: msgspec.json.decode(raw) for key, raw in keys.items()}
        _regulate(user, ("created",), assume_tz)
        for record in user.setdefault("bookings", []):
            _regulate(record, _RECORD_TIMES, assume_tz)
        known = users.setdefault(canonical(email), {**user, "bookings": []})
        known.update({key: value for key, value in user.items() if known.get(key) is None})
        known["bookings"] += user["bookings"]
    vms = [msgspec.json.decode(raw) for raw in layout.vms]
    for vm in vms:
        _regulate(vm, _VM_TIMES, assume_tz)
        if vm.get("booked_by") is not None:
            vm["booked_by"] = canonical(vm["booked_by"])
    groups = [msgspec.json.decode(raw) for raw in layout.groups]
    return Content(head=layout.head, vms=vms, groups=groups, users=users)


def _regulate(value: Plain, keys: tuple[str, ...], assume_tz: tzinfo) -> None:
    for key in keys:
        if value.get(key) is not None:
            value[key] = in_utc(msgspec.convert(value[key], datetime), assume_tz)


def rewrite_regular(path: Path, assume_tz: tzinfo) -> None:
    """Rewrite a file that has times without `Z` or e-mails in another form; the previous one stays as `.bak`."""
    folding.write(path, read_content(path, assume_tz).layout())


def check(path: Path, assume_tz: tzinfo = UTC) -> list[DataError]:
    """Return everything that is wrong with a data file and its journals; raises OSError."""
    try:
        data = decode(path)
    except DataError as broken:
        return [broken]
    make_regular(data, assume_tz)
    found = list(problems(data.vms, data.groups, data.twice))
    try:
        if found:
            for journal in (sealed_path(path), journal_path(path)):
                read_journal(journal)
        else:
            read_state(path, assume_tz)
    except DataError as damaged:
        found.append(damaged)
    return found


def repair(path: Path, out: Path, assume_tz: tzinfo = UTC) -> list[DataError]:
    """Write to `out` what of a data file and its journals can be mended, and return what was wrong.

    Raises DataError for what a person must mend (broken JSON, values of a wrong type), Conflict
    (`file_exists`) when `out` is there already, and OSError. `path` is not touched.
    """
    if out.exists():
        raise Conflict("file_exists", path=str(out))
    decode(path)
    done = check(path, assume_tz)
    content = read_content(path, assume_tz)
    _mend(content)
    layout, mode = content.layout(), mode_of(path)
    # Under another name until it has everything: whatever ends this on the way, `out` is whole or not there.
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        _write_anew(unfinished, layout, mode)
        folding.add(layout, _fitting(read_file(unfinished), _salvaged(path)))
        with suppress(FileExistsError):
            folding.write_new(out, layout, mode)
            return done
        raise Conflict("file_exists", path=str(out))
    finally:
        unfinished.unlink(missing_ok=True)


def _write_anew(path: Path, layout: Layout, mode: int) -> None:
    path.unlink(missing_ok=True)
    folding.write_new(path, layout, mode)


def _salvaged(path: Path) -> list[Change]:
    """Return the changes of both journals before the first damage."""
    changes: list[Change] = []
    for journal in (sealed_path(path), journal_path(path)):
        whole, damage = salvage_journal(journal)
        changes += whole
        if damage is not None:
            break
    return changes


def _fitting(state: State, changes: list[Change]) -> list[Change]:
    """Return the changes that continue the state, up to the first that does not."""
    fleet, seq = state.fleet, state.seq
    fitting: list[Change] = []
    for change in changes:
        if change.seq <= seq:
            continue
        if change.seq != seq + 1:
            break
        try:
            fleet = apply_all(fleet, change.facts)
        except FactMismatch:
            break
        seq = change.seq
        fitting.append(change)
    return fitting


def _mend(content: Content) -> None:
    first: dict[str, Plain] = {}
    for vm in content.vms:
        first.setdefault(vm["id"], vm)
    content.vms = list(first.values())
    groups: dict[int, Plain] = {}
    for group in content.groups:
        known = groups.setdefault(group["id"], {**group, "vm_ids": []})
        known["vm_ids"] += group.get("vm_ids", [])
    content.groups = list(groups.values())
    _tell_apart(content.groups)
    vms = {vm["id"]: vm for vm in content.vms}
    for group in content.groups:
        for vm_id in group["vm_ids"]:
            if vm_id in vms and vms[vm_id]["group"] not in groups:
                vms[vm_id]["group"] = group["id"]
    for vm in content.vms:
        if vm["group"] not in groups:
            vm["group"] = None
        if (vm["booked_by"] is None) != (vm["expires_at"] is None):
            vm.update(booked_by=None, expires_at=None)
            for key in ("booked_at", "purpose", "warned_at"):
                vm.pop(key, None)
    for group in content.groups:
        listed = dict.fromkeys(group["vm_ids"])
        stay = [vm_id for vm_id in listed if vm_id in vms and vms[vm_id]["group"] == group["id"]]
        group["vm_ids"] = stay + [
            vm["id"] for vm in content.vms if vm["group"] == group["id"] and vm["id"] not in listed
        ]


def _tell_apart(groups: list[Plain]) -> None:
    """Put its number behind the name of a group that has another one's."""
    names = {same_name(group["name"]) for group in groups}
    taken: set[str] = set()
    for group in groups:
        name, ending = group["name"], ""
        while same_name(name) in taken or (ending and same_name(name) in names):
            ending += f" ({group['id']})"
            name = group["name"][: GROUP_NAME_MAX - len(ending)] + ending
        group["name"] = name
        taken.add(same_name(name))
