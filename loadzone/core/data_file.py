"""The data file: what `data.json` holds, read and checked. Readers need no lock.

A file in the base form loads: `vms`, `groups` and `users` with their base keys. The state on disk is the
data file, then the sealed journal that is being folded into it, then the journal.
"""

import mmap
import os
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from loadzone.core.histories import Histories
from loadzone.core.invariants import problems
from loadzone.core.journal import JournalContent, read_journal
from loadzone.domain.decoding import misfit
from loadzone.domain.emails import canonical
from loadzone.domain.errors import DataError
from loadzone.domain.facts import FactMismatch, apply_all
from loadzone.domain.model import VM, Action, Fleet, Group, Record, User
from loadzone.domain.table import Table

# Small enough for the allocator to use the same memory again: that is ten times as fast as a megabyte.
_PIECE = 1 << 16

EPOCH = datetime.fromtimestamp(0, UTC)


def real_path(path: Path) -> Path:
    """Return the file that a link stands for: beside it lies what belongs to it, and it is what is replaced."""
    return path.resolve() if path.is_symlink() else path


def journal_path(path: Path) -> Path:
    """Return where the journal of a data file is."""
    path = real_path(path)
    return path.with_name(path.name + ".journal")


def auth_path(path: Path) -> Path:
    """Return where the accounts of a data file are: `data.auth.json` beside `data.json`."""
    path = real_path(path)
    return path.with_name(path.name.removesuffix(".json") + ".auth.json")


def sealed_path(path: Path) -> Path:
    """Return where the journal is while it is folded into the data file."""
    path = real_path(path)
    return path.with_name(path.name + ".journal.sealed")


def archive_path(path: Path) -> Path:
    """Return where the changes are kept that the data file has taken in."""
    path = real_path(path)
    return path.with_name(path.name + ".log")


def lock_path(path: Path) -> Path:
    """Return the lock file of a data file."""
    path = real_path(path)
    return path.with_name(path.name + ".lock")


def store_files(path: Path) -> tuple[Path, ...]:
    """Return where everything lies that belongs to a data file, its accounts included."""
    path = real_path(path)
    auth = auth_path(path)
    beside = (journal_path(path), sealed_path(path), archive_path(path), lock_path(path))
    return (path, path.with_name(path.name + ".bak"), *beside, auth, auth.with_name(auth.name + ".lock"))


class Key(str):
    """A key of a JSON object that is equal to itself only, so that one written twice is read twice.

    The decoder would keep the last of two equal keys and lose the other without a word.
    """

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class FileUser(Struct, kw_only=True):
    """A user's entry in the file."""

    created: datetime | None = None
    bookings: list[Record] = []


class DataFile(Struct, kw_only=True):
    """The whole file as it is decoded; keys that LoadZone does not know are left to the writer.

    `twice` are the people whom the file names more than once; `users` holds the last entry of each.
    """

    vms: list[VM]
    groups: list[Group]
    users: dict[str, FileUser]
    seq: int = 0
    twice: tuple[str, ...] = ()


class _Read(Struct, kw_only=True):
    vms: list[VM]
    groups: list[Group]
    users: dict[Key, FileUser]
    seq: Annotated[int, Meta(ge=0)] = 0


class State(Struct, kw_only=True):
    """What a data file and its journals hold together.

    `irregular` tells that the file has times without `Z` or e-mails in another form than is kept, which a
    writer must rewrite before it appends to them; `journal` and `sealed` are what was read of the two journals.
    """

    fleet: Fleet
    histories: Histories
    seq: int
    file_seq: int = 0
    file_size: int = 0
    irregular: bool = False
    journal: JournalContent = JournalContent()
    sealed: JournalContent = JournalContent()


def as_key(kind: type[Any], key: str) -> Any:
    """Return a key of a JSON object as `kind`: a decoder's hook."""
    return kind(key)


class _UserApart(Struct):
    """A user's entry whose history is left as text."""

    created: datetime | None = None
    bookings: Raw = Raw(b"[]")


class _FileApart(Struct):
    """The whole file with the histories left as texts."""

    vms: list[VM]
    groups: list[Group]
    users: dict[Key, _UserApart]
    seq: Annotated[int, Meta(ge=0)] = 0


Take = Callable[[str, Raw], None]
"""Gets a user's e-mail and history, as it stands in the file; raises msgspec.DecodeError for what is none."""

_decoder = msgspec.json.Decoder(_Read, dec_hook=as_key)
_apart_decoder = msgspec.json.Decoder(_FileApart, dec_hook=as_key)


