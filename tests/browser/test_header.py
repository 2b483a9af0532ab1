"""What stands around the pages beside the dashboard: light or dark, and the way out."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN = "ann@example.com"


@pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)], ids=["en-desk", "ru-phone"])
def test_a_page_beside_goes_dark_and_lets_its_person_out(
    arrive: Arrive, desk: Process, lang: str, phone: bool
) -> None:
    """The theme chosen there holds on the next page, and after logging out the session is over."""
    ann = arrive(desk, lang, phone=phone)
    ann.sign_in(ANN)
    ann.open("/account")
    root = ann.page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    ann.button("dashboard-theme-system").click()
    expect(root).to_have_attribute("data-theme", "dark")
    ann.open("/admin/health")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(ann.button("dashboard-theme-dark")).to_be_visible()
    here = ann.page.get_by_role("link", name=ann.say("admin-health"), exact=True)
    expect(here).to_have_attribute("aria-current", "page")
    expect(here).to_be_in_viewport(ratio=1)
    ann.button("dashboard-log-out").click()
    expect(ann.page).to_have_url(re.compile("/login"))
    assert ann.context.request.get(f"{ann.url}/me").json()["authenticated"] is False
