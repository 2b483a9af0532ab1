"""The ways to a booking and into LoadZone for people who are not logged in yet."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ANN, BEN, PASSWORD, Arrive
from tests.server.conftest import Process

NEW = "new@example.com"


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_guest_books_by_the_login(arrive: Arrive, still_lab: Process, lang: str) -> None:
    """Book leads to the login and from there to the dialog of that VM; an address like it opens the dialog too."""
    guest = arrive(still_lab, lang)
    guest.open("/?view=table")
    guest.act("book", "server-03").click()
    guest.give_name(ANN)
    expect(guest.dialog.get_by_role("heading")).to_have_text(guest.say("dashboard-book-title", vm="server-03"))
    guest.button("dashboard-cancel", guest.dialog).click()
    guest.page.goto(f"{still_lab.url}/?book=server-02")
    expect(guest.dialog).to_contain_text(BEN)
    guest.button("dashboard-book-title", guest.dialog, vm="server-01").click()
    expect(guest.dialog.get_by_role("heading")).to_have_text(guest.say("dashboard-book-title", vm="server-01"))


def test_an_invitation_says_who_invites_and_knows_the_email(arrive: Arrive, house: Process) -> None:
    """The form of a named invitation has the address in it; whoever follows it only chooses a password."""
    ann = arrive(house)
    ann.sign_in(ANN, PASSWORD)
    key = ann.context.request.post(f"{house.url}/invite", data={"email": NEW, "role": "user"}).json()["key"]
    guest = arrive(house)
    guest.open(f"/register?invite={key}")
    expect(guest.field("page-email")).to_have_value(NEW)
    expect(guest.page.get_by_text(guest.say("page-register-invited", by=ANN))).to_be_visible()
    guest.field("page-new-password").fill(PASSWORD)
    guest.field("page-password-again").fill(PASSWORD)
    guest.button("page-make-account").click()
    expect(guest.page.get_by_role("heading", level=1, name=guest.say("dashboard-view-all"))).to_be_visible()


def test_somebody_added_without_a_password_is_offered_one_to_copy(arrive: Arrive, house: Process) -> None:
    """The dialog that follows has a random password, copies it, and lets the person in with it."""
    ann = arrive(house, permissions=["clipboard-read", "clipboard-write"])
    ann.sign_in(ANN, PASSWORD)
    ann.open("/admin/people")
    ann.button("admin-add-person").click()
    ann.dialog.get_by_label(ann.say("admin-column-email")).fill(NEW)
    ann.button("admin-add", ann.dialog).click()
    expect(ann.dialog.get_by_role("heading")).to_have_text(ann.say("admin-reset-title", email=NEW))
    ann.button("admin-copy", ann.dialog).click()
    expect(ann.dialog.get_by_text(ann.say("admin-copied"))).to_be_visible()
    password = ann.page.evaluate("() => navigator.clipboard.readText()")
    assert re.fullmatch(r"\w{16}", password)
    ann.button("dashboard-save", ann.dialog).click()
    expect(ann.dialog).to_have_count(0)
    arrive(house).sign_in(NEW, password)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_history_is_newest_first_and_leads_to_vms_and_people(
    arrive: Arrive, still_lab: Process, lang: str
) -> None:
    """As the audit log: the newest record stands first; a VM opens its details, a person what they did."""
    ann = arrive(still_lab, lang)
    ann.sign_in(ANN)
    ann.open("/admin/history")
    rows = ann.page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("server-02")
    expect(rows.last).to_contain_text("server-03")
    assert ann.page.get_by_role("link", name="server-02").get_attribute("href") == "/?vm=server-02"
    rows.nth(1).get_by_role("link", name=BEN).click()
    expect(ann.page.get_by_label(ann.say("admin-filter-user"))).to_have_value(BEN)
    expect(rows).to_have_count(2)
