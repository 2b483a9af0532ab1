"""`zone.dashboard()`: what the cell is told, and what is asked through it, on a real server and on a file."""

import asyncio
import gc
import itertools
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bokeh.document import Document
from panel.models.esm import DataEvent

import loadzone
from loadzone.client import Zone
from loadzone.domain.errors import InvalidInput, LoadZoneError
from loadzone.zones import dashboard as zone_dashboard
from loadzone.zones.dashboard import Cell
from loadzone.zones.following import Following
from tests.conftest import ALICE, BASE_FILE, ROOT, LiveServer

PATIENCE = 30


class Page:
    """A browser's side of one cell: what Python sends to it, and what it asks."""

    def __init__(self, shown: Cell) -> None:
        self.boot = shown.boot
        self._ids = itertools.count(1)
        self._told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._document = Document()
        self._model = shown.get_root(self._document)
        self._document.callbacks.on_change_dispatch_to(self)

    def _document_message_sent(self, event: Any) -> None:
        # The zone is closed after the test, and tells so; nobody hears it then.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.put_nowait, event.msg_data.data)

    async def told(self, event: str) -> dict[str, Any]:
        """Return the data of the next event of this name."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self._told.get()
                if message.get("event") == event:
                    return message["data"] or {}

    def send(self, data: dict[str, Any]) -> None:
        """Send a message."""
        self._model._trigger_event(DataEvent(self._model, data=data))  # type: ignore[no-untyped-call]  # Panel has no types here

    async def change(self, path: str, *, key: str | None = None, **body: Any) -> dict[str, Any]:
        """Return the answer to a change."""
        return await self.ask("change", key, path=path, body=body)

    async def ask(self, act: str, key: str | None = None, **data: Any) -> dict[str, Any]:
        """Return the answer to a message."""
        number = key or f"{id(self)}-{next(self._ids)}"
        self.send({"id": number, "act": act, **data})
        async with asyncio.timeout(PATIENCE):
            while (message := await self._told.get()).get("id") != number:
                pass
            return message


@pytest.fixture
def alice(live_server: LiveServer) -> Iterator[Zone]:
    """Connect as a user, by token."""
    with loadzone.connect(live_server.url, token=live_server.alice_token, lang="en") as zone:
        yield zone


@pytest.fixture
def admin(live_server: LiveServer) -> Iterator[Zone]:
    """Connect as an administrator, from somewhere else."""
    with loadzone.connect(live_server.url, token=live_server.admin_token) as zone:
        yield zone


def following(zone: Zone) -> Following:
    return zone_dashboard._desks[zone, "en"]._following


def threads() -> int:
    return sum(each.name == "loadzone-watch" for each in threading.enumerate())


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


# On a server


async def test_the_cell_gets_the_whole_fleet_and_who_asks(alice: Zone) -> None:
    page = Page(alice.dashboard())
    answer = await page.ask("load")
    assert [vm["id"] for vm in answer["fleet"]["vms"]] == ["server-01", "server-02", "server-03"]
    assert [group["name"] for group in answer["fleet"]["groups"]] == ["Production"]
    assert answer["online"]
    assert (page.boot["email"], page.boot["role"], page.boot["file"]) == (ALICE, "user", False)


async def test_what_somebody_else_changes_is_told_to_the_cell(alice: Zone, admin: Zone) -> None:
    page = Page(alice.dashboard())
    admin.edit_vm("server-03", note="Back on Monday")
    change = await page.told("change")
    assert [(vm["id"], vm["note"]) for vm in change["vms"]] == [("server-03", "Back on Monday")]
    assert (await page.ask("load"))["fleet"]["seq"] == change["seq"]


async def test_every_cell_of_a_zone_is_told(alice: Zone) -> None:
    pages = [Page(alice.dashboard()), Page(alice.dashboard())]
    alice.book("server-02", hours=1)
    alice.release("server-02")
    for page in pages:
        assert (await page.told("change"))["vms"][0]["id"] == "server-02"


async def test_a_booking_asked_by_message_is_granted_as_the_user_of_the_token(alice: Zone) -> None:
    page = Page(alice.dashboard())
    answer = await page.change("/book", vm_id="server-02", hours=0.5, purpose="Load test")
    assert answer["ok"]
    assert (answer["data"]["booked_by"], answer["data"]["purpose"]) == (ALICE, "Load test")
    assert alice.vms().loc["server-02", "booked_by"] == ALICE
    assert (await page.change("/renew", vm_id="server-02", hours=1))["ok"]
    assert (await page.change("/cancel", vm_id="server-02"))["data"]["booked_by"] is None


async def test_everything_that_an_administrator_may_do_is_granted(admin: Zone) -> None:
    page = Page(admin.dashboard())
    changes: list[tuple[str, dict[str, Any]]] = [
        ("/add-vm", {"id": "server-09", "group_id": 1, "internal_ip": "10.0.0.9", "tags": ["a"], "note": "n"}),
        ("/edit-vm", {"vm_id": "server-09", "note": ""}),
        ("/groups", {"name": "Lab", "vm_ids": ["server-09"]}),
        ("/groups/2/add-existing-vms", {"vm_ids": ["server-03"]}),
        ("/rename-group", {"group_id": 2, "name": "Laboratory"}),
        ("/remove-vm-from-group", {"vm_id": "server-03", "group_id": 2}),
        ("/delete-group", {"group_id": 2}),
        ("/delete-vm", {"vm_id": "server-09", "force": True}),
    ]
    for path, body in changes:
        answer = await page.change(path, **body)
        assert answer["ok"], (path, answer)
    assert set(admin.vms().index) == {"server-01", "server-02", "server-03"}


async def test_a_renewal_that_is_sent_again_by_another_cell_is_granted_once(alice: Zone) -> None:
    """A cell that was run again repeats a renewal under its key: the booking is four hours longer, not eight."""
    first = Page(alice.dashboard())
    booked = await first.change("/book", vm_id="server-02", hours=1)
    for page in (first, Page(alice.dashboard()), Page(alice.dashboard(lang="ru"))):
        renewed = await page.change("/renew", key="once", vm_id="server-02", hours=4)
        longer = datetime.fromisoformat(renewed["data"]["expires_at"]) - datetime.fromisoformat(
            booked["data"]["expires_at"]
        )
        assert longer == timedelta(hours=4)


@pytest.mark.parametrize(
    "data",
    [
        {"act": "book", "vm_id": "server-02", "hours": "1"},
        {"act": "change", "path": "/book"},
        {"act": "change", "path": "/book", "body": []},
        {"act": "change", "id": "", "path": "/book", "body": {}},
        {"act": "change", "id": "\n", "path": "/book", "body": {}},
    ],
)
async def test_a_message_of_another_form_is_ignored(alice: Zone, data: dict[str, Any]) -> None:
    """What no page of ours sends is not answered, and changes nothing."""
    page, before = Page(alice.dashboard()), alice.vms()
    page.send({"id": "1", **data})
    assert (await page.ask("ping"))["ok"]
    assert alice.vms().equals(before)


@pytest.mark.parametrize(
    "path", ["/auth", "/add-token", "/book/", "/groups/x/add-existing-vms", "//other/book", ""]
)
async def test_a_cell_changes_the_fleet_and_nothing_else(alice: Zone, path: str) -> None:
    """Calls about people and tokens, and other addresses, are refused before the server is asked."""
    answer = await Page(alice.dashboard()).change(path, email="x@example.com")
    assert (answer["ok"], answer["code"]) == (False, "path_not_found")


@pytest.mark.parametrize(("lang", "wrong"), [("en", "above 0"), ("ru", "больше 0")])
async def test_wrong_hours_are_told_beside_their_field_in_the_language_of_the_reader(
    alice: Zone, lang: str, wrong: str
) -> None:
    page = Page(alice.dashboard(lang=lang))
    typed = await page.change("/book", vm_id="server-02", hours=-1)
    assert (typed["ok"], typed["code"], set(typed["fields"])) == (False, "invalid_input", {"hours"})
    assert wrong in typed["fields"]["hours"]
    assert set((await page.change("/book", vm_id="server-02", hours="four"))["fields"]) == {"hours"}


@pytest.mark.parametrize(("lang", "taken"), [("en", "is taken"), ("ru", "занят")])
async def test_a_vm_that_is_taken_is_told_with_its_holder_and_end_in_the_language_of_the_reader(
    alice: Zone, lang: str, taken: str
) -> None:
    answer = await Page(alice.dashboard(lang=lang)).change("/book", vm_id="server-01", hours=1)
    assert answer["code"] == "vm_taken"
    assert taken in answer["message"]
    assert "bob@example.com" in answer["message"]
    assert "2099-01-01 00:00 UTC" in answer["message"]


async def test_a_token_that_may_only_read_books_nothing(live_server: LiveServer) -> None:
    with loadzone.connect(live_server.url, token=live_server.read_token) as zone:
        answer = await Page(zone.dashboard()).change("/book", vm_id="server-02", hours=1)
    assert (answer["ok"], answer["code"]) == (False, "read_only_token")


async def test_the_history_of_a_vm_is_read_through_python(alice: Zone) -> None:
    page = Page(alice.dashboard())
    answer = await page.ask("history", vm="server-01")
    assert [(each["action"], each["user"]) for each in answer["records"]] == [("book", "bob@example.com")]
    assert len((await page.ask("history", limit=1))["records"]) == 1
    assert (await page.ask("history", until="2026-01-11T08:00:00Z", vm="server-01"))["records"] == []


async def test_a_cell_hears_of_an_outage_and_catches_up(alice: Zone, admin: Zone) -> None:
    page = Page(alice.dashboard())
    line = following(alice)._socket  # type: ignore[attr-defined]  # of a server's feed
    line.abort()
    await page.told("offline")
    admin.edit_vm("server-03", note="While the line was cut")
    await page.told("online")
    assert (await page.told("change"))["vms"][0]["note"] == "While the line was cut"


async def test_a_zone_that_is_closed_ends_what_its_cells_follow(alice: Zone) -> None:
    page, before = Page(alice.dashboard()), threads()
    alice.close()
    assert threads() == before - 1
    assert "closed" in (await page.told("offline"))["why"]
    answer = await page.change("/book", vm_id="server-02", hours=1)
    assert (answer["ok"], answer["code"]) == (False, "zone_closed")


def test_a_dashboard_that_nobody_holds_any_more_follows_nothing(alice: Zone) -> None:
    gc.collect()
    before = threads()
    shown: Cell | None = alice.dashboard()
    assert shown
    assert threads() == before + 1
    shown = None
    gc.collect()
    assert threads() == before


# On a file


async def test_a_file_is_shown_with_nobody_who_could_ask_for_anything(data_file: Path) -> None:
    page = Page(loadzone.connect(data_file).dashboard())
    assert (page.boot["email"], page.boot["file"], page.boot["where"]) == (None, True, "data.json")
    assert len((await page.ask("load"))["fleet"]["vms"]) == 3
    assert len((await page.ask("history", vm="server-02"))["records"]) == 2


@pytest.mark.parametrize(("lang", "said"), [("en", "read-only"), ("ru", "только для чтения")])
async def test_a_file_refuses_whatever_a_page_sends(data_file: Path, lang: str, said: str) -> None:
    page = Page(loadzone.connect(data_file).dashboard(lang=lang))
    answer = await page.change("/book", vm_id="server-02", hours=1)
    assert (answer["ok"], answer["code"]) == (False, "file_read_only")
    assert said in answer["message"]
    assert read(data_file) == BASE_FILE


async def test_a_file_that_changes_is_shown_anew(data_file: Path) -> None:
    zone = loadzone.connect(data_file)
    page = Page(zone.dashboard())
    write(data_file, BASE_FILE.replace('"tags": ["linux"]', '"note": "New"'))
    shown = {vm["id"]: vm for vm in (await page.told("load"))["vms"]}
    assert shown["server-02"]["note"] == "New"
    zone.close()


async def test_a_file_that_breaks_is_told_and_the_last_good_state_stays(data_file: Path) -> None:
    zone = loadzone.connect(data_file)
    page = Page(zone.dashboard())
    write(data_file, "{")
    assert (await page.told("offline"))["why"]
    assert len((await page.ask("load"))["fleet"]["vms"]) == 3
    write(data_file, BASE_FILE)
    assert (await page.told("online"))["online"]
    zone.close()


# Without


@pytest.mark.parametrize(("lang", "said"), [("en", "cannot be reached"), ("ru", "недоступен")])
def test_a_server_that_is_down_is_a_domain_error_with_its_sentence(lang: str, said: str) -> None:
    zone = loadzone.connect("http://127.0.0.1:9", token="lz_x", lang=lang)
    with zone, pytest.raises(LoadZoneError) as refused:
        zone.dashboard()
    assert refused.value.code == "server_unreachable"
    assert said in refused.value.__notes__[0]


@pytest.mark.parametrize(("url", "said"), [("http://127.0.0.1:9", "cannot be reached"), ("", "There is no file")])
def test_a_served_page_says_what_stands_in_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("LOADZONE_URL", url)
    monkeypatch.setenv("LC_ALL", "C")
    shown = zone_dashboard.page(tmp_path / "data.json")
    assert said in shown.object  # type: ignore[attr-defined]  # of a text


def test_a_language_that_there_is_none_of_is_refused(data_file: Path) -> None:
    with pytest.raises(InvalidInput):
        loadzone.connect(data_file).dashboard(lang="tlh")


@pytest.mark.parametrize(("lang", "said"), [("en", "needs Panel"), ("ru", "нужен Panel")])
def test_without_panel_the_error_says_so(data_file: Path, lang: str, said: str) -> None:
    script = f"""
import sys
import threading
sys.modules["panel"] = None  # as where it is not installed
import loadzone
from loadzone.domain.errors import LoadZoneError
try:
    loadzone.connect({str(data_file)!r}).dashboard(lang={lang!r})
except LoadZoneError as error:
    print(error.code, *error.__notes__)
"""
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.startswith("panel_missing ")
    assert said in done.stdout
