"""No page, view, menu or dialog has a fault that axe calls critical or serious, light and dark."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, BEN, made_fleet, stamp
from tests.browser.forked import ForkedProcess
from tests.browser.inspector import DIALOG, PLAIN_DIALOG, Inspector
from tests.browser.people import Person
from tests.server.conftest import Process, Serve, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PASSWORD = "correct horse battery"
EVERYWHERE = pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)], ids=["en-desk", "ru-phone"])
MODE = ("--auth", "password", "--registration", "invite")
MOTIONLESS: dict[str, Any] = {"reduced_motion": "reduce", "color_scheme": "light"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve a fleet with every kind of VM to people with passwords; the fourth VM is Ann's."""
    path = tmp_path_factory.mktemp("house") / "data.json"
    now = datetime.now(UTC)
    fleet = made_fleet(now)
    fleet["vms"][3] |= {"booked_by": ANN, "expires_at": stamp(now + timedelta(hours=5))}
    write(path, fleet)
    server = ForkedProcess(path, *MODE).start()
    try:
        _admit(server)
        yield server
    finally:
        server.terminate()


def _first(server: Process) -> str:
    """Return the path of the link that makes the first administrator."""
    link = re.search(r"http://[^\s:]+:\d+(/setup\?\S+)", "\n".join(server.told(3)))
    assert link is not None
    return link[1]


def _invited(server: Process, setup: str) -> str:
    """Make Ann the first administrator, and return the path of an invitation by her."""
    key = setup.partition("key=")[2]
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.post("/setup", json={"key": key, "email": ANN, "password": PASSWORD}).raise_for_status()
        made = client.post("/invite", json={"email": None, "role": "user"}).raise_for_status().json()
    return f"/register?invite={made['key']}"


def _admit(server: Process) -> None:
    key = _first(server).partition("key=")[2]
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.post("/setup", json={"key": key, "email": ANN, "password": PASSWORD}).raise_for_status()
        client.post("/add-user", json={"email": BEN, "role": "user", "password": PASSWORD}).raise_for_status()


def inspector(arrive: Arrive, server: Process, lang: str, *, phone: bool) -> Inspector:
    """Bring somebody whose pages are looked at."""
    return Inspector(arrive(server, lang, phone=phone, **MOTIONLESS))


def heading(person: Person) -> Locator:
    """Return the heading of the page."""
    return person.page.get_by_role("heading", level=1)


@EVERYWHERE
def test_the_pages_in_front(arrive: Arrive, serve: Serve, lang: str, phone: bool) -> None:
    """The login, the first administrator's page and registration, also with errors."""
    server = serve(*MODE).start()
    seen = inspector(arrive, server, lang, phone=phone)
    person = seen.person
    setup = _first(server)
    for name, path in (("login", "/login"), ("setup", setup), ("invited", "")):
        person.open(path or _invited(server, setup))
        expect(person.field("page-email")).to_be_visible()
        seen.look(name)
        person.page.get_by_role("button").first.click()
        expect(
            person.page.get_by_role("alert").filter(has_text=person.say("error-required")).first
        ).to_be_visible()
        seen.look(f"{name}, empty")
    for name, path in (
        ("registration without an invite", "/register"),
        ("invited too late", "/register?invite=x"),
        ("login, ended", "/login?after=end"),
    ):
        person.open(path)
        expect(heading(person)).to_be_visible()
        seen.look(name)
    person.open("/nowhere")
    expect(heading(person)).to_have_text(person.say("page-lost"))
    seen.look("lost")
    person.page.get_by_role("link", name=person.say("page-to-fleet")).click()
    expect(person.button("page-log-in")).to_be_visible()
    assert seen.faults == []


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_page_of_the_api(arrive: Arrive, house: Process, phone: bool) -> None:
    """The page of the API, which is in English for everybody, with a call unfolded."""
    seen = inspector(arrive, house, "en", phone=phone)
    seen.person.open("/docs")
    seen.person.page.locator("summary").first.click()
    seen.look("docs")
    assert seen.faults == []


def test_a_fault_would_be_found(arrive: Arrive, house: Process) -> None:
    """No name, a pale text and another language are told, also where shadow roots and dialogs hold them."""
    seen = inspector(arrive, house, "en", phone=False)
    person = seen.person
    person.sign_in(ANN, PASSWORD)
    person.open("/")
    person.begin("book", "server-03")
    person.dialog.evaluate(
        """(dialog) => dialog.insertAdjacentHTML(
            "beforeend", "<button></button><p style='color: #bbb'>бледно</p>"
        )"""
    )
    seen.look("book", DIALOG)
    assert {fault.partition(": ")[2].partition(":")[0] for fault in seen.faults} == {
        "button-name",
        "color-contrast",
        "бледно",
    }


