"""The views of the fleet show what is true, live, to eyes, keyboards and screen readers alike."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, BEN, CAT, MANY, made_fleet, record, stamp
from tests.browser.forked import ForkedProcess
from tests.browser.people import Person
from tests.server.conftest import Process, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@contextmanager
def served(folder: Path) -> Iterator[Process]:
    """Serve the fleet in open mode."""
    path = folder / "data.json"
    write(path, made_fleet(datetime.now(UTC)))
    server = ForkedProcess(path, "--auth", "open").start()
    try:
        yield server
    finally:
        server.terminate()


@pytest.fixture(scope="module")
def still_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve one fleet to all tests that only look at it."""
    with served(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Process]:
    """Serve a fleet of its own to a test that changes it."""
    with served(tmp_path) as server:
        yield server


def layout(person: Person, name: str) -> Locator:
    """Return the button that shows another layout."""
    return person.button(f"dashboard-layout-{name}")


def search(person: Person) -> Locator:
    """Return the field to search with."""
    return person.page.get_by_role("searchbox", name=person.say("dashboard-search"))


def summary(person: Person, shown: int, free: int) -> Locator:
    """Return the line that counts what is shown, and what is free of that."""
    text = person.say("dashboard-shown", shown=shown, free=free)
    return person.page.get_by_text(text, exact=True)


def side(person: Person, text: str) -> Locator:
    """Return a link of the side panel."""
    panel = person.page.get_by_role("navigation", name=person.say("dashboard-views"))
    return panel.get_by_role("link").filter(has_text=text)


def test_an_address_carries_the_whole_view_over_a_reload_and_back(arrive: Arrive, still_lab: Process) -> None:
    """Group, part, layout and search stand in the address, survive a reload, and Back undoes a step."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    side(ann, "Production").click()
    layout(ann, "cards").click()
    search(ann).fill("server-0")
    expect(ann.page).to_have_url(f"{still_lab.url}/?view=cards&group=1&q=server-0")
    expect(summary(ann, MANY // 2, MANY // 2 - 1)).to_be_visible()
    ann.page.reload()
    expect(ann.page.get_by_role("heading", level=1, name="Production")).to_be_visible()
    expect(layout(ann, "cards")).to_have_attribute("aria-pressed", "true")
    expect(search(ann)).to_have_value("server-0")
    expect(ann.page.get_by_role("listitem").filter(has_text="server-0")).to_have_count(MANY // 2)
    side(ann, ann.say("dashboard-view-free")).click()
    expect(summary(ann, 8, 8)).to_be_visible()
    ann.page.go_back()
    expect(ann.page.get_by_role("heading", level=1, name="Production")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_search_finds_by_every_word_that_stands_on_a_vm(arrive: Arrive, still_lab: Process, lang: str) -> None:
    """A slash goes to the search; id, group, holder, address and tag are found; Escape clears it."""
    ann = arrive(still_lab, lang)
    ann.enter(ANN)
    ann.page.keyboard.press("/")
    expect(search(ann)).to_be_focused()
    found = {
        "server-03": (1, 1),
        "staging": (MANY // 2, MANY // 2),
        "BEN@": (1, 0),
        "10.1.2": (1, 1),
        "gpu": (1, 1),
        "gpu staging": (0, 0),
    }
    for text, (count, free) in found.items():
        search(ann).fill(text)
        expect(summary(ann, count, free)).to_be_visible()
    expect(ann.page.get_by_text(ann.say("dashboard-empty-search"))).to_be_visible()
    search(ann).press("Escape")
    expect(summary(ann, MANY, MANY - 1)).to_be_visible()


def test_the_side_panel_counts_live(arrive: Arrive, lab: Process) -> None:
    """Free, own and ending bookings and each group's free VMs are counted anew with each change of others."""
    ann = arrive(lab)
    ann.enter(ANN)
    expect(side(ann, ann.say("dashboard-view-expiring"))).to_have_text("Expiring soon1")
    expect(side(ann, "Production")).to_have_text(f"Production{MANY // 2 - 1} / {MANY // 2}")
    with lab.client(ANN) as client:
        client.post("/book", json={"vm_id": "server-05", "hours": 0.5}).raise_for_status()
    expect(side(ann, ann.say("dashboard-view-expiring"))).to_have_text("Expiring soon2")
    expect(side(ann, ann.say("dashboard-view-mine"))).to_have_text("My bookings1")
    expect(side(ann, "Production")).to_have_text(f"Production{MANY // 2 - 2} / {MANY // 2}")


