"""Mending data files: times and e-mails into one form, broken invariants into whole ones, a damaged journal saved.

Works on plain JSON values, so that keys LoadZone does not know stay as they are.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from loadzone.core import folding
from loadzone.core.atomic_file import mode_of
from loadzone.core.data_file import (
    State,
    decode,
    faults,
    in_utc,
    journal_path,
    make_regular,
    nearest_utc,
    read_file,
    read_state,
    sealed_path,
)
from loadzone.core.file_text import Members, body, members
from loadzone.core.folding import Layout, record_lines
from loadzone.core.invariants import same_name
from loadzone.core.journal import read_journal, salvage_journal
from loadzone.domain.emails import canonical
from loadzone.domain.errors import Conflict, DataError
from loadzone.domain.facts import Change, FactMismatch, apply_all
from loadzone.domain.fields import GROUP_NAME_MAX, VM_ID
from loadzone.domain.model import Action
from loadzone.domain.spans import (
    EARLIEST,
    LATEST,
    LONGEST,
    SUPPORTED_YEARS,
    SpanFlaw,
    has_supported_times,
    is_supported,
    span_flaw,
)

Plain = dict[str, Any]

_encode = msgspec.json.Encoder().encode
_VM_TIMES = ("expires_at", "booked_at", "warned_at")
_RECORD_TIMES = ("start", "end")
_FLAW_DATA: dict[SpanFlaw, Plain] = {
    SpanFlaw.TIME_UNSUPPORTED: SUPPORTED_YEARS,
    SpanFlaw.SPAN_TOO_LONG: {"years": round(LONGEST.days / 365.25)},
}


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


def read_content(path: Path, assume_tz: tzinfo) -> Content:
    """Read a file whose values have the right types, with times in UTC and e-mails in the form that is kept.

    What stands twice is joined, where it is a list or a person; of other values the last stays.
    """
    head = members(body(path.read_bytes(), path.name))
    vms, groups, entries = (_taken(head, key) for key in ("vms", "groups", "users"))
    users: dict[str, Plain] = {}
    for email, keys in ((email, raw) for entry in entries for email, raw in members(entry).items()):
        user = _user(members(keys), assume_tz)
        known = users.setdefault(canonical(email), {**user, "bookings": []})
        known.update({key: value for key, value in user.items() if known.get(key) is None})
        known["bookings"] += user["bookings"]
    content = Content(
        head={str(key): raw for key, raw in head.items()},
        vms=[vm for each in vms for vm in msgspec.json.decode(each)],
        groups=[group for each in groups for group in msgspec.json.decode(each)],
        users=users,
    )
    for vm in content.vms:
        _regulate(vm, _VM_TIMES, assume_tz)
        if vm.get("booked_by") is not None:
            vm["booked_by"] = canonical(vm["booked_by"])
    return content


def _taken(value: Members, key: str) -> list[Raw]:
    """Take all members of one key out of an object."""
    found = [each for each in value if str(each) == key]
    return [value.pop(each) for each in found]


def _user(keys: Members, assume_tz: tzinfo) -> Plain:
    records = [record for each in _taken(keys, "bookings") for record in msgspec.json.decode(each)]
    for record in records:
        _regulate(record, _RECORD_TIMES, assume_tz)
    user: Plain = {str(key): msgspec.json.decode(raw) for key, raw in keys.items()}
    _regulate(user, ("created",), assume_tz)
    return {**user, "bookings": records}


def _regulate(value: Plain, keys: tuple[str, ...], assume_tz: tzinfo) -> None:
    for key in keys:
        if value.get(key) is not None:
            value[key] = nearest_utc(msgspec.convert(value[key], datetime), assume_tz)


def rewrite_regular(path: Path, assume_tz: tzinfo) -> None:
    """Rewrite a file that has times without `Z` or e-mails in another form; the previous one stays as `.bak`."""
    folding.write(path, read_content(path, assume_tz).layout())


def check(path: Path, assume_tz: tzinfo = UTC) -> list[DataError]:
    """Return everything that is wrong with a data file and its journals; raises OSError."""
    try:
        data = decode(path, every_key=True)
    except DataError as broken:
        return [broken]
    make_regular(data, assume_tz)
    found = list(faults(data))
    try:
        if found:
            for journal in (sealed_path(path), journal_path(path)):
                read_journal(journal)
        else:
            read_state(path, assume_tz)
    except DataError as damaged:
        found.append(damaged)
    return found


def doubtful(path: Path, now: datetime, assume_tz: tzinfo = UTC) -> Iterator[DataError]:
    """Yield the records of a file that is served of which no figures can be made, or that are odd, with the place.

    A span is too long only as far as it has happened: a planned end may be far away. Raises OSError and DataError.
    """
    data = decode(path, every_key=True)
    for email, user in data.users.items():
        for number, record in enumerate(user.bookings):
            start, end = in_utc(record.start, assume_tz), in_utc(record.end, assume_tz)
            place = f'users["{email}"].bookings[{number}]'
            flaw = None if start is None else span_flaw(record.action, start, end)
            if flaw is SpanFlaw.SPAN_TOO_LONG and start is not None and now - start <= LONGEST:
                flaw = None
            if flaw is not None:
                yield DataError(f"{place}.{_flawed(flaw, start)}", flaw.value, **_FLAW_DATA.get(flaw, {}))
            if record.action is Action.RELEASE and end is not None:
                yield DataError(f"{place}.end", "end_needless")
            if not VM_ID.match(record.vm_id):
                yield DataError(f"{place}.vm_id", "vm_id_malformed")


def _flawed(flaw: SpanFlaw, start: datetime | None) -> str:
    is_start = flaw is SpanFlaw.TIME_UNSUPPORTED and start is not None and not is_supported(start)
    return "start" if is_start else "end"


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
        if not all(map(has_supported_times, change.facts)):
            break
        seq = change.seq
        fitting.append(change)
    return fitting


def _mend(content: Content) -> None:
    for user in content.users.values():
        _bring_into_range(user, ("created",))
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
        _bring_into_range(vm, _VM_TIMES)
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


def _bring_into_range(value: Plain, keys: tuple[str, ...]) -> None:
    """Put the nearest supported time in the place of one that is not."""
    for key in keys:
        if value.get(key) is not None:
            value[key] = min(max(value[key], EARLIEST), LATEST - timedelta(microseconds=1))


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
