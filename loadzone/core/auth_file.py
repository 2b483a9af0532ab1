"""The file beside the data that holds all secrets: its form, and locked atomic changes by several processes.

Nothing in it opens a door by itself: passwords, sessions, tokens and invites stand there as hashes. The one
exception is the cookie secret, which is why nobody but the owner may read the file.
"""

import codecs
import json
import logging
import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

import argon2
import msgspec
from filelock import FileLock
from msgspec import Meta, Struct
from msgspec.structs import replace

from loadzone.core.atomic_file import PRIVATE, replacing
from loadzone.core.invariants import time_unsupported
from loadzone.domain.account_facts import AnyAccountFact
from loadzone.domain.emails import canonical, with_canonical
from loadzone.domain.errors import DataError, InvalidInput, StoreUnavailable
from loadzone.domain.fields import clean_email
from loadzone.domain.permissions import Role
from loadzone.domain.spans import LATEST, MAX, is_supported

log = logging.getLogger(__name__)

SCHEMA: Final = 1
LOCK_SECONDS: Final = 10.0

Mode = Literal["password", "open"]
_MOMENTS: Final = ("created", "seen", "expires", "used")
Moment = Annotated[datetime, Meta(tz=True)]
Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Scope(StrEnum):
    """What an API token may do: only look, or all that its owner may."""

    READ = "read"
    WRITE = "write"


