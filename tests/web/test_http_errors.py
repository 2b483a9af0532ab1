"""What is refused, how, and in which language."""

import asyncio
import json
import logging
from typing import Any

import httpx
import pytest
from tornado.web import RequestHandler

from loadzone.core.memory_store import MemoryStore
from loadzone.domain.errors import StoreUnavailable
from loadzone.web.calls import BODY_MAX
from loadzone.web.handlers import BaseHandler
from tests.web.conftest import ADMIN, ALICE, PASSWORD, Live, Start, small_fleet

RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}


def check_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is a whole problem of that kind and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"/docs#{code}"
    assert told["title"]
    assert told["detail"] == told["error"] != ""
    assert "Traceback" not in answer.text
    return told


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"vm_id": "server-01"}, "hours", "required"),
        ({"hours": 1}, "vm_id", "required"),
        ({"vm_id": "server-01", "hours": "2"}, "hours", "wrong_type"),
        ({"vm_id": "server-01", "hours": True}, "hours", "wrong_type"),
        ({"vm_id": "server-01", "hours": None}, "hours", "wrong_type"),
        ({"vm_id": 7, "hours": 1}, "vm_id", "wrong_type"),
        ({"vm_id": "server-01", "hours": 1, "hour": 1}, "hour", "unknown_field"),
        ({"vm_id": "server-01", "hours": 0}, "hours", "hours_not_positive"),
        ({"vm_id": "server-01", "hours": -1}, "hours", "hours_not_positive"),
        ({"vm_id": "server-01", "hours": 168.01}, "hours", "hours_too_many"),
        ({"vm_id": "server-01", "hours": 1, "purpose": "x" * 201}, "purpose", "too_long"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "ru"])
async def test_a_wrong_field_is_named_in_both_languages(  # noqa: PLR0917  # an example is a row of a table
    alice: httpx.AsyncClient, live: Live, body: dict[str, Any], field: str, code: str, lang: str
) -> None:
    answer = await alice.post("/book", json=body, headers={"Accept-Language": lang})
    told = check_problem(answer, 400, "invalid_input")
    assert [(each["field"], each["code"]) for each in told["errors"]] == [(field, code)]
    assert told["errors"][0]["message"] in told["detail"]
    assert is_russian(told["errors"][0]["message"]) is (lang == "ru")
    assert live.site.service.seq == 0


def is_russian(text: str) -> bool:
    return any("а" <= letter <= "я" for letter in text.lower())


async def test_too_many_hours_name_the_limit(alice: httpx.AsyncClient) -> None:
    answer = await alice.post("/book", json={"vm_id": "server-01", "hours": 169})
    assert "168 hours" in answer.json()["detail"]
    answer = await alice.post("/book", json={"vm_id": "server-01", "hours": 169}, headers=RUSSIAN)
    assert "168 часов" in answer.json()["detail"]


async def test_several_wrong_fields_are_all_named(alice: httpx.AsyncClient) -> None:
    answer = await alice.post("/book", json={"vm_id": "server-01", "hours": 0, "purpose": "\u0000"})
    told = check_problem(answer, 400, "invalid_input")
    assert [each["field"] for each in told["errors"]] == ["hours", "purpose"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "json_malformed"),
        (b"{", "json_malformed"),
        (b'{"vm_id": "server-01", "hours": NaN}', "json_malformed"),
        (b'{"vm_id": "server-01", "hours": 1} x', "json_malformed"),
        (b'{"vm_id": "\xff", "hours": 1}', "json_malformed"),
        (b'{"vm_id": "\\ud800", "hours": 1}', "json_malformed"),
        (b"\xef\xbb\xbf{}", "json_malformed"),
        (b"[]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'"text"', "not_an_object"),
    ],
)
async def test_what_is_no_json_object_is_refused(alice: httpx.AsyncClient, raw: bytes, code: str) -> None:
    answer = await alice.post("/book", content=raw, headers={"Content-Type": "application/json"})
    check_problem(answer, 400, code)


