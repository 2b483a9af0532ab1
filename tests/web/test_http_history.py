"""`GET /history`: strict questions, and answers that are streamed whole or not at all."""

import asyncio
import codecs
import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from loadzone.core.memory_store import MemoryStore
from loadzone.core.store import Entry, HistoryQuery, Page
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.model import VM, Action, Reason, User
from tests.web.conftest import ALICE, BOB, PASSWORD, START, Live, Start, small_fleet
from tests.web.test_http_errors import check_problem


@pytest.fixture
async def busy(live: Live, alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give a client, and a history of four records: two of alice's, two of bob's, an hour apart."""
    for client, vm_id in ((alice, "server-01"), (bob, "server-03")):
        assert (await client.post("/book", json={"vm_id": vm_id, "hours": 8})).status_code == 200
        live.clock.forward(hours=1)
        assert (await client.post("/cancel", json={"vm_id": vm_id})).status_code == 200
        live.clock.forward(hours=1)
    return alice


async def ask(client: httpx.AsyncClient, **query: Any) -> list[tuple[str, str, str]]:
    answer = await client.get("/history", params=query)
    assert answer.status_code == 200, answer.text
    return [(each["user"], each["vm_id"], each["action"]) for each in answer.json()["records"]]


A1, A2 = (ALICE, "server-01", "book"), (ALICE, "server-01", "release")
B1, B2 = (BOB, "server-03", "book"), (BOB, "server-03", "release")


async def test_without_a_question_the_whole_history_comes_oldest_first(busy: httpx.AsyncClient) -> None:
    assert await ask(busy) == [A1, A2, B1, B2]
    assert (await busy.get("/history")).json()["cursor"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"since": "2026-11-23T13:00:00Z"}, [A2, B1, B2]),
        ({"until": "2026-11-23T13:00:00Z"}, [A1]),
        ({"since": "2026-11-23T13:00:00", "until": "2026-11-23T14:00:00"}, [A2]),
        ({"since": "2026-11-23 13:00", "until": "2026-11-23T16:00:00+02:00"}, [A2]),
        ({"since": "2026-11-23"}, [A1, A2, B1, B2]),
        ({"since": "2026-11-23T13:00:00Z", "until": "2026-11-23T13:00:00Z"}, []),
        ({"vm": "server-03"}, [B1, B2]),
        ({"vm": "never-was"}, []),
        ({"user": "BOB@example.com "}, [B1, B2]),
        ({"user": "nobody@example.com"}, []),
        ({"user": "bob@xn--mnchen-3ya.de"}, []),
        ({"vm": " server-03 "}, [B1, B2]),
        ({"group": "1"}, [A1, A2]),
        ({"group": "1", "vm": "server-03"}, []),
        ({"group": "1", "vm": "server-01"}, [A1, A2]),
    ],
)
async def test_a_question_selects_records(
    busy: httpx.AsyncClient, query: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    assert await ask(busy, **query) == expected


async def test_a_plus_that_became_a_space_is_still_an_offset(busy: httpx.AsyncClient) -> None:
    answer = await busy.get("/history?since=2026-11-23T15:00:00+02:00")
    assert len(answer.json()["records"]) == 3


async def test_a_plus_that_became_a_space_is_still_in_the_address(live: Live, admin: httpx.AsyncClient) -> None:
    """No address has a space: written as %2B or not, it is the same person."""
    await admin.post("/add-user", json={"email": "ann+vm@example.com", "password": PASSWORD})
    ann = await live.logged_in("ann+vm@example.com")
    await ann.post("/book", json={"vm_id": "server-01", "hours": 1})
    for path, found in (("/history", "records"), ("/audit", "changes")):
        for written in ("ann+vm@example.com", "ann%2Bvm@example.com", "ann%20vm@example.com"):
            told = (await admin.get(f"{path}?user={written}")).json()[found]
            assert told
            assert told == (await admin.get(path, params={"user": "ann+vm@example.com"})).json()[found]


async def test_who_and_what_a_file_calls_as_it_likes_is_found_by_that(start_live: Start) -> None:
    """A data file may hold people and VMs that nobody could add today."""
    fleet = small_fleet()
    fleet = replace(
        fleet,
        users=fleet.users.put("lab", User(email="lab", created=START)),
        vms=fleet.vms.put("old box", VM(id="old box", group=None, booked_by=None, expires_at=None)),
    )
    async with start_live(mode="open", store=MemoryStore(fleet)) as live:
        client = live.client()
        for query in ({"user": "Lab"}, {"vm": "old box"}):
            assert (await client.get("/history", params=query)).json() == {"records": [], "cursor": None}


async def test_the_vms_of_a_group_are_those_now_in_it(busy: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    await admin.post("/groups/1/add-existing-vms", json={"vm_ids": ["server-03"]})
    assert await ask(busy, group=1) == [A1, A2, B1, B2]


async def test_a_deleted_vm_keeps_its_history(busy: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    await admin.post("/delete-vm", json={"vm_id": "server-03"})
    assert await ask(busy, vm="server-03") == [B1, B2]


async def test_following_the_cursor_gives_every_record_once(busy: httpx.AsyncClient) -> None:
    seen, query, rounds = [], {"limit": "3"}, 0
    while True:
        told = (await busy.get("/history", params=query)).json()
        seen += [(each["user"], each["vm_id"], each["action"]) for each in told["records"]]
        rounds += 1
        if told["cursor"] is None:
            break
        query["cursor"] = told["cursor"]
    assert (seen, rounds) == ([A1, A2, B1, B2], 2)


async def test_a_limit_that_leaves_nothing_out_gives_no_cursor(busy: httpx.AsyncClient) -> None:
    assert (await busy.get("/history?limit=4")).json()["cursor"] is None


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("since=yesterday", "since", "time_malformed"),
        ("until=2026-13-01", "until", "time_malformed"),
        ("since=0001-01-01T00:00:00%2B14:00", "since", "time_malformed"),
        ("since=2026-11-24&until=2026-11-23", "since", "since_after_until"),
        ("limit=0", "limit", "out_of_range"),
        ("limit=100001", "limit", "out_of_range"),
        ("limit=1.5", "limit", "wrong_type"),
        ("limit=%D9%A3", "limit", "wrong_type"),
        ("limit=many", "limit", "wrong_type"),
        ("group=Production", "group", "wrong_type"),
        ("group=" + "9" * 30, "group", "wrong_type"),
        ("format=xml", "format", "not_one_of"),
        ("cursor=%F0%9F%98%80", "cursor", "cursor_malformed"),
        ("cursor=nonsense", "cursor", "cursor_malformed"),
        ("vm=a&vm=b", "vm", "given_twice"),
        ("user=%ff", "user", "not_utf8"),
        ("vms=server-01", "vms", "unknown_parameter"),
        ("user=bob", "user", "email_malformed"),
        ("user=bob+example.com", "user", "email_malformed"),
        ("user=a%00@example.com", "user", "email_malformed"),
        ("vm=server 03", "vm", "vm_id_malformed"),
        ("vm=%D1%81ervice", "vm", "vm_id_malformed"),
    ],
)
async def test_a_wrong_question_names_the_parameter(
    busy: httpx.AsyncClient, query: str, field: str, code: str
) -> None:
    told = check_problem(await busy.get(f"/history?{query}"), 400, "invalid_input")
    assert [(each["field"], each["code"]) for each in told["errors"]] == [(field, code)]


async def test_an_unknown_group_is_404(busy: httpx.AsyncClient) -> None:
    check_problem(await busy.get("/history?group=9"), 404, "group_not_found")


async def test_csv_has_the_same_columns_as_json(busy: httpx.AsyncClient) -> None:
    answer = await busy.get("/history?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.content.startswith(codecs.BOM_UTF8)
    assert answer.content.count(codecs.BOM_UTF8) == 1
    plain = [{key: value for key, value in row.items() if value or key == "end"} for row in rows]
    records = (await busy.get("/history")).json()["records"]
    assert plain == [{**each, "end": each["end"] or ""} for each in records]


async def test_an_empty_csv_has_its_header_line(alice: httpx.AsyncClient) -> None:
    assert (await alice.get("/history?format=csv")).text == "\ufeffuser,vm_id,start,end,action,reason,by\r\n"


class Written(MemoryStore):
    """A store with a made-up history: `pages` of it, each read noted; broken after `breaks_after` pages."""

    def __init__(self, pages: int, size: int = 1000, breaks_after: int | None = None) -> None:
        super().__init__(small_fleet())
        self.pages, self.size, self.breaks_after = pages, size, breaks_after
        self.given = 0
        self.closed = asyncio.Event()

    async def history(self, query: HistoryQuery) -> AsyncIterator[Page]:
        try:
            for number in range(self.pages):
                if number == self.breaks_after:
                    raise StoreUnavailable
                self.given += 1
                yield Page(entries=[self.entry(number * self.size + n) for n in range(self.size)])
        finally:
            self.closed.set()

    @staticmethod
    def entry(number: int) -> Entry:
        start = START + timedelta(seconds=number)
        user = "=cmd()@example.com" if number == 0 else ALICE
        by, reason = (user, Reason.EXPIRED) if number % 2 else (None, None)
        return Entry(user=user, vm_id="server-01", start=start, end=None, action=Action.BOOK, reason=reason, by=by)


async def test_a_spreadsheet_takes_no_field_for_a_formula(start_live: Start) -> None:
    async with start_live(mode="open", store=Written(1, 2)) as live:
        rows = list(
            csv.DictReader(
                io.StringIO((await live.client().get("/history?format=csv")).text.removeprefix("\ufeff"))
            )
        )
        assert rows[0]["user"] == "'=cmd()@example.com"
        assert rows[1]["user"] == ALICE


async def test_many_pages_arrive_as_one_whole_answer(start_live: Start) -> None:
    async with start_live(mode="open", store=Written(5)) as live:
        told = json.loads((await live.client().get("/history")).content)
        assert len(told["records"]) == 5000
        text = (await live.client().get("/history?format=csv")).text
        assert text.count("\r\n") == 5001


async def test_a_slow_reader_gets_no_more_pages_than_it_takes_and_stops_when_gone(start_live: Start) -> None:
    store = Written(1_000_000)
    async with start_live(mode="open", store=store) as live:
        host, port = live.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        writer.write(f"GET /history HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        given = -1
        # It stands still once all buffers between are full.
        while given != store.given:
            given = store.given
            await asyncio.sleep(0.2)
        assert given < 500
        writer.transport.abort()
        await asyncio.wait_for(store.closed.wait(), 10)
        assert store.given < 500


@pytest.mark.parametrize("format_name", ["json", "csv"])
async def test_an_answer_that_breaks_off_is_never_taken_for_a_whole_one(
    start_live: Start, format_name: str
) -> None:
    async with start_live(mode="open", store=Written(3, 5, breaks_after=2)) as live:
        with pytest.raises(httpx.RemoteProtocolError):
            await live.client().get(f"/history?format={format_name}")


async def test_a_store_that_fails_before_the_first_page_is_a_problem(start_live: Start) -> None:
    async with start_live(mode="open", store=Written(3, 5, breaks_after=0)) as live:
        check_problem(await live.client().get("/history"), 503, "store_unavailable")
