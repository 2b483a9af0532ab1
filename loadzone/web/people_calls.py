"""The calls about people: logging in and out, accounts, invitations and API tokens."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from msgspec import UNSET

from loadzone.core.accounts import Login, PersonInfo, TokenInfo
from loadzone.core.auth_file import Scope
from loadzone.domain.errors import StoreUnavailable, invalid
from loadzone.domain.permissions import Role
from loadzone.domain.wishes import Welcome
from loadzone.web import bodies
from loadzone.web.fleet_calls import DONE
from loadzone.web.route import Asked, WithCookie

TOKEN_DAYS_MAX: Final = 3660


async def log_in(asked: Asked) -> WithCookie:
    """Begin a session; in open mode by the e-mail alone."""
    body: bodies.Credentials = asked.body
    accounts = asked.site.accounts
    if accounts.mode == "open":
        return await _let_in(asked, await accounts.login_open(body.email))
    if body.password is None:
        raise invalid("password", "required")
    return await _let_in(asked, await accounts.login(body.email, body.password, asked.address, asked.device()))


async def set_up(asked: Asked) -> WithCookie:
    """Make the first administrator and begin their session."""
    body: bodies.Setup = asked.body
    return await _let_in(asked, await asked.site.accounts.make_first_admin(body.key, body.email, body.password))


async def register(asked: Asked) -> WithCookie:
    """Make an account for oneself, as far as that is open: with an invitation one is in, else it waits."""
    body: bodies.Registration = asked.body
    accounts = asked.site.accounts
    login = await accounts.register(body.email, body.password, body.invite, asked.address, asked.device())
    return WithCookie(bodies.Registered(status="waiting"), ()) if login is None else await _let_in(asked, login)


async def _let_in(asked: Asked, login: Login) -> WithCookie:
    # Booking notes the person too: a full disk must not keep anybody from looking.
    with suppress(StoreUnavailable):
        await asked.site.service.grant(login.actor, Welcome(email=login.actor.email or ""))
    return WithCookie(DONE, _cookies(asked, login))


def _cookies(asked: Asked, login: Login) -> tuple[str, ...]:
    # Behind a proxy it is the proxy that speaks TLS: told by the public address, or by the headers it sends.
    secure, identity = asked.secure or asked.site.secure_cookies, asked.site.identity
    device = identity.device_cookie(login, secure)
    return (identity.session_cookie(login, secure), *([] if device is None else [device]))


async def log_out(asked: Asked) -> WithCookie:
    """End the session, if there is one."""
    if asked.caller.session_id is not None:
        await asked.site.accounts.logout(asked.caller.session_id)
    return WithCookie(DONE, (asked.site.identity.clear_cookie(),))


async def change_password(asked: Asked) -> WithCookie:
    """Take another password for oneself; the session goes on under another cookie, all others end."""
    body: bodies.ChangePassword = asked.body
    login = await asked.site.accounts.change_password(
        asked.caller.session_id, body.current_password, body.password, asked.address, asked.device()
    )
    return WithCookie(DONE, _cookies(asked, login))


async def people(asked: Asked) -> Sequence[PersonInfo]:
    """Show everybody who may log in."""
    return asked.site.accounts.people(asked.caller.actor)


async def add_user(asked: Asked) -> PersonInfo:
    """Let a person in."""
    body: bodies.AddUser = asked.body
    return await asked.site.accounts.add_person(asked.caller.actor, body.email, Role(body.role), body.password)


async def edit_user(asked: Asked) -> PersonInfo:
    """Change a person's role or password, or disable them."""
    body: bodies.EditUser = asked.body
    return await asked.site.accounts.edit_person(
        asked.caller.actor,
        body.email,
        role=None if body.role is UNSET else Role(body.role),
        disabled=None if body.disabled is UNSET else body.disabled,
        password=None if body.password is UNSET else body.password,
    )


async def approve_user(asked: Asked) -> PersonInfo:
    """Let in a person who registered."""
    body: bodies.Email = asked.body
    return await asked.site.accounts.approve_person(asked.caller.actor, body.email)


async def refuse_user(asked: Asked) -> bodies.Done:
    """Forget a person who registered."""
    body: bodies.Email = asked.body
    await asked.site.accounts.refuse_person(asked.caller.actor, body.email)
    return DONE


async def add_invite(asked: Asked) -> bodies.Invited:
    """Make an invitation."""
    body: bodies.AddInvite = asked.body
    return bodies.Invited(key=await asked.site.accounts.invite(asked.caller.actor, body.email, Role(body.role)))


async def tokens(asked: Asked) -> Sequence[TokenInfo]:
    """Show one's own tokens, or all of them to an administrator."""
    return asked.site.accounts.tokens(asked.caller.actor)


async def add_token(asked: Asked) -> bodies.NewToken:
    """Make an API token and show its secret, once."""
    body: bodies.AddToken = asked.body
    if not 1 <= body.days <= TOKEN_DAYS_MAX:
        raise invalid("days", "out_of_range", min=1, max=TOKEN_DAYS_MAX)
    actor = asked.caller.actor
    expires = asked.site.service.clock() + timedelta(days=body.days)
    owner = body.email if body.email is not None else actor.email or ""
    secret, token = await asked.site.accounts.add_token(actor, owner, body.name, Scope(body.scope), expires)
    return bodies.NewToken(secret=secret, token=token)


async def revoke_token(asked: Asked) -> bodies.Done:
    """End a token at once."""
    body: bodies.RevokeToken = asked.body
    await asked.site.accounts.revoke_token(asked.caller.actor, body.id)
    return DONE
