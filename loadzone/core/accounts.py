"""People and how they prove who they are: passwords, sessions, API tokens, invites, the first administrator."""

import asyncio
import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from argon2 import PasswordHasher
from msgspec import Struct
from msgspec.structs import replace

from loadzone.core.account_edits import edits
from loadzone.core.auth_file import AuthData, AuthFile, Invite, Mode, Person, Scope, Session, Token
from loadzone.core.clock import Clock, system_clock
from loadzone.core.throttle import Passwords, Throttle, check_password, plain_bytes
from loadzone.domain.account_facts import (
    AnyAccountFact,
    PersonAdded,
    PersonInvited,
    PersonRegistered,
    TokenAdded,
    TokenRevoked,
)
from loadzone.domain.errors import Conflict, LoadZoneError, LoginRequired, NotAllowed, NotFound
from loadzone.domain.fields import Fields, clean_email
from loadzone.domain.permissions import Act, Actor, Role, demand

log = logging.getLogger(__name__)

TOKEN_PREFIX: Final = "lz_"  # noqa: S105  # how tokens begin, so that they are known when they leak
TOKEN_NAME_MAX: Final = 80
INVITE_LIFE: Final = timedelta(days=7)
# How soon a change made by another process is noticed by those who are known already.
NOTICE_SECONDS: Final = 0.5
OPERATOR: Final = Actor(email="operator@localhost", role=Role.ADMIN)
"""Who runs commands on the machine: whoever can read the file may do everything anyway."""

Registration = Literal["closed", "domain", "invite"]
Decide = Callable[[AuthData], AuthData]


class Login(Struct, frozen=True, kw_only=True):
    """A session that has begun: `secret` goes into the cookie and nowhere else, `session_id` names it."""

    secret: str
    session_id: str
    actor: Actor


class PersonInfo(Struct, frozen=True, kw_only=True):
    """What may be shown of a person."""

    email: str
    role: Role
    disabled: bool
    created: datetime
    has_password: bool


class TokenInfo(Struct, frozen=True, kw_only=True):
    """What may be shown of an API token; `expires` None means never, `used` None means not yet."""

    id: str
    email: str
    name: str
    scope: Scope
    created: datetime
    expires: datetime | None
    used: datetime | None


