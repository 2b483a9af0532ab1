"""Sessions begin by the right password, are known again, and end; a wrong login tells nothing."""

import asyncio
import threading
from datetime import timedelta
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.clock import TrustedClock
from loadzone.core.throttle import Allowance, Throttle
from loadzone.domain.errors import LoginRequired, TooManyTries
from loadzone.domain.permissions import Actor, Role
from tests.core.accounts.conftest import ANN, BOB, SECRET, World, ends

# Sessions


async def test_a_login_gives_a_session_until_logout(accounts: Accounts, world: World) -> None:
    ended = ends(accounts)
    login = await accounts.login(" Bob@Example.com ", SECRET, "1.1.1.1")
    assert login.actor == BOB
    assert accounts.session(login.secret) == (BOB, login.session_id)
    assert accounts.actor(login.session_id) == BOB
    assert accounts.session(login.session_id) is None
    await accounts.logout(login.session_id)
    assert accounts.session(login.secret) is None
    assert ended == [login.session_id]
    await accounts.logout(login.session_id)
    assert ended == [login.session_id]


async def test_sessions_survive_a_restart_and_the_file_holds_no_secret(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    token, _ = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.WRITE)
    text = world.path.read_text()
    assert not any(secret in text for secret in (login.secret, token, token[3:], SECRET))
    again = world.open()
    assert again.session(login.secret) == (BOB, login.session_id)
    assert again.token(token) is not None
    assert again.cookie_secret() == accounts.cookie_secret()


async def test_a_session_ends_when_it_is_idle(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    ended = ends(accounts)
    for _ in range(3):
        world.now += timedelta(days=6)
        assert accounts.session(login.secret) is not None
        await accounts.sweep()
    world.now += timedelta(days=7)
    assert accounts.session(login.secret) is None
    assert accounts.actor(login.session_id) is None
    await accounts.sweep()
    assert ended == [login.session_id]
    assert world.kept().get("sessions", {}) == {}


async def test_asking_who_is_logged_in_makes_a_session_last_no_longer(accounts: Accounts, world: World) -> None:
    """A page that asks again and again whose it is does not keep a session alive that nobody uses."""
    login = await accounts.login("bob@example.com", SECRET, None)
    world.now += timedelta(days=6)
    assert accounts.session(login.secret, use=False) is not None
    world.now += timedelta(days=1)
    assert accounts.session(login.secret, use=False) is None


async def test_a_session_ends_after_its_longest_time_however_busy(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    for _ in range(29):
        world.now += timedelta(days=1)
        assert accounts.session(login.secret) is not None
    world.now += timedelta(days=1)
    assert accounts.session(login.secret) is None


async def test_last_uses_are_written_late_and_outlive_a_restart(accounts: Accounts, world: World) -> None:
    """Using a session writes nothing; a sweep some minutes later, or closing, does."""
    login = await accounts.login("bob@example.com", SECRET, None)
    before = world.path.stat()
    world.now += timedelta(minutes=9)
    assert accounts.session(login.secret) is not None
    await accounts.sweep()
    assert world.path.stat().st_ino == before.st_ino
    world.seconds += 600
    await accounts.sweep()
    assert world.kept()["sessions"][login.session_id]["seen"] == "2026-11-23T09:09:00Z"
    world.now += timedelta(days=6)
    accounts.session(login.secret)
    await accounts.close()
    world.now += timedelta(days=6)
    assert world.open().session(login.secret) is not None


async def test_a_clock_that_jumps_years_ahead_ends_no_session_and_no_invite(world: World) -> None:
    """Whether for minutes only or not, whoever was logged in still is when the clock is right again."""
    trusted = TrustedClock(lambda: world.now, lambda: world.seconds)
    accounts = world.open(clock=trusted, registration="invite")
    await accounts.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    login, key = await accounts.login("ann@example.com", SECRET, None), await accounts.invite(ANN)
    ended = ends(accounts)
    for days in (0, 900, -900):
        world.now += timedelta(days=days, minutes=9)
        world.seconds += 9 * 60
        await accounts.sweep()
        assert accounts.session(login.secret) is not None
        assert accounts.invited(key)
    assert ended == []


async def test_a_session_that_is_over_by_a_step_of_hours_counts_again_after_it(world: World) -> None:
    """A step of hours is followed, so the session is over, but it is not forgotten: undone, it counts again."""
    trusted = TrustedClock(lambda: world.now, lambda: world.seconds)
    accounts = world.open(clock=trusted, idle=timedelta(hours=1))
    await accounts.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    login = await accounts.login("ann@example.com", SECRET, None)
    for hours, counts in ((3, False), (-3, True)):
        world.now += timedelta(hours=hours)
        await accounts.sweep()
        assert (accounts.session(login.secret) is not None) is counts


async def test_twenty_logins_at_once_all_succeed(accounts: Accounts, world: World) -> None:
    """Right passwords are never throttled, and no session is lost, even between two processes."""
    other = world.open()
    logins = await asyncio.gather(
        *(each.login("bob@example.com", SECRET, "1.1.1.1") for each in (accounts, other) for _ in range(10))
    )
    assert len({login.secret for login in logins}) == 20
    for each in (accounts, other, world.open()):
        assert all(each.session(login.secret) == (BOB, login.session_id) for login in logins)


async def test_a_listener_that_fails_stops_nobody(accounts: Accounts, caplog: pytest.LogCaptureFixture) -> None:
    def fail(session_id: str) -> None:
        raise ValueError(session_id)

    accounts.on_session_end(fail)
    ended = ends(accounts)
    login = await accounts.login("bob@example.com", SECRET, None)
    await accounts.logout(login.session_id)
    assert ended == [login.session_id]
    assert "a listener failed" in caplog.text


# Wrong passwords


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("bob@example.com", "wrong horse"),
        ("bob@example.com", ""),
        ("bob@example.com", SECRET + "x" * 2000),
        ("nobody@example.com", SECRET),
        ("new@example.com", SECRET),
        ("off@example.com", SECRET),
    ],
)
async def test_a_wrong_login_tells_nothing(accounts: Accounts, email: str, password: str) -> None:
    """A wrong password, no account, no password yet and a disabled account are one and the same answer."""
    await accounts.add_person(ANN, "new@example.com", Role.USER)
    await accounts.add_person(ANN, "off@example.com", Role.USER, SECRET)
    await accounts.edit_person(ANN, "off@example.com", disabled=True)
    with pytest.raises(LoginRequired) as refused:
        await accounts.login(email, password, "1.1.1.1")
    assert (refused.value.code, refused.value.data) == ("wrong_login", {})


