"""Nobody who guesses locks the owner out: known devices, sessions and addresses have a count of their own."""

import asyncio
from typing import Literal

import pytest
from argon2 import PasswordHasher

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.throttle import ACCOUNT, ADDRESS, SOURCE
from loadzone.domain.errors import LoadZoneError, TooManyTries
from loadzone.domain.permissions import Role
from tests.core.accounts.conftest import BOB, SECRET, World

BOBS = "bob@example.com"
WRONG = "wrong horse"


async def code(
    accounts: Accounts, password: str, address: str, device: str | None = None, email: str = BOBS
) -> str:
    """Return how a login ends: `in`, or the code of the refusal."""
    try:
        await accounts.login(email, password, address, device)
    except LoadZoneError as refused:
        return refused.code
    return "in"


async def everywhere(accounts: Accounts, email: str = BOBS, tries: int = 400) -> list[str]:
    """Return how one try from each of many addresses ends."""
    return [await code(accounts, WRONG, f"10.0.{n // 250}.{n % 250}", None, email) for n in range(tries)]


async def test_ten_wrong_tries_from_elsewhere_do_not_lock_the_owner_out(accounts: Accounts) -> None:
    codes = [await code(accounts, WRONG, "6.6.6.6") for _ in range(20)]
    assert codes == ["wrong_login"] * SOURCE.failures + ["too_many_tries"] * 10
    assert await code(accounts, SECRET, "1.1.1.1") == "in"


@pytest.mark.parametrize("email", [BOBS, "nobody@example.com"])
async def test_one_account_is_guessed_slowly_from_many_addresses(accounts: Accounts, email: str) -> None:
    """Beyond a wide allowance strangers wait, wherever they are, whether or not the account exists."""
    codes = await everywhere(accounts, email)
    assert codes == ["wrong_login"] * ACCOUNT.failures + ["too_many_tries"] * (400 - ACCOUNT.failures)


async def test_a_device_and_an_address_that_the_owner_was_in_with_stay_open(
    accounts: Accounts, world: World
) -> None:
    login = await accounts.login(BOBS, SECRET, "1.1.1.1")
    await everywhere(accounts)
    assert await code(accounts, SECRET, "2.2.2.2") == "too_many_tries"
    assert await code(accounts, SECRET, "2.2.2.2", login.device) == "in"
    assert await code(accounts, SECRET, "1.1.1.1") == "in"
    restarted = world.open()
    await everywhere(restarted)
    assert await code(restarted, SECRET, "3.3.3.3", login.device) == "in"


async def test_a_device_has_an_allowance_and_no_more(accounts: Accounts) -> None:
    login = await accounts.login(BOBS, SECRET, "1.1.1.1")
    codes = [await code(accounts, WRONG, f"10.0.0.{n}", login.device) for n in range(SOURCE.failures + 1)]
    assert codes == ["wrong_login"] * SOURCE.failures + ["too_many_tries"]


async def test_a_device_is_known_for_its_own_account_and_password_only(accounts: Accounts, world: World) -> None:
    """Another account's mark, a forged one and one of an older password are no marks at all."""
    old = await accounts.login(BOBS, SECRET, "1.1.1.1")
    anns = await accounts.login("ann@example.com", SECRET, "1.1.1.1")
    await accounts.edit_person(OPERATOR, BOBS, password="another horse")
    await everywhere(accounts)
    forged = (old.device or "")[:-1] + ("0" if (old.device or "")[-1] != "0" else "1")
    for device in (old.device, anns.device, forged, "", "~", "x" * 10_000, "\u0301~;.é", None):
        assert await code(accounts, "another horse", "2.2.2.2", device) == "too_many_tries"
    assert await code(accounts, "another horse", "1.1.1.1") == "too_many_tries"


async def test_a_browser_of_two_people_is_known_for_both(accounts: Accounts) -> None:
    """The device's cookie keeps the marks of the last five accounts, each once."""
    device = None
    for email in ("ann@example.com", BOBS, BOBS):
        device = (await accounts.login(email, SECRET, None, device)).device
    assert device is not None
    assert device.count("~") == 1
    for number in range(4):
        await accounts.add_person(OPERATOR, f"{number}@example.com", Role.USER, SECRET)
        device = (await accounts.login(f"{number}@example.com", SECRET, None, device)).device
    assert device is not None
    assert device.count("~") == 4
    for email, expected in ((BOBS, "in"), ("ann@example.com", "too_many_tries")):
        await everywhere(accounts, email)
        assert await code(accounts, SECRET, "2.2.2.2", device, email) == expected


async def test_failures_behind_one_address_shut_out_nobody_else_there(accounts: Accounts) -> None:
    """After 51 failures of others a newcomer gets in at the same address; after hundreds, who is known does."""
    office = "1.1.1.1"
    login = await accounts.login("ann@example.com", SECRET, "2.2.2.2")
    for number in range(51):
        await code(accounts, WRONG, office, None, f"{number}@example.com")
    assert await code(accounts, SECRET, office) == "in"
    for number in range(ADDRESS.failures):
        await code(accounts, WRONG, office, None, f"other{number}@example.com")
    with pytest.raises(TooManyTries) as refused:
        await accounts.login("ann@example.com", SECRET, office)
    assert refused.value.data["seconds"] <= ADDRESS.every.total_seconds()
    assert await code(accounts, SECRET, office, login.device, "ann@example.com") == "in"
    assert await code(accounts, SECRET, office) == "in"


async def test_tries_at_once_from_everywhere_are_refused_and_the_owner_gets_in(accounts: Accounts) -> None:
    """While 400 strangers try at once, most are refused at once, and people elsewhere log in meanwhile."""
    flood = [asyncio.ensure_future(code(accounts, WRONG, f"10.0.{n // 250}.{n % 250}")) for n in range(400)]
    await asyncio.sleep(0)
    assert (await accounts.login("ann@example.com", SECRET, "1.1.1.1")).actor.email == "ann@example.com"
    codes = await asyncio.gather(*flood)
    assert codes.count("wrong_login") <= ACCOUNT.failures
    assert codes.count("login_busy") >= 290
    assert await code(accounts, SECRET, "1.1.1.1", None, "ann@example.com") == "in"


async def test_right_passwords_at_once_are_all_let_in(accounts: Accounts) -> None:
    """What counts as a try until it is right keeps no program out that logs in many times at once."""
    answers = await asyncio.gather(*(accounts.login(BOBS, SECRET, "1.1.1.1") for _ in range(60)))
    assert {answer.actor for answer in answers} == {BOB}


async def test_a_try_that_a_crash_broke_off_counts_for_nothing(world: World) -> None:
    class Crashing(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # the base's name
            raise MemoryError

    accounts = world.open(hasher=Crashing(time_cost=1, memory_cost=8, parallelism=1))
    for _ in range(2 * SOURCE.failures):
        with pytest.raises(MemoryError):
            await accounts.login(BOBS, SECRET, "1.1.1.1")