def test_the_vms_without_a_group_are_a_part_of_their_own(arrive: Arrive, lab: Process) -> None:
    """While there are any they have a link below the groups, live; it filters every layout, by address too."""
    ann = arrive(lab)
    ann.enter(ANN)
    no_group = ann.say("dashboard-ungrouped")
    expect(side(ann, "Staging")).to_be_visible()
    expect(side(ann, no_group)).to_be_hidden()
    with lab.client(ANN) as client:
        for vm in ("server-02", "server-03"):
            client.post("/remove-vm-from-group", json={"vm_id": vm}).raise_for_status()
        expect(side(ann, no_group)).to_have_text(f"{no_group}1 / 2")
        side(ann, no_group).click()
        expect(ann.page).to_have_url(f"{lab.url}/?group=none")
        for name in ("table", "cards", "timeline"):
            layout(ann, name).click()
            expect(ann.page.get_by_role("heading", level=1, name=no_group)).to_be_visible()
            expect(ann.page.get_by_role("link", name=re.compile("^server-"))).to_have_text(
                ["server-02", "server-03"]
            )
        ann.page.reload()
        expect(summary(ann, 2, 1)).to_be_visible()
        expect(side(ann, no_group)).to_have_attribute("aria-current", "page")
        client.post("/groups", json={"name": "Spare", "vm_ids": ["server-02", "server-03"]}).raise_for_status()
    expect(side(ann, no_group)).to_be_hidden()
    expect(ann.page.get_by_text(ann.say("dashboard-empty-ungrouped"))).to_be_visible()
    ann.button("dashboard-view-all").click()
    expect(summary(ann, MANY, MANY - 1)).to_be_visible()


@pytest.mark.parametrize("name", ["table", "cards", "timeline"])
def test_a_group_that_is_not_there_is_not_called_empty(arrive: Arrive, lab: Process, name: str) -> None:
    """An unknown group in the address, or one deleted while it is shown, is said to be none, with a way on."""
    with lab.client(ANN) as client:
        group = client.post("/groups", json={"name": "Spare", "vm_ids": []}).raise_for_status().json()["id"]
        ann = arrive(lab)
        ann.sign_in(ANN)
        ann.page.goto(f"{lab.url}/?view={name}&group={group}")
        empty, lost = (
            ann.page.get_by_text(ann.say(f"dashboard-empty-{why}")) for why in ("group", "no-such-group")
        )
        expect(empty).to_be_visible()
        client.post("/delete-group", json={"group_id": group}).raise_for_status()
    for _ in range(2):
        expect(lost).to_be_visible()
        expect(ann.page.get_by_role("heading", level=1, name=ann.say("dashboard-no-such-group"))).to_be_visible()
        expect(empty).to_have_count(0)
        ann.page.goto(f"{lab.url}/?view={name}&group=99&q=server")
    ann.button("dashboard-view-all").click()
    expect(summary(ann, MANY, MANY - 1)).to_be_visible()


@pytest.mark.parametrize("name", ["table", "cards"])
def test_what_is_pressed_is_clicked_though_the_fleet_changes_under_it(
    arrive: Arrive, lab: Process, name: str
) -> None:
    """While the mouse is down no row moves; what the release clicks is what was pressed, then the rows move."""
    ann = arrive(lab)
    ann.enter(ANN, at=f"/?view={name}")
    box = ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm="server-04"), exact=True)
    box.hover()
    where = box.bounding_box()
    ann.page.mouse.down()
    with lab.client(ANN) as client:
        client.post("/delete-vm", json={"vm_id": "server-03"}).raise_for_status()
        client.post("/book", json={"vm_id": "server-04", "hours": 1}).raise_for_status()
    gone = ann.page.get_by_text("server-03", exact=True)
    expect(side(ann, ann.say("dashboard-view-all"))).to_contain_text(f"{MANY - 3} / {MANY - 1}")
    settled(ann)
    assert box.bounding_box() == where
    ann.page.mouse.up()
    expect(gone).to_have_count(0)
    expect(box).to_be_checked()
    assert box.bounding_box() != where


def settled(person: Person) -> None:
    """Wait until the page has had time to draw anew all that it draws late, by its own clock."""
    person.page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 500))")


