"""`Idempotency-Key`: the first answer, again."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from loadzone.domain.errors import Conflict, StoreUnavailable
from loadzone.web.idempotency import Replays, receipt
from tests.web.conftest import ADMIN, Live
from tests.web.test_http_errors import check_problem

KEY = {"Idempotency-Key": "0b0e9c8e"}
BOOK = {"vm_id": "server-01", "hours": 2}


async def test_a_repeat_gets_the_first_answer_and_books_nothing_more(alice: httpx.AsyncClient, live: Live) -> None:
    first = await alice.post("/book", json=BOOK, headers=KEY)
    live.clock.forward(minutes=5)
    again = await alice.post("/book", json=BOOK, headers=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content) == (200, first.content)
    assert live.site.service.seq == 1


async def test_a_repeat_of_a_refusal_is_refused_alike(
    alice: httpx.AsyncClient, bob: httpx.AsyncClient, live: Live
) -> None:
    await alice.post("/book", json=BOOK)
    first = check_problem(await bob.post("/book", json=BOOK, headers=KEY), 409, "vm_taken")
    await alice.post("/cancel", json={"vm_id": "server-01"})
    assert check_problem(await bob.post("/book", json=BOOK, headers=KEY), 409, "vm_taken") == first


async def test_many_repeats_at_once_book_once(alice: httpx.AsyncClient, live: Live) -> None:
    answers = await asyncio.gather(*(alice.post("/book", json=BOOK, headers=KEY) for _ in range(10)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert {answer.status_code for answer in answers} == {200}
    assert live.site.service.seq == 1


async def test_the_same_key_with_another_body_is_refused(alice: httpx.AsyncClient) -> None:
    await alice.post("/book", json=BOOK, headers=KEY)
    answer = await alice.post("/book", json={**BOOK, "hours": 3}, headers=KEY)
    check_problem(answer, 409, "idempotency_key_reused")


async def test_a_key_counts_for_one_caller_and_one_path(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    assert (await alice.post("/book", json=BOOK, headers=KEY)).status_code == 200
    check_problem(await bob.post("/book", json=BOOK, headers=KEY), 409, "vm_taken")
    assert (await alice.post("/renew", json=BOOK, headers=KEY)).status_code == 200


async def test_a_key_is_forgotten_after_a_day(live: Live, alice: httpx.AsyncClient) -> None:
    token = (await alice.post("/add-token", json={"name": "x", "scope": "write"})).json()["secret"]
    client = live.client(headers={"Authorization": f"Bearer {token}", **KEY})
    assert (await client.post("/book", json=BOOK)).status_code == 200
    live.clock.forward(hours=23)
    assert (await client.post("/book", json=BOOK)).json()["booked_at"] == "2026-11-23T12:00:00Z"
    live.clock.forward(hours=1)
    assert (await client.post("/book", json=BOOK)).json()["booked_at"] == "2026-11-24T12:00:00Z"


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_malformed_key_is_refused(alice: httpx.AsyncClient, live: Live, key: str) -> None:
    told = check_problem(
        await alice.post("/book", json=BOOK, headers={"Idempotency-Key": key}), 400, "invalid_input"
    )
    assert told["errors"][0]["field"] == "Idempotency-Key"
    assert live.site.service.seq == 0


async def test_a_login_is_never_answered_from_memory(live: Live, admin: httpx.AsyncClient) -> None:
    body = {"email": ADMIN, "password": "correct horse battery"}
    client = live.client()
    first = await client.post("/auth", json=body, headers=KEY)
    second = await client.post("/auth", json=body, headers=KEY)
    assert first.headers["Set-Cookie"] != second.headers["Set-Cookie"]


async def test_what_is_not_the_callers_doing_is_tried_again() -> None:
    replays = Replays()
    tries: list[int] = []

    async def work() -> str:
        tries.append(len(tries))
        await asyncio.sleep(0)
        if len(tries) == 1:
            raise StoreUnavailable
        return "done"

    key = ("a@example.com", "/book", "k")
    both = (replays.once(key, b"", work) for _ in range(2))
    outcomes: list[Any] = await asyncio.gather(*both, return_exceptions=True)
    assert isinstance(outcomes[0], StoreUnavailable)
    assert outcomes[1] == "done"
    assert await replays.once(key, b"", work) == "done"
    assert len(tries) == 2


async def test_only_so_many_answers_are_kept() -> None:
    seconds = [0.0]
    replays = Replays(limit=3, timer=lambda: seconds[0])

    async def work() -> int:
        return 1

    for number in range(10):
        await replays.once(("a", "/book", str(number)), b"", work)
    assert len(replays) == 3
    seconds[0] = 86_400
    await replays.once(("a", "/book", "9"), b"", work)
    assert len(replays) == 1


async def test_refused_requests_of_one_person_let_no_answer_to_another_be_forgotten() -> None:
    """Each caller has a quota of their own, over which their own oldest goes; what was recalled stays too."""
    made: list[str] = []
    replays = Replays(limit=100, most=1_000)
    replays.recall([receipt(("old@x", "/book", "k"), b"", datetime.now(UTC), 1)], datetime.now(UTC))

    async def grant() -> str:
        made.append("b")
        return "yours"

    async def refuse() -> Any:
        made.append("a")
        raise Conflict("vm_taken", vm_id="x")

    await replays.once(("b@x", "/book", "k"), b"", grant)
    for number in range(1_040):
        with pytest.raises(Conflict):
            await replays.once(("a@x", "/book", str(number)), b"", refuse)
    assert await replays.once(("b@x", "/book", "k"), b"", grant) == "yours"
    assert await replays.once(("old@x", "/book", "k"), b"", grant) == b"1"
    assert made.count("b") == 1
    assert len(replays) == 102
    with pytest.raises(Conflict):
        await replays.once(("a@x", "/book", "1039"), b"", refuse)
    assert made.count("a") == 1_040


async def test_where_all_is_full_whoever_has_most_loses_the_oldest() -> None:
    replays = Replays(limit=8, most=10)

    async def work() -> int:
        return 1

    for caller, many in (("b", 2), ("a", 8), *((f"c{n}", 1) for n in range(6))):
        for number in range(many):
            await replays.once((caller, "/book", str(number)), b"", work)
    assert {whose: len(each) for whose, each in replays._callers.items()} == {
        "b": 2, "a": 2, **{f"c{n}": 1 for n in range(6)}
    }  # fmt: skip


async def test_a_kept_refusal_holds_no_frames_of_the_request() -> None:
    replays = Replays()

    async def work() -> Any:
        raise Conflict("vm_taken", vm_id="x")

    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            await replays.once(("a", "/book", "k"), b"", work)
        assert refused.value.data == {"vm_id": "x"}
    kept = next(iter(replays._kept.values())).refused
    assert kept is not None
    assert kept.__traceback__ is None
