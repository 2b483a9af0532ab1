"""The details of a VM tell what is known of it, and are left as they were opened."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, CAT, MANY
from tests.browser.views import summary
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


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