@EVERYWHERE
def test_the_pages_beside_the_dashboard(arrive: Arrive, house: Process, lang: str, phone: bool) -> None:
    """The account, every page for administrators, their dialogs, and the page that says no."""
    seen = inspector(arrive, house, lang, phone=phone)
    person = seen.person
    person.sign_in(ANN, PASSWORD)
    for page in ("health", "settings", "history", "import"):
        person.open(f"/admin/{page}")
        expect(heading(person)).to_have_text(person.say(f"admin-{page}"))
        person.page.wait_for_load_state("networkidle")
        if page == "import":
            person.page.get_by_role("textbox").last.fill("id,group\nserver-01,\nnew-1,Production\n")
            expect(person.page.get_by_role("table")).to_be_visible()
        seen.look(page)
    _people(seen)
    _tokens(seen)
    ben = inspector(arrive, house, lang, phone=phone)
    ben.person.sign_in(BEN, PASSWORD)
    ben.person.open("/admin/people")
    expect(heading(ben.person)).to_have_text(person.say("admin-forbidden"))
    ben.look("forbidden")
    assert seen.faults + ben.faults == []


def _dialogs(seen: Inspector, *keys: str, who: str | None = None) -> None:
    """Look at the dialogs that buttons with these texts open; `who` stands in their names."""
    person = seen.person
    for key in keys:
        name = person.say(key) if who is None else f"{person.say(key)}: {who}"
        person.page.get_by_role("button", name=name, exact=True).first.click()
        expect(person.dialog).to_be_visible()
        seen.look(key, PLAIN_DIALOG)
        person.page.keyboard.press("Escape")
        expect(person.dialog).to_have_count(0)


def _people(seen: Inspector) -> None:
    person = seen.person
    person.open("/admin/people")
    expect(person.page.get_by_role("table")).to_be_visible()
    seen.look("people")
    _dialogs(seen, "admin-add-person", "admin-invite")
    _dialogs(seen, "admin-make-admin", "admin-reset", "admin-disable", who=BEN)
    person.button("admin-invite").click()
    person.button("admin-make-link", person.dialog).click()
    expect(person.dialog.get_by_role("heading")).to_have_text(person.say("admin-invite-link"))
    seen.look("invite link", PLAIN_DIALOG)


def _tokens(seen: Inspector) -> None:
    person = seen.person
    person.open("/account")
    expect(person.page.get_by_role("heading", name=person.say("admin-own-history"))).to_be_visible()
    seen.look("account")
    _dialogs(seen, "admin-change-password")
    person.button("admin-add-token").click()
    person.button("admin-make-token", person.dialog).click()
    expect(person.dialog.get_by_text(person.say("error-required"))).to_be_visible()
    seen.look("new token, empty", PLAIN_DIALOG)
    person.field("admin-column-name").fill(f"notebook {person.lang}")
    person.button("admin-make-token", person.dialog).click()
    expect(person.dialog.get_by_role("heading")).to_have_text(person.say("admin-token-made"))
    seen.look("token", PLAIN_DIALOG)
    person.open("/admin/tokens")
    expect(person.page.get_by_role("table")).to_be_visible()
    seen.look("tokens")
    _dialogs(seen, "admin-revoke", who=f"notebook {person.lang}")


@EVERYWHERE
def test_the_views_of_the_fleet(arrive: Arrive, house: Process, lang: str, phone: bool) -> None:
    """Every layout, what hangs below the top bar, nothing found, and messages of every kind."""
    seen = inspector(arrive, house, lang, phone=phone)
    person = seen.person
    person.sign_in(ANN, PASSWORD)
    person.open("/?view=table")
    person.sees_fleet()
    _messages(seen, house)
    for name, opener in _menus(person).items():
        opener.click()
        seen.look(name)
        person.page.keyboard.press("Escape")
    person.button("dashboard-by-group").click()
    seen.look("table by group")
    person.button("dashboard-layout-cards").click()
    seen.look("cards")
    person.button("dashboard-layout-timeline").click()
    seen.look("timeline")
    person.button("dashboard-as-table").click()
    seen.look("timeline as a table")
    person.button("dashboard-layout-groups").click()
    seen.look("groups")
    person.field("dashboard-search").fill("nowhere")
    nothing = person.say("dashboard-empty-search-in", search="nowhere", place=person.say("dashboard-view-all"))
    for layout, told in (("groups", person.say("dashboard-empty-search")), ("table", nothing)):
        person.button(f"dashboard-layout-{layout}").click()
        expect(person.page.get_by_text(told)).to_be_visible()
        seen.look(f"{layout}, nothing found")
    assert seen.faults == []


