"""Administrators add and change people; what they take away counts at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from loadzone.core.accounts import Accounts
from loadzone.core.auth_file import Scope
from loadzone.domain.errors import Conflict, InvalidInput, LoadZoneError, LoginRequired, NotAllowed, NotFound
from loadzone.domain.permissions import STRANGER, Actor, Role
from tests.core.accounts.conftest import ANN, BOB, SECRET, World, ends


async def test_disabling_ends_sessions_and_silences_tokens(accounts: Accounts) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    token, info = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.WRITE)
    ended = ends(accounts)
    await accounts.edit_person(ANN, "bob@example.com", disabled=True)
    assert accounts.session(login.secret) is None
    assert accounts.token(token) is None
    assert sorted(ended) == sorted([login.session_id, info.id])
    await accounts.edit_person(ANN, "bob@example.com", disabled=False)
    assert accounts.session(login.secret) is None
    assert accounts.token(token) == (BOB, info.id)


async def test_a_new_password_ends_the_sessions_of_that_person_only(accounts: Accounts) -> None:
    bob = await accounts.login("bob@example.com", SECRET, None)
    ann = await accounts.login("ann@example.com", SECRET, None)
    ended = ends(accounts)
    await accounts.edit_person(ANN, "bob@example.com", password="another horse")
    assert ended == [bob.session_id]
    assert accounts.session(ann.secret) == (ANN, ann.session_id)
    with pytest.raises(LoginRequired):
        await accounts.login("bob@example.com", SECRET, None)
    assert (await accounts.login("bob@example.com", "another horse", None)).actor == BOB


async def test_a_new_role_counts_at_once_and_closes_what_was_opened_under_the_old(accounts: Accounts) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    ended = ends(accounts)
    await accounts.edit_person(ANN, "bob@example.com", role=Role.ADMIN)
    found = accounts.session(login.secret)
    assert found is not None
    assert found[0].role is Role.ADMIN
    assert ended == [login.session_id]


@pytest.mark.parametrize("change", [{"role": Role.USER}, {"disabled": True}])
async def test_the_last_administrator_stays(accounts: Accounts, change: dict[str, Any]) -> None:
    """The last one cannot be demoted or disabled, even beside one who has no password or is disabled."""
    await accounts.add_person(ANN, "new@example.com", Role.ADMIN)
    await accounts.add_person(ANN, "off@example.com", Role.ADMIN, SECRET)
    await accounts.edit_person(ANN, "off@example.com", disabled=True)
    with pytest.raises(Conflict, match="last_admin"):
        await accounts.edit_person(ANN, "ann@example.com", **change)
    await accounts.edit_person(ANN, "off@example.com", disabled=False)
    edited = await accounts.edit_person(ANN, "ann@example.com", **change)
    assert (edited.role, edited.disabled) == (change.get("role", Role.ADMIN), change.get("disabled", False))


async def test_two_administrators_cannot_demote_each_other_at_once(accounts: Accounts, world: World) -> None:
    await accounts.edit_person(ANN, "bob@example.com", role=Role.ADMIN)
    other = world.open()
    answers = await asyncio.gather(
        accounts.edit_person(ANN, "bob@example.com", role=Role.USER),
        other.edit_person(ANN, "ann@example.com", role=Role.USER),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers].count(Conflict) == 1


async def test_people_are_shown_without_secrets(accounts: Accounts) -> None:
    await accounts.add_person(ANN, "New@Example.com", Role.USER)
    shown = accounts.people(ANN)
    assert [(each.email, each.role, each.disabled, each.has_password) for each in shown] == [
        ("ann@example.com", Role.ADMIN, False, True),
        ("bob@example.com", Role.USER, False, True),
        ("new@example.com", Role.USER, False, False),
    ]


async def test_bad_people_are_refused(accounts: Accounts, world: World) -> None:
    """All that is wrong is named at once, and nothing is written."""
    before = world.path.read_bytes()
    with pytest.raises(InvalidInput) as wrong:
        await accounts.add_person(ANN, "not an address", Role.GUEST, "short")
    assert [(each.field, each.code) for each in wrong.value.fields] == [
        ("email", "email_malformed"),
        ("role", "role_unknown"),
        ("password", "password_too_short"),
    ]
    with pytest.raises(Conflict, match="person_exists"):
        await accounts.add_person(ANN, "BOB@example.com", Role.USER, SECRET)
    with pytest.raises(NotFound, match="person_not_found"):
        await accounts.edit_person(ANN, "nobody@example.com", disabled=True)
    assert world.path.read_bytes() == before


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (STRANGER, LoginRequired),
        (BOB, NotAllowed),
        (Actor(email="ann@example.com", role=Role.ADMIN, read_only=True), NotAllowed),
    ],
)
async def test_only_administrators_administer(
    accounts: Accounts, world: World, actor: Actor, error: type[LoadZoneError]
) -> None:
    before = world.path.read_bytes()
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: accounts.add_person(actor, "new@example.com", Role.USER, SECRET),
        lambda: accounts.edit_person(actor, "bob@example.com", role=Role.ADMIN),
        lambda: accounts.invite(actor, None, Role.ADMIN),
        lambda: accounts.add_token(actor, "other@example.com", "ci", Scope.READ),
    ]
    for call in calls:
        with pytest.raises(error):
            await call()
    with pytest.raises(error):
        accounts.people(actor)
    assert world.path.read_bytes() == before
