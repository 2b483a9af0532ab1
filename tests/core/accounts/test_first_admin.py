"""The first administrator is made once, with the key."""

import asyncio

import pytest

from loadzone.core.accounts import OPERATOR
from loadzone.domain.errors import InvalidInput, NotAllowed
from loadzone.domain.permissions import Role
from tests.core.accounts.conftest import ANN, SECRET, World


async def test_the_first_administrator_is_made_once_with_the_key(world: World) -> None:
    accounts = world.open()
    key = accounts.first_admin_key()
    assert key is not None
    for wrong in ("", key[:-1], "ключ"):
        with pytest.raises(NotAllowed, match="first_admin_key_invalid"):
            await accounts.make_first_admin(wrong, "ann@example.com", SECRET)
    with pytest.raises(InvalidInput):
        await accounts.make_first_admin(key, "ann@example.com", "short")
    login = await accounts.make_first_admin(key, "Ann@example.com", SECRET)
    assert accounts.session(login.secret) == (ANN, login.session_id)
    assert accounts.first_admin_key() is None
    with pytest.raises(NotAllowed, match="first_admin_key_invalid"):
        await accounts.make_first_admin(key, "eve@example.com", SECRET)


async def test_an_administrator_made_elsewhere_spends_the_key(world: World) -> None:
    server, cli = world.open(), world.open()
    key = server.first_admin_key()
    assert key is not None
    await cli.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    assert server.first_admin_key() is None
    with pytest.raises(NotAllowed):
        await server.make_first_admin(key, "eve@example.com", SECRET)


async def test_two_uses_of_the_key_at_once_make_one_administrator(world: World) -> None:
    accounts = world.open()
    key = accounts.first_admin_key() or ""
    answers = await asyncio.gather(
        *(accounts.make_first_admin(key, f"{name}@example.com", SECRET) for name in ("one", "two")),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers].count(NotAllowed) == 1
    assert len(accounts.people(ANN)) == 1
