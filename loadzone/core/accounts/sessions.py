"""Sessions: how they begin by password or, in open mode, by e-mail alone, and how they are known again."""

import logging
import secrets

from msgspec import Struct
from msgspec.structs import replace

from loadzone.core.accounts.book import AccountBook, Decide
from loadzone.core.accounts.checks import demand_mode
from loadzone.core.accounts.digests import digest_of
from loadzone.core.auth_file import AuthData, Session
from loadzone.core.throttle import Passwords, Throttle
from loadzone.domain.errors import LoginRequired
from loadzone.domain.fields import clean_email
from loadzone.domain.permissions import Actor, Role

log = logging.getLogger(__name__)


class Login(Struct, frozen=True, kw_only=True):
    """A session that has begun: `secret` goes into the cookie and nowhere else, `session_id` names it."""

    secret: str
    session_id: str
    actor: Actor


class Sessions:
    """Begins, recognises and ends sessions."""

    def __init__(self, book: AccountBook, passwords: Passwords, throttle: Throttle) -> None:
        self._book = book
        self._passwords = passwords
        self._throttle = throttle

    def session(self, secret: str) -> tuple[Actor, str] | None:
        """Return who is behind a session cookie, and the session's id; None for one that does not count."""
        session_id = digest_of(secret)
        actor = self._book.session_actor(session_id)
        return None if actor is None else (actor, session_id)

    def actor(self, session_id: str) -> Actor | None:
        """Return who is behind a session known by its id, for pages that were opened under it."""
        return self._book.session_actor(session_id)

    async def login(self, email: str, password: str, address: str | None) -> Login:
        """Begin a session by password; `address` is where the try comes from.

        Raises LoginRequired(`wrong_login`), the same whether or not there is such an account, TooManyTries,
        InvalidInput for what is no e-mail address.
        """
        demand_mode(self._book.mode, "password")
        email = clean_email(email)
        self._throttle.check(email, address)
        self._book.look()
        person = self._book.data.people.get(email)
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

        return await self.begin(email, unchanged)

    async def login_open(self, email: str) -> Login:
        """Begin a session by e-mail alone, as administrator; in open mode only."""
        demand_mode(self._book.mode, "open")
        return await self.begin(clean_email(email), lambda data: data)

    async def logout(self, session_id: str) -> None:
        """End a session; one that is over already stays so."""

        def without(data: AuthData) -> AuthData:
            return data.without_sessions(lambda each, _: each == session_id)

        await self._book.change(without)

    async def begin(self, email: str, allow: Decide) -> Login:
        """Begin a session of `email`; `allow` may change more in the same write, or raise and prevent it."""
        secret, now, mode = secrets.token_urlsafe(32), self._book.now(), self._book.mode
        session_id = digest_of(secret)
        session = Session(email=email, mode=mode, created=now, seen=now)

        def begun(data: AuthData) -> AuthData:
            data = allow(data)
            return replace(data, sessions={**data.sessions, session_id: session})

        data = await self._book.change(begun)
        role = Role.ADMIN if mode == "open" else data.people[email].role
        return Login(secret=secret, session_id=session_id, actor=Actor(email=email, role=role))
