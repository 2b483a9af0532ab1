"""What makes no sense in the dialogs about people and tokens is answered beside its field, and nothing is done."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import ANN, BEN, PASSWORD, Arrive
from tests.browser.people import Person
from tests.browser.refusals import Wrong, leave, refuses
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NEW = "staple of correct horses"
EMAILS: tuple[Wrong, ...] = (
    ("column-email", "ben", "email-malformed", {}),
    ("column-email", "b" * 250 + "@example.com", "email-malformed", {}),
)


def enter(person: Person, path: str) -> None:
    """Log in as Ann and open a page."""
    person.sign_in(ANN, PASSWORD)
    person.open(path)


def row(person: Person, email: str) -> Locator:
    """Return the row of a person."""
    return person.page.get_by_role("row").filter(has_text=email)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_field_about_people(arrive: Arrive, house: Process, lang: str) -> None:
    """Addresses that are missing, malformed or known are refused, and passwords that are too short or too long."""
    ann = arrive(house, lang)
    enter(ann, "/admin/people")
    ann.button("admin-add-person").click()
    refuses(ann, "admin-add", (("column-email", "", "required", {}),), "admin")
    ann.field("admin-column-email").fill("new@example.com")
    refuses(ann, "admin-add", EMAILS, "admin")
    refuses(ann, "admin-add", (("column-email", BEN, "person-exists", {"email": BEN}),), "admin")
    passwords: tuple[Wrong, ...] = (
        ("password", "short", "password-too-short", {"min": 8}),
        ("password", "p" * 1025, "password-too-long", {"max": 1024}),
    )
    refuses(ann, "admin-add", passwords, "admin")
    leave(ann)
    ann.button("admin-invite").click()
    refuses(ann, "admin-make-link", EMAILS, "admin")
    leave(ann)
    ann.page.get_by_role("button", name=f"{ann.say('admin-reset')}: {BEN}", exact=True).click()
    refuses(ann, "dashboard-save", (("new-password", "short", "password-too-short", {"min": 8}),), "admin")
    leave(ann)
    expect(ann.page.get_by_role("row")).to_have_count(3)


def test_the_last_administrator_is_not_offered_to_be_lost(arrive: Arrive, house: Process) -> None:
    """While one administrator alone can log in, their role and login cannot be taken, and the page says why."""
    ann = arrive(house)
    enter(ann, "/admin/people")

    def losing(act: str, email: str) -> Locator:
        return ann.page.get_by_role("button", name=f"{ann.say(act)}: {email}", exact=True)

    for act in ("admin-make-user", "admin-disable"):
        button = losing(act, ANN)
        expect(button).to_be_disabled()
        expect(button).to_have_attribute("title", ann.say("admin-last"))
        button.click(force=True)
        expect(ann.dialog).to_have_count(0)
    expect(losing("admin-disable", BEN)).to_be_enabled()
    losing("admin-make-admin", BEN).click()
    ann.button("admin-make-admin", ann.dialog).click()
    for email in (ANN, BEN):
        expect(losing("admin-make-user", email)).to_be_enabled()
        expect(losing("admin-disable", email)).to_be_enabled()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_field_of_a_token(arrive: Arrive, house: Process, lang: str) -> None:
    """A token without a name, for days that are no number or too many, or for somebody unknown, is refused."""
    ann = arrive(house, lang)
    enter(ann, "/admin/tokens")
    ann.button("admin-add-token").click()
    refuses(ann, "admin-make-token", (("column-name", " ", "required", {}),), "admin")
    ann.field("admin-column-name").fill("notebook")
    wrongs: tuple[Wrong, ...] = (
        ("column-name", "n" * 81, "too-long", {"max": 80}),
        ("days", "soon", "wrong-type", {"expected": "int"}),
        ("days", "0", "out-of-range", {"min": 1, "max": 3660}),
        ("days", "3661", "out-of-range", {"min": 1, "max": 3660}),
        ("column-owner", "cat@example.com", "person-not-found", {"email": "cat@example.com"}),
    )
    refuses(ann, "admin-make-token", wrongs, "admin")
    leave(ann)
    expect(ann.page.get_by_text(ann.say("admin-no-tokens"))).to_be_visible()


def test_a_login_that_ends_while_somebody_is_added(arrive: Arrive, house: Process) -> None:
    """Whose login ended meanwhile is told so in the dialog, which keeps what was typed and then sends it."""
    ann = arrive(house)
    enter(ann, "/admin/people")
    ann.button("admin-add-person").click()
    ann.field("admin-column-email").fill("new@example.com")
    ann.field("admin-password").fill(PASSWORD)
    ann.context.request.post(f"{house.url}/logout", data={}, headers={"Origin": house.url})
    ann.button("admin-add", ann.dialog).click()
    expect(ann.dialog.get_by_role("alert").get_by_text(ann.say("admin-login-over"))).to_be_visible()
    expect(ann.field("admin-column-email")).to_have_value("new@example.com")
    ann.context.request.post(f"{house.url}/auth", data={"email": ANN, "password": PASSWORD})
    ann.button("admin-add", ann.dialog).click()
    expect(ann.dialog).to_have_count(0)
    expect(row(ann, "new@example.com")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_person_changes_their_own_password(arrive: Arrive, house: Process, lang: str) -> None:
    """What is wrong stands at its field; then the new password counts, here and at the next login."""
    ben = arrive(house, lang)
    elsewhere = arrive(house, lang)
    for each in (ben, elsewhere):
        answer = each.context.request.post(f"{house.url}/auth", data={"email": BEN, "password": PASSWORD})
        assert answer.ok
    elsewhere.open("/")
    ben.open("/.well-known/change-password")
    ben.button("admin-change-password").click()
    ben.field("admin-current-password").fill("wrong horse")
    ben.field("admin-new-password").fill(NEW)
    ben.field("admin-password-again").fill(NEW + "!")
    ben.button("admin-change-password", ben.dialog).click()
    expect(ben.dialog.get_by_role("alert").get_by_text(ben.say("admin-passwords-differ"))).to_be_visible()
    expect(ben.field("admin-password-again")).to_be_focused()
    ben.field("admin-password-again").fill(NEW)
    refuses(ben, "admin-change-password", (("current-password", "wrong horse", "wrong-password", {}),), "admin")
    ben.field("admin-current-password").fill(PASSWORD)
    ben.button("admin-change-password", ben.dialog).click()
    expect(ben.page.get_by_text(ben.say("admin-own-password-done"))).to_be_visible()
    expect(ben.dialog).to_have_count(0)
    expect(elsewhere.page.get_by_text(elsewhere.say("page-after-end"))).to_be_visible()
    ben.open("/")
    assert not ben.context.request.post(f"{house.url}/auth", data={"email": BEN, "password": PASSWORD}).ok
    assert ben.context.request.post(f"{house.url}/auth", data={"email": BEN, "password": NEW}).ok
