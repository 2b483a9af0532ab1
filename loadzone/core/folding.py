"""Folding a journal into the data file: the file is rewritten whole and atomically, beside the running server.

What did not change is copied as it stands, byte for byte: unknown keys and a person's own layout survive,
and a history of a million records is never decoded to add one. Works on files only, so that for a large
file a process of its own can do it: `python -m loadzone.core.folding data.json PARENT`.
"""

import codecs
import logging
import os
import re
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import fields

from loadzone.core import archive
from loadzone.core.atomic_file import mode_of, replacing, sync_folder
from loadzone.core.data_file import EPOCH, sealed_path
from loadzone.core.file_lock import lock
from loadzone.core.journal import read_journal
from loadzone.domain.errors import DataError
from loadzone.domain.facts import AnyFact, Change, apply_all, record_of
from loadzone.domain.model import VM, Fleet, Group, Record, User
from loadzone.domain.table import Table

log = logging.getLogger(__name__)

SCHEMA = 1
_LOOK_SECONDS: Final = 0.05
_HEAD_BYTES: Final = 256

_encode = msgspec.json.Encoder().encode
_EMPTY_LIST = re.compile(rb"\[\s*\]\Z")
_WRITTEN = re.compile(rb'\{\n  "schema": [^\n]+,\n  "seq": (\d+),\n')


class Layout(Struct, kw_only=True):
    """A data file in pieces of JSON text: `vms`, `groups`, and for each user the keys and the history."""

    head: dict[str, Raw]
    vms: list[bytes]
    groups: list[bytes]
    users: dict[str, dict[str, Raw]]


def fold(path: Path) -> int:
    """Fold the sealed journal of `path` into it and return the new size of the file in bytes.

    The changes go to the archive first. The previous file stays as `<name>.bak`; the sealed journal is removed
    last, so a crash at any point loses nothing. Raises OSError and DataError, the data file being untouched.
    """
    sealed = sealed_path(path)
    if sealed.exists():
        with sealed.open("rb") as held:
            # A server that was killed may have left a folding process behind. The next server waits for it here:
            # two that write the same file, or remove a journal that the other has just sealed, would lose changes.
            if not lock(held.fileno()):
                log.warning("%s is locked by another program, going on without the lock", sealed.name)
            segment = read_journal(sealed)
            archive.keep(path, segment.lines)
            take_in(path, segment.changes)
            # The file with the changes must be there for good before the journal that has them goes.
            sync_folder(path)
            sealed.unlink(missing_ok=True)
    sync_folder(path)
    return path.stat().st_size


def take_in(path: Path, changes: Sequence[Change]) -> None:
    """Rewrite the file with those of the changes that it does not have yet; raises OSError."""
    layout = read_layout(path.read_bytes())
    if add(layout, changes):
        write(path, layout)


def add(layout: Layout, changes: Sequence[Change]) -> bool:
    """Bring those of the changes that a layout does not have yet into it, and tell whether there were any.

    Raises DataError when changes between are missing.
    """
    seq = msgspec.json.decode(layout.head.get("seq", Raw(b"0")), type=int)
    news = [change for change in changes if change.seq > seq]
    if news:
        if news[0].seq != seq + 1:
            raise DataError("seq", "changes_missing", expected=seq + 1, found=news[0].seq)
        _take_in(layout, [fact for change in news for fact in change.facts])
        layout.head["seq"] = Raw(_encode(news[-1].seq))
    return bool(news)


def read_layout(content: bytes) -> Layout:
    """Cut a data file's text into pieces without decoding them; a byte order mark is left out."""
    head = msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8), type=dict[str, Raw])
    return Layout(
        vms=[bytes(raw) for raw in msgspec.json.decode(head.pop("vms"), type=list[Raw])],
        groups=[bytes(raw) for raw in msgspec.json.decode(head.pop("groups"), type=list[Raw])],
        users=msgspec.json.decode(head.pop("users"), type=dict[str, dict[str, Raw]]),
        head=head,
    )


def _take_in(layout: Layout, facts: list[AnyFact]) -> None:
    vms = {vm.id: (vm, raw) for raw in layout.vms for vm in (msgspec.json.decode(raw, type=VM),)}
    groups = {one.id: (one, raw) for raw in layout.groups for one in (msgspec.json.decode(raw, type=Group),)}
    # When the people of the file were first seen is of no account here: what it says of that stays.
    users = {email: User(email=email, created=EPOCH) for email in layout.users}
    for vm, _ in vms.values():
        if vm.booked_by is not None and vm.booked_by not in users:
            users[vm.booked_by] = User(email=vm.booked_by, created=facts[0].at if facts else EPOCH)
    before = Fleet(
        vms=Table((vm_id, vm) for vm_id, (vm, _) in vms.items()),
        groups=Table((group_id, group) for group_id, (group, _) in groups.items()),
        users=Table(users.items()),
    )
    after = apply_all(before, facts)
    layout.vms = [merged(vm, vms.get(vm.id)) for vm in after.vms.values()]
    layout.groups = [merged(group, groups.get(group.id)) for group in after.groups.values()]
    for user in after.users.values():
        if user.email not in layout.users:
            layout.users[user.email] = {"created": Raw(_encode(user.created))}
    _take_in_records(layout, facts)


