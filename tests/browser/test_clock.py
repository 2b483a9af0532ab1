"""Now and today are the server's on every page: a browser's clock may be years off."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Request, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OFF = [-900, 900]  # days

# As a browser on a machine whose clock is wrong: all that asks for the present moment gets another one.
WRONG = """
const Right = Date
globalThis.Date = class extends Right {
  constructor(...given) {
    if (given.length === 0) super(Right.now() + OFF)
    else super(...given)
  }
  static now() { return Right.now() + OFF }
}
"""


def put_off(person: Person, days: int) -> Person:
    person.context.add_init_script(WRONG.replace("OFF", str(days * 86_400_000)))
    return person


def moment(asked: str) -> datetime:
    (since,) = parse_qs(urlsplit(asked).query)["since"]
    return datetime.fromisoformat(since)


@pytest.mark.parametrize("days", OFF)
def test_a_timeline_that_is_opened_by_its_address_shows_the_week_of_the_server(
    arrive: Arrive, still_lab: Process, days: int
) -> None:
    """Before the fleet has come, and after it."""
    right, wrong = arrive(still_lab), put_off(arrive(still_lab), days)
    right.enter(ANN, at="/?view=timeline")
    week = right.page.locator(".span-name").inner_text()
    assert re.search(r"\d", week)
    wrong.enter(ANN)
    wrong.page.route("**/vms", lambda route: None)  # is never answered
    wrong.page.goto(f"{still_lab.url}/?view=timeline")
    expect(wrong.page.locator(".span-name")).to_have_text(week)
    wrong.page.unroute("**/vms")
    wrong.page.reload()
    expect(wrong.page.locator(".track .bar-of").first).to_be_visible()
    expect(wrong.page.locator(".span-name")).to_have_text(week)


@pytest.mark.parametrize("days", OFF)
@pytest.mark.parametrize(("page", "path"), [("history", "/history"), ("audit", "/audit")])
def test_a_log_of_the_last_days_is_of_the_days_before_the_server_s_today(
    arrive: Arrive, still_lab: Process, page: str, path: str, days: int
) -> None:
    ann = put_off(arrive(still_lab), days)
    ann.enter(ANN)
    asked: list[Request] = []
    ann.page.on("request", lambda request: asked.append(request) if urlsplit(request.url).path == path else None)
    ann.page.goto(f"{still_lab.url}/admin/{page}")
    expect(ann.page.locator("#since")).not_to_have_value("")
    ann.page.wait_for_load_state("networkidle")
    ago = datetime.now(UTC) - moment(asked[0].url)
    assert timedelta(days=7) <= ago < timedelta(days=9)


@pytest.mark.parametrize("days", OFF)
def test_one_s_own_history_is_of_the_last_weeks_and_tells_its_days_by_the_server_s_today(
    arrive: Arrive, still_lab: Process, days: int
) -> None:
    """What was made today says so."""
    with still_lab.client(ANN) as client:
        client.post("/add-token", json={"name": "laptop", "scope": "read"}).raise_for_status()
    ann = put_off(arrive(still_lab), days)
    ann.enter(ANN)
    asked: list[Request] = []
    ann.page.on("request", lambda one: asked.append(one) if urlsplit(one.url).path == "/history" else None)
    ann.page.goto(f"{still_lab.url}/account")
    row = ann.page.get_by_role("row").filter(has_text="laptop").first
    expect(row.locator("time").first).to_have_text(ann.like("dashboard-today-at"))
    ann.page.wait_for_load_state("networkidle")
    ago = datetime.now(UTC) - moment(asked[0].url)
    assert timedelta(days=89) < ago < timedelta(days=91)
