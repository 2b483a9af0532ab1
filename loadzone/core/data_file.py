"""The data file: what `data.json` holds, read and checked. Readers need no lock.

A file in the base form loads: `vms`, `groups` and `users` with their base keys. The state on disk is the
data file, then the sealed journal that is being folded into it, then the journal.
"""

import mmap
import os
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct

from loadzone.core.file_text import (
    Key,
    Members,
    Pieces,
    as_key,
    body,
    last,
    pieces,
    repeated_in_history,
    repeated_keys,
)
from loadzone.core.histories import Histories
from loadzone.core.invariants import problems, time_unsupported, unsupported_times
from loadzone.core.journal import JournalContent, read_journal
from loadzone.domain.decoding import misfit
from loadzone.domain.emails import canonical
from loadzone.domain.errors import DataError
from loadzone.domain.facts import FactMismatch, apply_all
from loadzone.domain.model import VM, Action, Fleet, Group, Record, User
from loadzone.domain.spans import has_supported_times
from loadzone.domain.table import Table

# Small enough for the allocator to use the same memory again: that is ten times as fast as a megabyte.
_PIECE = 1 << 16

SCHEMA: Final = 1
EVERY_KEY_BYTES: Final = 1 << 23
"""Files up to this are read twice, so that no key of a record that stands twice is missed."""
EPOCH = datetime.fromtimestamp(0, UTC)
EDGES: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


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


class FileUser(Struct, kw_only=True):
    """A user's entry in the file."""

    created: datetime | None = None
    bookings: list[Record] = []


class DataFile(Struct, kw_only=True):
    """The whole file as it is decoded; keys that LoadZone does not know are left to the writer.

    `users` holds the last entry of each person; `faults` is what was wrong that the values do not show.
    """

    vms: list[VM]
    groups: list[Group]
    users: dict[str, FileUser]
    seq: int = 0
    faults: list[DataError] = []


class _Read(Struct, kw_only=True):
    vms: list[VM]
    groups: list[Group]
    users: dict[Key, FileUser]
    seq: Annotated[int, Meta(ge=0)] = 0
    schema: int = SCHEMA


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


class _Schema(Struct):
    schema: int = SCHEMA


Take = Callable[[str, Raw], None]
"""Gets a user's e-mail and history, as it stands in the file; raises msgspec.DecodeError for what is none."""

_decoder = msgspec.json.Decoder(_Read, dec_hook=as_key)
_vms = msgspec.json.Decoder(list[VM])
_groups = msgspec.json.Decoder(list[Group])
_created_at = msgspec.json.Decoder(datetime | None)
_histories = msgspec.json.Decoder(list[Record])


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
        if not all(map(has_supported_times, change.facts)):
            raise DataError(f"{name}:{line}", "journal_time", line=line)
        try:
            state.fleet = apply_all(state.fleet, change.facts)
        except FactMismatch as wrong:
            raise DataError(f"{name}:{line}", "journal_mismatch", line=line, problem_detail=str(wrong)) from wrong
        state.histories.add(change.facts)
        state.seq = change.seq


def read_file(path: Path, assume_tz: tzinfo = UTC, take: Take | None = None) -> State:
    """Read and check the data file alone, without its journals; `take` as in `read_state`."""
    size = path.stat().st_size
    data = decode(path) if take is None else _decode_apart(path, take, assume_tz)
    irregular = make_regular(data, assume_tz)
    for error in faults(data):
        raise error
    return State(
        fleet=_fleet(data),
        histories=Histories({} if take else {email: user.bookings for email, user in data.users.items()}),
        seq=data.seq,
        file_seq=data.seq,
        file_size=size,
        irregular=irregular,
    )


def faults(data: DataFile) -> Iterator[DataError]:
    """Yield everything for which a file whose values have the right types is refused, with its place."""
    yield from data.faults
    yield from problems(data.vms, data.groups)
    yield from unsupported_times(data.vms, {email: user.created for email, user in data.users.items()})


def decode(path: Path, *, every_key: bool = False) -> DataFile:
    """Decode the file; raises DataError with the place of what has the wrong form.

    With `every_key` the records of a large file, too, are looked through for keys that stand twice.
    """
    with _opened(path) as content:
        text = body(content, path.name)
        try:
            file = _pieces(path, text, content)
            data = _outside_histories(file)
            for email, user in file.users.items():
                history = _history(user)
                data.users[str(email)].bookings = _histories.decode(history)
                if every_key or len(text) <= EVERY_KEY_BYTES:
                    data.faults += repeated_in_history(email, history)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            raise _problem(path, bytes(text), problem) from problem
    return data