def _messages(seen: Inspector, house: Process) -> None:
    """Look at the table while it tells what somebody else does."""
    person = seen.person
    with _by_http(house, BEN) as client:
        client.post("/book", json={"vm_id": "server-05", "hours": 1}).raise_for_status()
        expect(person.toast(person.like("notification-booked", user=BEN, vm_id="server-05"))).to_be_visible()
        seen.look("table with a message")
        client.post("/cancel", json={"vm_id": "server-05"}).raise_for_status()
    expect(person.button("dashboard-bell", n=2)).to_be_visible()


def _menus(person: Person) -> dict[str, Locator]:
    """Return the buttons that open something below them."""
    return {
        "menu": person.button("dashboard-user-menu", email=ANN),
        "bell": person.button("dashboard-bell", n=2),
        "columns": person.button("dashboard-columns"),
    }


@contextmanager
def _by_http(house: Process, email: str) -> Iterator[httpx.Client]:
    """Let somebody act without a browser."""
    with httpx.Client(base_url=house.url, timeout=60) as client:
        client.post("/auth", json={"email": email, "password": PASSWORD}).raise_for_status()
        yield client


@EVERYWHERE
def test_the_dialogs_of_one_vm(arrive: Arrive, house: Process, lang: str, phone: bool) -> None:
    """Booking with an error, renewing, releasing, adding, the details and what they lead to."""
    seen = inspector(arrive, house, lang, phone=phone)
    person = seen.person
    person.sign_in(ANN, PASSWORD)
    person.open("/")
    person.sees_fleet()
    person.begin("book", "server-03")
    seen.look("book", DIALOG)
    person.field("dashboard-hours-own").fill("four")
    person.confirm("book")
    expect(person.dialog.get_by_text(person.say("error-hours-not-a-number"))).to_be_visible()
    seen.look("book, wrong", DIALOG)
    # The same person in another tab.
    person.context.request.post(f"{house.url}/book", data={"vm_id": "server-03", "hours": 1})
    expect(person.dialog.get_by_text(person.like("dashboard-meanwhile-mine", vm="server-03"))).to_be_visible()
    seen.look("book, meanwhile", DIALOG)
    person.context.request.post(f"{house.url}/cancel", data={"vm_id": "server-03"})
    _close(person)
    for act, vm in (("renew", "server-04"), ("release", "server-04"), ("release", "server-02")):
        person.begin(act, vm)
        seen.look(f"{act} {vm}", DIALOG)
        _close(person)
    person.button("dashboard-add-vm-title").click()
    person.confirm("add-vm")
    expect(person.dialog.get_by_text(person.say("error-required"))).to_be_visible()
    seen.look("add a VM, empty", DIALOG)
    _close(person)
    _details(seen)
    assert seen.faults == []


def _close(person: Person) -> None:
    person.page.keyboard.press("Escape")
    expect(person.dialog).to_have_count(0)


def _details(seen: Inspector) -> None:
    person = seen.person
    person.page.get_by_role("link", name="server-03", exact=True).click()
    details = person.page.get_by_role("dialog", name="server-03", exact=True)
    expect(details.get_by_role("row").nth(1)).to_be_visible()
    seen.look("details", DIALOG)
    for key in ("edit", "remove-from-group", "delete-vm"):
        person.button(f"dashboard-{key}", details).click()
        expect(person.dialog).to_have_count(2)
        seen.look(key, DIALOG)
        person.page.keyboard.press("Escape")
        expect(person.dialog).to_have_count(1)


@EVERYWHERE
def test_the_dialogs_of_groups_and_of_several_vms(arrive: Arrive, house: Process, lang: str, phone: bool) -> None:
    """A new group with a picked VM, adding, renaming, deleting; and what is done with several VMs in one go."""
    seen = inspector(arrive, house, lang, phone=phone)
    person = seen.person
    person.sign_in(ANN, PASSWORD)
    person.open("/?view=groups")
    person.button("dashboard-new-group").click()
    person.dialog.get_by_role("searchbox").fill("server-1")
    person.dialog.get_by_role("checkbox").first.check()
    seen.look("new group", DIALOG)
    _close(person)
    for key in ("members", "rename", "delete-group"):
        person.button(f"dashboard-{key}-of", name="Staging").click()
        seen.look(key, DIALOG)
        _close(person)
    person.open("/?view=cards")
    person.sees_fleet()
    for vm in ("server-03", "server-04"):
        person.page.get_by_role("checkbox", name=person.say("dashboard-choose-vm", vm=vm), exact=True).check()
    bar = person.page.get_by_role("region", name=person.say("dashboard-selection"))
    seen.look("a selection")
    for act in ("book", "release", "move", "delete"):
        person.button(f"dashboard-{act}", bar).click()
        seen.look(f"{act} several", DIALOG)
        _close(person)
    assert seen.faults == []
