"""People register themselves as far as the setting and an invite allow."""

import asyncio
from datetime import timedelta

import pytest

from loadzone.core.accounts import Accounts
from loadzone.core.throttle import Allowance, Throttle
from loadzone.domain.errors import Conflict, InvalidInput, NotAllowed, TooManyTries
from loadzone.domain.permissions import Actor, Role
from tests.core.accounts.conftest import ANN, SECRET, World


async def test_registration_is_closed_unless_it_is_opened(accounts: Accounts) -> None:
    with pytest.raises(NotAllowed, match="registration_closed"):
        await accounts.register("new@example.com", SECRET)
    with pytest.raises(NotAllowed, match="registration_closed"):
        await accounts.invite(ANN)


async def test_people_of_a_listed_domain_register_themselves(world: World) -> None:
    accounts = world.open(registration="domain", registration_domains=["Example.com"])
    login = await accounts.register("New@example.com", SECRET)
    assert accounts.session(login.secret) == (Actor(email="new@example.com", role=Role.USER), login.session_id)
    for email in ("new@sub.example.com", "new@badexample.com"):
        with pytest.raises(NotAllowed, match="domain_not_listed"):
            await accounts.register(email, SECRET)
    with pytest.raises(Conflict, match="person_exists"):
        await accounts.register("new@example.com", "another horse")
    with pytest.raises(InvalidInput, match="password_too_short"):
        await accounts.register("other@example.com", "short")


@pytest.mark.parametrize("domain", ["München.de", "xn--mnchen-3ya.de", "@münchen.de"])
async def test_a_listed_domain_may_be_written_in_either_form(world: World, domain: str) -> None:
    accounts = world.open(registration="domain", registration_domains=[domain])
    assert (await accounts.register("ann@münchen.de", SECRET)).actor.email == "ann@münchen.de"
    assert (await accounts.register("Ben@XN--MNCHEN-3YA.de", SECRET)).actor.email == "ben@münchen.de"
    with pytest.raises(Conflict, match="person_exists"):
        await accounts.register("ann@xn--mnchen-3ya.de", SECRET)


async def test_an_invite_lets_one_person_in_once(accounts: Accounts, world: World) -> None:
    inviting = world.open(registration="invite")
    key = await inviting.invite(ANN, None, Role.ADMIN)
    assert key not in world.path.read_text()
    with pytest.raises(NotAllowed, match="invite_needed"):
        await inviting.register("new@example.com", SECRET)
    with pytest.raises(NotAllowed, match="invite_invalid"):
        await inviting.register("new@example.com", SECRET, "x" + key)
    answers = await asyncio.gather(
        *(inviting.register(f"{name}@example.com", SECRET, key) for name in ("one", "two")), return_exceptions=True
    )
    assert [type(answer) for answer in answers].count(NotAllowed) == 1
    assert not inviting.invited(key)
    assert len([each for each in inviting.people(ANN) if each.role is Role.ADMIN]) == 2


async def test_an_invite_is_for_its_address_and_a_week(accounts: Accounts, world: World) -> None:
    inviting = world.open(registration="invite")
    key = await inviting.invite(ANN, "New@example.com")
    assert inviting.invited(key)
    assert not inviting.invited("x" + key)
    with pytest.raises(NotAllowed, match="invite_invalid"):
        await inviting.register("other@example.com", SECRET, key)
    world.now += timedelta(days=7)
    assert not inviting.invited(key)
    with pytest.raises(NotAllowed, match="invite_invalid"):
        await inviting.register("new@example.com", SECRET, key)
    await inviting.sweep()
    assert world.kept().get("invites", {}) == {}


async def test_trying_invites_is_throttled(accounts: Accounts, world: World) -> None:
    throttle = Throttle(lambda: world.seconds, registration=Allowance(failures=2, every=timedelta(minutes=1)))
    inviting = world.open(registration="invite", throttle=throttle)
    key = await inviting.invite(ANN)
    for _ in range(2):
        with pytest.raises(NotAllowed):
            await inviting.register("new@example.com", SECRET, "wrong", "1.1.1.1")
    with pytest.raises(TooManyTries):
        await inviting.register("new@example.com", SECRET, key, "1.1.1.1")
    await inviting.register("new@example.com", SECRET, key, "2.2.2.2")