@pytest.mark.parametrize("raw", [b"1e999", b"9" * 5000, b"[" * 100_000])
async def test_a_number_beyond_all_numbers_and_deep_nesting_are_refused(
    alice: httpx.AsyncClient, raw: bytes
) -> None:
    body = b'{"vm_id": "server-01", "hours": ' + raw + b"}"
    answer = await alice.post("/book", content=body, headers={"Content-Type": "application/json"})
    assert [each["field"] for each in check_problem(answer, 400, "invalid_input")["errors"]] == ["hours"]


@pytest.mark.parametrize("path", ["/book", "/renew"])
@pytest.mark.parametrize("raw", [b"1e999", b"-1e999", b"9" * 5000])
async def test_hours_beyond_all_numbers_are_told_the_limit_too(
    alice: httpx.AsyncClient, path: str, raw: bytes
) -> None:
    body = b'{"vm_id": "server-01", "hours": ' + raw + b"}"
    answer = await alice.post(path, content=body, headers={"Content-Type": "application/json"})
    assert "168 hours" in check_problem(answer, 400, "invalid_input")["errors"][0]["message"]


async def test_a_huge_group_number_is_simply_not_found(admin: httpx.AsyncClient) -> None:
    body = b'{"group_id": ' + b"9" * 40 + b"}"
    answer = await admin.post("/delete-group", content=body, headers={"Content-Type": "application/json"})
    assert check_problem(answer, 404, "group_not_found")["group_id"] == "9" * 40


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_a_body_that_is_not_said_to_be_json_is_refused(
    alice: httpx.AsyncClient, live: Live, content_type: str | None
) -> None:
    request = alice.build_request("POST", "/book", content=b'{"vm_id": "server-01", "hours": 1}')
    if content_type is not None:
        request.headers["Content-Type"] = content_type
    check_problem(await alice.send(request), 415, "not_json")
    assert live.site.service.seq == 0


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/x+json"]
)
async def test_every_way_of_saying_json_is_understood(alice: httpx.AsyncClient, content_type: str) -> None:
    answer = await alice.post(
        "/book", content=b'{"vm_id": "server-01", "hours": 1}', headers={"Content-Type": content_type}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("size", [BODY_MAX + 1, 5 * BODY_MAX])
async def test_a_body_above_the_limit_is_413_and_the_connection_stays_usable(
    alice: httpx.AsyncClient, size: int
) -> None:
    big = await alice.post("/book", content=b" " * size, headers={"Content-Type": "application/json", **RUSSIAN})
    check_problem(big, 413, "body_too_large")
    assert big.headers["X-Content-Type-Options"] == "nosniff"
    assert (await alice.get("/healthz")).status_code == 200


async def test_a_body_of_exactly_the_limit_is_read(alice: httpx.AsyncClient) -> None:
    body = b'{"vm_id": "server-01", "hours": 1}'.ljust(BODY_MAX)
    answer = await alice.post("/book", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize("number", [18, 80])
async def test_a_body_sent_in_chunks_is_limited_too(alice: httpx.AsyncClient, number: int) -> None:
    async def chunks() -> Any:
        for _ in range(number):
            yield b" " * 65536

    answer = await alice.post("/book", content=chunks(), headers={"Content-Type": "application/json"})
    check_problem(answer, 413, "body_too_large")


async def test_an_announced_length_beyond_all_measure_is_answered_at_once(live: Live) -> None:
    host, port = live.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    length = "9" * 30
    writer.write(f"POST /book HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    assert head.startswith(b"HTTP/1.1 413")
    writer.close()


@pytest.mark.parametrize("path", ["/vms", "/groups", "/history", "/users", "/tokens"])
@pytest.mark.parametrize("lang", ["en", "ru"])
async def test_a_stranger_reads_nothing_of_the_fleet(stranger: httpx.AsyncClient, path: str, lang: str) -> None:
    answer = await stranger.get(path, headers={"Accept-Language": lang})
    told = check_problem(answer, 401, "login_required")
    assert is_russian(told["detail"]) is (lang == "ru")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_stranger_is_told_to_log_in_before_their_body_is_looked_at(stranger: httpx.AsyncClient) -> None:
    check_problem(await stranger.post("/book", json={"nonsense": 1}), 401, "login_required")


async def test_a_token_that_does_not_count_is_refused_even_where_strangers_are_welcome(
    stranger: httpx.AsyncClient,
) -> None:
    answer = await stranger.get("/me", headers={"Authorization": "Bearer lz_nonsense"})
    check_problem(answer, 401, "token_invalid")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/add-vm", {"id": "x"}),
        ("/import-vms", {"vms": []}),
        ("/edit-vm", {"vm_id": "server-01"}),
        ("/delete-vm", {"vm_id": "server-01"}),
        ("/groups", {"name": "x"}),
        ("/groups/1/add-existing-vms", {"vm_ids": []}),
        ("/remove-vm-from-group", {"vm_id": "server-01"}),
        ("/rename-group", {"group_id": 1, "name": "x"}),
        ("/delete-group", {"group_id": 1}),
        ("/add-user", {"email": "x@example.com"}),
        ("/edit-user", {"email": ALICE, "role": "admin"}),
        ("/invite", {}),
        ("/add-token", {"name": "x", "email": ADMIN}),
    ],
)
async def test_a_user_may_not_do_what_is_an_administrators(
    alice: httpx.AsyncClient, live: Live, path: str, body: dict[str, Any]
) -> None:
    check_problem(await alice.post(path, json=body), 403, "admin_only")
    assert live.site.service.seq == 0


async def test_a_user_may_not_see_who_else_there_is(alice: httpx.AsyncClient) -> None:
    check_problem(await alice.get("/users"), 403, "admin_only")


async def test_a_reading_token_changes_nothing(live: Live, alice: httpx.AsyncClient) -> None:
    made = (await alice.post("/add-token", json={"name": "watch", "scope": "read"})).json()
    client = live.client(headers={"Authorization": f"Bearer {made['secret']}"})
    assert (await client.get("/vms")).status_code == 200
    check_problem(await client.post("/book", json={"vm_id": "server-01", "hours": 1}), 403, "read_only_token")


async def test_who_does_not_hold_a_vm_neither_renews_nor_releases_it(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await alice.post("/book", json={"vm_id": "server-01", "hours": 1})
    told = check_problem(await bob.post("/renew", json={"vm_id": "server-01", "hours": 1}), 403, "not_holder")
    assert told["holder"] == ALICE
    check_problem(await bob.post("/cancel", json={"vm_id": "server-01"}), 403, "not_holder")


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Origin": "https://evil.example"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({}, False),
    ],
)
async def test_a_change_from_a_foreign_page_is_refused(
    alice: httpx.AsyncClient, headers: dict[str, str], refused: bool
) -> None:
    answer = await alice.post("/book", json={"vm_id": "server-01", "hours": 1}, headers=headers)
    if refused:
        check_problem(answer, 403, "cross_origin")
    else:
        assert answer.status_code == 200


