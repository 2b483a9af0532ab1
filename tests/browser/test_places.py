"""Where things stand on the page, and that nothing lies over what is needed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ANN, BEN, Arrive
from tests.browser.fleets import MANY
from tests.server.conftest import Process

LAYOUTS = ("table", "cards", "timeline", "groups")
WIDTHS = (390, 768, 1024, 1400, 1440, 1920)
LAST = f"server-{MANY:02}"


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_switch_of_layouts_stands_still_between_layouts(arrive: Arrive, still_lab: Process, lang: str) -> None:
    """On every width it has one place, whatever tools a layout has, and what is above the views fits."""
    ann = arrive(still_lab, lang)
    ann.enter(ANN)
    switch = ann.page.get_by_role("group", name=ann.say("dashboard-layouts"))
    bar = switch.locator("xpath=..")
    places: dict[int, set[str]] = {width: set() for width in WIDTHS}
    for layout in LAYOUTS:
        button = switch.get_by_role("button", name=ann.say(f"dashboard-layout-{layout}"))
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        for width in WIDTHS:
            ann.page.set_viewport_size({"width": width, "height": 800})
            assert bar.evaluate("(element) => element.scrollWidth - element.clientWidth") <= 0
            places[width].add(str(switch.bounding_box()))
    assert {width: len(found) for width, found in places.items()} == dict.fromkeys(WIDTHS, 1)


@pytest.mark.parametrize("phone", [False, True])
def test_what_can_be_done_with_selected_vms_covers_none_of_them(
    arrive: Arrive, still_lab: Process, phone: bool
) -> None:
    """The last row can be scrolled above the bar; what is selected has another ground."""
    ann = arrive(still_lab, phone=phone)
    ann.enter(ANN)
    ann.page.goto(f"{still_lab.url}/?view={'cards' if phone else 'table'}")
    boxes = ann.page.get_by_role("checkbox", name=re.compile(r"^Choose server-"))
    ground = "(box) => getComputedStyle(box.closest('.tabulator-row, .card')).backgroundColor"
    plain = boxes.nth(1).evaluate(ground)
    boxes.nth(0).check()
    assert boxes.nth(0).evaluate(ground) != plain
    ann.page.locator(".cards, .tabulator-tableholder").evaluate("(place) => place.scrollTo(0, place.scrollHeight)")
    last = ann.page.get_by_role("button", name=f"Book {LAST}")
    expect(last).to_be_in_viewport(ratio=1)
    bar = ann.page.get_by_role("region", name=ann.say("dashboard-selection")).bounding_box()
    box = last.bounding_box()
    assert bar is not None
    assert box is not None
    assert box["y"] + box["height"] <= bar["y"]


# How many lines it takes to say who had a VM.
LINES = """(dialog) => {
  const range = document.createRange()
  range.selectNodeContents(dialog.querySelector(".holder-of"))
  return range.getClientRects().length
}"""


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_details_break_no_email_and_set_deleting_apart(arrive: Arrive, still_lab: Process, lang: str) -> None:
    """Who had a VM stands in one line; Delete has a colour of its own; the title has no frame."""
    ann = arrive(still_lab, lang)
    ann.enter(ANN, at="/")
    ann.page.goto(f"{still_lab.url}/?vm=server-02")
    expect(ann.dialog.locator(".holder-of").first).to_have_text(BEN)
    assert ann.dialog.evaluate(LINES) == 1
    colour = "(button) => getComputedStyle(button).color"
    edit, delete = (ann.button(f"dashboard-{key}", ann.dialog) for key in ("edit", "delete-vm"))
    assert edit.evaluate(colour) != delete.evaluate(colour)
    title = ann.dialog.get_by_role("heading", level=2)
    expect(title).to_be_focused()
    assert title.evaluate("(heading) => getComputedStyle(heading).outlineStyle") == "none"


TELL = """
async ([lang, at, now]) => {
  const boot = JSON.parse(document.getElementById("boot").textContent)
  const {loadWords} = await import(new URL(`${boot.assets}app/words.js`, location).href)
  const words = await loadWords({...boot, lang})
  const msg = `ends at ${at.replace("T", " ")} UTC`
  const note = {type: "expiring", vm_id: "server-01", user: "ann@example.com", msg}
  const [then, today] = [Date.parse(`${at}:00Z`), Date.parse(`${now}:00Z`)]
  return [words.told(note, "ann@example.com", today)[0], words.until(then, today)]
}
"""


def test_what_ends_soon_says_how_soon(arrive: Arrive, still_lab: Process) -> None:
    """Minutes before midnight it ends in minutes, not tomorrow; what is far has its day, and follows the verb."""
    ann = arrive(still_lab, timezone_id="UTC")
    ann.enter(ANN)

    def told(lang: str, at: str, now: str) -> list[str]:
        sentences: list[str] = ann.page.evaluate(TELL, [lang, at, now])
        return sentences

    soon = ("2026-11-28T00:06", "2026-11-27T23:57")
    assert told("en", *soon) == ["Your booking of server-01 ends in 9 min (00:06)", "00:06 (9 min left)"]
    assert told("ru", *soon) == [
        "Ваша бронь ВМ server-01 закончится через 9 мин (00:06)",
        "00:06 (осталось 9 мин)",
    ]
    far = ("2026-11-28T10:00", "2026-11-27T23:57")
    assert told("en", *far) == ["Your booking of server-01 ends tomorrow at 10:00", "tomorrow, 10:00"]
    assert told("ru", *far) == ["Ваша бронь ВМ server-01 закончится завтра в 10:00", "завтра, 10:00"]
    today = ("2026-11-27T12:30", "2026-11-27T09:00")
    assert told("en", *today) == ["Your booking of server-01 ends at 12:30", "12:30"]
    assert told("ru", *today) == ["Ваша бронь ВМ server-01 закончится в 12:30", "12:30"]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_group_with_a_free_vm_says_that_it_is_free_now(arrive: Arrive, still_lab: Process, lang: str) -> None:
    """One of six is held: the next free VM is there now, not when that booking ends."""
    ann = arrive(still_lab, lang)
    ann.sign_in(ANN)
    ann.page.goto(f"{still_lab.url}/?view=groups")
    row = ann.page.get_by_role("row").filter(has=ann.page.get_by_role("rowheader", name="Production", exact=True))
    expect(row.get_by_role("cell").nth(3)).to_have_text(f"server-01 {ann.say('dashboard-groups-free-now')}")