def test_a_phone_shows_cards_and_a_desk_a_table(arrive: Arrive, lab: Process) -> None:
    """Without a choice the screen decides; a card books as a row does."""
    ann = arrive(lab, phone=True)
    ann.enter(ANN)
    expect(layout(ann, "cards")).to_have_attribute("aria-pressed", "true")
    ann.book("server-01", "1")
    card = ann.page.get_by_role("listitem").filter(has_text="server-01").first
    expect(card).to_contain_text(ann.say("dashboard-state-mine"))
    ben = arrive(lab)
    ben.enter(BEN)
    expect(layout(ben, "table")).to_have_attribute("aria-pressed", "true")


def test_the_timeline_has_a_table_twin_with_past_and_running_bookings(arrive: Arrive, lab: Process) -> None:
    """The twin says who had a VM and how it ended, also of a booking that is made while it is shown."""
    ann = arrive(lab)
    ann.enter(ANN)
    layout(ann, "timeline").click()
    ann.button("dashboard-as-table").click()
    rows = ann.page.get_by_role("row")
    expect(rows.filter(has_text=CAT)).to_contain_text(ann.say("dashboard-how-cancelled"))
    expect(rows.filter(has_text=BEN)).to_contain_text(ann.say("dashboard-how-active"))
    with lab.client(BEN) as client:
        client.post("/cancel", json={"vm_id": "server-02"}).raise_for_status()
    expect(rows.filter(has_text=BEN)).to_contain_text(ann.say("dashboard-how-cancelled"))
    with lab.client(ANN) as client:
        client.post("/book", json={"vm_id": "server-09", "hours": 1}).raise_for_status()
    expect(rows.filter(has_text=ANN)).to_contain_text("server-09")


def past(person: Person) -> Locator:
    """Return the row of a booking that is over, in the timeline's twin."""
    return person.page.get_by_role("row").filter(has_text=CAT)


def test_a_timeline_that_is_opened_by_its_address_shows_the_past(arrive: Arrive, still_lab: Process) -> None:
    """Past bookings stand in a timeline that the page begins with, by a link and after a reload."""
    ann = arrive(still_lab)
    ann.enter(ANN, at="/?view=timeline")
    for _ in range(2):
        ann.button("dashboard-as-table").click()
        expect(past(ann)).to_contain_text(ann.say("dashboard-how-cancelled"))
        ann.page.reload()


def test_the_past_comes_back_with_a_server_that_has_another_fleet(
    arrive: Arrive, tmp_path: Path, port: int
) -> None:
    """A timeline whose fleet must be read anew reads the history anew too."""
    path = tmp_path / "data.json"
    made = made_fleet(datetime.now(UTC))
    write(path, made)
    server = ForkedProcess(path, "--auth", "open", "--port", str(port)).start()
    try:
        ann = arrive(server)
        ann.enter(ANN, at="/?view=timeline")
        ann.button("dashboard-as-table").click()
        expect(past(ann)).to_have_count(1)
        with server.client(BEN) as client:
            client.post("/delete-vm", json={"vm_id": "server-12"}).raise_for_status()
        expect(summary(ann, MANY - 1, MANY - 2)).to_be_visible()
        server.terminate()
        write(path, made)
        server.start()
        expect(summary(ann, MANY, MANY - 1)).to_be_visible()
        expect(past(ann)).to_have_count(1)
    finally:
        server.terminate()


def test_a_history_that_could_not_be_read_is_read_when_the_server_is_back(
    arrive: Arrive, tmp_path: Path, port: int
) -> None:
    """Timeline and details say that the history is missing, and show it by themselves after a restart."""
    path = tmp_path / "data.json"
    write(path, made_fleet(datetime.now(UTC)))
    server = ForkedProcess(path, "--auth", "open", "--port", str(port)).start()
    try:
        ann = arrive(server)
        ann.enter(ANN, at="/?view=timeline")
        failed = ann.page.get_by_text(ann.say("dashboard-history-failed"))
        server.kill()
        ann.button("dashboard-time-back").click()
        expect(failed).to_be_visible()
        ann.page.get_by_role("link", name="server-03", exact=True).click()
        expect(ann.dialog.get_by_text(ann.say("dashboard-history-failed"))).to_be_visible()
        server.start()
        expect(ann.dialog.get_by_role("row").filter(has_text=CAT)).to_be_visible()
        ann.page.keyboard.press("Escape")
        expect(failed).to_have_count(0)
    finally:
        server.terminate()


