"""Every view fits the screen it is shown on, and says which language it is in."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VIEWS = ("all-table", "all-timeline", "groups", "mine")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_phone_scrolls_no_page_sideways(arrive: Arrive, desk: Process, lang: str) -> None:
    """On a phone no view of the fleet, and not the login, is wider than the screen; each is in its language."""
    ann = arrive(desk, lang, phone=True)
    ann.open("/login")
    expect(ann.field("page-email")).to_be_visible()
    assert ann.page.evaluate(TOO_WIDE) == 0
    ann.give_name("ann@example.com")
    ann.sees_fleet()
    for view in VIEWS:
        ann.page.goto(f"{desk.url}/?view={view}")
        expect(ann.page.get_by_role("heading", level=1)).to_be_visible()
        expect(ann.page.locator("html")).to_have_attribute("lang", lang)
        assert ann.page.evaluate(TOO_WIDE) == 0, view


def test_a_view_survives_a_reload_and_can_be_shared(arrive: Arrive, desk: Process) -> None:
    """What is shown stands in the address: a reload and another person's browser show the same."""
    ann, ben = arrive(desk), arrive(desk, "ru")
    ann.enter("ann@example.com")
    ann.page.get_by_role("link", name="Production").first.click()
    ann.field("dashboard-search").fill("server-02")
    expect(ann.act("book", "server-01")).to_have_count(0)
    ann.page.reload()
    ben.page.goto(ann.page.url)
    for person in (ann, ben):
        expect(person.page.get_by_role("heading", level=1)).to_have_text("Production")
        expect(person.field("dashboard-search")).to_have_value("server-02")
        expect(person.page.get_by_text("server-02", exact=True).first).to_be_visible()
        expect(person.page.get_by_text("server-01", exact=True)).to_have_count(0)


def test_the_language_and_the_theme_are_chosen_and_remembered(arrive: Arrive, desk: Process) -> None:
    """Russian once chosen stays, over a reload and at the login; where the system is dark, the page is."""
    ann = arrive(desk, color_scheme="dark")
    ann.log_in("ann@example.com")
    html = ann.page.locator("html")
    expect(html).to_have_attribute("data-theme", "dark")
    ann.field("dashboard-language").select_option("ru")
    expect(html).to_have_attribute("lang", "ru")
    ann.lang = "ru"
    ann.sees_fleet()
    ann.page.reload()
    ann.sees_fleet()
    ann.button("dashboard-user-menu", email="ann@example.com").click()
    ann.button("dashboard-log-out").click()
    expect(ann.button("page-log-in")).to_be_visible()
    expect(html).to_have_attribute("lang", "ru")
