"""One place tells who calls: by cookie, by bearer token, or nobody; foreign pages may change nothing."""

from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from tornado.httputil import HTTPHeaders, HTTPServerRequest, RequestStartLine

from loadzone import i18n
from loadzone.cookies import SESSION as COOKIE
from loadzone.core.accounts import OPERATOR, Accounts, Login
from loadzone.core.auth_file import Mode, Scope
from loadzone.domain.errors import (
    Conflict,
    DataError,
    LoadZoneError,
    LoginRequired,
    NotAllowed,
    TooManyTries,
    invalid,
)
from loadzone.domain.permissions import GUEST, STRANGER, Actor, Role
from loadzone.web.identity import Caller, Identity
from loadzone.web.own_origins import OwnOrigins

BOB = Actor(email="bob@example.com", role=Role.USER)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def request(method: str = "GET", uri: str = "/", **headers: str) -> HTTPServerRequest:
    """Return a request; `Sec_Fetch_Site` becomes the header Sec-Fetch-Site."""
    given = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()})
    given.setdefault("Host", "vms.example.com")
    return HTTPServerRequest(start_line=RequestStartLine(method, uri, "HTTP/1.1"), headers=given)


def opened(path: Path, mode: Mode = "password") -> Accounts:
    return Accounts(path / "data.auth.json", lambda: datetime(2026, 11, 23, tzinfo=UTC), mode=mode, hasher=CHEAP)


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return opened(tmp_path)


@pytest.fixture
async def login(accounts: Accounts) -> Login:
    await accounts.add_person(OPERATOR, "bob@example.com", Role.USER, "correct horse")
    return await accounts.login("bob@example.com", "correct horse", None)


@pytest.fixture
def identity(accounts: Accounts) -> Identity:
    return Identity(accounts, "password", public_read=False)


# Who calls


async def test_the_session_cookie_tells_who_calls(identity: Identity, login: Login) -> None:
    caller = identity.identify(request(Cookie=f"other=1; {COOKIE}={login.secret}"))
    assert caller == Caller(actor=BOB, session_id=login.session_id)
    assert identity.by_cookie(login.secret) == caller


@pytest.mark.parametrize("cookie", ["", f"{COOKIE}=", f"{COOKIE}=dead", f"{COOKIE}=\udcff", "nonsense;;;="])
async def test_a_dead_cookie_is_no_credential(identity: Identity, login: Login, cookie: str) -> None:
    assert identity.identify(request(Cookie=cookie)) == Caller(actor=STRANGER)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_a_bearer_token_tells_who_calls_before_any_cookie(
    accounts: Accounts, identity: Identity, login: Login, scheme: str
) -> None:
    secret, info = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.READ)
    caller = identity.identify(request(Authorization=f"{scheme} {secret}", Cookie=f"{COOKIE}={login.secret}"))
    reader = Actor(email="bob@example.com", role=Role.USER, read_only=True)
    assert caller == Caller(actor=reader, session_id=info.id)


@pytest.mark.parametrize("header", ["Bearer lz_unknown", "Bearer", "Bearer "])
async def test_a_bad_bearer_token_is_an_error_even_beside_a_good_cookie(
    identity: Identity, login: Login, header: str
) -> None:
    with pytest.raises(LoginRequired, match="token_invalid"):
        identity.identify(request(Authorization=header, Cookie=f"{COOKIE}={login.secret}"))


async def test_a_session_secret_is_no_token_and_a_token_no_session(
    accounts: Accounts, identity: Identity, login: Login
) -> None:
    secret, _ = await accounts.add_token(BOB, "bob@example.com", "ci", Scope.WRITE)
    assert identity.identify(request(Cookie=f"{COOKIE}={secret}")).actor == STRANGER
    with pytest.raises(LoginRequired):
        identity.identify(request(Authorization=f"Bearer {login.secret}"))


async def test_other_ways_to_authorise_are_left_to_whoever_stands_before(identity: Identity) -> None:
    assert identity.identify(request(Authorization="Basic Ym9iOnB3")).actor == STRANGER


@pytest.mark.parametrize(
    ("mode", "public_read", "anonymous"),
    [("password", False, STRANGER), ("password", True, GUEST), ("open", False, GUEST), ("open", True, GUEST)],
)
def test_nobody_is_a_stranger_or_where_reading_is_open_a_guest(
    tmp_path: Path, mode: Mode, public_read: bool, anonymous: Actor
) -> None:
    identity = Identity(opened(tmp_path, mode), mode, public_read)
    assert identity.identify(request()) == Caller(actor=anonymous)


def test_accounts_of_another_mode_are_a_programming_error(accounts: Accounts) -> None:
    with pytest.raises(ValueError, match="password mode"):
        Identity(accounts, "open", public_read=False)