def _pieces(path: Path, text: memoryview, content: mmap.mmap) -> Pieces:
    file = pieces(text)
    _check_text(content)
    _check_schema(path, msgspec.json.decode(file.raw("schema") or b"1", type=int))
    return file


def _outside_histories(file: Pieces) -> DataFile:
    """Decode all but the histories."""
    return DataFile(
        vms=_vms.decode(file.raw("vms") or b""),
        groups=_groups.decode(file.raw("groups") or b""),
        users={
            str(email): FileUser(created=_created_at.decode(last(user, "created") or b"null"))
            for email, user in file.users.items()
        },
        seq=msgspec.json.decode(file.raw("seq") or b"0", type=Annotated[int, Meta(ge=0)]),
        faults=list(repeated_keys(file)),
    )


def _history(user: Members) -> Raw:
    return last(user, "bookings") or Raw(b"[]")


@contextmanager
def _opened(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size == 0:
            raise DataError(path.name, "file_empty")
        # Mapped, not read: a hundred megabytes of text need not be in memory beside what they decode to.
        # Not closed here: what is decoded looks into it, and it goes when that goes.
        yield mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _check_schema(path: Path, schema: int) -> None:
    if schema != SCHEMA:
        raise DataError(f"{path.name}: schema", "schema_unknown", schema=schema, known=SCHEMA)


def _problem(path: Path, text: bytes, problem: Exception) -> DataError:
    """Return what is wrong with a text that does not decode; of a newer form, only that it is newer."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        _check_schema(path, msgspec.json.decode(text, type=_Schema).schema)
    try:
        _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        return _form_error(path, text, wrong)
    except RecursionError:
        return DataError(path.name, "json_malformed")
    if isinstance(problem, msgspec.DecodeError | UnicodeDecodeError):
        return _form_error(path, text, problem)
    return DataError(path.name, "json_malformed")


def _decode_apart(path: Path, take: Take, assume_tz: tzinfo) -> DataFile:
    """Decode the file and hand each history to `take`; only those that the fleet's state hangs on are kept."""
    try:
        with _opened(path) as content:
            text = body(content, path.name)
            file = _pieces(path, text, content)
            data = _outside_histories(file)
            undated = {vm.booked_by for vm in data.vms if vm.booked_by is not None and vm.booked_at is None}
            for email, user in file.users.items():
                history = _history(user)
                take(canonical(email), history)
                if len(text) <= EVERY_KEY_BYTES:
                    data.faults += repeated_in_history(email, history)
                if data.users[str(email)].created is None or str(email) in undated:
                    data.users[str(email)].bookings = _histories.decode(history)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError):
        read_file(path, assume_tz)  # says what is wrong, and where
        raise
    return data


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
            expires_at=nearest_utc(vm.expires_at, assume_tz),
            booked_at=nearest_utc(vm.booked_at, assume_tz),
            warned_at=nearest_utc(vm.warned_at, assume_tz),
        )
        for vm in data.vms
    ]
    users: dict[str, FileUser] = {}
    for email, user in data.users.items():
        mine = users.setdefault(
            canonical(email), FileUser(created=nearest_utc(user.created, assume_tz), bookings=[])
        )
        for number, each in enumerate(user.bookings):
            start, end = nearest_utc(each.start, assume_tz), nearest_utc(each.end, assume_tz)
            mine.bookings.append(replace(each, start=start, end=end))
            for key, at, given in (("start", start, each.start), ("end", end, each.end)):
                if at in EDGES and not _is_same(at, given, assume_tz):
                    data.faults.append(time_unsupported(f'users["{email}"].bookings[{number}].{key}'))
    data.users = users


def _is_same(at: datetime | None, given: datetime | None, assume_tz: tzinfo) -> bool:
    try:
        return at == in_utc(given, assume_tz)
    except OverflowError:
        return False


def in_utc(at: datetime | None, assume_tz: tzinfo) -> datetime | None:
    """Return a time in UTC; one without an offset is a time in `assume_tz`.

    Raises OverflowError for one that is in no year from 1 to 9999 there.
    """
    if at is None:
        return None
    return (at if at.tzinfo is not None else at.replace(tzinfo=assume_tz)).astimezone(UTC)


def nearest_utc(at: datetime | None, assume_tz: tzinfo) -> datetime | None:
    """Return a time in UTC as `in_utc` does, or the nearest one that there is."""
    try:
        return in_utc(at, assume_tz)
    except OverflowError:
        return EDGES[0] if at is not None and at.year == 1 else EDGES[1]
