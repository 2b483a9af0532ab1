"""People register themselves as far as the setting and an invite allow."""

import asyncio
from datetime import timedelta

import pytest

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.throttle import REGISTRATION, REGISTRATIONS, Allowance, Throttle
from loadzone.domain.account_facts import PersonApproved
from loadzone.domain.errors import (
    Conflict,
    InvalidInput,
    LoadZoneError,
    LoginRequired,
    NotAllowed,
    NotFound,
    TooManyTries,
)
from loadzone.domain.permissions import Actor, Role
from tests.core.accounts.conftest import ANN, BOB, SECRET, World


async def test_registration_is_closed_unless_it_is_opened(accounts: Accounts) -> None:
    with pytest.raises(NotAllowed, match="registration_closed"):
        await accounts.register("new@example.com", SECRET)
    with pytest.raises(NotAllowed, match="registration_closed"):
        await accounts.invite(ANN)


async def test_people_of_a_listed_domain_register_and_wait_for_approval(world: World) -> None:
    """An account that somebody made for an address lets nobody in until an administrator approves it."""
    accounts = world.open(registration="domain", registration_domains=["Example.com"])
    await accounts.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    assert await accounts.register("New@example.com", SECRET) is None
    for email in ("new@sub.example.com", "new@badexample.com"):
        with pytest.raises(NotAllowed, match="domain_not_listed"):
            await accounts.register(email, SECRET)
    with pytest.raises(Conflict, match="person_exists"):
        await accounts.register("new@example.com", "another horse")
    with pytest.raises(InvalidInput, match="password_too_short"):
        await accounts.register("other@example.com", "short")
    with pytest.raises(NotAllowed, match="waits_for_approval"):
        await accounts.login("new@example.com", SECRET, None)
    with pytest.raises(LoginRequired, match="wrong_login"):
        await accounts.login("new@example.com", "another horse", None)
    secret, _ = await accounts.add_token(ANN, "new@example.com", "ci", Scope.WRITE)
    assert accounts.token(secret) is None
    assert [each.email for each in accounts.people(ANN) if each.pending] == ["new@example.com"]
    assert world.kept().get("sessions", {}) == {}
    assert not (await world.open().approve_person(ANN, "new@example.com")).pending
    assert (await accounts.login("new@example.com", SECRET, None)).actor.role is Role.USER
    with pytest.raises(NotFound, match="nobody_waits"):
        await accounts.approve_person(ANN, "new@example.com")
    told = [(type(fact), fact.user) for fact in accounts.untold() if isinstance(fact, PersonApproved)]
    assert told == [(PersonApproved, "new@example.com")]


async def test_who_is_refused_is_gone_and_may_register_again(world: World) -> None:
    accounts = world.open(registration="domain", registration_domains=["example.com"])
    await accounts.register("new@example.com", SECRET)
    for actor in (BOB, Actor(email="new@example.com", role=Role.USER)):
        with pytest.raises(NotAllowed, match="admin_only"):
            await accounts.refuse_person(actor, "new@example.com")
    await accounts.refuse_person(ANN, "new@example.com")
    with pytest.raises(LoginRequired, match="wrong_login"):
        await accounts.login("new@example.com", SECRET, None)
    assert await accounts.register("new@example.com", "another horse") is None
    with pytest.raises(NotFound, match="nobody_waits"):
        await accounts.refuse_person(ANN, "ann@example.com")


async def test_an_address_that_holds_something_is_not_for_who_types_it_first(world: World) -> None:
    """Only an invitation for the very address lets somebody take over what it holds."""
    accounts = world.open(registration="domain", registration_domains=["example.com"])
    accounts.reserve(lambda email: email == "carol@example.com")
    opened = world.open(mode="open")
    await opened.add_token(ANN, "dave@example.com", "ci", Scope.READ)
    anybody = await accounts.invite(ANN)
    for email in ("carol@example.com", "Dave@Example.com"):
        for invite in (None, anybody):
            with pytest.raises(NotAllowed, match="address_reserved"):
                await accounts.register(email, SECRET, invite)
        login = await accounts.register(email, SECRET, await accounts.invite(ANN, email))
        assert login is not None
    assert accounts.invited(anybody)


async def test_many_registrations_in_a_short_time_are_refused(world: World) -> None:
    """Also those that succeed count, from one address and from many; those by invitation do not."""
    accounts = world.open(registration="domain", registration_domains=["example.com"])

    async def code(number: int, address: str, invite: str | None = None) -> str:
        try:
            await accounts.register(f"p{number}@example.com", SECRET, invite, address)
        except LoadZoneError as refused:
            return refused.code
        return "made"

    assert [await code(n, "1.1.1.1") for n in range(60)].count("made") == REGISTRATION.failures
    codes = [await code(100 + n, f"10.0.0.{n}") for n in range(60)]
    assert codes.count("made") == REGISTRATIONS.failures - REGISTRATION.failures
    assert set(codes) == {"made", "too_many_tries"}
    world.seconds += 10_000
    keys = [await accounts.invite(ANN) for _ in range(30)]
    assert [await code(200 + n, "1.1.1.1", key) for n, key in enumerate(keys)] == ["made"] * 30


@pytest.mark.parametrize("domain", ["München.de", "xn--mnchen-3ya.de", "@münchen.de"])
async def test_a_listed_domain_may_be_written_in_either_form(world: World, domain: str) -> None:
    accounts = world.open(registration="domain", registration_domains=[domain])
    await accounts.register("ann@münchen.de", SECRET)
    await accounts.register("Ben@XN--MNCHEN-3YA.de", SECRET)
    assert [person.email for person in accounts.people(ANN)] == ["ann@münchen.de", "ben@münchen.de"]
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