def test_the_timeline_moves_by_keys_and_comes_back_by_a_button(arrive: Arrive, still_lab: Process) -> None:
    """Minus shows more time, arrows other time, and Today the day."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    layout(ann, "timeline").click()
    chart = ann.page.get_by_role("group", name=ann.say("dashboard-timeline-label"))
    expect(ann.button("dashboard-week")).to_have_attribute("aria-pressed", "true")
    chart.press("ArrowLeft")
    expect(ann.button("dashboard-week")).to_have_attribute("aria-pressed", "false")
    ann.button("dashboard-today").click()
    expect(ann.button("dashboard-today")).to_have_attribute("aria-pressed", "true")
    chart.press("-")
    expect(ann.button("dashboard-today")).to_have_attribute("aria-pressed", "false")


def test_the_group_table_counts_live_and_leads_to_the_group(arrive: Arrive, lab: Process) -> None:
    """Free now, busy today and next to become free follow what others book; the name leads to the VMs."""
    ann = arrive(lab)
    ann.enter(ANN)
    layout(ann, "groups").click()
    row = ann.page.get_by_role("row").filter(has=ann.page.get_by_role("rowheader", name="Staging"))
    expect(row.get_by_role("cell").nth(1)).to_have_text(str(MANY // 2))
    expect(row.get_by_role("cell").nth(3)).to_have_text(ann.say("dashboard-groups-all-free"))
    with lab.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-08", "hours": 2}).raise_for_status()
    expect(row.get_by_role("cell").nth(1)).to_have_text(str(MANY // 2 - 1))
    expect(row.get_by_role("cell").nth(3)).to_contain_text("server-08")
    expect(row.get_by_role("cell").nth(3).locator("time")).to_be_visible()
    busy = ann.page.get_by_role("row").filter(has=ann.page.get_by_role("rowheader", name="Production"))
    expect(busy.get_by_role("cell").nth(2)).to_have_text(re.compile(r"^[1-9]\d?%$"))
    row.get_by_role("link", name="Staging").click()
    expect(ann.page.get_by_role("heading", level=1, name="Staging")).to_be_visible()
    expect(summary(ann, MANY // 2, MANY // 2 - 1)).to_be_visible()
    layout(ann, "groups").click()
    with lab.client(BEN) as client:
        client.post("/remove-vm-from-group", json={"vm_id": "server-12"}).raise_for_status()
    no_group = ann.say("dashboard-ungrouped")
    ann.page.get_by_role("rowheader", name=no_group).get_by_role("link").click()
    expect(ann.page.get_by_role("heading", level=1, name=no_group)).to_be_visible()
    expect(summary(ann, 1, 1)).to_be_visible()


def test_details_tell_who_had_a_vm_and_give_the_focus_back(arrive: Arrive, still_lab: Process) -> None:
    """A VM's name opens its details by keyboard; Escape closes them, and the focus is where it was."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    name = ann.page.get_by_role("link", name="server-03", exact=True)
    name.press("Enter")
    expect(ann.dialog.get_by_role("heading", level=2, name="server-03")).to_be_focused()
    expect(ann.page).to_have_url(f"{still_lab.url}/?vm=server-03")
    expect(ann.dialog.get_by_role("row").filter(has_text=CAT)).to_contain_text(ann.say("dashboard-how-cancelled"))
    ann.page.keyboard.press("Escape")
    expect(ann.dialog).to_have_count(0)
    expect(name).to_be_focused()
    expect(ann.page).to_have_url(f"{still_lab.url}/")


def test_details_of_a_vm_that_is_not_there_say_one_thing(arrive: Arrive, lab: Process) -> None:
    """A name that no VM ever had is said to be none, without a history; a VM that was deleted keeps its own."""
    ann = arrive(lab)
    ann.sign_in(ANN)
    ann.page.goto(f"{lab.url}/?group=1&vm=server-99")
    expect(ann.dialog.get_by_text(ann.say("dashboard-no-such-vm"))).to_be_visible()
    expect(ann.dialog.get_by_text(ann.say("dashboard-dialog-gone"))).to_have_count(0)
    expect(ann.dialog.get_by_role("heading")).to_have_text(["server-99"])
    ann.button("dashboard-view-all", ann.dialog).click()
    expect(ann.dialog).to_have_count(0)
    expect(summary(ann, MANY, MANY - 1)).to_be_visible()
    ann.page.get_by_role("link", name="server-03", exact=True).click()
    expect(past_in(ann.dialog)).to_be_visible()
    with lab.client(ANN) as client:
        client.post("/delete-vm", json={"vm_id": "server-03"}).raise_for_status()
    for _ in range(2):
        expect(ann.dialog.get_by_text(ann.say("dashboard-dialog-gone"))).to_be_visible()
        expect(past_in(ann.dialog)).to_be_visible()
        ann.page.reload()


