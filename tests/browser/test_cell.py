"""`panel serve dashboard.py`: the fleet as it is in a notebook's cell, fed by Python, in a real browser.

No LoadZone answers at the page's address, and no other host is asked: what runs here runs in a notebook too.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from loadzone.i18n import translate
from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.conftest import ALICE, BASE_FILE, ROOT, environment
from tests.server.conftest import Process

pytestmark = pytest.mark.browser
PAGE = "/dashboard"
BOB = "bob@example.com"


class Served(NamedTuple):
    """A page that Panel serves."""

    url: str
    data: Path


Show = Callable[..., Served]


@contextmanager
def shown(folder: Path) -> Iterator[Show]:
    """Serve `dashboard.py` beside a data file, with variables of the environment as keywords."""
    started: list[subprocess.Popen[str]] = []
    shutil.copy(ROOT / "dashboard.py", folder)
    data = folder / "data.json"
    data.write_text(BASE_FILE, encoding="utf-8")

    def serve(**variables: str) -> Served:
        command = [sys.executable, "-m", "panel", "serve", "dashboard.py", "--port", "0"]
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=environment(**variables), cwd=folder
        )
        started.append(process)
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r"http://localhost:\d+", line):
                return Served(found[0], data)
        raise AssertionError("panel ended before it told its address")

    try:
        yield serve
    finally:
        for process in started:
            process.terminate()
            process.communicate(timeout=30)


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Show]:
    """Serve pages to one test."""
    with shown(tmp_path) as show:
        yield show


@pytest.fixture(scope="module")
def fed(desk: Process, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a page that is fed by a server, as the user of a token, to the tests of this module."""
    with desk.client(ALICE) as client:
        made = client.post("/add-token", json={"name": "notebook", "scope": "write"}).raise_for_status()
    with shown(tmp_path_factory.mktemp("fed")) as show:
        yield show(LOADZONE_URL=desk.url, LOADZONE_TOKEN=made.json()["secret"])


@pytest.fixture
def alice(fed: Served, arrive: Arrive) -> Person:
    """Come to that page."""
    person = arrive(fed)
    person.open(PAGE)
    person.sees_fleet()
    return person


def test_what_is_booked_in_the_dialog_is_held_by_the_user_of_the_token(alice: Person, desk: Process) -> None:
    alice.book("server-02", "0.5", "Load test")
    expect(alice.row("server-02")).to_contain_text(alice.say("dashboard-state-mine"))
    with desk.client(BOB) as client:
        vm = {each["id"]: each for each in client.get("/vms").json()["vms"]}["server-02"]
        assert (vm["booked_by"], vm["purpose"]) == (ALICE, "Load test")
        client.post("/cancel", json={"vm_id": "server-02"}).raise_for_status()
    expect(alice.act("book", "server-02")).to_be_visible()


def test_what_somebody_else_does_appears_by_itself(alice: Person, desk: Process) -> None:
    with desk.client(BOB) as client:
        client.post("/book", json={"vm_id": "server-03", "hours": 1}).raise_for_status()
        expect(alice.row("server-03")).to_contain_text(BOB)
        client.post("/cancel", json={"vm_id": "server-03"}).raise_for_status()
    expect(alice.row("server-03")).not_to_contain_text(BOB)


def test_a_wrong_length_is_told_beside_its_field_in_the_language_of_the_reader(
    fed: Served, arrive: Arrive
) -> None:
    person = arrive(fed, "ru")
    person.open(PAGE)
    person.sees_fleet()
    person.begin("book", "server-02")
    person.field("dashboard-hours-own").fill("-1")
    person.confirm("book")
    expect(person.dialog).to_contain_text(translate("ru", "error-hours-not-positive", max=168))
    expect(person.field("dashboard-hours-own")).to_be_focused()


def test_every_layout_and_a_history_come_through_python(alice: Person, desk: Process) -> None:
    with desk.client(BOB) as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1}).raise_for_status()
        client.post("/cancel", json={"vm_id": "server-01"}).raise_for_status()
    for layout, seen in (("cards", "server-01"), ("timeline", "server-01"), ("groups", "Production")):
        alice.button(f"dashboard-layout-{layout}").click()
        expect(alice.page.get_by_text(seen, exact=True).last).to_be_visible()
    alice.button("dashboard-layout-table").click()
    alice.page.get_by_role("link", name="server-01", exact=True).click()
    expect(alice.dialog.get_by_role("cell", name=BOB)).to_be_visible()
    assert alice.page.url.endswith(PAGE)


def test_the_page_can_be_narrowed_by_part_and_by_search(alice: Person) -> None:
    parts = alice.page.get_by_label(alice.say("dashboard-views"), exact=True)
    parts.select_option(alice.say("dashboard-ungrouped"))
    expect(alice.row("server-01")).to_have_count(0)
    expect(alice.row("server-03")).to_have_count(1)
    parts.select_option("Production")
    expect(alice.row("server-03")).to_have_count(0)
    alice.field("dashboard-search").fill("server-02")
    expect(alice.row("server-01")).to_have_count(0)
    expect(alice.row("server-02")).to_have_count(1)


def test_a_file_is_shown_read_only_and_followed(show: Show, arrive: Arrive) -> None:
    served = show()
    person = arrive(served)
    person.open(PAGE)
    person.sees_fleet()
    expect(person.page.get_by_text(person.say("dashboard-cell-read-only"), exact=True)).to_be_visible()
    expect(person.act("book", "server-02")).to_have_count(0)
    expect(person.page.get_by_role("checkbox")).to_have_count(0)
    served.data.write_text(BASE_FILE.replace(BOB, "carol@example.com"), encoding="utf-8")
    expect(person.row("server-01")).to_contain_text("carol@example.com")


def test_a_server_that_cannot_be_reached_is_told_in_the_page(show: Show, arrive: Arrive) -> None:
    person = arrive(show(LOADZONE_URL="http://127.0.0.1:9"))
    person.open(PAGE)
    expect(person.page.get_by_text("The server http://127.0.0.1:9 cannot be reached")).to_be_visible()
