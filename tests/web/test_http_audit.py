"""`GET /audit`: what anybody changed, told to administrators only."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loadzone.core.change_filter import KINDS
from tests.web.conftest import ADMIN, ALICE, BOB, START, Live
from tests.web.test_http_errors import check_problem


@pytest.fixture
async def busy(live: Live, alice: httpx.AsyncClient, admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give the administrator's client, after five changes an hour apart, two of them by alice."""
    acts: list[tuple[httpx.AsyncClient, str, dict[str, Any]]] = [
        (alice, "/book", {"vm_id": "server-01", "hours": 8}),
        (admin, "/cancel", {"vm_id": "server-01"}),
        (admin, "/groups", {"name": "Staging", "vm_ids": ["server-02"]}),
        (admin, "/edit-user", {"email": BOB, "disabled": True, "password": "another horse"}),
        (alice, "/add-token", {"name": "nightly"}),
    ]
    for client, path, body in acts:
        live.clock.forward(hours=1)
        answer = await client.post(path, json=body)
        assert answer.is_success, answer.text
    return admin


async def ask(client: httpx.AsyncClient, **query: Any) -> list[list[str]]:
    """Return the kinds of facts of each change."""
    answer = await client.get("/audit", params=query)
    assert answer.status_code == 200, answer.text
    return [[fact["fact"] for fact in change["facts"]] for change in answer.json()["changes"]]


TOKEN, LOCKED, GROUP = ["token_added"], ["person_disabled", "password_reset"], ["group_added", "vms_moved"]
FORCED, BOOKED, COMES = ["booking_released"], ["booking_made"], ["user_added"]


async def test_everything_is_told_newest_first_and_who_did_it(busy: httpx.AsyncClient) -> None:
    found = await ask(busy)
    assert [kinds for kinds in found if kinds != COMES] == [TOKEN, LOCKED, GROUP, FORCED, BOOKED]
    changes = (await busy.get("/audit")).json()["changes"]
    assert [change["facts"][0]["by"] for change in changes][:5] == [ALICE, ADMIN, ADMIN, ADMIN, ALICE]
    assert changes[3]["facts"] == [
        {"fact": "booking_released", "at": "2026-11-23T14:00:00Z", "by": ADMIN, "vm_id": "server-01",
         "user": ALICE, "reason": "forced"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"by": ALICE.upper(), "since": "2026-11-23T12:30"}, [TOKEN, BOOKED]),
        ({"by": "loadzone"}, []),
        ({"user": BOB}, [LOCKED]),
        ({"user": ALICE, "since": "2026-11-23T12:30"}, [TOKEN, FORCED, BOOKED]),
        ({"vm": "server-01"}, [FORCED, BOOKED]),
        ({"vm": "server-02"}, [["vms_moved"]]),
        ({"vm": "never-was"}, []),
        ({"group": 2}, [GROUP]),
        ({"group": 1}, [["vms_moved"]]),
        ({"kind": "person_disabled, booking_made"}, [["person_disabled"], BOOKED]),
        ({"since": "2026-11-23T15:00:00Z", "until": "2026-11-23T17:00"}, [LOCKED, GROUP]),
    ],
)
async def test_filters_leave_exactly_what_they_say(
    busy: httpx.AsyncClient, query: dict[str, Any], expected: list[list[str]]
) -> None:
    assert await ask(busy, **query) == expected


async def test_pages_are_walked_by_cursor_and_the_last_has_none(busy: httpx.AsyncClient) -> None:
    everything, walked, cursor = await ask(busy), list[list[str]](), None
    while True:
        query: dict[str, Any] = {"limit": 2, **({} if cursor is None else {"cursor": cursor})}
        walked += await ask(busy, **query)
        cursor = (await busy.get("/audit", params=query)).json()["cursor"]
        if cursor is None:
            break
    assert walked == everything


async def test_only_administrators_are_told(
    live: Live, admin: httpx.AsyncClient, alice: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    check_problem(await alice.get("/audit"), 403, "admin_only")
    check_problem(await stranger.get("/audit"), 401, "login_required")
    for client, status in ((admin, 200), (alice, 403)):
        secret = (await client.post("/add-token", json={"name": "siem", "scope": "read"})).json()["secret"]
        reader = live.client(headers={"Authorization": f"Bearer {secret}"})
        assert (await reader.get("/audit")).status_code == status


async def test_what_is_wrong_with_a_question_is_named(admin: httpx.AsyncClient) -> None:
    query: dict[str, Any] = {"since": "yesterday", "group": "x", "kind": "gossip", "limit": 0, "vms": "a"}
    query |= {"by": "bob", "user": "b b", "vm": "a b"}
    told = check_problem(await admin.get("/audit", params=query), 400, "invalid_input")
    assert {each["field"]: each["code"] for each in told["errors"]} == {
        "since": "time_malformed",
        "group": "wrong_type",
        "kind": "not_one_of",
        "limit": "out_of_range",
        "vms": "unknown_parameter",
        "by": "email_malformed",
        "user": "email_malformed",
        "vm": "vm_id_malformed",
    }
    told = check_problem(await admin.get("/audit", params={"cursor": "x"}), 400, "invalid_input")
    assert told["errors"][0]["code"] == "cursor_malformed"


async def test_no_secret_is_told(live: Live, busy: httpx.AsyncClient) -> None:
    secret = (await busy.post("/add-token", json={"name": "ci"})).json()["secret"]
    answer = await busy.get("/audit")
    assert secret not in answer.text
    assert "another horse" not in answer.text
    assert START + timedelta(hours=5) == live.clock()


def test_the_documentation_names_every_kind() -> None:
    text = Path("docs/http-api.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []
