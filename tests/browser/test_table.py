"""The table shows the columns that were chosen, in the order that was chosen, and keeps both."""

import json
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, BEN, MANY
from tests.browser.people import Person
from tests.browser.views import summary
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


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