async def test_a_login_from_a_foreign_page_is_refused(stranger: httpx.AsyncClient) -> None:
    body = {"email": ALICE, "password": PASSWORD}
    answer = await stranger.post("/auth", json=body, headers={"Origin": "https://evil.example"})
    check_problem(answer, 403, "cross_origin")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/book", {"vm_id": "ghost", "hours": 1}, "vm_not_found"),
        ("/renew", {"vm_id": "ghost", "hours": 1}, "vm_not_found"),
        ("/cancel", {"vm_id": "ghost"}, "vm_not_found"),
        ("/edit-vm", {"vm_id": "ghost"}, "vm_not_found"),
        ("/delete-vm", {"vm_id": "ghost"}, "vm_not_found"),
        ("/add-vm", {"id": "x", "group_id": 9}, "group_not_found"),
        ("/edit-vm", {"vm_id": "server-01", "group_id": 9}, "group_not_found"),
        ("/groups/9/add-existing-vms", {"vm_ids": ["server-01"]}, "group_not_found"),
        ("/groups/1/add-existing-vms", {"vm_ids": ["ghost"]}, "vm_not_found"),
        ("/remove-vm-from-group", {"vm_id": "ghost"}, "vm_not_found"),
        ("/remove-vm-from-group", {"vm_id": "server-01", "group_id": 9}, "group_not_found"),
        ("/rename-group", {"group_id": 9, "name": "x"}, "group_not_found"),
        ("/delete-group", {"group_id": 9}, "group_not_found"),
        ("/edit-user", {"email": "ghost@example.com", "disabled": True}, "person_not_found"),
        ("/revoke-token", {"id": "ghost"}, "token_not_found"),
    ],
)
async def test_a_name_that_does_not_exist_is_404(
    admin: httpx.AsyncClient, path: str, body: dict[str, Any], code: str
) -> None:
    check_problem(await admin.post(path, json=body), 404, code)


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/renew", {"vm_id": "server-01", "hours": 1}, "vm_not_booked"),
        ("/cancel", {"vm_id": "server-01"}, "vm_not_booked"),
        ("/add-vm", {"id": "server-01"}, "vm_exists"),
        ("/groups", {"name": "PRODUCTION"}, "group_exists"),
        ("/remove-vm-from-group", {"vm_id": "server-05"}, "vm_not_in_group"),
        ("/add-user", {"email": ALICE}, "person_exists"),
        ("/edit-user", {"email": ADMIN, "role": "user"}, "last_admin"),
    ],
)
async def test_what_clashes_is_409(admin: httpx.AsyncClient, path: str, body: dict[str, Any], code: str) -> None:
    check_problem(await admin.post(path, json=body), 409, code)


