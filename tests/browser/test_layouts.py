"""What is shown stands in the address, is searched and pressed, and is the same in every layout."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, BEN, MANY
from tests.browser.people import Person
from tests.browser.views import layout, search, side, summary
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


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
    place = ann.say("dashboard-view-all")
    expect(
        ann.page.get_by_text(ann.say("dashboard-empty-search-in", search="gpu staging", place=place))
    ).to_be_visible()
    expect(ann.button("dashboard-search-all")).to_have_count(0)
    search(ann).press("Escape")
    expect(summary(ann, MANY, MANY - 1)).to_be_visible()


@pytest.mark.parametrize("name", ["table", "cards", "timeline"])
def test_a_search_in_vain_says_where_and_goes_on_among_all(arrive: Arrive, still_lab: Process, name: str) -> None:
    """Where a part or a group narrows the search, that is said, and a button searches all VMs for the same."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    ann.page.goto(f"{still_lab.url}/?view=free-{name}&group=2&q=server-0")
    search(ann).fill("server-02")
    place = f"Staging, {ann.say('dashboard-view-free')}"
    expect(
        ann.page.get_by_text(ann.say("dashboard-empty-search-in", search="server-02", place=place))
    ).to_be_visible()
    ann.button("dashboard-search-all").click()
    expect(ann.page).to_have_url(f"{still_lab.url}/?view={name}&q=server-02")
    expect(summary(ann, 1, 0)).to_be_visible()


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


@pytest.mark.parametrize("name", ["table", "cards", "timeline"])
def test_a_group_that_is_not_there_is_not_called_empty(arrive: Arrive, lab: Process, name: str) -> None:
    """An unknown group in the address, or one deleted while it is shown, is said to be none, with a way on."""
    with lab.client(ANN) as client:
        group = client.post("/groups", json={"name": "Spare", "vm_ids": []}).raise_for_status().json()["id"]
        ann = arrive(lab)
        ann.enter(ANN)
        ann.page.goto(f"{lab.url}/?view={name}&group={group}")
        empty, lost = (
            ann.page.get_by_text(ann.say(f"dashboard-empty-{why}")) for why in ("group", "no-such-group")
        )
        expect(empty).to_be_visible()
        client.post("/delete-group", json={"group_id": group}).raise_for_status()
    for group in ("99", "spare", "99"):
        expect(lost).to_be_visible()
        expect(ann.page.get_by_role("heading", level=1, name=ann.say("dashboard-no-such-group"))).to_be_visible()
        expect(empty).to_have_count(0)
        ann.page.goto(f"{lab.url}/?view={name}&group={group}&q=server")
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