def past_in(place: Locator) -> Locator:
    """Return the row of a booking that is over."""
    return place.get_by_role("row").filter(has_text=CAT)


def test_a_note_keeps_its_lines_in_the_details(arrive: Arrive, lab: Process) -> None:
    """A note of three lines is shown on three."""
    with lab.client(ANN) as client:
        client.post(
            "/add-vm", json={"id": "server-20", "group_id": None, "note": "one\ntwo\nthree"}
        ).raise_for_status()
    ann = arrive(lab)
    ann.enter(ANN, at="/?vm=server-20")
    note = ann.dialog.get_by_role("definition").last
    expect(note).to_contain_text("three")
    assert note.inner_text() == "one\ntwo\nthree"


def test_an_address_is_copied_at_a_click(arrive: Arrive, still_lab: Process) -> None:
    """The address of a VM lands in the clipboard, and the page says so."""
    ann = arrive(still_lab, permissions=["clipboard-read", "clipboard-write"])
    ann.enter(ANN, at="/?vm=server-01")
    ann.button("dashboard-copy-address", ann.dialog, address="10.1.2.3").click()
    expect(ann.page.get_by_text(ann.say("dashboard-copied", address="10.1.2.3")).first).to_be_visible()
    assert ann.page.evaluate("navigator.clipboard.readText()") == "10.1.2.3"


def test_the_bell_counts_what_was_not_read(arrive: Arrive, lab: Process) -> None:
    """Notifications that came are counted until the bell is opened, and are still there after a reload."""
    ann = arrive(lab)
    ann.enter(ANN)
    with lab.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-06", "hours": 1}).raise_for_status()
    expect(ann.button("dashboard-bell", n=1)).to_be_visible()
    ann.button("dashboard-bell", n=1).click()
    expect(ann.button("dashboard-bell", n=0)).to_be_visible()
    ann.page.reload()
    ann.button("dashboard-bell", n=0).click()
    notes = ann.page.get_by_role("region", name=ann.say("dashboard-notifications"))
    expect(notes.get_by_text(ann.like("notification-booked", user=BEN, vm_id="server-06"))).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_tablet_tells_who_has_a_vm_and_for_how_long(arrive: Arrive, lab: Process, lang: str) -> None:
    """Where there is no room for columns of their own both stand in others, live, and no button is cut."""
    ann = arrive(lab, lang)
    ann.page.set_viewport_size({"width": 820, "height": 900})
    ann.enter(ANN)
    row, book = ann.row("server-06"), ann.act("book", "server-06")
    expect(row).not_to_contain_text(BEN)
    assert right_end(book) <= 820
    with lab.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-06", "hours": 1}).raise_for_status()
    expect(row).to_contain_text(BEN)
    expect(row.locator("[data-until]")).to_be_visible()
    with lab.client(BEN) as client:
        client.post("/renew", json={"vm_id": "server-06", "hours": 48}).raise_for_status()
    expect(row.locator("[data-until]")).to_have_text(re.compile("^2"))


