"""The first administrator, whom nobody can let in: made with a key that only the server's owner sees."""

import hmac
import secrets

from loadzone.core.accounts.book import AccountBook
from loadzone.core.accounts.checks import clean_account
from loadzone.core.accounts.sessions import Login, Sessions
from loadzone.core.auth_file import AuthData, Person
from loadzone.core.passwords import Passwords, plain_bytes
from loadzone.domain.account_facts import PersonRegistered
from loadzone.domain.errors import NotAllowed
from loadzone.domain.permissions import Role


class FirstAdmin:
    """Holds the key, in memory only, until there is an administrator."""

    def __init__(self, book: AccountBook, sessions: Sessions, passwords: Passwords) -> None:
        self._book = book
        self._sessions = sessions
        self._passwords = passwords
        self._key = secrets.token_urlsafe(32)

    def first_admin_key(self) -> str | None:
        """Return the key that makes the first administrator, None once there is one. It lives in memory only."""
        self._book.look()
        return None if self._book.mode == "open" or self._book.data.has_admin else self._key

    async def make_first_admin(self, key: str, email: str, password: str) -> Login:
        """Make the first administrator and log in; raises NotAllowed(`first_admin_key_invalid`)."""
        wrong_key = NotAllowed("first_admin_key_invalid")
        if self.first_admin_key() is None or not hmac.compare_digest(plain_bytes(key), plain_bytes(self._key)):
            raise wrong_key
        email = clean_account(email, None, password)
        created, kept = self._book.now(), await self._passwords.hash(password)
        person = Person(role=Role.ADMIN, created=created, password=kept)

        def made(data: AuthData) -> AuthData:
            if data.has_admin:
                raise wrong_key
            registered = PersonRegistered(at=person.created, by=email, user=email, role=Role.ADMIN)
            data = data.without_sessions(lambda _, each: each.email == email).with_person(email, person)
            return data.telling(registered)

        return await self._sessions.begin(email, made)
