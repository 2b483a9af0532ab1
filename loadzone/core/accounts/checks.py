"""What is asked of every call about accounts: the right mode, the right actor, and fields that make sense."""

from loadzone.core.auth_file import Mode
from loadzone.core.passwords import check_password
from loadzone.domain.errors import NotAllowed
from loadzone.domain.fields import Fields
from loadzone.domain.permissions import Act, Actor, Role, demand


def demand_mode(mode: Mode, needed: Mode) -> None:
    """Raise NotAllowed(`wrong_auth_mode`) for what makes sense in the other mode only."""
    if mode != needed:
        raise NotAllowed("wrong_auth_mode", mode=mode)


def demand_administer(mode: Mode, actor: Actor) -> None:
    """Raise LoginRequired or NotAllowed for who may not administer people, in open mode for everybody."""
    demand(actor, Act.ADMINISTER)
    # In open mode everybody is administrator: nobody may then prepare a way in for when passwords count.
    demand_mode(mode, "password")


def demand_own(actor: Actor, email: str) -> None:
    """Raise LoginRequired or NotAllowed for who may not change what belongs to `email`."""
    # BOOK stands for what anybody may do who is logged in with more than a reading token.
    demand(actor, Act.BOOK if email == actor.email else Act.ADMINISTER)


def clean_account(email: str, role: Role | None, password: str | None) -> str:
    """Return the e-mail as it is kept; raises InvalidInput with all that is wrong of what is given."""
    fields = Fields()
    email = fields.email(email)
    if role is not None:
        check_role(fields, role)
    if password is not None:
        check_password(fields, password)
    fields.check()
    return email


def check_role(fields: Fields, role: Role) -> None:
    """Note in `fields` a role that no person can have."""
    if role not in (Role.USER, Role.ADMIN):
        fields.wrong("role", "role_unknown")