def merged(value: VM | Group, old: tuple[VM | Group, bytes] | None) -> bytes:
    """Return the text of a value; unknown keys of its old text stay, and an unchanged one is kept whole."""
    if old is None:
        return _encode(value)
    if old[0] == value:
        return old[1]
    known = {field.encode_name for field in fields(value)}
    unknown = {k: raw for k, raw in msgspec.json.decode(old[1], type=dict[str, Raw]).items() if k not in known}
    return _encode({**msgspec.json.decode(_encode(value), type=dict[str, Raw]), **unknown})


def _take_in_records(layout: Layout, facts: Iterable[AnyFact]) -> None:
    new: dict[str, list[Record]] = {}
    for fact in facts:
        left = record_of(fact)
        if left is not None:
            new.setdefault(left[0], []).append(left[1])
    for email, records in new.items():
        keys = layout.users[email]
        keys["bookings"] = Raw(appended(bytes(keys.get("bookings", b"[]")), records))


def appended(history: bytes, records: list[Record]) -> bytes:
    """Return the text of a history with more records behind it."""
    opening = b"[" if _EMPTY_LIST.match(history) else history[: history.rindex(b"]")].rstrip() + b","
    return opening + record_lines(records) + b"]"


def record_lines(records: Iterable[Record | dict[str, Any]]) -> bytes:
    """Return history records as they stand in the file between the brackets, one a line."""
    return b"\n      " + b",\n      ".join(map(_encode, records)) + b"\n    "


# Writing


def lines(layout: Layout) -> Iterator[bytes]:
    """Yield the text of a data file: one VM, one group and one history record a line."""
    yield b"{\n"
    for key, raw in {"schema": Raw(_encode(SCHEMA)), "seq": Raw(b"0"), **layout.head}.items():
        yield b"  %b: %b,\n" % (_encode(key), bytes(raw))
    yield b'  "vms": ['
    yield from _rows(layout.vms)
    yield b'  ],\n  "groups": ['
    yield from _rows(layout.groups)
    yield b'  ],\n  "users": {'
    separator = b"\n"
    for email, keys in layout.users.items():
        yield b"%b    %b: {" % (separator, _encode(email))
        separator = b",\n"
        ordered = {**keys, "bookings": keys.get("bookings", Raw(b"[]"))}
        history = ordered.pop("bookings")
        yield b"".join(b"%b: %b, " % (_encode(key), bytes(raw)) for key, raw in ordered.items())
        yield b'"bookings": '
        yield bytes(history)
        yield b"}"
    yield b"\n  }\n}\n"


def _rows(rows: list[bytes]) -> Iterator[bytes]:
    yield b",".join(b"\n    " + row for row in rows)
    yield b"\n"


def write(path: Path, layout: Layout, mode: int | None = None) -> None:
    """Replace the data file atomically and keep the previous one as `.bak`; raises OSError.

    It keeps its permissions, or has those of `mode`.
    """
    exactly = mode is not None or path.exists()
    kept = mode_of(path) if mode is None else mode
    previous = path.with_name(path.name + ".bak")
    with replacing(path, kept, exactly=exactly, previous=previous) as file:
        file.writelines(lines(layout))


def write_new(path: Path, layout: Layout, mode: int) -> None:
    """Write a data file that is not there yet, not wider than `mode`; raises OSError."""
    with replacing(path, mode, new=True) as file:
        file.writelines(lines(layout))


def written_seq(path: Path) -> int | None:
    """Return the number of the last change in a file that `write` has written; None for any other file."""
    try:
        with path.open("rb") as file:
            found = _WRITTEN.match(file.read(_HEAD_BYTES))
    except OSError:
        return None
    return None if found is None else int(found[1])


def _end_with(parent: int) -> None:
    """End this process as soon as the one that started it is gone."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    os.nice(5)
    # Whoever starts a server next must not find another process at work on the file.
    threading.Thread(target=_end_with, args=(int(sys.argv[2]),), daemon=True).start()
    fold(Path(sys.argv[1]))
