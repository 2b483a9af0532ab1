"""A person takes another password by the current one, and is then the only one who is logged in as them."""

from datetime import timedelta

import pytest

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.throttle import Allowance, Throttle
from loadzone.domain.account_facts import PasswordReset
from loadzone.domain.errors import InvalidInput, LoginRequired, NotAllowed, StoreUnavailable, TooManyTries
from loadzone.domain.permissions import Role
from tests.core.accounts.conftest import ANN, BOB, SECRET, World, ends, full_disk

NEW = "staple of correct horses"


async def test_the_new_password_counts_and_every_older_session_ends(accounts: Accounts) -> None:
    ann = await accounts.login("ann@example.com", SECRET, None)
    here, elsewhere = [await accounts.login("bob@example.com", SECRET, None) for _ in range(2)]
    token, _ = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.WRITE)
    ended = ends(accounts)
    login = await accounts.change_password(here.session_id, SECRET, NEW, None)
    assert (login.actor, accounts.session(login.secret)) == (BOB, (BOB, login.session_id))
    assert sorted(ended) == sorted([here.session_id, elsewhere.session_id])
    assert accounts.session(here.secret) is None
    assert accounts.session(ann.secret) is not None
    assert accounts.token(token) is not None
    with pytest.raises(LoginRequired, match="wrong_login"):
        await accounts.login("bob@example.com", SECRET, None)
    assert (await accounts.login("bob@example.com", NEW, None)).actor == BOB
    told = accounts.untold()[-1]
    assert isinstance(told, PasswordReset)
    assert (told.by, told.user) == ("bob@example.com", "bob@example.com")


@pytest.mark.parametrize(
    ("current", "password", "wrong"),
    [
        ("wrong horse", NEW, ("current_password", "wrong_password")),
        ("", NEW, ("current_password", "wrong_password")),
        (SECRET, "short", ("password", "password_too_short")),
        (SECRET, "x" * 1025, ("password", "password_too_long")),
    ],
)
async def test_a_wrong_field_changes_nothing(
    accounts: Accounts, world: World, current: str, password: str, wrong: tuple[str, str]
) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    before = world.kept()
    with pytest.raises(InvalidInput) as refused:
        await accounts.change_password(login.session_id, current, password, None)
    assert [(each.field, each.code) for each in refused.value.fields] == [wrong]
    assert world.kept() == before
    assert accounts.session(login.secret) is not None


async def test_only_a_session_changes_a_password(accounts: Accounts, world: World) -> None:
    """An API token, a session that is over and nobody at all are refused."""
    _, token = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.WRITE)
    over = await accounts.login("bob@example.com", SECRET, None)
    await accounts.logout(over.session_id)
    for caller in (token.id, over.session_id, None):
        with pytest.raises(NotAllowed, match="session_needed"):
            await accounts.change_password(caller, SECRET, NEW, None)
    opened = world.open(mode="open")
    guest = await opened.login_open("bob@example.com")
    with pytest.raises(NotAllowed, match="wrong_auth_mode"):
        await opened.change_password(guest.session_id, SECRET, NEW, None)


async def test_guesses_of_the_current_password_are_counted_for_each_session(world: World) -> None:
    """Failures in one session, or of strangers at the login, keep nobody from changing the password in another."""
    throttle = Throttle(lambda: world.seconds, Allowance(failures=3, every=timedelta(minutes=1)))
    accounts = world.open(throttle=throttle)
    await accounts.add_person(OPERATOR, "bob@example.com", Role.USER, SECRET)
    stolen, own = [await accounts.login("bob@example.com", SECRET, "1.1.1.1") for _ in range(2)]
    for _ in range(3):
        with pytest.raises(LoginRequired):
            await accounts.login("bob@example.com", "wrong horse", "1.1.1.1")
        with pytest.raises(InvalidInput):
            await accounts.change_password(stolen.session_id, "wrong horse", NEW, "1.1.1.1")
    with pytest.raises(TooManyTries):
        await accounts.change_password(stolen.session_id, SECRET, NEW, "1.1.1.1")
    assert (await accounts.change_password(own.session_id, SECRET, NEW, "1.1.1.1")).actor == BOB


async def test_a_full_disk_leaves_the_old_password_and_the_session(accounts: Accounts) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    with full_disk(), pytest.raises(StoreUnavailable):
        await accounts.change_password(login.session_id, SECRET, NEW, None)
    assert accounts.session(login.secret) is not None
    assert (await accounts.login("bob@example.com", SECRET, None)).actor == BOB


async def test_who_was_locked_out_meanwhile_gets_no_new_session(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    await world.open().edit_person(ANN, "bob@example.com", disabled=True)
    with pytest.raises((LoginRequired, NotAllowed, InvalidInput)):
        await accounts.change_password(login.session_id, SECRET, NEW, None)
    assert world.kept().get("sessions", {}) == {}
