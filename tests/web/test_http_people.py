"""People, invitations and API tokens over HTTP."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import Book
from tests.web.conftest import ADMIN, ALICE, BOB, PASSWORD, Live, Start
from tests.web.test_http_errors import check_problem


async def test_users_shows_everybody_and_no_secret(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/users")
    assert [person["email"] for person in answer.json()] == [ADMIN, ALICE, BOB]
    assert "argon2" not in answer.text


async def test_a_person_who_was_added_logs_in(admin: httpx.AsyncClient, live: Live) -> None:
    body = {"email": "Carol@example.com", "role": "user", "password": PASSWORD}
    answer = await admin.post("/add-user", json=body)
    assert (answer.status_code, answer.json()["email"]) == (201, "carol@example.com")
    carol = await live.logged_in("carol@example.com")
    assert (await carol.get("/me")).json()["role"] == "user"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "carol", "password": PASSWORD}, "email"),
        ({"email": "carol@example.com", "password": "short"}, "password"),
        ({"email": "carol@example.com", "role": "guest"}, "role"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ru"])
async def test_a_person_with_a_wrong_field_is_not_added(
    admin: httpx.AsyncClient, body: dict[str, Any], field: str, lang: str
) -> None:
    answer = await admin.post("/add-user", json=body, headers={"Accept-Language": lang})
    assert check_problem(answer, 400, "invalid_input")["errors"][0]["field"] == field
    assert len((await admin.get("/users")).json()) == 3


async def test_locking_a_person_out_ends_their_session(admin: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    answer = await admin.post("/edit-user", json={"email": ALICE, "disabled": True})
    assert (answer.status_code, answer.json()["disabled"]) == (200, True)
    assert (await alice.get("/vms")).status_code == 401


async def test_an_invited_person_registers_and_is_logged_in(start_live: Start) -> None:
    async with start_live(registration="invite") as live:
        admin, carol = await live.logged_in(ADMIN), live.client()
        body = {"email": "carol@example.com", "password": PASSWORD}
        check_problem(await carol.post("/register", json=body), 403, "invite_needed")
        key = (await admin.post("/invite", json={"role": "admin"})).json()["key"]
        answer = await carol.post("/register", json={**body, "invite": key})
        assert (answer.status_code, answer.json()) == (201, {"status": "ok"})
        assert (await carol.get("/me")).json()["role"] == "admin"


async def test_registration_is_closed_unless_it_is_opened(stranger: httpx.AsyncClient, live: Live) -> None:
    body = {"email": "carol@example.com", "password": PASSWORD}
    check_problem(await stranger.post("/register", json=body), 403, "registration_closed")
    admin = await live.logged_in(ADMIN)
    check_problem(await admin.post("/invite", json={}), 403, "registration_closed")


async def test_a_wrong_key_makes_no_administrator(stranger: httpx.AsyncClient) -> None:
    body = {"key": "guess", "email": "carol@example.com", "password": PASSWORD}
    check_problem(await stranger.post("/setup", json=body), 403, "first_admin_key_invalid")


async def test_a_token_is_shown_once_and_works_until_it_is_revoked(alice: httpx.AsyncClient, live: Live) -> None:
    made = (await alice.post("/add-token", json={"name": "laptop", "scope": "write", "days": 7})).json()
    assert made["secret"].startswith("lz_")
    listed = await alice.get("/tokens")
    assert [token["id"] for token in listed.json()] == [made["token"]["id"]]
    assert made["secret"] not in listed.text
    client = live.client(headers={"Authorization": f"Bearer {made['secret']}"})
    assert (await client.get("/me")).json()["email"] == ALICE
    assert (await alice.post("/revoke-token", json={"id": made["token"]["id"]})).json() == {"status": "ok"}
    check_problem(await client.get("/me"), 401, "token_invalid")


async def test_a_token_ends_with_its_days(alice: httpx.AsyncClient, live: Live) -> None:
    made = (await alice.post("/add-token", json={"name": "laptop", "days": 1})).json()
    client = live.client(headers={"Authorization": f"Bearer {made['secret']}"})
    assert (await client.get("/vms")).status_code == 200
    live.clock.forward(days=1)
    check_problem(await client.get("/vms"), 401, "token_invalid")


@pytest.mark.parametrize("days", [0, -1, 3661, 10**30])
async def test_a_token_is_for_a_sensible_number_of_days(alice: httpx.AsyncClient, days: int) -> None:
    told = check_problem(await alice.post("/add-token", json={"name": "x", "days": days}), 400, "invalid_input")
    assert [(each["field"], each["code"]) for each in told["errors"]] == [("days", "out_of_range")]


async def test_one_sees_and_revokes_only_ones_own_tokens(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    made = (await alice.post("/add-token", json={"name": "laptop"})).json()
    assert (await bob.get("/tokens")).json() == []
    check_problem(await bob.post("/revoke-token", json={"id": made["token"]["id"]}), 404, "token_not_found")
    assert [token["email"] for token in (await admin.get("/tokens")).json()] == [ALICE]


async def test_a_changed_password_gives_this_client_another_session_and_ends_the_others(
    alice: httpx.AsyncClient, live: Live
) -> None:
    elsewhere, before = await live.logged_in(ALICE), dict(alice.cookies)
    body = {"current_password": PASSWORD, "password": "staple of correct horses"}
    answer = await alice.post("/change-password", json=body)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert dict(alice.cookies) != before
    assert (await alice.get("/vms")).status_code == 200
    assert (await elsewhere.get("/vms")).status_code == 401
    check_problem(
        await live.client().post("/auth", json={"email": ALICE, "password": PASSWORD}), 401, "wrong_login"
    )


@pytest.mark.parametrize("lang", ["en", "ru"])
async def test_a_wrong_current_password_is_told_at_its_field(alice: httpx.AsyncClient, lang: str) -> None:
    body = {"current_password": "wrong horse", "password": "staple of correct horses"}
    answer = await alice.post("/change-password", json=body, headers={"Accept-Language": lang})
    assert check_problem(answer, 400, "invalid_input")["errors"][0]["field"] == "current_password"
    assert (await alice.get("/vms")).status_code == 200


async def test_an_api_token_changes_no_password(alice: httpx.AsyncClient, live: Live) -> None:
    secret = (await alice.post("/add-token", json={"name": "ci", "scope": "write"})).json()["secret"]
    script = live.client(headers={"Authorization": f"Bearer {secret}"})
    body = {"current_password": PASSWORD, "password": "staple of correct horses"}
    check_problem(await script.post("/change-password", json=body), 403, "session_needed")
    check_problem(await live.client().post("/change-password", json=body), 401, "login_required")


async def test_a_device_that_was_in_is_known_when_strangers_have_used_up_all_tries(live: Live) -> None:
    """The cookie that a login sets lets the owner in from the very address that others guess from."""
    owner = live.client()
    answer = await owner.post("/auth", json={"email": ALICE, "password": PASSWORD})
    cookie = next(each for each in answer.headers.get_list("Set-Cookie") if each.startswith("loadzone_device="))
    assert "HttpOnly; SameSite=Lax" in cookie
    assert ALICE not in cookie
    await owner.post("/logout")
    stranger = live.client()
    codes = [
        (await stranger.post("/auth", json={"email": ALICE, "password": "wrong horse"})).status_code
        for _ in range(11)
    ]
    assert codes == [401] * 10 + [429]
    assert (await stranger.post("/auth", json={"email": ALICE, "password": PASSWORD})).status_code == 429
    assert (await owner.post("/auth", json={"email": ALICE, "password": PASSWORD})).status_code == 200


async def test_an_account_is_open_to_its_owner_at_another_address_than_the_guesses(live: Live) -> None:
    elsewhere = live.client(transport=httpx.AsyncHTTPTransport(local_address="127.0.0.2"))
    for _ in range(20):
        await elsewhere.post("/auth", json={"email": ALICE, "password": "wrong horse"})
    assert (await live.client().post("/auth", json={"email": ALICE, "password": PASSWORD})).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ann@xn--mnchen-3ya.de", "ann@münchen.de"), ("Иван@XN--E1AFMKFD.xn--p1ai", "иван@пример.рф")],
)
async def test_an_international_address_is_one_person_in_both_forms(
    admin: httpx.AsyncClient, live: Live, typed: str, kept: str
) -> None:
    """Added, logged in, given a token and looked for, in either form; shown in the one that people read."""
    added = await admin.post("/add-user", json={"email": typed, "password": PASSWORD})
    assert (added.status_code, added.json()["email"]) == (201, kept)
    assert (await admin.post("/add-user", json={"email": kept})).json()["code"] == "person_exists"
    for form in (typed, kept):
        person = await live.logged_in(form)
        assert (await person.get("/me")).json()["email"] == kept
        token = await admin.post("/add-token", json={"email": form, "name": "ci"})
        assert token.json()["token"]["email"] == kept
    booked = await person.post("/book", json={"vm_id": "server-01", "hours": 1})
    assert booked.json()["booked_by"] == kept
    for form in (typed, kept):
        assert len((await admin.get("/history", params={"user": form})).json()["records"]) == 1
        assert (await admin.get("/audit", params={"user": form, "kind": "booking_made"})).json()["changes"]


async def test_registering_waits_until_an_administrator_approves(start_live: Start) -> None:
    """Who registers with an address of a listed domain gets no session, and none before the approval."""
    async with start_live(registration="domain", registration_domains=["example.com"]) as live:
        admin, carol = await live.logged_in(ADMIN), live.client()
        credentials = {"email": "carol@example.com", "password": PASSWORD}
        answer = await carol.post("/register", json=credentials)
        assert (answer.status_code, answer.json()) == (201, {"status": "waiting"})
        assert not answer.headers.get_list("Set-Cookie")
        check_problem(await carol.post("/auth", json=credentials), 403, "waits_for_approval")
        assert [each["email"] for each in (await admin.get("/users")).json() if each["pending"]] == [
            "carol@example.com"
        ]
        for call in ("/approve-user", "/refuse-user"):
            check_problem(await carol.post(call, json={"email": "carol@example.com"}), 401, "login_required")
        approved = await admin.post("/approve-user", json={"email": "carol@example.com"})
        assert (approved.status_code, approved.json()["pending"]) == (200, False)
        assert (await carol.post("/auth", json=credentials)).status_code == 200
        check_problem(await admin.post("/refuse-user", json={"email": "carol@example.com"}), 404, "nobody_waits")


async def test_an_address_with_bookings_is_reserved(start_live: Start) -> None:
    async with start_live(registration="domain", registration_domains=["example.com"]) as live:
        live.site.accounts.reserve(live.site.service.holds)
        await live.site.service.grant(
            Actor(email="dave@example.com", role=Role.USER), Book(vm_id="server-01", hours=1)
        )
        answer = await live.client().post("/register", json={"email": "Dave@Example.com", "password": PASSWORD})
        check_problem(answer, 403, "address_reserved")


async def test_strangers_learn_nothing_of_a_damaged_account_file(
    start_live: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every change asked for while data.auth.json is damaged is 503 without a name; the log names the place."""
    async with start_live(registration="domain", registration_domains=["example.com"]) as live:
        admin, stranger = await live.logged_in(ADMIN), live.client()
        (tmp_path / "data.auth.json").write_text('{"schema": 1,\n broken')
        credentials = {"email": "carol@example.com", "password": PASSWORD}
        for answer in (
            await stranger.post("/register", json=credentials),
            await stranger.post("/auth", json={**credentials, "email": ALICE}),
            await admin.post("/add-user", json=credentials),
        ):
            told = check_problem(answer, 503, "store_unavailable")
            assert set(told) == {"type", "title", "status", "detail", "code", "error"}
            assert "auth" not in answer.text.replace("/auth", "")
        assert "data.auth.json:2" in caplog.text
