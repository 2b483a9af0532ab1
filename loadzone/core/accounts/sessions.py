"""Sessions: how they begin by password or, in open mode, by e-mail alone, are known again, change a password."""

import logging
import secrets

from msgspec import Struct
from msgspec.structs import replace

from loadzone.core.account_edits import edits
from loadzone.core.accounts.book import AccountBook, Decide
from loadzone.core.accounts.checks import clean_account, demand_mode
from loadzone.core.accounts.devices import Devices
from loadzone.core.accounts.digests import digest_of
from loadzone.core.auth_file import AuthData, Session
from loadzone.core.passwords import Passwords
from loadzone.core.throttle import Source, Throttle
from loadzone.core.turns import Asker
from loadzone.domain.errors import LoginRequired, NotAllowed, invalid
from loadzone.domain.fields import clean_email
from loadzone.domain.permissions import Actor, Role

log = logging.getLogger(__name__)


class Login(Struct, frozen=True, kw_only=True):
    """A session that has begun: `secret` goes into the cookie and nowhere else, `session_id` names it.

    `device` goes into another cookie, by which the device is known at later logins; None in open mode.
    """

    secret: str
    session_id: str
    actor: Actor
    device: str | None = None


class Sessions:
    """Begins, recognises and ends sessions, and lets a person behind one change their password."""

    def __init__(self, book: AccountBook, passwords: Passwords, throttle: Throttle) -> None:
        self._book = book
        self._passwords = passwords
        self._throttle = throttle
        self._devices = Devices(book)

    def session(self, secret: str, *, use: bool = True) -> tuple[Actor, str] | None:
        """Return who is behind a session cookie, and the session's id; None for one that does not count.

        Without `use` the session does not last any longer for it.
        """
        session_id = digest_of(secret)
        actor = self._book.session_actor(session_id, use=use)
        return None if actor is None else (actor, session_id)

    def actor(self, session_id: str) -> Actor | None:
        """Return who is behind a session known by its id, for pages that were opened under it."""
        return self._book.session_actor(session_id)

    async def login(self, email: str, password: str, address: str | None, device: str | None = None) -> Login:
        """Begin a session by password; `address` and the device's cookie say where the try comes from.

        Raises LoginRequired(`wrong_login`), the same whether or not there is such an account, TooManyTries,
        InvalidInput for what is no e-mail address, NotAllowed(`waits_for_approval`) for who registered.
        """
        demand_mode(self._book.mode, "password")
        email = clean_email(email)
        self._book.look()
        source = self._devices.source(email, self._hash_of(email), address, device)
        kept = await self._verified(source, password)
        if kept is None:
            log.info("a login as %s from %s failed", email, address)
            raise LoginRequired("wrong_login")
        outdated = self._passwords.is_outdated(kept)
        fresh = await self._passwords.hash(password, _asker(source)) if outdated else kept

        def unchanged(data: AuthData) -> AuthData:
            person = data.people.get(email)
            if person is None or person.disabled or person.password != kept:
                raise LoginRequired("wrong_login")
            if person.pending:
                raise NotAllowed("waits_for_approval")
            return data if fresh == kept else data.with_person(email, replace(person, password=fresh))

        return await self.begin(email, unchanged, address, device)

    async def change_password(
        self,
        session_id: str | None,
        current: str,
        password: str,
        address: str | None,
        device: str | None = None,
    ) -> Login:
        """Give the person of a session another password, end all their sessions, and begin a new one.

        So whoever had got hold of the old password or of a cookie is out. API tokens stay. Tries are counted for
        each session apart, so that nobody outside can keep the person from it. Raises
        NotAllowed(`session_needed`) for what is no session that counts, such as an API token, InvalidInput for a
        `current_password` that is wrong or a new `password` that will not do, TooManyTries.
        """
        demand_mode(self._book.mode, "password")
        actor = None if session_id is None else self._book.session_actor(session_id)
        if actor is None or actor.email is None:
            raise NotAllowed("session_needed")
        email = clean_account(actor.email, None, password)
        kept = await self._verified(Source(account=email, own=f"session {session_id}"), current)
        if kept is None:
            raise invalid("current_password", "wrong_password")
        fresh = await self._passwords.hash(password)

        def changed(data: AuthData) -> AuthData:
            old = data.people.get(email)
            if old is None or old.disabled or old.password != kept:
                raise LoginRequired("login_required")
            new = replace(old, password=fresh)
            data = data.with_person(email, new).without_sessions(lambda _, each: each.email == email)
            return data.telling(*edits(email, old, new, by=email, at=self._book.now()))

        return await self.begin(email, changed, address, device)

    async def _verified(self, source: Source, password: str) -> str | None:
        """Return the hash of the account's password when `password` fits it; a try counts before it is made."""
        self._throttle.check(source)
        kept = self._hash_of(source.account)
        begun = False

        def begin() -> None:
            nonlocal begun
            self._throttle.begin(source)
            begun = True

        try:
            fits = await self._passwords.verify(kept, password, begin, _asker(source))
        except BaseException:
            if begun:
                self._throttle.give_back(source)
            raise
        if kept is None or not fits:
            return None
        self._throttle.succeeded(source)
        return kept

    def _hash_of(self, email: str) -> str | None:
        person = self._book.data.people.get(email)
        return None if person is None or person.disabled else person.password

    async def login_open(self, email: str) -> Login:
        """Begin a session by e-mail alone, as administrator; in open mode only."""
        demand_mode(self._book.mode, "open")
        return await self.begin(clean_email(email), lambda data: data)

    async def logout(self, session_id: str) -> None:
        """End a session; one that is over already stays so."""

        def without(data: AuthData) -> AuthData:
            return data.without_sessions(lambda each, _: each == session_id)

        await self._book.change(without)

    async def begin(
        self, email: str, allow: Decide, address: str | None = None, device: str | None = None
    ) -> Login:
        """Begin a session of `email`; `allow` may change more in the same write, or raise and prevent it."""
        secret, now, mode = secrets.token_urlsafe(32), self._book.now(), self._book.mode
        session_id = digest_of(secret)
        session = Session(email=email, mode=mode, created=now, seen=now)

        def begun(data: AuthData) -> AuthData:
            data = allow(data)
            return replace(data, sessions={**data.sessions, session_id: session})

        data = await self._book.change(begun)
        if mode == "open":
            return Login(secret=secret, session_id=session_id, actor=Actor(email=email, role=Role.ADMIN))
        person = data.people[email]
        return Login(
            secret=secret,
            session_id=session_id,
            actor=Actor(email=email, role=person.role),
            device=self._devices.remember(email, person.password or "", address, device),
        )


def _asker(source: Source) -> Asker:
    return Asker(known=source.is_known, account=source.account, address=source.address or "")
