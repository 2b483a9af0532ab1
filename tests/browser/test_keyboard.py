"""Everything can be done without a mouse: the focus is seen, goes where one is led, and comes back."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN = "ann@example.com", "ben@example.com"
MANY_TABS = 60
# The focused element, also where shadow roots hide it, and how it is marked as such.
FOCUSED = """() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  const {outlineStyle, outlineWidth} = getComputedStyle(element)
  const {width, height, top, left} = element.getBoundingClientRect()
  return {
    seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    whole: width > 0 && height > 0 && top >= 0 && left >= 0,
    dialog: element.closest("dialog") != null,
    html: element.outerHTML.slice(0, 200),
  }
}"""


def press(person: Person, *keys: str) -> None:
    """Press keys, one after the other."""
    for key in keys:
        person.page.keyboard.press(key)


def focus_is_seen(person: Person) -> None:
    """Hold that what has the focus is marked, and on the screen."""
    focused = person.page.evaluate(FOCUSED)
    assert focused["seen"], focused
    assert focused["whole"], focused


def tab_to(person: Person, place: Locator, key: str = "Tab") -> None:
    """Press Tab until a place has the focus, which is seen at every stop."""
    for _ in range(MANY_TABS):
        press(person, key)
        focus_is_seen(person)
        if place.evaluate("(element) => element.getRootNode().activeElement === element"):
            return
    raise AssertionError(f"Tab does not come to {place}")


def log_in(person: Person, email: str) -> None:
    """Log in by keys alone: the first field has the focus from the beginning."""
    person.open("/login")
    expect(person.field("page-email")).to_be_focused()
    person.page.keyboard.type(email)
    press(person, "Enter")
    person.sees_fleet()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_booking_from_its_beginning_to_its_end(arrive: Arrive, desk: Process, lang: str) -> None:
    """Somebody logs in, finds a VM, books, renews and releases it by keys; the focus stays with the VM."""
    ann = arrive(desk, lang, reduced_motion="reduce")
    log_in(ann, ANN)
    press(ann, "/")
    expect(ann.field("dashboard-search")).to_be_focused()
    ann.page.keyboard.type("server-03")
    expect(ann.act("book", "server-02")).to_have_count(0)
    tab_to(ann, ann.act("book", "server-03"))
    for act, following in (("book", "renew"), ("renew", "renew"), ("release", "book")):
        expect(ann.act(act, "server-03")).to_be_visible()
        if act == "release":
            tab_to(ann, ann.act("release", "server-03"))
        press(ann, "Enter")
        expect(ann.dialog.get_by_role("heading")).to_have_text(ann.say(f"dashboard-{act}-title", vm="server-03"))
        _stays_within(ann)
        tab_to(ann, ann.button(f"dashboard-{act}-confirm", ann.dialog))
        press(ann, "Enter")
        expect(ann.dialog).to_have_count(0)
        expect(ann.act(following, "server-03")).to_be_focused()
        focus_is_seen(ann)
    press(ann, "Control+z")
    expect(ann.act("renew", "server-03")).to_be_visible()
    with desk.client(ANN) as client:
        client.post("/cancel", json={"vm_id": "server-03"}).raise_for_status()


def _stays_within(person: Person) -> None:
    """Hold that Tab, forth and back, never leaves the dialog for what stands behind it, and is seen in it."""
    for key in ("Tab", "Shift+Tab"):
        for _ in range(12):
            press(person, key)
            focused = person.page.evaluate(FOCUSED)
            # After its last place a dialog lets the focus out to the browser's own bars, not to the page.
            assert focused["dialog"] or focused["html"].startswith(("<body", "<html")), focused
            if focused["dialog"]:
                assert focused["seen"], focused


def test_escape_closes_what_is_open_and_gives_the_focus_back(arrive: Arrive, desk: Process) -> None:
    """A dialog, the details, the menu, the bell and the columns close by Escape; the focus is where it was."""
    ann = arrive(desk, reduced_motion="reduce")
    log_in(ann, ANN)
    name = ann.page.get_by_role("link", name="server-02", exact=True)
    tab_to(ann, name)
    press(ann, "Enter")
    expect(ann.dialog.get_by_role("heading", name="server-02")).to_be_focused()
    press(ann, "Escape")
    expect(ann.dialog).to_have_count(0)
    expect(name).to_be_focused()
    tab_to(ann, ann.act("book", "server-02"))
    press(ann, "Enter")
    expect(ann.field("dashboard-hours-own")).to_be_focused()
    press(ann, "Escape")
    expect(ann.act("book", "server-02")).to_be_focused()
    columns, menu = ann.button("dashboard-columns"), ann.button("dashboard-user-menu", email=ANN)
    bell = ann.page.get_by_role("button", name=ann.like("dashboard-notifications"))
    # The bell holds nothing yet that the focus could go to.
    for opener, inside in ((columns, ("Tab",)), (menu, ("Tab",)), (bell, ())):
        tab_to(ann, opener, "Shift+Tab")
        press(ann, "Enter")
        expect(opener).to_have_attribute("aria-expanded", "true")
        press(ann, *inside, "Escape")
        expect(opener).to_have_attribute("aria-expanded", "false")
        expect(opener).to_be_focused()


def test_menus_and_layouts_by_keys(arrive: Arrive, desk: Process) -> None:
    """The menu leads to one's own bookings, and each layout can be chosen, by keys."""
    ann = arrive(desk, reduced_motion="reduce")
    log_in(ann, ANN)
    tab_to(ann, ann.button("dashboard-user-menu", email=ANN))
    press(ann, "Enter")
    tab_to(ann, ann.button("dashboard-view-mine"))
    press(ann, "Enter")
    expect(ann.page.get_by_role("heading", level=1)).to_have_text(ann.say("dashboard-view-mine"))
    for layout in ("cards", "timeline", "groups", "table"):
        button = ann.button(f"dashboard-layout-{layout}")
        tab_to(ann, button, "Shift+Tab" if layout == "table" else "Tab")
        press(ann, "Space")
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_be_focused()


def test_what_others_do_is_spoken(arrive: Arrive, desk: Process) -> None:
    """A notification comes to the live region, for those who hear the page, and takes the focus from nobody."""
    ann = arrive(desk)
    log_in(ann, ANN)
    press(ann, "/")
    with desk.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1}).raise_for_status()
        spoken = ann.page.get_by_role("status").filter(
            has_text=ann.like("notification-booked", user=BEN, vm_id="server-01")
        )
        expect(spoken).to_have_attribute("aria-live", "polite")
        client.post("/cancel", json={"vm_id": "server-01"}).raise_for_status()
    expect(ann.field("dashboard-search")).to_be_focused()