def test_the_buttons_of_a_row_stay_when_many_columns_are_chosen(arrive: Arrive, still_lab: Process) -> None:
    """The other columns are scrolled below them, and a book button is pressed without scrolling."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    ann.button("dashboard-columns").click()
    for column in ("address", "tags", "note", "since"):
        ann.field(f"dashboard-column-{column}").check()
    ann.page.keyboard.press("Escape")
    holder = ann.page.locator(".tabulator-tableholder")
    assert holder.evaluate("(element) => element.scrollWidth > element.clientWidth")
    assert right_end(ann.act("book", "server-06")) <= 1280
    ann.begin("book", "server-06")


def right_end(place: Locator) -> float:
    """Return how far to the right something reaches, in pixels of the page."""
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"]


def test_the_bell_knows_what_came_while_no_page_was_open(arrive: Arrive, lab: Process) -> None:
    """A release by an administrator is told once to who comes back, and is unread until the bell is opened."""
    ben = arrive(lab)
    ben.enter(BEN)
    ben.page.wait_for_function("name => localStorage.getItem(name) != null", arg=f"loadzone-read {BEN}")
    ben.page.goto("about:blank")
    with lab.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-05", "hours": 1}).raise_for_status()
    with lab.client(ANN) as client:
        client.post("/cancel", json={"vm_id": "server-05"}).raise_for_status()
    gone = ben.like("notification-released-by-admin-forced", by=ANN, vm_id="server-05")
    ben.open()
    expect(ben.toast(gone)).to_be_visible()
    expect(ben.button("dashboard-bell", n=1)).to_be_visible()
    ben.page.reload()
    expect(ben.button("dashboard-bell", n=1)).to_be_visible()
    assert ben.toast(gone).count() == 0
    ben.button("dashboard-bell", n=1).click()
    notes = ben.page.get_by_role("region", name=ben.say("dashboard-notifications"))
    expect(notes.get_by_text(gone)).to_be_visible()
    another = ben.another_page()
    another.goto(ben.url)
    expect(ben.button("dashboard-bell", another, n=0)).to_be_visible()


def test_chosen_columns_stay_and_groups_fold_by_keyboard(arrive: Arrive, still_lab: Process) -> None:
    """A column that was chosen is there after a reload; the head of a group folds its rows."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    ann.button("dashboard-columns").click()
    ann.field("dashboard-column-note").check()
    expect(ann.row("server-01")).to_contain_text("on the left")
    ann.page.reload()
    expect(ann.row("server-01")).to_contain_text("on the left")
    ann.button("dashboard-by-group").click()
    head = ann.page.get_by_role("button", name="Production", exact=True)
    expect(head).to_have_attribute("aria-expanded", "true")
    head.press("Enter")
    expect(ann.row("server-01")).to_have_count(0)
    expect(ann.row("server-07")).to_be_visible()


