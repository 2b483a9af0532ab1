"""People prove who they are by password, session, token or key; everything is kept in one secret file."""

import asyncio
import json
import os
import resource
import stat
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.core import auth_file
from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope, parse
from loadzone.core.throttle import Allowance, Throttle
from loadzone.domain.errors import (
    Conflict,
    DataError,
    InvalidInput,
    LoadZoneError,
    LoginRequired,
    NotAllowed,
    NotFound,
    StoreUnavailable,
    TooManyTries,
)
from loadzone.domain.permissions import STRANGER, Actor, Role

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "correct horse"
ANN = Actor(email="ann@example.com", role=Role.ADMIN)
BOB = Actor(email="bob@example.com", role=Role.USER)


class World:
    """One auth file, a clock set by hand, and the processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data.auth.json"
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.seconds = 0.0

    def open(self, **options: Any) -> Accounts:
        """Start another process on the file."""
        return Accounts(
            self.path,
            lambda: self.now,
            hasher=options.pop("hasher", CHEAP),
            monotonic=lambda: self.seconds,
            **options,
        )

    def kept(self) -> dict[str, Any]:
        """Return what stands in the file."""
        plain: dict[str, Any] = json.loads(self.path.read_bytes())
        return plain


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
async def accounts(world: World) -> Accounts:
    """Ann is administrator, Bob is a user."""
    accounts = world.open()
    await accounts.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    await accounts.add_person(OPERATOR, "bob@example.com", Role.USER, SECRET)
    return accounts


def ends(accounts: Accounts) -> list[str]:
    """Collect the ids of the sessions that end."""
    ended: list[str] = []
    accounts.on_session_end(ended.append)
    return ended


@contextmanager
def full_disk() -> Iterator[None]:
    """Let every file of this process end after a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


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
    world.now += timedelta(minutes=1)
    await accounts.sweep()
    assert world.kept()["sessions"][login.session_id]["seen"] == "2026-11-23T09:09:00Z"
    world.now += timedelta(days=6)
    accounts.session(login.secret)
    await accounts.close()
    world.now += timedelta(days=6)
    assert world.open().session(login.secret) is not None


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
    throttle = Throttle(lambda: world.now, Allowance(failures=3, every=timedelta(minutes=1)))
    accounts = world.open(throttle=throttle)
    await accounts.add_person(OPERATOR, "bob@example.com", Role.USER, SECRET)
    for _ in range(3):
        with pytest.raises(LoginRequired):
            await accounts.login(email, "wrong horse", "1.1.1.1")
    for _ in range(3):
        with pytest.raises(TooManyTries) as refused:
            await accounts.login(email, SECRET, "2.2.2.2")
        assert refused.value.data == {"seconds": 60}
    world.now += timedelta(minutes=1)
    if email == "bob@example.com":
        assert (await accounts.login(email, SECRET, "1.1.1.1")).actor == BOB


async def test_guesses_sent_at_once_do_not_slip_through(world: World) -> None:
    """Of many wrong tries at the same moment, one more than allowed is verified at most."""
    throttle = Throttle(lambda: world.now, Allowance(failures=3, every=timedelta(minutes=1)))
    accounts = world.open(throttle=throttle)
    tries = (accounts.login("bob@example.com", "wrong horse", "1.1.1.1") for _ in range(30))
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, LoginRequired) for answer in answers) <= 4
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


# People


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


# API tokens


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


# Registration


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
    assert len([each for each in inviting.people(ANN) if each.role is Role.ADMIN]) == 2


async def test_an_invite_is_for_its_address_and_a_week(accounts: Accounts, world: World) -> None:
    inviting = world.open(registration="invite")
    key = await inviting.invite(ANN, "New@example.com")
    with pytest.raises(NotAllowed, match="invite_invalid"):
        await inviting.register("other@example.com", SECRET, key)
    world.now += timedelta(days=7)
    with pytest.raises(NotAllowed, match="invite_invalid"):
        await inviting.register("new@example.com", SECRET, key)
    await inviting.sweep()
    assert world.kept().get("invites", {}) == {}


async def test_trying_invites_is_throttled(accounts: Accounts, world: World) -> None:
    throttle = Throttle(lambda: world.now, address=Allowance(failures=2, every=timedelta(minutes=1)))
    inviting = world.open(registration="invite", throttle=throttle)
    key = await inviting.invite(ANN)
    for _ in range(2):
        with pytest.raises(NotAllowed):
            await inviting.register("new@example.com", SECRET, "wrong", "1.1.1.1")
    with pytest.raises(TooManyTries):
        await inviting.register("new@example.com", SECRET, key, "1.1.1.1")
    await inviting.register("new@example.com", SECRET, key, "2.2.2.2")


# The first administrator


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


# Open mode


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


# Two processes