class _Kept(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of what the file keeps. An unknown key is refused, as rewriting would lose it."""


class Person(_Kept, frozen=True, kw_only=True):
    """Somebody who may log in; `password` is an argon2 hash, None for nobody's password.

    `pending` is who registered and waits for an administrator's approval.
    """

    role: Role
    created: Moment
    password: str | None = None
    disabled: bool = False
    pending: bool = False

    @property
    def is_in(self) -> bool:
        """Whether sessions and tokens of this person count."""
        return not self.disabled and not self.pending


class Session(_Kept, frozen=True, kw_only=True):
    """A login; `seen` is its last use as far as it has been written. It counts only in its own `mode`."""

    email: str
    mode: Mode
    created: Moment
    seen: Moment


class Token(_Kept, frozen=True, kw_only=True):
    """An API token; one made in open mode does not count in password mode."""

    email: str
    name: str
    scope: Scope
    mode: Mode
    created: Moment
    expires: Moment | None = None
    used: Moment | None = None


class Invite(_Kept, frozen=True, kw_only=True):
    """Leave to register once, for `email` only when it is given."""

    role: Role
    by: str
    expires: Moment
    email: str | None = None


class AuthData(_Kept, frozen=True, kw_only=True):
    """All that the file holds. The tables are never changed in place."""

    schema: int
    cookie_secret: Annotated[str, Meta(min_length=32)]
    people: dict[str, Person] = {}
    sessions: dict[Digest, Session] = {}
    tokens: dict[Digest, Token] = {}
    invites: dict[Digest, Invite] = {}
    untold: tuple[AnyAccountFact, ...] = ()
    """What happened to the accounts here and is not yet among the store's changes, oldest first."""

    @property
    def has_admin(self) -> bool:
        """Whether there is an administrator who can log in."""
        return any(
            each.role is Role.ADMIN and each.is_in and each.password is not None for each in self.people.values()
        )

    def with_person(self, email: str, person: Person) -> "AuthData":
        """Return this with `person` under `email`."""
        return replace(self, people={**self.people, email: person})

    def without_person(self, email: str) -> "AuthData":
        """Return this without the person under `email`."""
        return replace(self, people={key: each for key, each in self.people.items() if key != email})

    def without_sessions(self, over: Callable[[str, Session], bool]) -> "AuthData":
        """Return this without the sessions of which `over` is true; itself when there are none."""
        kept = {key: each for key, each in self.sessions.items() if not over(key, each)}
        return self if len(kept) == len(self.sessions) else replace(self, sessions=kept)

    def without_invite(self, digest: str) -> "AuthData":
        """Return this without one invite."""
        return replace(self, invites={key: each for key, each in self.invites.items() if key != digest})

    def telling(self, *facts: AnyAccountFact) -> "AuthData":
        """Return this with facts that are still to be told to the store."""
        return replace(self, untold=(*self.untold, *facts)) if facts else self

    def with_uses(self, uses: Mapping[str, datetime]) -> "AuthData":
        """Return this with the last uses of sessions and tokens, by digest, brought up to date."""
        sessions = {
            key: replace(self.sessions[key], seen=max(at, self.sessions[key].seen))
            for key, at in uses.items()
            if key in self.sessions
        }
        tokens = {
            key: replace(self.tokens[key], used=max(at, self.tokens[key].used or at))
            for key, at in uses.items()
            if key in self.tokens
        }
        if not sessions and not tokens:
            return self
        return replace(self, sessions={**self.sessions, **sessions}, tokens={**self.tokens, **tokens})


class Snapshot(NamedTuple):
    """What was read or written, and the mark by which a later change of the file is seen (None: no file)."""

    data: AuthData
    stamp: tuple[int, int, int] | None


class AuthFile:
    """The file as this process last saw it. `snapshot` is replaced as a whole, so threads may read it.

    The constructor reads the file and raises DataError when it cannot be trusted, StoreUnavailable when it
    cannot be read. No file means nobody yet; it is made by the first change.
    """

    def __init__(self, path: Path) -> None:
        # Replacing a symbolic link would leave its target behind, stale.
        self.path = Path(os.path.realpath(path))
        self._warned: object = None
        self.snapshot = self._read(
            Snapshot(AuthData(schema=SCHEMA, cookie_secret=secrets.token_urlsafe(48)), None)
        )

    @property
    def data(self) -> AuthData:
        """What the file holds, as last seen."""
        return self.snapshot.data

    def refresh(self) -> bool:
        """Look whether another process changed the file and read it then; tell whether it was read.

        A file that has become unreadable is reported once, and what was known stays true meanwhile.
        """
        stamp: object = None
        try:
            status = os.stat(self.path)
            stamp = _stamp(status)
            if stamp == self.snapshot.stamp or status.st_size == 0:
                return False
            self.snapshot = self._read(self.snapshot)
        except FileNotFoundError:
            return False
        except (OSError, DataError, StoreUnavailable) as problem:
            if stamp != self._warned:
                log.error("%s has changed and cannot be read, going on without: %s", self.path, problem)
            self._warned = stamp
            return False
        return True

    def is_gone(self) -> bool:
        """Tell whether somebody has deleted or emptied the file, which was there."""
        try:
            return self.snapshot.stamp is not None and os.stat(self.path).st_size == 0
        except FileNotFoundError:
            return True
        except OSError:
            return False

    def check(self) -> None:
        """Raise DataError when the file cannot be trusted, StoreUnavailable when it cannot be read."""
        self._read(self.snapshot)

    def change(self, decide: Callable[[AuthData], AuthData]) -> Snapshot:
        """Change the file under its lock and return what it holds then; blocks, and leaves `snapshot` alone.

        `decide` is given what is in the file now, may raise, and returns the same object for no change.
        Raises DataError for a file that cannot be trusted, StoreUnavailable when it cannot be written.
        """
        try:
            # The lock would make a missing folder, and a mistyped path would go unnoticed.
            os.stat(self.path.parent)
            with FileLock(f"{self.path}.lock", timeout=LOCK_SECONDS, mode=0o600):
                before = self._read(self.snapshot)
                after = decide(before.data)
                if after is before.data and before.stamp is not None:
                    return before
                return Snapshot(after, _write(self.path, msgspec.json.format(msgspec.json.encode(after))))
        except OSError as problem:
            raise self._unavailable(problem) from problem

    def _unavailable(self, problem: OSError) -> StoreUnavailable:
        return StoreUnavailable(reason=f"{self.path.name}: {problem.strerror or type(problem).__name__}")

    def adopt(self, snapshot: Snapshot) -> None:
        """Take over what `change` returned."""
        self.snapshot = snapshot

    def _read(self, known: Snapshot) -> Snapshot:
        try:
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                if _stamp(status) == known.stamp:
                    return known
                raw = file.read()
        except FileNotFoundError:
            return Snapshot(known.data, None)
        except OSError as problem:
            raise self._unavailable(problem) from problem
        if not raw and known.stamp is not None:
            return Snapshot(known.data, None)  # emptied by somebody: there is nothing in it to trust or to lose
        if os.name == "posix" and status.st_mode & 0o077:
            log.warning("%s can be read by others: set its mode to 600", self.path)
        return Snapshot(parse(raw, self.path.name), _stamp(status))


def parse(raw: bytes, name: str) -> AuthData:
    """Return what the file `name` with the content `raw` holds; raises DataError naming the place."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        plain = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DataError(name + _line(raw), "auth_file_not_json") from None
    if isinstance(plain, dict) and plain.get("schema", SCHEMA) != SCHEMA:
        raise DataError(f"{name}: schema", "auth_file_schema", schema=str(plain["schema"]), known=SCHEMA)
    try:
        data = msgspec.convert(plain, AuthData)
    except msgspec.ValidationError as wrong:
        raise DataError(f"{name}: {_culprit(plain) or _path(wrong) or '$'}", "auth_file_value") from None
    if b"xn--" in raw:
        data = _with_canonical(data)
    for email, person in data.people.items():
        _check_person(f'{name}: people["{email}"]', email, person)
    for place, at in _times(data):
        if not is_supported(at):
            raise time_unsupported(f"{name}: {place}")
    return data


def _times(data: AuthData) -> Iterator[tuple[str, datetime]]:
    """Yield every moment in the file with its place."""
    tables: dict[str, Mapping[str, Any]] = {
        "people": data.people,
        "sessions": data.sessions,
        "tokens": data.tokens,
        "invites": data.invites,
    }
    for table, entries in tables.items():
        for key, entry in entries.items():
            for field in _MOMENTS:
                at = getattr(entry, field, None)
                # A token may be for ever, as long as the moment can be shown: nothing is added to it.
                is_for_ever = field == "expires" and at is not None and LATEST <= at <= MAX
                if at is not None and not is_for_ever:
                    yield f'{table}["{key}"].{field}', at
    for number, fact in enumerate(data.untold):
        yield f"untold[{number}].at", fact.at


def _with_canonical(data: AuthData) -> AuthData:
    """Return accounts of a release that kept domains in their ASCII form with the addresses that are kept now."""
    return replace(
        data,
        people={canonical(email): person for email, person in data.people.items()},
        sessions={key: with_canonical(each) for key, each in data.sessions.items()},
        tokens={key: with_canonical(each) for key, each in data.tokens.items()},
        invites={key: with_canonical(each) for key, each in data.invites.items()},
        untold=tuple(map(with_canonical, data.untold)),
    )


def _check_person(place: str, email: str, person: Person) -> None:
    try:
        if clean_email(email) != email:
            raise DataError(place, "auth_file_value")
    except InvalidInput:
        raise DataError(place, "email_malformed") from None
    if person.role not in (Role.USER, Role.ADMIN):
        raise DataError(f"{place}.role", "auth_file_value")
    try:
        if person.password is not None:
            argon2.extract_parameters(person.password)
    except argon2.exceptions.InvalidHashError:
        raise DataError(f"{place}.password", "auth_file_value") from None


def _line(raw: bytes) -> str:
    try:
        json.loads(raw)
    except json.JSONDecodeError as wrong:
        return f":{wrong.lineno}"
    except ValueError:
        pass
    return ""


def _culprit(plain: Any) -> str:
    """Return the place of the first wrong entry of a table by its key, which msgspec does not name."""
    kinds = {"people": Person, "sessions": Session, "tokens": Token, "invites": Invite}
    for table, kind in kinds.items():
        entries = plain.get(table) if isinstance(plain, dict) else None
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            try:
                msgspec.convert(key, str if kind is Person else Digest)
                msgspec.convert(entry, kind)
            except msgspec.ValidationError as wrong:
                return f'{table}["{key}"].{_path(wrong)}'.rstrip(".")
    return ""


def _path(wrong: msgspec.ValidationError) -> str:
    at = re.search(r" - at `\$\.?(.*)`\Z", str(wrong))
    field = re.search(r"(?:unknown|required) field `([^`]+)`", str(wrong))
    return ".".join(found[1] for found in (at, field) if found is not None and found[1])


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_mtime_ns, status.st_size


def _write(path: Path, raw: bytes) -> tuple[int, int, int]:
    """Replace the file at once and for good; it is nobody else's to read from its first byte on."""
    with replacing(path, PRIVATE, exactly=True) as file:
        file.write(raw)
        file.flush()
        return _stamp(os.fstat(file.fileno()))
