"""API tokens speak for their owner, within their scope, until they end."""

from datetime import timedelta

import pytest

from loadzone.core.accounts import Accounts
from loadzone.core.auth_file import Scope
from loadzone.domain.errors import InvalidInput, LoginRequired, NotAllowed, NotFound
from loadzone.domain.permissions import STRANGER, Actor, Role
from tests.core.accounts.conftest import ANN, BOB, World, ends


async def test_a_token_speaks_for_its_owner_within_its_scope(accounts: Accounts, world: World) -> None:
    secret, info = await accounts.add_token(BOB, "Bob@example.com", " ci ", Scope.READ)
    assert secret.startswith("lz_")
    assert accounts.token(secret) == (Actor(email="bob@example.com", role=Role.USER, read_only=True), info.id)
    assert accounts.session(secret) is None
    assert (info.name, info.scope, info.expires) == ("ci", Scope.READ, None)
    assert accounts.tokens(BOB)[0].used == world.now
    await accounts.close()
    assert world.open().tokens(BOB)[0].used == world.now


async def test_a_token_expires(accounts: Accounts, world: World) -> None:
    until = world.now + timedelta(days=1)
    secret, info = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.WRITE, until)
    ended = ends(accounts)
    world.now = until - timedelta(seconds=1)
    assert accounts.token(secret) is not None
    world.now = until
    assert accounts.token(secret) is None
    await accounts.sweep()
    assert ended == [info.id]


async def test_tokens_are_their_owners_and_the_administrators(accounts: Accounts) -> None:
    secret, info = await accounts.add_token(ANN, "bob@example.com", "ci", Scope.WRITE)
    anns, _ = await accounts.add_token(ANN, "ann@example.com", "mine", Scope.WRITE)
    ended = ends(accounts)
    assert [each.name for each in accounts.tokens(BOB)] == ["ci"]
    assert [each.name for each in accounts.tokens(ANN)] == ["ci", "mine"]
    assert [each.name for each in accounts.tokens(ANN, "ann@example.com")] == ["mine"]
    with pytest.raises(NotAllowed):
        accounts.tokens(BOB, "ann@example.com")
    with pytest.raises(NotFound, match="token_not_found"):
        await accounts.revoke_token(BOB, accounts.tokens(ANN, "ann@example.com")[0].id)
    await accounts.revoke_token(BOB, info.id)
    assert accounts.token(secret) is None
    assert ended == [info.id]
    assert accounts.token(anns) is not None


async def test_a_reading_token_can_change_no_tokens(accounts: Accounts) -> None:
    reader = Actor(email="bob@example.com", role=Role.USER, read_only=True)
    _, info = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.WRITE)
    with pytest.raises(NotAllowed, match="read_only_token"):
        await accounts.add_token(reader, "bob@example.com", "more", Scope.WRITE)
    with pytest.raises(NotAllowed, match="read_only_token"):
        await accounts.revoke_token(reader, info.id)
    with pytest.raises(LoginRequired):
        await accounts.revoke_token(STRANGER, info.id)
    assert [each.id for each in accounts.tokens(reader)] == [info.id]


async def test_bad_tokens_are_refused(accounts: Accounts, world: World) -> None:
    with pytest.raises(InvalidInput) as wrong:
        await accounts.add_token(BOB, "bob@example.com", " ", Scope.READ, world.now)
    assert [(each.field, each.code) for each in wrong.value.fields] == [
        ("name", "required"),
        ("expires", "expires_in_past"),
    ]
    with pytest.raises(NotFound, match="person_not_found"):
        await accounts.add_token(ANN, "nobody@example.com", "ci", Scope.READ)
