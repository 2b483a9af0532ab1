"""A page that was opened as one person does not go on as another after a login or logout in another tab."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from loadzone.web.desk_pages import ADMIN
from tests.browser.conftest import ANN, BEN, PASSWORD, Arrive, admitted
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ("/", "/account", "/analytics", *(f"/admin/{page}" for page in ADMIN))
FRONT = ("/login", "/register", "/setup?key=x")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve accounts to the tests of this module."""
    with admitted(tmp_path_factory.mktemp("home")) as server:
        yield server


@pytest.fixture
def ann(arrive: Arrive, home: Process) -> Person:
    """Bring Ann, the administrator."""
    person = arrive(home)
    person.sign_in(ANN, PASSWORD)
    return person


def opened(person: Person, path: str) -> Page:
    """Open a page, and see that it is there, its scripts included."""
    person.page.goto(person.url + path, wait_until="networkidle")
    return person.page


def covered(person: Person, page: Page, email: str) -> None:
    """See that a page says who is logged in now and shows nothing else."""
    told = person.say("dashboard-person-changed").replace("$email", email)
    expect(page.get_by_role("alert").get_by_text(told, exact=True)).to_be_visible()
    assert page.evaluate("document.body.innerText").split("\n", 1)[0] == told
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.get_by_text(ANN)).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(1)


def log_out_elsewhere(person: Person) -> Page:
    """Log out by the menu of another tab."""
    other = person.another_page()
    other.goto(f"{person.url}/account")
    other.get_by_role("button", name=person.say("dashboard-log-out"), exact=True).click()
    other.wait_for_url("**/login?after=logout")
    return other


def log_in(person: Person, page: Page, email: str) -> None:
    """Log in at the login page of a tab."""
    page.get_by_label(person.say("page-email"), exact=True).fill(email)
    page.get_by_label(person.say("page-password"), exact=True).fill(PASSWORD)
    page.get_by_role("button", name=person.say("page-log-in"), exact=True).click()


@pytest.mark.parametrize("path", PAGES)
def test_a_logout_in_another_tab_ends_the_page(ann: Person, path: str) -> None:
    """The page goes to the login, and after it to where it was; then it is the other person's."""
    page = opened(ann, path)
    log_out_elsewhere(ann)
    page.wait_for_url("**/login?after=end*")
    expect(page.get_by_role("table")).to_have_count(0)
    log_in(ann, page, ANN)
    page.wait_for_url(f"**{path}")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_another_person_says_so_and_shows_nothing(ann: Person, path: str) -> None:
    """When the login is another person's, the page is covered once it is looked at, and loads itself as theirs."""
    page = opened(ann, path)
    ann.sign_in(BEN, PASSWORD)
    page.evaluate("dispatchEvent(new Event('focus'))")
    covered(ann, page, BEN)
    page.get_by_role("button", name=ann.say("dashboard-reload")).click()
    expect(page.get_by_role("alert").filter(has_text=BEN)).to_have_count(0)
    expect(page.get_by_text(ANN, exact=True)).to_have_count(0)


@pytest.mark.parametrize("path", FRONT)
def test_a_page_for_strangers_notices_a_login_in_another_tab(arrive: Arrive, home: Process, path: str) -> None:
    """A login, setup or registration page that was opened before does not act beside a login made elsewhere."""
    person = arrive(home)
    page = opened(person, path)
    other = person.another_page()
    other.goto(f"{home.url}/login")
    log_in(person, other, BEN)
    covered(person, page, BEN)


def make_token(ann: Person) -> None:
    ann.button("admin-add-token").click()
    ann.field("admin-column-name").fill("notebook")
    ann.sign_in(BEN, PASSWORD)
    ann.button("admin-make-token", ann.dialog).click()


def add_person(ann: Person) -> None:
    ann.button("admin-add-person").click()
    ann.field("admin-column-email").fill("new@example.com")
    ann.sign_in(BEN, PASSWORD)
    ann.button("admin-add", ann.dialog).click()


def book(ann: Person) -> None:
    ann.begin("book", "server-03")
    ann.sign_in(BEN, PASSWORD)
    ann.confirm("book")


CHANGES = {
    "a token": ("/account", make_token),
    "a person": ("/admin/people", add_person),
    "a booking": ("/", book),
}


@pytest.mark.parametrize(("path", "change"), CHANGES.values(), ids=CHANGES)
def test_what_is_confirmed_on_a_page_of_another_person_is_refused(
    ann: Person, home: Process, path: str, change: Callable[[Person], None]
) -> None:
    """A dialog that Ann filled in makes nothing for Ben, who is logged in by now; the page is covered."""
    opened(ann, path)
    change(ann)
    covered(ann, ann.page, BEN)
    with httpx.Client(base_url=home.url, timeout=60) as client:
        client.post("/auth", json={"email": BEN, "password": PASSWORD}).raise_for_status()
        assert client.get("/tokens").json() == []
        assert client.get("/me").json()["bookings"] == []


def test_the_button_that_logs_out_ends_no_other_person_s_login(ann: Person) -> None:
    """Log out on Ann's page, when Ben is logged in by now, covers the page; Ben stays logged in."""
    page = opened(ann, "/account")
    ann.sign_in(BEN, PASSWORD)
    ann.button("dashboard-log-out").click()
    covered(ann, page, BEN)
    assert _me(ann)["email"] == BEN


def test_a_dialog_that_was_kept_is_not_shown_to_another_person(ann: Person) -> None:
    """What Ann typed before the logout stays with Ann: Ben, who logs in on that page, sees no dialog."""
    page = opened(ann, "/")
    ann.begin("book", "server-02")
    ann.field("dashboard-purpose").fill("a secret of Ann's")
    log_out_elsewhere(ann)
    page.wait_for_url("**/login?after=end*")
    log_in(ann, page, BEN)
    ann.sees_fleet()
    expect(ann.dialog).to_have_count(0)


def test_a_page_that_nobody_looks_at_hears_of_another_person_by_the_feed(ann: Person) -> None:
    """The feed comes back under the new login, is refused, and the page is covered."""
    opened(ann, "/")
    ann.sign_in(BEN, PASSWORD)
    ann.context.set_offline(True)
    expect(ann.page.get_by_text(ann.say("dashboard-offline"))).to_have_count(1)
    ann.context.set_offline(False)
    covered(ann, ann.page, BEN)


def _me(person: Person) -> Any:
    return json.loads(person.context.request.get(f"{person.url}/me").text())


@pytest.mark.parametrize("path", ["/account", "/"])
def test_a_page_that_is_only_looked_at_notices_by_itself(ann: Person, path: str) -> None:
    """Without a word from another tab and without a touch, a page finds out that the login is another's."""
    ann.page.clock.install()
    page = opened(ann, path)
    ann.sign_in(BEN, PASSWORD)
    page.clock.fast_forward("00:16")
    covered(ann, page, BEN)