class Accounts:
    """Who people are. One object a process; several processes may share the file at `path`.

    The constructor reads the file: DataError when it cannot be trusted, StoreUnavailable when it cannot be
    read. Methods that change something raise the same, and then nothing has changed. Sessions count only in
    the mode they began in, so that what was let in without a password stays out once passwords are asked for.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock = system_clock,
        *,
        mode: Mode = "password",
        idle: timedelta = timedelta(days=7),
        absolute: timedelta = timedelta(days=30),
        registration: Registration = "closed",
        registration_domains: Collection[str] = (),
        hasher: PasswordHasher | None = None,
        throttle: Throttle | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.mode: Final = mode
        self.idle, self.absolute = idle, absolute
        self.registration: Final = registration
        self._domains = frozenset(domain.lower().lstrip("@") for domain in registration_domains)
        self._clock, self._monotonic = clock, monotonic
        self._passwords = Passwords(hasher)
        self._throttle = throttle or Throttle(clock)
        self._file = AuthFile(path)
        self._writing = asyncio.Lock()
        self._look_at = 0.0
        # Last uses that the file does not know yet, by digest of session or token.
        self._touched: dict[str, datetime] = {}
        self._written_at = clock()
        self._first_key = secrets.token_urlsafe(32)
        self._listeners: list[Callable[[str], None]] = []
        self._tell: Callable[[], Awaitable[None]] | None = None
        self._live = self._live_now()

    # Being recognised: the hot path

    def session(self, secret: str) -> tuple[Actor, str] | None:
        """Return who is behind a session cookie, and the session's id; None for one that does not count."""
        session_id = _digest(secret)
        actor = self._lookup(self._session_actor, session_id)
        return None if actor is None else (actor, session_id)

    def token(self, secret: str) -> tuple[Actor, str] | None:
        """Return who is behind an API token, and the token's id; None for one that does not count."""
        digest = _digest(secret)
        actor = self._lookup(self._token_actor, digest)
        return None if actor is None else (actor, _token_id(digest))

    def actor(self, session_id: str) -> Actor | None:
        """Return who is behind a session known by its id, for pages that were opened under it."""
        return self._lookup(self._session_actor, session_id)

    def _lookup(self, find: Callable[[str, datetime], Actor | None], digest: str) -> Actor | None:
        self._notice()
        now = self._clock()
        actor = find(digest, now)
        if actor is None and self._notice(at_once=True):
            actor = find(digest, now)
        if actor is not None:
            self._touched[digest] = now
        return actor

    def _session_actor(self, session_id: str, now: datetime) -> Actor | None:
        session = self._file.data.sessions.get(session_id)
        if session is None or session.mode != self.mode or self._is_over(session_id, session, now):
            return None
        if session.mode == "open":
            return Actor(email=session.email, role=Role.ADMIN)
        person = self._file.data.people.get(session.email)
        return None if person is None or person.disabled else Actor(email=session.email, role=person.role)

    def _token_actor(self, digest: str, now: datetime) -> Actor | None:
        token = self._file.data.tokens.get(digest)
        if token is None or (token.expires is not None and token.expires <= now):
            return None
        read_only = token.scope is Scope.READ
        if token.mode == "open":
            return Actor(email=token.email, role=Role.ADMIN, read_only=read_only) if self.mode == "open" else None
        person = self._file.data.people.get(token.email)
        if person is None or person.disabled:
            return None
        role = Role.ADMIN if self.mode == "open" else person.role
        return Actor(email=token.email, role=role, read_only=read_only)

    def _is_over(self, session_id: str, session: Session, now: datetime) -> bool:
        seen = self._touched.get(session_id, session.seen)
        return now >= seen + self.idle or now >= session.created + self.absolute

    # Coming and going

    async def login(self, email: str, password: str, address: str | None) -> Login:
        """Begin a session by password; `address` is where the try comes from.

        Raises LoginRequired(`wrong_login`), the same whether or not there is such an account, TooManyTries,
        InvalidInput for what is no e-mail address.
        """
        self._demand_mode("password")
        email = clean_email(email)
        self._throttle.check(email, address)
        self._notice(at_once=True)
        person = self._file.data.people.get(email)
        kept = None if person is None or person.disabled else person.password
        # Tries that queue while others fail must not slip through.
        fits = await self._passwords.verify(kept, password, lambda: self._throttle.check(email, address))
        if kept is None or not fits:
            self._throttle.failed(email, address)
            log.info("a login as %s from %s failed", email, address)
            raise LoginRequired("wrong_login")
        self._throttle.succeeded(email)
        fresh = await self._passwords.hash(password) if self._passwords.is_outdated(kept) else kept

        def unchanged(data: AuthData) -> AuthData:
            person = data.people.get(email)
            if person is None or person.disabled or person.password != kept:
                raise LoginRequired("wrong_login")
            return data if fresh == kept else data.with_person(email, replace(person, password=fresh))

        return await self._begin(email, unchanged)

    async def login_open(self, email: str) -> Login:
        """Begin a session by e-mail alone, as administrator; in open mode only."""
        self._demand_mode("open")
        return await self._begin(clean_email(email), lambda data: data)

    async def logout(self, session_id: str) -> None:
        """End a session; one that is over already stays so."""

        def without(data: AuthData) -> AuthData:
            return data.without_sessions(lambda each, _: each == session_id)

        await self._change(without)

    def on_session_end(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with the id of each session that ends, and of each API token that stops to count.

        It is also called when the owner's role changes: whatever was opened under the old one must go, and
        may come again. It is called on the event loop; one that raises is logged.
        """
        self._listeners.append(callback)

    async def sweep(self) -> None:
        """End the sessions and invites whose time is over, and write down last uses from time to time."""
        self._notice(at_once=True)
        now = self._clock()
        data = self._file.data
        over = any(self._is_over(key, each, now) for key, each in data.sessions.items()) or any(
            invite.expires <= now for invite in data.invites.values()
        )
        due = self._touched and now - self._written_at >= min(self.idle / 10, timedelta(minutes=10))
        try:
            if over or due:
                await self._change(self._swept)
        finally:
            self._settle()

    async def close(self) -> None:
        """Write down last uses; a disk that refuses is logged only."""
        try:
            if self._touched:
                await self._change(lambda data: data)
        except LoadZoneError as problem:
            log.warning("last uses of sessions were not written: %s", problem)

    def _swept(self, data: AuthData) -> AuthData:
        now = self._clock()
        data = data.without_sessions(lambda key, each: self._is_over(key, each, now))
        return replace(data, invites={key: each for key, each in data.invites.items() if each.expires > now})

    async def _begin(self, email: str, allow: Decide) -> Login:
        secret, now = secrets.token_urlsafe(32), self._clock()
        session_id = _digest(secret)
        session = Session(email=email, mode=self.mode, created=now, seen=now)

        def begun(data: AuthData) -> AuthData:
            data = allow(data)
            return replace(data, sessions={**data.sessions, session_id: session})

        data = await self._change(begun)
        role = Role.ADMIN if self.mode == "open" else data.people[email].role
        return Login(secret=secret, session_id=session_id, actor=Actor(email=email, role=role))

    # People

    def people(self, actor: Actor) -> tuple[PersonInfo, ...]:
        """Return everybody who may log in, by e-mail; for administrators."""
        demand(actor, Act.ADMINISTER)
        self._notice(at_once=True)
        return tuple(_person_info(email, person) for email, person in sorted(self._file.data.people.items()))

    async def add_person(self, actor: Actor, email: str, role: Role, password: str | None = None) -> PersonInfo:
        """Let somebody in; without a password only once one is set. Raises Conflict(`person_exists`)."""
        self._demand_administer(actor)
        email = _clean(email, role, password)
        kept = None if password is None else await self._passwords.hash(password)
        person = Person(role=role, created=self._clock(), password=kept)
        added = PersonAdded(at=person.created, by=actor.email, user=email, role=role)
        await self._change(lambda data: _add_person(data, email, person).telling(added))
        return _person_info(email, person)

    async def edit_person(
        self,
        actor: Actor,
        email: str,
        *,
        role: Role | None = None,
        disabled: bool | None = None,
        password: str | None = None,
    ) -> PersonInfo:
        """Change what is given. A new password and disabling end the person's sessions.

        Raises NotFound(`person_not_found`), Conflict(`last_admin`) when no administrator would be left.
        """
        self._demand_administer(actor)
        email = _clean(email, role, password)
        kept = None if password is None else await self._passwords.hash(password)

        def edited(data: AuthData) -> AuthData:
            old = data.people.get(email)
            if old is None:
                raise NotFound("person_not_found", email=email)
            new = replace(
                old,
                role=old.role if role is None else role,
                disabled=old.disabled if disabled is None else disabled,
                password=old.password if kept is None else kept,
            )
            after = data.with_person(email, new) if new != old else data
            if data.has_admin and not after.has_admin:
                raise Conflict("last_admin")
            if new.disabled or kept is not None:
                after = after.without_sessions(lambda _, each: each.email == email)
            return after.telling(*edits(email, old, new, by=actor.email, at=self._clock()))

        data = await self._change(edited)
        return _person_info(email, data.people[email])

    async def invite(self, actor: Actor, email: str | None = None, role: Role = Role.USER) -> str:
        """Return a key with which one person (of this e-mail, if given) may register within a week."""
        self._demand_administer(actor)
        if self.registration == "closed":
            raise NotAllowed("registration_closed")
        fields = Fields()
        _check_role(fields, role)
        email = None if email is None else fields.email(email)
        fields.check()
        key = secrets.token_urlsafe(32)
        invite = Invite(role=role, by=actor.email or "", expires=self._clock() + INVITE_LIFE, email=email)
        invited = PersonInvited(at=self._clock(), by=actor.email, user=email, role=role)
        await self._change(
            lambda data: replace(data, invites={**data.invites, _digest(key): invite}).telling(invited)
        )
        return key

    async def register(
        self, email: str, password: str, invite: str | None = None, address: str | None = None
    ) -> Login:
        """Let a person in by him- or herself, as far as the setting `registration` allows, and log in.

        Raises NotAllowed (`registration_closed`, `invite_needed`, `invite_invalid`, `domain_not_listed`),
        Conflict(`person_exists`), InvalidInput, TooManyTries for an address that failed too often.
        """
        self._demand_mode("password")
        email = _clean(email, None, password)
        with self._counted(address):
            self._notice(at_once=True)
            self._admit(self._file.data, email, invite)
            kept = await self._passwords.hash(password)

            def registered(data: AuthData) -> AuthData:
                role = self._admit(data, email, invite)
                now = self._clock()
                data = _add_person(data, email, Person(role=role, created=now, password=kept))
                data = data.telling(PersonRegistered(at=now, by=email, user=email, role=role))
                return data if invite is None else data.without_invite(_digest(invite))

            return await self._begin(email, registered)

    def _admit(self, data: AuthData, email: str, invite: str | None) -> Role:
        """Return the role with which `email` may register."""
        if self.registration == "closed":
            raise NotAllowed("registration_closed")
        role = Role.USER
        if invite is not None:
            found = data.invites.get(_digest(invite))
            if found is None or found.expires <= self._clock() or found.email not in (None, email):
                raise NotAllowed("invite_invalid")
            role = found.role
        elif self.registration == "invite":
            raise NotAllowed("invite_needed")
        elif email.partition("@")[2] not in self._domains:
            raise NotAllowed("domain_not_listed", domains=sorted(self._domains))
        if email in data.people:
            raise Conflict("person_exists", email=email)
        return role

    @contextmanager
    def _counted(self, address: str | None) -> Iterator[None]:
        """Count refusals against the address: they could be used to try keys or to learn who is here."""
        self._throttle.check(None, address)
        try:
            yield
        except (NotAllowed, Conflict) as refused:
            if refused.code in ("invite_invalid", "person_exists"):
                self._throttle.failed(None, address)
            raise

    # The first administrator

    def first_admin_key(self) -> str | None:
        """Return the key that makes the first administrator, None once there is one. It lives in memory only."""
        self._notice(at_once=True)
        return None if self.mode == "open" or self._file.data.has_admin else self._first_key

    async def make_first_admin(self, key: str, email: str, password: str) -> Login:
        """Make the first administrator and log in; raises NotAllowed(`first_admin_key_invalid`)."""
        wrong_key = NotAllowed("first_admin_key_invalid")
        if self.first_admin_key() is None or not hmac.compare_digest(
            plain_bytes(key), plain_bytes(self._first_key)
        ):
            raise wrong_key
        email = _clean(email, None, password)
        person = Person(role=Role.ADMIN, created=self._clock(), password=await self._passwords.hash(password))

        def made(data: AuthData) -> AuthData:
            if data.has_admin:
                raise wrong_key
            registered = PersonRegistered(at=person.created, by=email, user=email, role=Role.ADMIN)
            data = data.without_sessions(lambda _, each: each.email == email).with_person(email, person)
            return data.telling(registered)

        return await self._begin(email, made)

    # API tokens

    def tokens(self, actor: Actor, email: str | None = None) -> tuple[TokenInfo, ...]:
        """Return the tokens of `email`, oldest first; by default one's own, for administrators everybody's."""
        if actor.email is None:
            raise LoginRequired
        if email is None and (actor.role is not Role.ADMIN or actor.read_only):
            email = actor.email
        if email is not None and (email := clean_email(email)) != actor.email:
            demand(actor, Act.ADMINISTER)
        self._notice(at_once=True)
        found = [self._token_info(key, each) for key, each in self._file.data.tokens.items()]
        return tuple(
            sorted((each for each in found if email in (None, each.email)), key=lambda each: each.created)
        )

    async def add_token(
        self, actor: Actor, email: str, name: str, scope: Scope, expires: datetime | None = None
    ) -> tuple[str, TokenInfo]:
        """Make a token for `email` (one's own, or anybody's for administrators) and return its secret, once.

        Raises NotFound(`person_not_found`), InvalidInput. One made in open mode does not count in password mode.
        """
        email = clean_email(email)
        _demand_own(actor, email)
        now = self._clock()
        token = Token(
            email=email,
            name=_token_name(name, expires, now),
            scope=Scope(scope),
            mode=self.mode,
            created=now,
            expires=expires,
        )
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        told = TokenAdded(
            at=now,
            by=actor.email,
            user=email,
            token_id=_token_id(_digest(secret)),
            name=token.name,
            scope=token.scope.value,
        )

        def added(data: AuthData) -> AuthData:
            if self.mode != "open" and email not in data.people:
                raise NotFound("person_not_found", email=email)
            return replace(data, tokens={**data.tokens, _digest(secret): token}).telling(told)

        await self._change(added)
        return secret, self._token_info(_digest(secret), token)

    async def revoke_token(self, actor: Actor, token_id: str) -> None:
        """Revoke a token, one's own or as administrator anybody's; raises NotFound(`token_not_found`)."""
        _demand_own(actor, actor.email or "")

        def revoked(data: AuthData) -> AuthData:
            for key, token in data.tokens.items():
                if _token_id(key) == token_id and (token.email == actor.email or actor.role is Role.ADMIN):
                    left = {other: each for other, each in data.tokens.items() if other != key}
                    told = TokenRevoked(
                        at=self._clock(), by=actor.email, user=token.email, token_id=token_id, name=token.name
                    )
                    return replace(data, tokens=left).telling(told)
            raise NotFound("token_not_found", token_id=token_id)

        await self._change(revoked)

    def _token_info(self, digest: str, token: Token) -> TokenInfo:
        return TokenInfo(
            id=_token_id(digest),
            email=token.email,
            name=token.name,
            scope=token.scope,
            created=token.created,
            expires=token.expires,
            used=self._touched.get(digest, token.used),
        )

    # What is to be told of all this

    def on_untold(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Await `tell` after every change that leaves something to be told; it must not raise."""
        self._tell = tell

    def untold(self) -> tuple[AnyAccountFact, ...]:
        """Return what happened to accounts, in this process or another, and was not told yet, oldest first."""
        self._notice(at_once=True)
        return self._file.data.untold

    async def told(self, facts: Collection[AnyAccountFact]) -> None:
        """Forget facts that have been told."""
        await self._write(
            lambda data: replace(data, untold=tuple(fact for fact in data.untold if fact not in facts))
        )

    # Secrets of the server

    def cookie_secret(self) -> str:
        """Return the secret for signing page tokens, the same over restarts; the first call writes the file."""
        if self._file.snapshot.stamp is None:
            self._file.adopt(self._file.change(lambda data: data))
        return self._file.data.cookie_secret

    # The file

    async def _change(self, decide: Decide) -> AuthData:
        """Change the file and then the memory; return what is in both. Nothing changes when it raises."""
        data = await self._write(decide)
        if data.untold and self._tell is not None:
            await self._tell()
        return data

    async def _write(self, decide: Decide) -> AuthData:
        touched = dict(self._touched)
        async with self._writing:
            snapshot = await asyncio.to_thread(self._file.change, lambda data: decide(data.with_uses(touched)))
            self._file.adopt(snapshot)
        self._written_at = self._clock()
        for key, at in touched.items():
            if self._touched.get(key) == at:
                del self._touched[key]
        # Another process may have written since.
        self._file.refresh()
        self._settle()
        return snapshot.data

    def _notice(self, *, at_once: bool = False) -> bool:
        """Look at the file, not too often unless asked to; tell whether it had changed."""
        moment = self._monotonic()
        if moment < self._look_at and not at_once:
            return False
        self._look_at = moment + NOTICE_SECONDS
        if not self._file.refresh():
            return False
        self._settle()
        return True

    def _live_now(self) -> dict[str, Role]:
        """Return the sessions and tokens that count now, by id, and how far each is trusted."""
        now, data = self._clock(), self._file.data
        sessions = ((key, self._session_actor(key, now)) for key in data.sessions)
        tokens = ((_token_id(key), self._token_actor(key, now)) for key in data.tokens)
        return {key: actor.role for found in (sessions, tokens) for key, actor in found if actor is not None}

    def _settle(self) -> None:
        """Tell the listeners which sessions no longer are what they were."""
        before, self._live = self._live, self._live_now()
        for ended in [key for key, role in before.items() if self._live.get(key) is not role]:
            for listener in self._listeners:
                try:
                    listener(ended)
                except Exception:
                    log.exception("a listener failed on the end of a session")

    # Checks

    def _demand_mode(self, mode: Mode) -> None:
        if self.mode != mode:
            raise NotAllowed("wrong_auth_mode", mode=self.mode)

    def _demand_administer(self, actor: Actor) -> None:
        demand(actor, Act.ADMINISTER)
        # In open mode everybody is administrator: nobody may then prepare a way in for when passwords count.
        self._demand_mode("password")


def _clean(email: str, role: Role | None, password: str | None) -> str:
    fields = Fields()
    email = fields.email(email)
    if role is not None:
        _check_role(fields, role)
    if password is not None:
        check_password(fields, password)
    fields.check()
    return email


def _check_role(fields: Fields, role: Role) -> None:
    if role not in (Role.USER, Role.ADMIN):
        fields.wrong("role", "role_unknown")


def _token_name(name: str, expires: datetime | None, now: datetime) -> str:
    fields = Fields()
    clean = fields.text("name", name, TOKEN_NAME_MAX)
    if clean is None:
        fields.wrong("name", "required")
    if expires is not None and expires <= now:
        fields.wrong("expires", "expires_in_past")
    fields.check()
    return clean or ""


def _demand_own(actor: Actor, email: str) -> None:
    # BOOK stands for what anybody may do who is logged in with more than a reading token.
    demand(actor, Act.BOOK if email == actor.email else Act.ADMINISTER)


def _add_person(data: AuthData, email: str, person: Person) -> AuthData:
    if email in data.people:
        raise Conflict("person_exists", email=email)
    return data.with_person(email, person)


def _person_info(email: str, person: Person) -> PersonInfo:
    return PersonInfo(
        email=email,
        role=person.role,
        disabled=person.disabled,
        created=person.created,
        has_password=person.password is not None,
    )


def _digest(secret: str) -> str:
    # A random secret of 256 bits needs no slow hash: there is nothing to guess.
    return hashlib.sha256(plain_bytes(secret)).hexdigest()


def _token_id(digest: str) -> str:
    return digest[:12]
