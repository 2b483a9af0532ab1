"""How people let themselves in: by an invite, or by an e-mail address of a listed domain."""

import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Literal

from msgspec.structs import replace

from loadzone.core.accounts.book import AccountBook
from loadzone.core.accounts.checks import check_role, clean_account, demand_administer, demand_mode
from loadzone.core.accounts.digests import digest_of
from loadzone.core.accounts.people import with_new_person
from loadzone.core.accounts.sessions import Login, Sessions
from loadzone.core.auth_file import AuthData, Invite, Person
from loadzone.core.passwords import Passwords
from loadzone.core.throttle import Throttle
from loadzone.core.turns import Asker
from loadzone.domain import emails
from loadzone.domain.account_facts import PersonInvited, PersonRegistered
from loadzone.domain.errors import Conflict, LoadZoneError, NotAllowed
from loadzone.domain.fields import Fields
from loadzone.domain.permissions import Actor, Role

INVITE_LIFE: Final = timedelta(days=7)

_TELLING: Final = frozenset({"invite_invalid", "person_exists", "address_reserved"})

Registration = Literal["closed", "domain", "invite"]


class Registrar:
    """Invites and registers people, as far as the setting `registration` allows."""

    def __init__(
        self,
        book: AccountBook,
        sessions: Sessions,
        passwords: Passwords,
        throttle: Throttle,
        *,
        registration: Registration,
        domains: Collection[str],
        holds: Callable[[str], bool],
    ) -> None:
        self._book = book
        self._sessions = sessions
        self._passwords = passwords
        self._throttle = throttle
        self._registration = registration
        self._holds = holds
        self._domains = frozenset(map(emails.domain, domains))

    async def invite(self, actor: Actor, email: str | None = None, role: Role = Role.USER) -> str:
        """Return a key with which one person (of this e-mail, if given) may register within a week."""
        demand_administer(self._book.mode, actor)
        if self._registration == "closed":
            raise NotAllowed("registration_closed")
        fields = Fields()
        check_role(fields, role)
        email = None if email is None else fields.email(email)
        fields.check()
        key = secrets.token_urlsafe(32)
        invite = Invite(role=role, by=actor.email or "", expires=self._book.now() + INVITE_LIFE, email=email)
        invited = PersonInvited(at=self._book.now(), by=actor.email, user=email, role=role)
        await self._book.change(
            lambda data: replace(data, invites={**data.invites, digest_of(key): invite}).telling(invited)
        )
        return key

    def invitation(self, key: str) -> Invite | None:
        """Return the invite with which somebody may still register: known, not used and not too old."""
        self._book.look()
        found = self._book.data.invites.get(digest_of(key))
        return found if found is not None and found.expires > self._book.now() else None

    def invited(self, key: str) -> bool:
        """Tell whether somebody may still register with a key."""
        return self.invitation(key) is not None

    async def register(
        self,
        email: str,
        password: str,
        invite: str | None = None,
        address: str | None = None,
        device: str | None = None,
    ) -> Login | None:
        """Make an account for oneself, as far as the setting `registration` allows.

        With an invite the person is in, and logged in. Without, nobody knows whether the address is theirs: None
        says that the account waits until an administrator approves it. Raises NotAllowed (`registration_closed`,
        `invite_needed`, `invite_invalid`, `domain_not_listed`, `address_reserved`),
        Conflict(`person_exists`), InvalidInput, TooManyTries for too many in a short time.
        """
        demand_mode(self._book.mode, "password")
        email = clean_account(email, None, password)
        with self._counted(address, invited=invite is not None):
            self._book.look()
            self._admit(self._book.data, email, invite)
            kept = await self._passwords.hash(password, Asker(known=False, account=email, address=address or ""))

            def registered(data: AuthData) -> AuthData:
                role = self._admit(data, email, invite)
                now = self._book.now()
                person = Person(role=role, created=now, password=kept, pending=invite is None)
                data = with_new_person(data, email, person)
                data = data.telling(PersonRegistered(at=now, by=email, user=email, role=role))
                return data if invite is None else data.without_invite(digest_of(invite))

            if invite is None:
                await self._book.change(registered)
                return None
            return await self._sessions.begin(email, registered, address, device)

    def _admit(self, data: AuthData, email: str, invite: str | None) -> Role:
        """Return the role with which `email` may register."""
        if self._registration == "closed":
            raise NotAllowed("registration_closed")
        role, is_named = Role.USER, False
        if invite is not None:
            found = data.invites.get(digest_of(invite))
            if found is None or found.expires <= self._book.now() or found.email not in (None, email):
                raise NotAllowed("invite_invalid")
            role, is_named = found.role, found.email == email
        elif self._registration == "invite":
            raise NotAllowed("invite_needed")
        elif email.partition("@")[2] not in self._domains:
            raise NotAllowed("domain_not_listed", domains=sorted(self._domains))
        if email in data.people:
            raise Conflict("person_exists", email=email)
        if not is_named and self._is_reserved(data, email):
            raise NotAllowed("address_reserved", email=email)
        return role

    def _is_reserved(self, data: AuthData, email: str) -> bool:
        """Tell whether an address holds something that would fall to whoever registers it first."""
        return any(token.email == email for token in data.tokens.values()) or self._holds(email)

    @contextmanager
    def _counted(self, address: str | None, *, invited: bool) -> Iterator[None]:
        """Count registrations, and refusals by which somebody could try keys or learn who is here."""
        self._throttle.begin_registration(address)
        try:
            yield
        except LoadZoneError as refused:
            if refused.code not in _TELLING:
                self._throttle.give_back_registration(address)
            raise
        if invited:
            self._throttle.give_back_registration(address)
