"""People read the Analytics page in real browsers: figures, tables, ranges, and what is wrong with them."""

import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, expect

from loadzone.analytics.figures.look import DARK, LIGHT
from loadzone.demo import fleet
from tests.browser.conftest import Arrive
from tests.browser.forked import ForkedProcess
from tests.browser.people import Person
from tests.server.conftest import COMMAND, Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, PASSWORD = "ann@example.com", "correct horse battery"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FIGURES = 10
WEEK = (
    "Bokeh.documents.flatMap((each) => [...each.all_models])"
    ".find((each) => each.type === 'LinearColorMapper').palette"
)
DARK_GROUND = "rgb(18, 22, 31)"


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve a fleet with two months of history in open mode."""
    path = tmp_path_factory.mktemp("used") / "data.json"
    path.write_bytes(fleet(20, 60, 3, datetime.now(UTC)))
    server = ForkedProcess(path, "--auth", "open").start()
    yield server
    assert server.terminate() == 0


def looks(person: Person) -> list[str]:
    """Collect what the browser complains of: a broken policy is told on the console only."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    person.page.on("console", note)
    return complaints


def sees_figures(person: Person, count: int = FIGURES) -> None:
    """Wait until all figures are drawn."""
    expect(person.page.locator(".picture canvas")).not_to_have_count(0)
    expect(person.page.locator(".figures > section:has(.picture canvas)")).to_have_count(count)
    expect(person.page.get_by_role("progressbar")).to_be_hidden()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_page_is_reached_from_the_menu_and_shows_figures_with_tables(
    *, arrive: Arrive, used: Process, lang: str, phone: bool
) -> None:
    """From the menu of the person to ten figures that fit the screen, each with the same as a table."""
    ann = arrive(used, lang, phone=phone)
    complaints = looks(ann)
    ann.enter(ANN)
    ann.button("dashboard-user-menu", email=ANN).click()
    ann.button("dashboard-analytics").click()
    expect(ann.page.get_by_role("heading", level=1, name=ann.say("admin-analytics"))).to_be_visible()
    sees_figures(ann)
    assert ann.page.evaluate(TOO_WIDE) == 0
    expect(ann.page.get_by_role("img", name=ann.say("figure-utilisation"))).to_be_visible()
    expect(ann.page.get_by_role("list", name=ann.say("admin-analytics-numbers"))).to_contain_text(
        ann.say("report-number-busy")
    )
    top = ann.page.locator("#figure-top-user")
    top.get_by_text(ann.say("admin-analytics-as-table")).click()
    twin = top.get_by_role("region", name=ann.say("admin-analytics-table-of", title=ann.say("figure-top-user")))
    expect(twin.get_by_role("columnheader", name=ann.say("figure-column-hours"), exact=True)).to_be_visible()
    assert ann.page.evaluate(TOO_WIDE) == 0
    assert complaints == []


def test_a_guest_reads_without_a_login(arrive: Arrive, used: Process) -> None:
    """In open mode the menu leads somebody who has not logged in to the page, too."""
    guest = arrive(used)
    guest.open()
    guest.sees_fleet()
    guest.button("dashboard-more").click()
    guest.button("dashboard-analytics").click()
    sees_figures(guest)
    expect(guest.page.get_by_role("link", name=guest.say("dashboard-log-in"))).to_be_visible()


