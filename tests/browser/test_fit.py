"""Whatever things are called and however narrow the screen is: names can be read, buttons can be reached."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive, served
from tests.browser.fleets import ANN, stamp
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

LONG_ID = "v" * 60 + "-01"
LONG_EMAIL = "x" * 64 + "@department.example.com"
GROUPS = 12
LIKE = "Integration environment of team"  # what all groups' names begin with
STATES = {
    "server-02": "dashboard-state-mine",
    "server-03": "dashboard-state-free",
    "server-04": "dashboard-state-taken",
}
WIDTHS = (390, 768, 1024, 1440)
HEIGHT = 844
# By how much what an element holds is wider than itself: what is cut of it, or must be scrolled to.
CUT = "(element) => element.scrollWidth - element.clientWidth"


def long_fleet(now: datetime) -> dict[str, Any]:
    """Make a fleet of long names: groups that begin alike, and a VM of the longest id, held by a long e-mail."""
    hour = timedelta(hours=1)
    held = {"booked_by": LONG_EMAIL, "booked_at": stamp(now - hour), "expires_at": stamp(now + hour)}
    own = {"booked_by": ANN, "booked_at": stamp(now - hour), "expires_at": f"{now.year + 9}-09-28T12:00:00Z"}
    longest = {"purpose": "p" * 100, "note": "n" * 300, "tags": ["t" * 40, "gpu"]}
    vms: list[dict[str, Any]] = [
        {"id": LONG_ID, "group": 1, **held, **longest},
        {"id": "server-02", "group": 2, **own},
        {"id": "server-03", "group": 3, "booked_by": None, "expires_at": None},
        {"id": "server-04", "group": 3, **held},
    ]
    groups = [
        {"id": number, "name": f"{LIKE} {number}", "vm_ids": [vm["id"] for vm in vms if vm["group"] == number]}
        for number in range(1, GROUPS + 1)
    ]
    return {"vms": vms, "groups": groups, "users": {}}


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve that fleet in open mode to all tests; they only look at it."""
    with served(tmp_path_factory.mktemp("long"), long_fleet(datetime.now(UTC))) as server:
        yield server


def come(arrive: Arrive, server: Process, lang: str, width: int, at: str) -> Person:
    """Bring Ann to an address, on a screen so wide."""
    ann = arrive(server, lang, phone=width < 500)  # phones are narrower
    ann.page.set_viewport_size({"width": width, "height": HEIGHT})
    ann.log_in(ANN)
    ann.page.goto(server.url + at)
    return ann


def ends(place: Locator) -> tuple[float, float]:
    """Return where something begins and ends, from left to right, in pixels of the page."""
    box = place.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"]


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("width", [390, 1440])
def test_details_can_be_read_and_closed_whatever_they_hold(
    arrive: Arrive, long: Process, width: int, lang: str
) -> None:
    """Ids, e-mails, purposes, tags and notes without a space are broken; the way out stays, scrolled down too."""
    ann = come(arrive, long, lang, width, f"/?vm={LONG_ID}")
    expect(ann.dialog.get_by_role("row").filter(has_text=LONG_EMAIL)).to_be_visible()
    assert ann.dialog.evaluate(CUT) == 0
    right = ends(ann.dialog)[1]
    for part in ("h2", ".details-now p", ".details-now button", "dd", ".tag", ".small-week"):
        for each in ann.dialog.locator(part).all():
            assert ends(each)[1] <= right - 20, part
            assert each.evaluate(CUT) <= 0, part
    ann.dialog.evaluate("(element) => element.scrollTo(0, element.scrollHeight)")
    close = ann.button("dashboard-close", ann.dialog)
    expect(close).to_be_in_viewport(ratio=1)
    assert ends(close)[1] <= right
    close.click()
    expect(ann.dialog).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_table_shows_each_name_beside_its_buttons(
    arrive: Arrive, long: Process, width: int, lang: str
) -> None:
    """No usual name, button or moment is cut or covered, and the buttons' column is no wider than they."""
    ann = come(arrive, long, lang, width, "/?view=table")
    expect(ann.row("server-02")).to_be_visible()
    beginning = ends(ann.page.locator(".tabulator-cell[tabulator-field=acts]").first)[0]
    for vm in ("server-02", "server-03", "server-04"):
        name = ann.page.get_by_role("link", name=vm, exact=True)
        assert name.evaluate(CUT) <= 0
        assert ends(name)[1] <= beginning
        expect(ann.row(vm)).to_contain_text(ann.say(STATES[vm]))
    assert ends(ann.page.get_by_role("link", name=LONG_ID, exact=True))[1] <= beginning
    buttons = [ends(each) for each in ann.row("server-02").get_by_role("button").filter(visible=True).all()]
    assert max(right for _, right in buttons) <= width
    assert width - min(left for left, _ in buttons) <= sum(right - left for left, right in buttons) + 50
    for moment in ann.row("server-02").locator("time").all():
        cell = moment.locator("xpath=ancestor::*[@tabulator-field]")
        assert cell.evaluate(CUT) <= 0
        expect(moment).not_to_contain_text("г.")