@pytest.mark.parametrize("lang", ["en", "ru"])
async def test_taken_says_who_holds_the_vm_and_until_when(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, lang: str
) -> None:
    await alice.post("/book", json={"vm_id": "server-01", "hours": 2})
    answer = await bob.post("/book", json={"vm_id": "server-01", "hours": 1}, headers={"Accept-Language": lang})
    told = check_problem(answer, 409, "vm_taken")
    assert (told["holder"], told["until"]) == (ALICE, "2026-11-23T14:00:00Z")
    assert ALICE in told["detail"]
    assert "2026-11-23 14:00 UTC" in told["detail"]
    assert answer.headers["Content-Language"] == lang


async def test_of_many_who_book_at_once_one_wins_and_the_others_learn_who(live: Live) -> None:
    clients = [await live.logged_in(email) for email in (ADMIN, ALICE, "bob@example.com")]
    answers = await asyncio.gather(
        *(client.post("/book", json={"vm_id": "server-01", "hours": 1}) for client in clients * 5)
    )
    winners = [answer.json()["booked_by"] for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    losers = [answer.json() for answer in answers if answer.status_code == 409]
    assert {told["holder"] for told in losers} == set(winners)
    assert len(losers) == 14


@pytest.mark.parametrize("path", ["/nowhere", "/vms/", "/vms/server-01", "/groups/x/add-existing-vms", "/VMS"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
async def test_an_unknown_path_is_404(stranger: httpx.AsyncClient, method: str, path: str) -> None:
    check_problem(await stranger.request(method, path), 404, "path_not_found")


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/book", "POST"),
        ("DELETE", "/vms", "GET, HEAD"),
        ("PUT", "/groups", "GET, HEAD, POST"),
        ("OPTIONS", "/book", "POST"),
        ("TRACE", "/book", "POST"),
        ("POST", "/history", "GET, HEAD"),
        ("POST", "/docs", "GET, HEAD"),
        ("PATCH", "/setup", "GET, HEAD, POST"),
    ],
)
async def test_a_wrong_method_is_405_and_the_right_ones_are_named(
    alice: httpx.AsyncClient, method: str, path: str, allow: str
) -> None:
    answer = await alice.request(method, path)
    check_problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == allow


async def test_tries_to_log_in_are_throttled_without_telling_who_exists(stranger: httpx.AsyncClient) -> None:
    seen = []
    for email in (ALICE, "ghost@example.com"):
        for _ in range(11):
            answer = await stranger.post("/auth", json={"email": email, "password": "wrong password"})
            seen.append((answer.status_code, answer.json()["code"]))
    assert seen[:11] == seen[11:]
    assert seen[0] == (401, "wrong_login")
    assert seen[10] == (429, "too_many_tries")
    assert int(answer.headers["Retry-After"]) >= 1


class FullDisk(MemoryStore):
    """A store whose disk is full."""

    async def append(self, facts: Any, expected: int, receipt: Any = None) -> Any:
        raise StoreUnavailable


async def test_a_store_that_cannot_write_is_503_and_nothing_changes(
    start_live: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with start_live(store=FullDisk(small_fleet())) as live:
        client = await live.logged_in(ADMIN)
        answer = await client.post("/book", json={"vm_id": "server-01", "hours": 1}, headers=RUSSIAN)
        told = check_problem(answer, 503, "store_unavailable")
        assert is_russian(told["detail"])
        assert "Retry-After" in answer.headers
        assert (await client.get("/vms")).json()["vms"][0]["booked_by"] is None
    assert "Traceback" not in caplog.text


class Crash(BaseHandler):
    """Fails inside."""

    def initialize(self, live: list[Any]) -> None:
        self.site = live[0] if live else None

    def get(self) -> None:
        raise ZeroDivisionError("the inner secret")


async def test_a_crash_is_500_that_shows_nothing_and_is_logged_with_its_traceback(
    start_live: Start, caplog: pytest.LogCaptureFixture
) -> None:
    parts: list[Any] = []
    handler: type[RequestHandler] = Crash
    async with start_live(extra=[("/crash", handler, {"live": parts})]) as live:
        parts.append(live.site)
        with caplog.at_level(logging.ERROR):
            answer = await live.client().get("/crash", headers=RUSSIAN)
        told = check_problem(answer, 500, "internal_error")
        assert "secret" not in answer.text
        assert is_russian(told["detail"])
        assert "ZeroDivisionError: the inner secret" in caplog.text
        assert b"loadzone_http_crashes_total 1.0" in live.site.metrics.exposition()


async def test_the_language_chosen_by_cookie_wins_over_the_browsers(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/vms", headers={**RUSSIAN, "Cookie": "loadzone_lang=en"})
    assert not is_russian(answer.json()["detail"])
    answer = await stranger.get("/vms", headers={"Accept-Language": "en", "Cookie": "loadzone_lang=ru"})
    assert is_russian(answer.json()["detail"])
    answer = await stranger.get("/vms", headers={**RUSSIAN, "Cookie": "loadzone_lang=xx"})
    assert is_russian(answer.json()["detail"])


async def test_the_servers_language_is_for_those_who_ask_for_none_that_we_have(start_live: Start) -> None:
    async with start_live(lang="ru") as live:
        client = live.client()
        assert is_russian((await client.get("/vms", headers={"Accept-Language": "fr"})).json()["detail"])
        assert not is_russian((await client.get("/vms", headers={"Accept-Language": "en"})).json()["detail"])


async def test_a_problem_says_that_it_depends_on_the_language(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/vms", headers=RUSSIAN)
    assert answer.headers["Content-Language"] == "ru"
    assert "Accept-Language" in answer.headers["Vary"]
    assert json.loads(answer.content)["title"] == "Нужно войти"


async def test_an_empty_password_field_is_named_when_it_is_missing(stranger: httpx.AsyncClient) -> None:
    told = check_problem(await stranger.post("/auth", json={"email": ALICE}), 400, "invalid_input")
    assert told["errors"][0]["field"] == "password"


@pytest.mark.parametrize("size", [300, 5_000, 500_000])
async def test_a_name_of_any_length_is_refused_in_a_short_sentence(alice: httpx.AsyncClient, size: int) -> None:
    answer = await alice.post("/book", json={"vm_id": "x" * size, "hours": 1})
    assert len(check_problem(answer, 404, "vm_not_found")["detail"]) < 300


async def test_no_body_at_all_is_malformed_rather_than_of_a_wrong_kind(alice: httpx.AsyncClient) -> None:
    check_problem(await alice.post("/book"), 400, "json_malformed")
    plain = {"Content-Type": "text/plain"}
    check_problem(await alice.post("/book", headers=plain), 415, "not_json")
