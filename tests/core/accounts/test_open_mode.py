"""In open mode an e-mail is enough, and nothing of that counts where passwords do."""

import pytest

from loadzone.core.accounts import Accounts
from loadzone.core.auth_file import Scope
from loadzone.domain.errors import NotAllowed
from loadzone.domain.permissions import Actor, Role
from tests.core.accounts.conftest import SECRET, World


async def test_in_open_mode_the_email_alone_makes_an_administrator(world: World) -> None:
    accounts = world.open(mode="open")
    login = await accounts.login_open("Eve@example.com")
    eve = Actor(email="eve@example.com", role=Role.ADMIN)
    assert accounts.session(login.secret) == (eve, login.session_id)
    token, info = await accounts.add_token(eve, "eve@example.com", "ci", Scope.WRITE)
    assert accounts.token(token) == (eve, info.id)
    assert accounts.first_admin_key() is None
    with pytest.raises(NotAllowed, match="wrong_auth_mode"):
        await accounts.login("eve@example.com", SECRET, None)


async def test_nothing_let_in_by_open_mode_counts_in_password_mode(accounts: Accounts, world: World) -> None:
    """Neither its sessions nor its tokens open the door, even with the e-mail of a real administrator."""
    is_open = world.open(mode="open")
    login = await is_open.login_open("ann@example.com")
    token, _ = await is_open.add_token(login.actor, "ann@example.com", "ci", Scope.WRITE)
    for call in (
        is_open.add_person(login.actor, "eve@example.com", Role.ADMIN, SECRET),
        is_open.edit_person(login.actor, "ann@example.com", password="taken over"),
        is_open.invite(login.actor),
        is_open.register("eve@example.com", SECRET),
    ):
        with pytest.raises(NotAllowed, match="wrong_auth_mode"):
            await call
    again = world.open()
    assert again.session(login.secret) is None
    assert again.actor(login.session_id) is None
    assert again.token(token) is None
    with pytest.raises(NotAllowed, match="wrong_auth_mode"):
        await again.login_open("ann@example.com")
    own = await again.login("ann@example.com", SECRET, None)
    assert world.open(mode="open").session(own.secret) is None
