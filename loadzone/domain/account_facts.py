"""What has happened to accounts, in the past tense. These facts leave the fleet as it is.

Accounts themselves are kept elsewhere; what is told here holds no secret and no hash of one. `user` is the
person whom it is about.
"""

from loadzone.domain.fact import Fact
from loadzone.domain.permissions import Role


class AccountFact(Fact, frozen=True, kw_only=True):
    """Base of the facts about accounts."""


class PersonAdded(AccountFact, frozen=True, kw_only=True, tag="person_added"):
    """An administrator let a person in."""

    user: str
    role: Role


class PersonInvited(AccountFact, frozen=True, kw_only=True, tag="person_invited"):
    """An invitation was made, for `user` only where it is given."""

    role: Role
    user: str | None = None


class PersonRegistered(AccountFact, frozen=True, kw_only=True, tag="person_registered"):
    """A person made an account for him- or herself; as administrator by the link of the first start."""

    user: str
    role: Role


class RoleChanged(AccountFact, frozen=True, kw_only=True, tag="role_changed"):
    """A person is trusted otherwise from now on."""

    user: str
    role: Role


class PersonDisabled(AccountFact, frozen=True, kw_only=True, tag="person_disabled"):
    """A person was disabled."""

    user: str


class PersonEnabled(AccountFact, frozen=True, kw_only=True, tag="person_enabled"):
    """A person was let in again."""

    user: str


class PasswordReset(AccountFact, frozen=True, kw_only=True, tag="password_reset"):
    """A person got another password, or a first one."""

    user: str


class PersonApproved(AccountFact, frozen=True, kw_only=True, tag="person_approved"):
    """An administrator let in a person who had registered."""

    user: str


class PersonRefused(AccountFact, frozen=True, kw_only=True, tag="person_refused"):
    """An administrator did not let in a person who had registered; the account is gone."""

    user: str


class TokenAdded(AccountFact, frozen=True, kw_only=True, tag="token_added"):
    """An API token of `user` was made; `token_id` names it and opens nothing."""

    user: str
    token_id: str
    name: str
    scope: str


class TokenRevoked(AccountFact, frozen=True, kw_only=True, tag="token_revoked"):
    """An API token of `user` was ended."""

    user: str
    token_id: str
    name: str


AnyAccountFact = (
    PersonAdded
    | PersonInvited
    | PersonRegistered
    | RoleChanged
    | PersonDisabled
    | PersonEnabled
    | PersonApproved
    | PersonRefused
    | PasswordReset
    | TokenAdded
    | TokenRevoked
)