def test_order_and_grouping_stay_as_the_columns_do(arrive: Arrive, still_lab: Process) -> None:
    """Both are there after a reload; the order waits while its column is not shown, and can be taken back."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    names = ann.page.locator(".tabulator-row").get_by_role("link", name=re.compile("^server-"))
    head = ann.page.get_by_role("columnheader", name=ann.say("dashboard-column-vm"), exact=True)
    for _ in range(2):
        head.click()
    expect(head).to_have_attribute("aria-sort", "descending")
    ann.page.reload()
    expect(names.first).to_have_text("server-12")
    expect(head).to_have_attribute("aria-sort", "descending")
    head.click()
    ann.page.reload()
    expect(names.first).to_have_text("server-01")

    until = ann.page.get_by_role("columnheader", name=ann.say("dashboard-column-until"), exact=True)
    until.click()
    expect(names.first).to_have_text("server-02")
    choose_column(ann, "until", False)
    expect(until).to_have_count(0)
    ann.page.reload()
    expect(names.first).to_have_text("server-01")
    choose_column(ann, "until", True)
    expect(until).to_have_attribute("aria-sort", "ascending")
    expect(names.first).to_have_text("server-02")

    ann.button("dashboard-by-group").click()
    ann.page.reload()
    expect(ann.button("dashboard-by-group")).to_have_attribute("aria-pressed", "true")
    expect(ann.page.get_by_role("button", name="Production", exact=True)).to_have_attribute(
        "aria-expanded", "true"
    )


def choose_column(person: Person, column: str, shown: bool) -> None:
    """Show or hide a column, by the menu."""
    person.button("dashboard-columns").click()
    person.field(f"dashboard-column-{column}").set_checked(shown)
    person.page.keyboard.press("Escape")


@pytest.mark.parametrize(
    "kept",
    ["{", "null", "[]", '{"order": 1}', '{"order": [null, {"field": "addresses", "dir": "asc"}, {"field": "x"}]}'],
)
def test_an_order_that_cannot_be_read_is_none(arrive: Arrive, still_lab: Process, kept: str) -> None:
    """Whatever a browser has kept, the table shows the fleet by name."""
    ann = arrive(still_lab)
    ann.context.add_init_script(f"localStorage.setItem('loadzone-table', {json.dumps(kept)})")
    ann.enter(ANN)
    names = ann.page.locator(".tabulator-row").get_by_role("link", name=re.compile("^server-"))
    expect(names.first).to_have_text("server-01")
    expect(summary(ann, MANY, MANY - 1)).to_be_visible()
    expect(ann.page.locator("[aria-sort=ascending], [aria-sort=descending]")).to_have_count(0)


def test_the_theme_follows_the_system_until_it_is_chosen(arrive: Arrive, still_lab: Process) -> None:
    """The page is dark where the system is, light once that is chosen, and as the system again after a round."""
    ann = arrive(still_lab, color_scheme="dark")
    ann.enter(ANN)
    root = ann.page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    ann.button("dashboard-theme-system").click()
    expect(root).to_have_attribute("data-theme", "light")
    ann.page.reload()
    expect(root).to_have_attribute("data-theme", "light")
    ann.button("dashboard-theme-light").click()
    expect(root).to_have_attribute("data-theme", "dark")
    ann.button("dashboard-theme-dark").click()
    expect(ann.button("dashboard-theme-system")).to_be_visible()


FOLD = """async ([records, vm, now]) => {
  const main = document.querySelector("script[type=module]").src
  const {fold} = await import(new URL("ledger.js", main).href)
  return fold(records, vm, Date.parse(now)).map(({user, start, end, how}) => [user, start, end, how])
}"""
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    """Return the moment so many hours after that noon."""
    return NOON + timedelta(hours=hours)


def told(user: str, start: float | None, end: float, how: str) -> list[Any]:
    """Return a booking as the page folds it, times in hours after that noon."""
    return [user, None if start is None else at(start).timestamp() * 1000, at(end).timestamp() * 1000, how]


def test_records_fold_to_the_bookings_that_they_tell_of(arrive: Arrive, still_lab: Process) -> None:
    """Renewals lengthen, releases end early, a missing release ends as planned, a missing start stays open."""
    ann = arrive(still_lab)
    ann.enter(ANN)

    def folded(records: list[dict[str, Any]], holder: str | None = None, until: float = 0) -> Any:
        vm = {"booked_by": holder, "expires_at": stamp(at(until))}
        return ann.page.evaluate(FOLD, [records, vm, stamp(at(10))])

    def had(user: str, action: str, start: float, end: float | None = None, **more: str) -> dict[str, Any]:
        return record("vm-1", action, at(start), None if end is None else at(end), **more) | {"user": user}

    assert folded([]) == []
    assert folded([had(BEN, "book", 0, 2), had(BEN, "renew", 1, 4), had(BEN, "release", 3)]) == [
        told(BEN, 0, 3, "cancelled")
    ]
    assert folded([had(BEN, "book", 0, 2), had(CAT, "book", 5, 20)], CAT, 20) == [
        told(BEN, 0, 2, "expired"),
        told(CAT, 5, 20, "active"),
    ]
    assert folded([had(BEN, "release", 1, reason="forced")]) == [told(BEN, None, 1, "forced")]
    assert folded([had(BEN, "book", 0, 2)]) == [told(BEN, 0, 2, "expired")]
    assert folded([], CAT, 12) == [told(CAT, None, 12, "active")]


def test_a_day_on_the_scale_is_as_long_as_it_is(arrive: Arrive, still_lab: Process) -> None:
    """Where clocks go back the day has 25 hours, and a step to the next one still begins at midnight."""
    ann = arrive(still_lab, timezone_id="Europe/Berlin")
    ann.enter(ANN)
    script = """async (now) => {
      const main = document.querySelector("script[type=module]").src
      const {Span} = await import(new URL("span.js", main).href)
      const day = Span.today(Date.parse(now))
      const next = day.move(1)
      return [day, next].map((each) => [new Date(each.from).getHours(), each.length / 3600000])
    }"""
    answer = ann.page.evaluate(script, "2026-10-25T10:00:00Z")
    assert answer == [[0, 25], [0, 24]]


def test_times_stand_whole_on_a_phone(arrive: Arrive, still_lab: Process) -> None:
    """On a Russian phone no moment in the details' history, nor in the timeline's table, breaks into two lines."""
    ann = arrive(still_lab, "ru", phone=True)
    ann.enter(ANN, at="/?vm=server-03")
    assert _lines(ann.dialog.get_by_role("row").locator("time")) == {1}
    ann.page.goto(f"{still_lab.url}/?view=timeline")
    ann.button("dashboard-as-table").click()
    assert _lines(ann.page.get_by_role("row").locator("time")) == {1}


def _lines(times: Locator) -> set[int]:
    """Return on how many lines moments stand."""
    expect(times.first).to_be_visible()
    return set(times.evaluate_all("(times) => times.map((time) => time.getClientRects().length)"))