# Foreign pages


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://vms.example.com"},
        {"Origin": "HTTPS://VMs.Example.com"},
        {"Origin": "http://localhost:5000", "Host": "localhost:5000"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "same-origin", "Origin": "https://before.the.proxy"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://desk.example.com"},
        {"Origin": "https://evil.example", "Authorization": "Bearer lz_x"},
    ],
)
def test_our_own_pages_and_programs_may_change(accounts: Accounts, headers: dict[str, str]) -> None:
    identity = Identity(accounts, "password", False, OwnOrigins(allowed=["https://desk.example.com/"]))
    identity.demand_same_origin(request("POST", "/book", **headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://vms.example.com.evil.example"},
        {"Origin": "https://vms.example.com@evil.example"},
        {"Origin": "https://vms.example.com:8443"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "https://vms.example.com"},
        {"Origin": "https://evil.example", "Authorization": "Basic Ym9iOnB3"},
    ],
)
@pytest.mark.parametrize("uri", ["/book", "/auth"])
def test_a_foreign_page_may_change_nothing(identity: Identity, headers: dict[str, str], uri: str) -> None:
    """This holds for logging in too, and whether or not a cookie came along."""
    for cookie in ({}, {"Cookie": f"{COOKIE}=x"}):
        with pytest.raises(NotAllowed, match="cross_origin"):
            identity.demand_same_origin(request("POST", uri, **headers, **cookie))


def test_a_foreign_page_may_link_to_us_but_open_no_websocket(identity: Identity) -> None:
    identity.demand_same_origin(request("GET", Origin="https://evil.example", Sec_Fetch_Site="cross-site"))
    with pytest.raises(NotAllowed, match="cross_origin"):
        identity.demand_same_origin(
            request("GET", "/socket.io/", Origin="https://evil.example", Upgrade="WebSocket")
        )
    identity.demand_same_origin(
        request("GET", "/socket.io/", Origin="https://vms.example.com", Upgrade="websocket")
    )


# The cookie


@pytest.mark.parametrize("secure", [True, False])
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    identity: Identity, login: Login, secure: bool
) -> None:
    morsel = SimpleCookie(identity.session_cookie(login, secure))[COOKIE]
    assert morsel.value == login.secret
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert bool(morsel["secure"]) is secure
    assert morsel["max-age"] == str(30 * 24 * 3600)
    assert not morsel["domain"]


def test_clearing_the_cookie_makes_the_browser_forget_it(identity: Identity) -> None:
    morsel = SimpleCookie(identity.clear_cookie())[COOKIE]
    assert (morsel.value, morsel["max-age"], morsel["path"]) == ("", "0", "/")


# Words


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize(
    "error",
    [
        LoginRequired("wrong_login"),
        LoginRequired("token_invalid"),
        TooManyTries("too_many_tries", seconds=21),
        NotAllowed("cross_origin"),
        NotAllowed("wrong_auth_mode", mode="open"),
        NotAllowed("domain_not_listed", domains=["a.example", "b.example"]),
        NotAllowed("person_not_found", email="bob@example.com"),
        NotAllowed("token_not_found", token_id="abc"),
        *(
            NotAllowed(code, email="bob@example.com")
            for code in (
                *("last_admin", "person_exists", "registration_closed"),
                *("invite_needed", "invite_invalid", "first_admin_key_invalid"),
            )
        ),
        invalid("password", "password_too_short", min=8),
        invalid("password", "password_too_long", max=1024),
        invalid("role", "role_unknown"),
        invalid("expires", "expires_in_past"),
        *(
            DataError("x.json", f"auth_file_{what}", schema="2", known=1)
            for what in ("not_json", "schema", "value")
        ),
    ],
    ids=str,
)
def test_every_error_has_its_sentence(error: LoadZoneError, lang: str) -> None:
    assert i18n.error_text(error, lang)


@pytest.mark.parametrize(
    ("seconds", "word"), [(1, "секунду."), (22, "секунды."), (11, "секунд."), (60, "секунд.")]
)
def test_russian_plurals_are_right(seconds: int, word: str) -> None:
    assert i18n.error_text(TooManyTries("too_many_tries", seconds=seconds), "ru").endswith(word)


# Whose page asks


@pytest.mark.parametrize("said", ["bob@example.com", "bob%40example.com"])
async def test_a_page_of_who_is_logged_in_is_heard(identity: Identity, login: Login, said: str) -> None:
    """A page may ask as the person that it was opened as, and a page of nobody while nobody is logged in."""
    cookie = f"{COOKIE}={login.secret}"
    assert identity.identify(request("POST", Cookie=cookie, Loadzone_Person=said)).actor == BOB
    assert identity.identify(request("POST", Loadzone_Person="-")).actor == STRANGER


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("said", ["ann@example.com", "-", "", "%ff", "bob@example.com%00", "BOB@example.com"])
async def test_a_page_of_somebody_else_is_refused(
    identity: Identity, login: Login, said: str, method: str
) -> None:
    """A page of another person, or of nobody, is told who is logged in now; it reads nothing either."""
    with pytest.raises(Conflict) as refusal:
        identity.identify(request(method, Cookie=f"{COOKIE}={login.secret}", Loadzone_Person=said))
    assert (refusal.value.code, refusal.value.data) == ("person_changed", {"email": "bob@example.com"})


@pytest.mark.parametrize("public_read", [False, True])
async def test_a_page_whose_person_logged_out_must_log_in(accounts: Accounts, public_read: bool) -> None:
    """When nobody is logged in any more, the page of a person reads nothing as a guest."""
    with pytest.raises(LoginRequired) as refusal:
        Identity(accounts, "password", public_read).identify(request(Loadzone_Person="bob@example.com"))
    assert refusal.value.code == "login_required"


async def test_anybody_may_ask_who_is_logged_in(identity: Identity, login: Login) -> None:
    """A page learns whose login it is, whoever the page belongs to."""
    asking = request(Cookie=f"{COOKIE}={login.secret}", Loadzone_Person="?")
    assert identity.identify(asking).actor == BOB
    assert identity.identify(request(Loadzone_Person="?")).actor == STRANGER