async def test_the_server_and_the_command_line_see_each_others_changes(accounts: Accounts, world: World) -> None:
    server, cli = accounts, world.open()
    token, info = await cli.add_token(OPERATOR, "bob@example.com", "ci", Scope.WRITE)
    assert server.token(token) == (BOB, info.id)
    login = await server.login("bob@example.com", SECRET, None)
    assert cli.session(login.secret) == (BOB, login.session_id)
    ended = ends(server)
    await cli.edit_person(OPERATOR, "bob@example.com", password="another horse")
    await cli.revoke_token(OPERATOR, info.id)
    world.seconds += 0.5
    assert server.session(login.secret) is None
    assert server.token(token) is None
    assert sorted(ended) == sorted([login.session_id, info.id])


async def test_a_known_session_costs_no_look_at_the_file_within_half_a_second(
    accounts: Accounts, world: World
) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    accounts.session(login.secret)
    await world.open().edit_person(OPERATOR, "bob@example.com", disabled=True)
    world.seconds += 0.4
    assert accounts.session(login.secret) is not None
    world.seconds += 0.1
    assert accounts.session(login.secret) is None


async def test_a_sweep_notices_what_another_process_ended(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    ended = ends(accounts)
    await world.open().logout(login.session_id)
    await accounts.sweep()
    assert ended == [login.session_id]


async def test_two_processes_changing_at_once_lose_nothing(world: World) -> None:
    processes = [world.open() for _ in range(3)]
    await asyncio.gather(
        *(
            process.add_person(OPERATOR, f"p{number}-{count}@example.com", Role.USER)
            for number, process in enumerate(processes)
            for count in range(5)
        )
    )
    for process in (*processes, world.open()):
        assert len(process.people(OPERATOR)) == 15


async def test_a_real_second_process_adds_a_person(accounts: Accounts, world: World) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from loadzone.core.accounts import *\n"
        "add = Accounts(Path(sys.argv[1])).add_person(OPERATOR, 'new@example.com', Role.USER)\n"
        "asyncio.run(add)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(world.path))
    assert await process.wait() == 0
    assert [each.email for each in accounts.people(ANN)] == [
        "ann@example.com",
        "bob@example.com",
        "new@example.com",
    ]


# The file


async def test_the_file_is_the_owners_alone(accounts: Accounts, world: World) -> None:
    await accounts.login("bob@example.com", SECRET, None)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in world.path.parent.iterdir()}
    assert modes == {"data.auth.json": 0o600, "data.auth.json.lock": 0o600}


