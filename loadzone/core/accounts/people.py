"""People who may log in, as administrators see and change them."""

from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from loadzone.core.account_edits import edits
from loadzone.core.accounts.book import AccountBook
from loadzone.core.accounts.checks import clean_account, demand_administer
from loadzone.core.auth_file import AuthData, Person
from loadzone.core.passwords import Passwords
from loadzone.domain.account_facts import PersonAdded, PersonApproved, PersonRefused
from loadzone.domain.errors import Conflict, NotFound
from loadzone.domain.fields import clean_email
from loadzone.domain.permissions import Act, Actor, Role, demand

OPERATOR: Final = Actor(email="operator@localhost", role=Role.ADMIN)
"""Who runs commands on the machine: whoever can read the file may do everything anyway."""


class PersonInfo(Struct, frozen=True, kw_only=True):
    """What may be shown of a person."""

    email: str
    role: Role
    disabled: bool
    created: datetime
    has_password: bool
    pending: bool = False


class People:
    """Lists, adds and changes people."""

    def __init__(self, book: AccountBook, passwords: Passwords) -> None:
        self._book = book
        self._passwords = passwords

    def people(self, actor: Actor) -> tuple[PersonInfo, ...]:
        """Return everybody who may log in, by e-mail; for administrators."""
        demand(actor, Act.ADMINISTER)
        self._book.look()
        return tuple(_person_info(email, person) for email, person in sorted(self._book.data.people.items()))

    async def add_person(self, actor: Actor, email: str, role: Role, password: str | None = None) -> PersonInfo:
        """Let somebody in; without a password only once one is set. Raises Conflict(`person_exists`)."""
        demand_administer(self._book.mode, actor)
        email = clean_account(email, role, password)
        kept = None if password is None else await self._passwords.hash(password)
        person = Person(role=role, created=self._book.now(), password=kept)
        added = PersonAdded(at=person.created, by=actor.email, user=email, role=role)
        await self._book.change(lambda data: with_new_person(data, email, person).telling(added))
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
        demand_administer(self._book.mode, actor)
        email = clean_account(email, role, password)
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
            return after.telling(*edits(email, old, new, by=actor.email, at=self._book.now()))

        data = await self._book.change(edited)
        return _person_info(email, data.people[email])

    async def approve_person(self, actor: Actor, email: str) -> PersonInfo:
        """Let in somebody who registered; raises NotFound(`nobody_waits`) where nobody of this e-mail waits."""
        demand_administer(self._book.mode, actor)
        email = clean_email(email)
        approved = PersonApproved(at=self._book.now(), by=actor.email, user=email)

        def let_in(data: AuthData) -> AuthData:
            return data.with_person(email, replace(_waiting(data, email), pending=False)).telling(approved)

        data = await self._book.change(let_in)
        return _person_info(email, data.people[email])

    async def refuse_person(self, actor: Actor, email: str) -> None:
        """Forget somebody who registered, who may then do so again; raises as `approve_person` does."""
        demand_administer(self._book.mode, actor)
        email = clean_email(email)
        refused = PersonRefused(at=self._book.now(), by=actor.email, user=email)

        def forgotten(data: AuthData) -> AuthData:
            _waiting(data, email)
            return data.without_person(email).telling(refused)

        await self._book.change(forgotten)


def _waiting(data: AuthData, email: str) -> Person:
    person = data.people.get(email)
    if person is None or not person.pending:
        raise NotFound("nobody_waits", email=email)
    return person


def with_new_person(data: AuthData, email: str, person: Person) -> AuthData:
    """Return `data` with somebody more; raises Conflict(`person_exists`)."""
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
        pending=person.pending,
    )
