"""Nobody misses the end of a booking: the title counts down, a toast offers to renew, and the browser notifies."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN = "ann@example.com"
# The first warning comes an hour before the end: some moments after this booking.
JUST_OVER_AN_HOUR = 1 + 3 / 3600
# The browser's own notifications go on as they do; what they say is kept besides.
LISTEN = """window.told = []
window.Notification = class extends Notification {
  constructor(title, options) {
    super(title, options)
    window.told.push(options.body)
  }
}"""
# A headless browser takes every page to be looked at.
LOOK_AWAY = "Object.defineProperty(document, 'hidden', {value: true})"


def book(server: Process, vm: str, hours: float) -> None:
    """Book a VM for Ann, outside of her browser."""
    with server.client(ANN) as client:
        client.post("/book", json={"vm_id": vm, "hours": hours}).raise_for_status()


def release(server: Process, vm: str) -> None:
    """Release it."""
    with server.client(ANN) as client:
        client.post("/cancel", json={"vm_id": vm}).raise_for_status()


def told(page: Page) -> list[str]:
    """Return what the browser has notified of."""
    found: list[str] = page.evaluate("window.told")
    return found


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_title_counts_down_to_the_end_of_an_own_booking(arrive: Arrive, desk: Process, lang: str) -> None:
    """In its last minutes an own booking stands first in the title, on every view, until it is released."""
    ann = arrive(desk, lang)
    ann.enter(ANN)
    book(desk, "server-01", 0.1)
    ends = re.escape(ann.say("dashboard-title-ends", m=6))
    expect(ann.page).to_have_title(re.compile(rf"^\(! {ends}\) "))
    ann.button("dashboard-layout-groups").click()
    expect(ann.page).to_have_title(re.compile(rf"^\(! .+\) {ann.say('dashboard-groups')} · LoadZone$"))
    release(desk, "server-01")
    expect(ann.page).to_have_title(f"{ann.say('dashboard-groups')} · LoadZone")


def test_who_comes_in_the_last_minutes_is_warned_once(arrive: Arrive, desk: Process) -> None:
    """A toast with Renew in it tells of a booking whose warnings nobody saw; a reload does not tell it again."""
    book(desk, "server-03", 0.1)
    ann = arrive(desk)
    ann.enter(ANN)
    warning = ann.toast(ann.like("dashboard-own-expiring", vm="server-03"))
    expect(warning).to_be_visible()
    ann.page.reload()
    ann.sees_fleet()
    expect(ann.page.locator("#shell")).to_have_count(0)
    assert warning.count() == 0
    release(desk, "server-03")
    expect(ann.act("book", "server-03")).to_be_visible()
    book(desk, "server-03", 0.1)
    expect(ann.act("renew", "server-03")).to_be_visible()
    ann.page.reload()
    ann.button("dashboard-renew", warning).click()
    expect(ann.dialog.get_by_role("heading")).to_have_text(ann.say("dashboard-renew-title", vm="server-03"))
    ann.page.keyboard.press("Escape")
    release(desk, "server-03")


def switch(person: Person) -> None:
    """Press the switch for browser notifications in the menu."""
    person.button("dashboard-user-menu", email=ANN).click()
    person.button("dashboard-notify").click()


def test_the_browser_notifies_whoever_agreed(arrive: Arrive, desk: Process) -> None:
    """A page that is not looked at notifies of a near end, once its person agreed; the menu says whether."""
    ann = arrive(desk, permissions=["notifications"])
    ann.context.add_init_script(LISTEN)
    ann.enter(ANN)
    switch(ann)
    expect(ann.toast(ann.say("dashboard-notify-on"))).to_be_visible()
    ann.button("dashboard-user-menu", email=ANN).click()
    expect(ann.button("dashboard-notify")).to_have_attribute("aria-pressed", "true")
    ann.page.keyboard.press("Escape")
    ann.page.evaluate(LOOK_AWAY)
    book(desk, "server-02", JUST_OVER_AN_HOUR)
    ending = ann.toast(ann.like("dashboard-own-expiring", vm="server-02"))
    expect(ending).to_be_visible()
    assert [
        ann.like("dashboard-own-expiring", vm="server-02").match(text) is not None for text in told(ann.page)
    ] == [True]
    ann.button("dashboard-renew", ending).click()
    expect(ann.dialog.get_by_role("heading")).to_have_text(ann.say("dashboard-renew-title", vm="server-02"))
    ann.page.keyboard.press("Escape")
    release(desk, "server-02")
    switch(ann)
    expect(ann.toast(ann.say("dashboard-notify-off"))).to_be_visible()


def test_a_browser_that_notifies_of_nothing_is_no_obstacle(arrive: Arrive, desk: Process) -> None:
    """Where the browser allows no notifications the page warns all the same, and says who could allow them."""
    ann = arrive(desk, "ru")
    ann.enter(ANN)
    book(desk, "server-03", JUST_OVER_AN_HOUR)
    ending = ann.toast(ann.like("dashboard-own-expiring", vm="server-03"))
    expect(ann.button("dashboard-renew", ending)).to_be_visible()
    ann.button("dashboard-notify-ask", ending).click()
    expect(ann.toast(ann.say("dashboard-notify-refused"))).to_be_visible()
    release(desk, "server-03")