async def test_the_file_is_private_from_its_first_byte(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the bytes are synced, and then the folder, nothing is readable by others, not even an old leftover."""
    leftover = world.path.with_name("data.auth.json.tmp")
    leftover.write_text("left by a crash")
    leftover.chmod(0o666)
    seen: list[int] = []
    folders: list[bool] = []
    sync = os.fsync

    def watching(descriptor: int) -> None:
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in world.path.parent.glob("data.auth.json*"))
        folders.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watching)
    world.open().cookie_secret()
    assert set(seen) == {0o600}
    assert folders == [False, True]
    assert not leftover.exists()


async def test_asking_for_the_cookie_secret_keeps_it(world: World) -> None:
    secret = world.open().cookie_secret()
    assert len(secret) >= 32
    assert world.open().cookie_secret() == secret


async def test_two_fresh_processes_agree_on_one_cookie_secret(world: World) -> None:
    one, two = world.open(), world.open()
    assert one.cookie_secret() == two.cookie_secret() == one.cookie_secret()


def broken(**changes: Any) -> bytes:
    """Return a file with a good administrator in it, and `changes` at its top."""
    good = {"role": "admin", "created": "2026-01-01T00:00:00Z", "password": CHEAP.hash("x")}
    people = {"ann@example.com": good, **changes.pop("people", {})}
    return json.dumps({"schema": 1, "cookie_secret": "x" * 64, "people": people, **changes}).encode()


BOBS = {"role": "user", "created": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"", "data.auth.json:1"),
        (b'{\n"schema": 1,\n', "data.auth.json:3"),
        (b'"\xff"', "data.auth.json"),
        (b"[]", "data.auth.json: $"),
        (broken(schema=2), "data.auth.json: schema"),
        (broken(cookie_secret="short"), "data.auth.json: cookie_secret"),
        (broken(more=1), "data.auth.json: more"),
        (broken(people={"bob@x": {**BOBS, "role": "guest"}}), 'data.auth.json: people["bob@x"].role'),
        (broken(people={"bob@x": {**BOBS, "role": "king"}}), 'data.auth.json: people["bob@x"].role'),
        (broken(people={"bob@x": {**BOBS, "dissabled": True}}), 'data.auth.json: people["bob@x"].dissabled'),
        (broken(people={"bob@x": {**BOBS, "password": "plain"}}), 'data.auth.json: people["bob@x"].password'),
        (broken(people={"bob@x": {"role": "user"}}), 'data.auth.json: people["bob@x"].created'),
        (broken(people={"Bob@x": BOBS}), 'data.auth.json: people["Bob@x"]'),
        (broken(sessions={"abc": {}}), 'data.auth.json: sessions["abc"]'),
        (broken(tokens={"a" * 64: {}}), 'data.auth.json: tokens["' + "a" * 64 + '"].email'),
    ],
)
async def test_a_broken_file_is_refused_and_never_overwritten(world: World, raw: bytes, place: str) -> None:
    world.path.write_bytes(raw)
    world.path.chmod(0o600)
    with pytest.raises(DataError) as refused:
        world.open()
    assert refused.value.data["place"] == place
    assert world.path.read_bytes() == raw


async def test_a_good_file_by_hand_loads(world: World) -> None:
    world.path.write_bytes(broken(people={"bob@x": BOBS}))
    world.path.chmod(0o600)
    assert [each.email for each in world.open().people(OPERATOR)] == ["ann@example.com", "bob@x"]


async def test_a_file_that_breaks_under_way_changes_nothing_and_stays(
    accounts: Accounts, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Who is known stays known, changes are refused, and the broken file is left for a person to mend."""
    login = await accounts.login("bob@example.com", SECRET, None)
    good = world.path.read_bytes()
    world.path.write_bytes(good[:-20])
    for _ in range(3):
        world.seconds += 1
        assert accounts.session(login.secret) is not None
    assert caplog.text.count("cannot be read") == 1
    with pytest.raises(DataError):
        await accounts.logout(login.session_id)
    assert world.path.read_bytes() == good[:-20]
    assert accounts.session(login.secret) is not None
    world.path.write_bytes(good)
    await accounts.logout(login.session_id)
    assert accounts.session(login.secret) is None


async def test_a_full_disk_changes_nothing(accounts: Accounts, world: World) -> None:
    """A change that cannot be written is refused, leaves memory and file as they were, and works later."""
    login = await accounts.login("bob@example.com", SECRET, None)
    ended, before = ends(accounts), world.path.read_bytes()
    with full_disk():
        for call in (
            accounts.add_person(ANN, "new@example.com", Role.USER, SECRET),
            accounts.edit_person(ANN, "bob@example.com", disabled=True),
            accounts.login("ann@example.com", SECRET, None),
            accounts.logout(login.session_id),
        ):
            with pytest.raises(StoreUnavailable):
                await call
    assert world.path.read_bytes() == before
    assert sorted(path.name for path in world.path.parent.iterdir()) == ["data.auth.json", "data.auth.json.lock"]
    assert accounts.session(login.secret) == (BOB, login.session_id)
    assert [each.email for each in accounts.people(ANN)] == ["ann@example.com", "bob@example.com"]
    assert ended == []
    await accounts.add_person(ANN, "new@example.com", Role.USER, SECRET)


async def test_expiry_is_told_even_when_the_disk_is_full(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    ended = ends(accounts)
    world.now += timedelta(days=8)
    with full_disk(), pytest.raises(StoreUnavailable):
        await accounts.sweep()
    assert ended == [login.session_id]
    assert accounts.session(login.secret) is None


async def test_a_lock_held_too_long_is_an_unavailable_store(
    accounts: Accounts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_file, "LOCK_SECONDS", 0.05)
    with FileLock(f"{world.path}.lock"), pytest.raises(StoreUnavailable):
        await accounts.add_person(ANN, "new@example.com", Role.USER, SECRET)


async def test_a_missing_folder_is_an_unavailable_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        World(tmp_path / "nowhere").open().cookie_secret()
    assert not (tmp_path / "nowhere").exists()


async def test_a_linked_file_stays_linked(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    world = World(tmp_path)
    world.path.symlink_to(tmp_path / "secrets" / "auth.json")
    await world.open().add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    assert world.path.is_symlink()
    assert list(world.kept()["people"]) == ["ann@example.com"]


def test_what_is_written_reads_back_the_same(world: World) -> None:
    """Every table of the file comes back as it was."""

    async def fill() -> None:
        accounts = world.open(registration="invite")
        await accounts.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
        login = await accounts.login("ann@example.com", SECRET, None)
        await accounts.add_token(login.actor, "ann@example.com", "ci", Scope.READ, world.now + timedelta(days=1))
        await accounts.invite(login.actor, "new@example.com")
        raw = world.path.read_bytes()
        assert parse(raw, "x") == accounts._file.data
        tables = {"people", "sessions", "tokens", "invites", "untold"}
        assert set(world.kept()) == {"schema", "cookie_secret", *tables}

    asyncio.run(fill())