def test_what_is_chosen_stands_in_the_address(arrive: Arrive, used: Process) -> None:
    """A range and a filter survive a reload and are shared by the address; going back goes back."""
    ann = arrive(used)
    ann.open("/analytics")
    sees_figures(ann)
    ranges = ann.page.get_by_role("navigation", name=ann.say("admin-analytics-ranges"))
    here = ranges.locator("[aria-current]")
    expect(here).to_have_text(ann.say("admin-analytics-30d"))
    ranges.get_by_role("link", name=ann.say("admin-analytics-7d")).click()
    expect(here).to_have_text(ann.say("admin-analytics-7d"))
    expect(here).to_be_focused()
    ann.field("admin-analytics-group").select_option(label="GPU")
    ann.button("admin-analytics-show").click()
    expect(ann.page).to_have_url(re.compile(r"\?group=\d+&range=7d$"))
    ben = arrive(used, "ru")
    ben.page.goto(ann.page.url)
    sees_figures(ben, FIGURES - 1)
    expect(ben.field("admin-analytics-group").locator(":checked")).to_have_text("GPU")
    ann.page.go_back()
    expect(ann.field("admin-analytics-group")).to_have_value("")
    sees_figures(ann)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_wrong_range_is_one_sentence_at_the_field(arrive: Arrive, used: Process, lang: str) -> None:
    """A range that ends before it begins and a day that is none are told at their field, and then mended."""
    ann = arrive(used, lang)
    ann.open("/analytics?since=nonsense")
    since = ann.field("admin-analytics-since")
    expect(since).to_have_accessible_description(ann.say("error-date-malformed", found="nonsense"))
    expect(since).to_be_focused()
    since.fill("2026-11-02")
    ann.field("admin-analytics-until").fill("2026-11-01")
    ann.button("admin-analytics-show").click()
    expect(since).to_have_accessible_description(ann.say("error-from-after-to"))
    expect(since).to_have_attribute("aria-invalid", "true")
    since.fill("2020-01-01")
    ann.field("admin-analytics-until").fill("2020-01-02")
    ann.button("admin-analytics-show").click()
    expect(ann.page.get_by_text(ann.say("admin-analytics-empty"))).to_be_visible()
    ann.button("admin-analytics-to-all").click()
    sees_figures(ann)
    expect(since).to_have_accessible_description("")


def test_figures_have_the_colours_of_the_page(arrive: Arrive, used: Process) -> None:
    """Where the system turns dark, the figures that are drawn already turn with the page."""
    # The test's own question to the page is a script, which the page's policy would not let run.
    ann = arrive(used, color_scheme="light", bypass_csp=True)
    ann.open("/analytics")
    sees_figures(ann)
    backgrounds = (
        "() => Bokeh.documents.map((each) => each.roots()[0].background_fill_color)"
        ".filter((colour, place, all) => all.indexOf(colour) === place).join()"
    )
    assert ann.page.evaluate(backgrounds) == "#ffffff"
    assert ann.page.evaluate(WEEK) == list(LIGHT.scale)
    ann.page.emulate_media(color_scheme="dark")
    ann.page.wait_for_function(f"({backgrounds})() === '#12161f'")
    assert ann.page.evaluate(WEEK) == list(DARK.scale)
    expect(ann.page.locator("body")).to_have_css("background-color", DARK_GROUND)
    sees_figures(ann)


def test_a_login_that_is_over_says_so_and_leads_back(arrive: Arrive, tmp_path: Path) -> None:
    """A stranger in password mode is sent to the login and comes to the range that was asked for."""
    path = tmp_path / "data.json"
    path.write_bytes(fleet(5, 20, 1, datetime.now(UTC)))
    admit = ["user", "add", ANN, "--role", "user", "--password-stdin", "--data", str(path)]
    subprocess.run([*COMMAND, *admit], input=PASSWORD, text=True, check=True, capture_output=True)
    server = ForkedProcess(path, "--auth", "password").start()
    try:
        ann = arrive(server)
        ann.open("/analytics?range=7d")
        ann.give_name(ANN, PASSWORD)
        expect(ann.page).to_have_url(re.compile(r"/analytics\?range=7d$"))
        sees_figures(ann)
        ann.context.clear_cookies()
        ann.page.get_by_role("link", name=ann.say("admin-analytics-all"), exact=True).click()
        expect(ann.page.get_by_text(ann.say("admin-login-over"))).to_be_visible()
        again = ann.page.get_by_role("link", name=ann.say("admin-analytics-log-in"))
        expect(again).to_have_attribute("href", "/login?next=%2Fanalytics%3Frange%3Dall")
    finally:
        server.kill()
