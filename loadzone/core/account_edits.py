"""What an account's change means, as facts."""

from collections.abc import Iterator
from datetime import datetime

from loadzone.core.auth_file import Person
from loadzone.domain.account_facts import (
    AnyAccountFact,
    PasswordReset,
    PersonDisabled,
    PersonEnabled,
    RoleChanged,
)


def edits(email: str, old: Person, new: Person, *, by: str | None, at: datetime) -> Iterator[AnyAccountFact]:
    """Yield what is to be told of an account that was one thing and is another now."""
    if new.role is not old.role:
        yield RoleChanged(at=at, by=by, user=email, role=new.role)
    if new.disabled != old.disabled:
        kind = PersonDisabled if new.disabled else PersonEnabled
        yield kind(at=at, by=by, user=email)
    if new.password != old.password:
        yield PasswordReset(at=at, by=by, user=email)
