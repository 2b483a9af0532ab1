"""All that can be asked about accounts, in one object: which noun answers which call."""

from collections.abc import Callable, Collection
from datetime import timedelta
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher

from loadzone.core.accounts.book import AccountBook
from loadzone.core.accounts.first_admin import FirstAdmin
from loadzone.core.accounts.people import People
from loadzone.core.accounts.registration import Registrar, Registration
from loadzone.core.accounts.sessions import Sessions
from loadzone.core.accounts.tokens import Tokens
from loadzone.core.auth_file import Mode
from loadzone.core.clock import Clock, Timer, monotonic, system_clock
from loadzone.core.passwords import Passwords
from loadzone.core.throttle import Throttle


class Accounts:
    """Who people are. One object a process; several processes may share the file at `path`.

    The constructor reads the file: DataError when it cannot be trusted, StoreUnavailable when it cannot be
    read. Methods that change something raise the same, and then nothing has changed. Each is described where
    its noun has its module.
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
        monotonic: Timer = monotonic,
    ) -> None:
        self.mode: Final = mode
        self.idle, self.absolute = idle, absolute
        self.registration: Final = registration
        self._reserved: list[Callable[[str], bool]] = []
        passwords, throttle = Passwords(hasher), throttle or Throttle(monotonic)

        self._book = book = AccountBook(path, clock, mode=mode, idle=idle, absolute=absolute, monotonic=monotonic)
        self.on_session_end, self.sweep, self.close = book.on_session_end, book.sweep, book.close
        self.watch = book.watch
        self.on_untold, self.untold, self.told = book.on_untold, book.untold, book.told
        self.cookie_secret = book.cookie_secret

        sessions = Sessions(book, passwords, throttle)
        self.session, self.actor = sessions.session, sessions.actor
        self.login, self.login_open, self.logout = sessions.login, sessions.login_open, sessions.logout
        self.change_password = sessions.change_password

        tokens = Tokens(book)
        self.token, self.tokens = tokens.token, tokens.tokens
        self.add_token, self.revoke_token = tokens.add_token, tokens.revoke_token

        people = People(book, passwords)
        self.people, self.add_person, self.edit_person = people.people, people.add_person, people.edit_person
        self.approve_person, self.refuse_person = people.approve_person, people.refuse_person

        registrar = Registrar(
            book,
            sessions,
            passwords,
            throttle,
            registration=registration,
            domains=registration_domains,
            holds=self._holds,
        )
        self.invite, self.invitation, self.invited = registrar.invite, registrar.invitation, registrar.invited
        self.register = registrar.register

        first = FirstAdmin(book, sessions, passwords)
        self.first_admin_key, self.make_first_admin = first.first_admin_key, first.make_first_admin

    def reserve(self, holds: Callable[[str], bool]) -> None:
        """Let nobody register an address of which `holds` is true, unless an invitation names it."""
        self._reserved.append(holds)

    def _holds(self, email: str) -> bool:
        return any(holds(email) for holds in self._reserved)