def read_state(path: Path, assume_tz: tzinfo = UTC, take: Take | None = None) -> State:
    """Read a data file with its journals, while a server may be writing them.

    Times without an offset are read in `assume_tz`. With `take` the histories of the file go there, and what is
    returned has the records of the journals only. Raises DataError naming the place that cannot be trusted, and
    OSError when the file cannot be read.
    """
    # Changes move from the journal to the sealed one to the file, never back: read in that order, a server
    # that folds meanwhile leaves no gap, only changes that are met twice and known by their number.
    journal = read_journal(journal_path(path))
    sealed = read_journal(sealed_path(path))
    state = read_file(path, assume_tz, take)
    state.journal, state.sealed = journal, sealed
    for name, content in ((sealed_path(path).name, sealed), (journal_path(path).name, journal)):
        _replay(state, name, content)
    return state


def _replay(state: State, name: str, content: JournalContent) -> None:
    for line, change in enumerate(content.changes, start=1):
        if change.seq <= state.seq:
            continue
        if change.seq != state.seq + 1:
            raise DataError(f"{name}:{line}", "journal_gap", line=line, expected=state.seq + 1, found=change.seq)
        try:
            state.fleet = apply_all(state.fleet, change.facts)
        except FactMismatch as wrong:
            raise DataError(f"{name}:{line}", "journal_mismatch", line=line, problem_detail=str(wrong)) from wrong
        state.histories.add(change.facts)
        state.seq = change.seq


def read_file(path: Path, assume_tz: tzinfo = UTC, take: Take | None = None) -> State:
    """Read and check the data file alone, without its journals; `take` as in `read_state`."""
    size = path.stat().st_size
    data = decode(path) if take is None else _decode_apart(path, take)
    irregular = make_regular(data, assume_tz)
    for error in problems(data.vms, data.groups, data.twice):
        raise error
    return State(
        fleet=_fleet(data),
        histories=Histories({} if take else {email: user.bookings for email, user in data.users.items()}),
        seq=data.seq,
        file_seq=data.seq,
        file_size=size,
        irregular=irregular,
    )


def decode(path: Path) -> DataFile:
    """Decode the file; raises DataError with the place of what has the wrong form."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            raise DataError(path.name, "file_empty")
        # Mapped, not read: a hundred megabytes of text need not be in memory beside what they decode to.
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            try:
                read = _decoder.decode(content)
                _check_text(content)
            except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
                raise _form_error(path, bytes(content), wrong) from wrong
            except RecursionError as wrong:
                raise DataError(path.name, "json_malformed") from wrong
    users = {str(email): user for email, user in read.users.items()}
    return DataFile(vms=read.vms, groups=read.groups, users=users, seq=read.seq, twice=_twice(read.users))


def _twice(users: Mapping[Key, Any]) -> tuple[str, ...]:
    return tuple(email for email, times in Counter(map(str, users)).items() if times > 1)


def _decode_apart(path: Path, take: Take) -> DataFile:
    """Decode the file and hand each history to `take`; only those that the fleet's state hangs on are kept."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            raise DataError(path.name, "file_empty")
        # Not closed here: what is decoded looks into it, and it goes when that goes.
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        apart = _apart_decoder.decode(content)
        _check_text(content)
        for email, user in apart.users.items():
            take(canonical(email), user.bookings)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        decode(path)  # says what is wrong, and where
        raise
    undated = {vm.booked_by for vm in apart.vms if vm.booked_by is not None and vm.booked_at is None}
    users = {
        str(email): FileUser(
            created=user.created,
            bookings=msgspec.json.decode(user.bookings, type=list[Record])
            if user.created is None or str(email) in undated
            else [],
        )
        for email, user in apart.users.items()
    }
    twice = _twice(apart.users)
    return DataFile(vms=apart.vms, groups=apart.groups, users=users, seq=apart.seq, twice=twice)


def _check_text(content: mmap.mmap) -> None:
    """Raise UnicodeDecodeError for what is not UTF-8, also in keys that the decoder passes over unread."""
    # In pieces: as one text, a hundred megabytes would be in memory once more.
    decoder = getincrementaldecoder("utf-8")()
    for start in range(0, len(content), _PIECE):
        decoder.decode(content[start : start + _PIECE])
    decoder.decode(b"", final=True)


