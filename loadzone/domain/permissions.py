"""Who may do what: one rule, asked by every edge."""

from enum import StrEnum

from msgspec import Struct

from loadzone.domain.errors import LoginRequired, NotAllowed
from loadzone.domain.model import VM


class Role(StrEnum):
    """How far a caller is trusted. A stranger sees nothing; a guest sees the fleet without logging in."""

    STRANGER = "stranger"
    GUEST = "guest"
    USER = "user"
    ADMIN = "admin"


class Actor(Struct, frozen=True, kw_only=True, gc=False):
    """Who asks. `email` is None exactly for strangers and guests; `read_only` comes from a token's scope."""

    email: str | None = None
    role: Role = Role.STRANGER
    read_only: bool = False


class Act(StrEnum):
    """What can be permitted."""

    SEE = "see"
    BOOK = "book"
    RENEW = "renew"
    RELEASE = "release"
    MANAGE_FLEET = "manage_fleet"
    ADMINISTER = "administer"
    AUDIT = "audit"


STRANGER = Actor()
GUEST = Actor(role=Role.GUEST)


def may(actor: Actor, act: Act, target: VM | None = None) -> bool:
    """Tell whether `actor` may do `act` to `target`."""
    if act is Act.SEE:
        return actor.role is not Role.STRANGER
    if act is Act.AUDIT:
        # Looking only: an administrator's reading token may do it.
        return actor.role is Role.ADMIN and actor.email is not None
    if actor.email is None or actor.read_only:
        return False
    match act:
        case Act.BOOK:
            return True
        case Act.RENEW:
            return target is not None and target.booked_by == actor.email
        case Act.RELEASE:
            return target is not None and (actor.role is Role.ADMIN or target.booked_by == actor.email)
        case _:
            return actor.role is Role.ADMIN


def demand(actor: Actor, act: Act, target: VM | None = None) -> str:
    """Return the actor's e-mail (empty for a guest who sees), or raise why `act` is not allowed.

    Raises LoginRequired for strangers, NotAllowed (`read_only_token`, `not_holder`, `admin_only`) for others.
    """
    if may(actor, act, target):
        return actor.email or ""
    if actor.email is None:
        raise LoginRequired
    if actor.read_only and act is not Act.AUDIT:
        raise NotAllowed("read_only_token")
    if target is not None:
        raise NotAllowed("not_holder", vm_id=target.id, holder=target.booked_by, until=target.expires_at)
    raise NotAllowed("admin_only")