@pytest.mark.parametrize("email", ["bob@example.com", "nobody@example.com"])
async def test_failures_are_throttled_whether_or_not_the_account_exists(world: World, email: str) -> None:
    throttle = Throttle(lambda: world.seconds, Allowance(failures=3, every=timedelta(minutes=1)))
    accounts = world.open(throttle=throttle)
    await accounts.add_person(OPERATOR, "bob@example.com", Role.USER, SECRET)
    for _ in range(3):
        with pytest.raises(LoginRequired):
            await accounts.login(email, "wrong horse", "1.1.1.1")
    for _ in range(3):
        with pytest.raises(TooManyTries) as refused:
            await accounts.login(email, SECRET, "1.1.1.1")
        assert refused.value.data == {"seconds": 60}
    world.seconds += 60
    if email == "bob@example.com":
        assert (await accounts.login(email, SECRET, "1.1.1.1")).actor == BOB


async def test_guesses_sent_at_once_do_not_slip_through(world: World) -> None:
    """Of many wrong tries at the same moment no more are verified than allowed."""
    throttle = Throttle(lambda: world.seconds, Allowance(failures=3, every=timedelta(minutes=1)))
    accounts = world.open(throttle=throttle)
    tries = (accounts.login("bob@example.com", "wrong horse", "1.1.1.1") for _ in range(30))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, LoginRequired) for answer in answers) == 3
    assert all(isinstance(answer, LoginRequired | TooManyTries) for answer in answers)


class Slow(PasswordHasher):
    """Holds each verification, once begun, until it may go on."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.begun, self.going = threading.Event(), threading.Event()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # the base's name
        self.begun.set()
        self.going.wait(10)
        return super().verify(hash, password)


@pytest.mark.parametrize("change", [{"disabled": True}, {"password": "another horse"}])
async def test_a_login_does_not_outrun_a_change_made_meanwhile(
    accounts: Accounts, world: World, change: dict[str, Any]
) -> None:
    """Who is disabled or gets another password while the old one is verified does not come in."""
    hasher = Slow()
    slow = world.open(hasher=hasher)
    login = asyncio.ensure_future(slow.login("bob@example.com", SECRET, None))
    await asyncio.to_thread(hasher.begun.wait, 10)
    await accounts.edit_person(ANN, "bob@example.com", **change)
    hasher.going.set()
    with pytest.raises(LoginRequired, match="wrong_login"):
        await login
    assert world.kept().get("sessions", {}) == {}


async def test_a_hash_with_old_parameters_is_renewed_at_login(accounts: Accounts, world: World) -> None:
    stronger = world.open(hasher=PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    await stronger.login("bob@example.com", SECRET, None)
    kept = world.kept()["people"]
    assert "t=2" in kept["bob@example.com"]["password"]
    assert "t=1" in kept["ann@example.com"]["password"]
    assert (await stronger.login("bob@example.com", SECRET, None)).actor == BOB


@settings(max_examples=30, deadline=None)
@given(password=st.text(min_size=30, max_size=60))
def test_any_password_logs_in(tmp_path_factory: pytest.TempPathFactory, password: str) -> None:
    world = World(tmp_path_factory.mktemp("any"))

    async def tries() -> Actor:
        accounts = world.open()
        await accounts.add_person(OPERATOR, "bob@example.com", Role.USER, password)
        return (await world.open().login("bob@example.com", password, None)).actor

    assert asyncio.run(tries()) == BOB