def _form_error(path: Path, content: bytes, wrong: msgspec.DecodeError | UnicodeDecodeError) -> DataError:
    place, code, data = misfit(wrong, content)
    if code == "json_malformed":
        place = f"{path.name}:{place}"
    elif place.startswith("users[...]"):
        try:
            place = _place_of_user(content) or place
        except (msgspec.DecodeError, UnicodeDecodeError) as torn:
            # What has the wrong form stands before the place where the text itself breaks off.
            return _form_error(path, content, torn)
    return DataError(place or path.name, code, **data)


class _Users(Struct):
    users: dict[Key, msgspec.Raw]


def _place_of_user(content: bytes) -> str | None:
    """Return the place in the first user's entry that has the wrong form: msgspec names no keys of mappings."""
    for email, raw in msgspec.json.decode(content, type=_Users, dec_hook=as_key).users.items():
        try:
            msgspec.json.decode(raw, type=FileUser)
        except msgspec.ValidationError as wrong:
            return f'users["{email}"].{misfit(wrong).place}'.rstrip(".")
    return None


def _fleet(data: DataFile) -> Fleet:
    users = {email: User(email=email, created=_created(user)) for email, user in data.users.items()}
    _date_bookings(data)
    for vm in data.vms:
        if vm.booked_by is not None and vm.booked_by not in users:
            users[vm.booked_by] = User(email=vm.booked_by, created=vm.booked_at or EPOCH)
    return Fleet(
        vms=Table((vm.id, vm) for vm in data.vms),
        groups=Table((group.id, group) for group in data.groups),
        users=Table(users.items()),
    )


def _date_bookings(data: DataFile) -> None:
    """Take from the history when a running booking began, where the base form does not say it.

    Without that a booking could be renewed beyond its longest whole length.
    """
    began: dict[tuple[str, str], datetime] = {}
    holders = {vm.booked_by for vm in data.vms if vm.booked_by is not None and vm.booked_at is None}
    for email in holders & data.users.keys():
        for record in sorted(data.users[email].bookings, key=lambda record: record.start):
            if record.action is Action.BOOK:
                began[email, record.vm_id] = record.start
            elif record.action is Action.RELEASE:
                began.pop((email, record.vm_id), None)
    data.vms = [
        msgspec.structs.replace(vm, booked_at=began[vm.booked_by, vm.id])
        if vm.booked_at is None and vm.booked_by is not None and (vm.booked_by, vm.id) in began
        else vm
        for vm in data.vms
    ]


def _created(user: FileUser) -> datetime:
    if user.created is not None:
        return user.created
    return user.bookings[0].start if user.bookings else EPOCH


# Times and e-mails in one form


def make_regular(data: DataFile, assume_tz: tzinfo) -> bool:
    """Bring times to UTC and e-mails to the form that is kept, in place; tell whether anything was otherwise."""
    zones = {vm.expires_at.tzinfo for vm in data.vms if vm.expires_at is not None}
    zones |= {vm.booked_at.tzinfo for vm in data.vms if vm.booked_at is not None}
    zones |= {vm.warned_at.tzinfo for vm in data.vms if vm.warned_at is not None}
    for user in data.users.values():
        zones |= {record.start.tzinfo for record in user.bookings}
        zones |= {record.end.tzinfo for record in user.bookings if record.end is not None}
        if user.created is not None:
            zones.add(user.created.tzinfo)
    emails = {*data.users, *(vm.booked_by for vm in data.vms if vm.booked_by is not None)}
    if zones <= {UTC} and all(email == canonical(email) for email in emails):
        return False
    _regulate(data, assume_tz)
    return True


def _regulate(data: DataFile, assume_tz: tzinfo) -> None:
    replace = msgspec.structs.replace
    data.vms = [
        replace(
            vm,
            booked_by=None if vm.booked_by is None else canonical(vm.booked_by),
            expires_at=in_utc(vm.expires_at, assume_tz),
            booked_at=in_utc(vm.booked_at, assume_tz),
            warned_at=in_utc(vm.warned_at, assume_tz),
        )
        for vm in data.vms
    ]
    users: dict[str, FileUser] = {}
    for email, user in data.users.items():
        mine = users.setdefault(canonical(email), FileUser(created=in_utc(user.created, assume_tz), bookings=[]))
        mine.bookings += [
            replace(each, start=in_utc(each.start, assume_tz), end=in_utc(each.end, assume_tz))
            for each in user.bookings
        ]
    data.users = users


def in_utc(at: datetime | None, assume_tz: tzinfo) -> datetime | None:
    """Return a time in UTC; one without an offset is a time in `assume_tz`."""
    if at is None:
        return None
    return (at if at.tzinfo is not None else at.replace(tzinfo=assume_tz)).astimezone(UTC)