def test_a_narrow_table_has_room_again_when_it_is_wide(arrive: Arrive, long: Process) -> None:
    """A phone that is turned round has low rows and the state's word, and back again its shape alone."""
    ann = come(arrive, long, "en", 390, "/?view=table")
    row, word = ann.row("server-03"), ann.page.locator(".tabulator-row .state .unseen")
    expect(word.first).to_be_attached()
    high = row.evaluate("(element) => element.offsetHeight")
    ann.page.set_viewport_size({"width": HEIGHT, "height": 390})
    expect(word).to_have_count(0)
    assert row.evaluate("(element) => element.offsetHeight") < high
    ann.page.set_viewport_size({"width": 390, "height": HEIGHT})
    expect(word.first).to_be_attached()
    assert row.evaluate("(element) => element.offsetHeight") == high


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize("width", [*WIDTHS, 1200, 1270])
def test_the_buttons_of_groups_never_leave_the_screen(
    arrive: Arrive, long: Process, width: int, lang: str
) -> None:
    """Long ids are cut, with the whole on pointing, before a button is; rows are low and can be sorted."""
    ann = come(arrive, long, lang, width, "/?view=groups")
    row = ann.page.get_by_role("row").filter(has=ann.page.get_by_role("rowheader", name=f"{LIKE} 1", exact=True))
    link = row.get_by_role("link", name=LONG_ID)
    expect(link).to_have_attribute("title", LONG_ID)
    assert ann.page.get_by_role("group", name=ann.say("dashboard-groups")).evaluate(CUT) == 0
    edge = ends(row)[1]
    for each in [link, row.locator(".moment"), *row.get_by_role("button").all()]:
        assert ends(each)[1] <= edge <= width
    assert row.evaluate("(element) => element.offsetHeight") <= (100 if width > 1200 else 300)  # a row, or a card
    down = ann.button("dashboard-groups-total")
    down.click()
    expect(ann.page.get_by_role("rowheader").first).to_have_text(f"{LIKE} 3")


def test_groups_that_begin_alike_are_told_apart_in_the_side_panel(arrive: Arrive, long: Process) -> None:
    """Their names have lines enough to show the end of each; the whole is told on pointing, too."""
    ann = come(arrive, long, "en", 1440, "/")
    panel = ann.page.get_by_role("navigation", name=ann.say("dashboard-views"))
    label = panel.get_by_text(f"{LIKE} {GROUPS}", exact=True)
    expect(label).to_have_attribute("title", f"{LIKE} {GROUPS}")
    assert label.evaluate("(element) => element.scrollHeight - element.clientHeight") <= 0
    assert label.evaluate(CUT) <= 0


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_search_of_a_tablet_shows_what_is_typed(arrive: Arrive, long: Process, lang: str) -> None:
    """There is room for a long word."""
    ann = come(arrive, long, lang, 768, "/")
    left, right = ends(ann.field("dashboard-search"))
    assert right - left >= 200
