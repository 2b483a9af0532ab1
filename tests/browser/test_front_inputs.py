"""The pages in front of LoadZone answer what makes no sense at its field, keep what was typed, and act once."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.server.conftest import Process, Serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN = "ann@example.com", "ben@example.com"
PASSWORD = "correct horse battery"
MODE = ("--auth", "password", "--registration", "invite")
EVERYWHERE = pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)], ids=["en-desk", "ru-phone"])


def setup_path(server: Process) -> str:
    """Return the path of the link that makes the first administrator."""
    link = re.search(r"http://[^\s:]+:\d+(/setup\?\S+)", "\n".join(server.told(3)))
    assert link is not None
    return link[1]


def make_admin(server: Process) -> None:
    """Make Ann the administrator, without a browser."""
    body = {"key": setup_path(server).partition("key=")[2], "email": ANN, "password": PASSWORD}
    httpx.post(f"{server.url}/setup", json=body, timeout=60).raise_for_status()


def invited(server: Process) -> str:
    """Let Ann invite somebody, and return the path of the invitation."""
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.post("/auth", json={"email": ANN, "password": PASSWORD}).raise_for_status()
        key = client.post("/invite", json={"email": None, "role": "user"}).raise_for_status().json()["key"]
    return f"/register?invite={key}"


def fill(person: Person, email: str, password: str, again: str | None = None) -> None:
    """Fill in the form for a new account."""
    person.field("page-email").fill(email)
    person.field("page-new-password").fill(password)
    person.field("page-password-again").fill(password if again is None else again)


def refused(person: Person, button: str, at: Locator, key: str, **data: Any) -> None:
    """Send the form: the answer stands at a field, which has the focus."""
    person.button(button).click()
    told = person.page.get_by_role("alert").and_(person.page.locator(f"#{at.get_attribute('aria-describedby')}"))
    expect(told).to_have_text(person.say(key, **data))
    expect(at).to_be_focused()
    expect(at).to_have_attribute("aria-invalid", "true")


@EVERYWHERE
def test_every_field_of_the_first_administrator_and_of_an_invited_one(
    arrive: Arrive, serve: Serve, lang: str, phone: bool
) -> None:
    """Both forms refuse each wrong field; a link that was used meanwhile says so, and what was typed stays."""
    server = serve(*MODE).start()
    ann, late = arrive(server, lang, phone=phone), arrive(server, lang, phone=phone)
    for person in (ann, late):
        person.open(setup_path(server))
    _wrong_fields(ann, "page-make-admin")
    fill(ann, ANN, PASSWORD)
    ann.button("page-make-admin").dblclick()
    ann.sees_fleet()
    _too_late(late, "page-make-admin", "error-first-admin-key-invalid")

    path = invited(server)
    ben, late = arrive(server, lang, phone=phone), arrive(server, lang, phone=phone)
    for person in (ben, late):
        person.open(path)
    _wrong_fields(ben, "page-make-account")
    fill(ben, ANN, PASSWORD)
    ben.button("page-make-account").click()
    expect(ben.page.get_by_role("alert").get_by_text(ben.say("error-person-exists", email=ANN))).to_be_visible()
    fill(ben, BEN, PASSWORD)
    ben.button("page-make-account").dblclick()
    ben.sees_fleet()
    _too_late(late, "page-make-account", "error-invite-invalid")
    late.open(path)
    expect(late.page.get_by_text(late.say("page-register-invite-over"))).to_be_visible()
    expect(late.field("page-email")).to_have_count(0)


def test_an_address_of_an_international_domain_logs_in_at_the_page(arrive: Arrive, desk: Process) -> None:
    """Chromium sends such a domain in its ASCII form; the person is the one of the other form."""
    ivan = arrive(desk)
    ivan.log_in("Иван@пример.рф")
    told = ivan.context.request.get(f"{ivan.url}/me").json()
    assert told["email"] == "иван@пример.рф"


def _wrong_fields(person: Person, button: str) -> None:
    email, password = person.field("page-email"), person.field("page-new-password")
    refused(person, button, email, "error-required")
    fill(person, "ann", PASSWORD)
    refused(person, button, email, "error-email-malformed")
    expect(password).to_have_value(PASSWORD)
    fill(person, "cat@example.com", "short")
    refused(person, button, password, "error-password-too-short", min=8)
    fill(person, "cat@example.com", PASSWORD, "another horse")
    refused(person, button, person.field("page-password-again"), "page-passwords-differ")
    expect(email).to_have_value("cat@example.com")


def _too_late(person: Person, button: str, key: str) -> None:
    fill(person, "late@example.com", PASSWORD)
    person.button(button).click()
    expect(person.page.get_by_role("alert").get_by_text(person.say(key), exact=True)).to_be_visible()
    expect(person.field("page-email")).to_have_value("late@example.com")


@EVERYWHERE
def test_a_login_that_fails_keeps_the_address(arrive: Arrive, serve: Serve, lang: str, phone: bool) -> None:
    """A wrong password and a server that is away are told; the address stays, and the password is at hand."""
    server = serve(*MODE).start()
    make_admin(server)
    ann = arrive(server, lang, phone=phone)
    ann.open("/login")
    ann.give_name(ANN, "wrong horse battery")
    expect(ann.page.get_by_role("alert").get_by_text(ann.say("error-wrong-login"), exact=True)).to_be_visible()
    expect(ann.field("page-email")).to_have_value(ANN)
    expect(ann.field("page-password")).to_be_focused()
    server.terminate()
    ann.give_name(ANN, PASSWORD)
    expect(ann.page.get_by_role("alert").get_by_text(ann.say("page-no-answer"), exact=True)).to_be_visible()
    expect(ann.field("page-password")).to_have_value(PASSWORD)


@EVERYWHERE
def test_who_registers_waits_until_an_administrator_approves(
    arrive: Arrive, serve: Serve, lang: str, phone: bool
) -> None:
    """The form says that the account waits, the login says so too, and the page People lets in or refuses."""
    server = serve(*MODE, "--registration", "domain", "--registration-domains", "example.com").start()
    make_admin(server)
    ben, ann = arrive(server, lang, phone=phone), arrive(server, lang, phone=phone)
    ben.open("/register")
    expect(ben.page.get_by_text(ben.say("page-register-approval"))).to_be_visible()
    fill(ben, BEN, PASSWORD)
    ben.button("page-make-account").click()
    expect(ben.page.get_by_text(ben.say("page-after-waiting"))).to_be_visible()
    _log_in(ben, BEN)
    expect(ben.page.get_by_role("alert").get_by_text(ben.say("error-waits-for-approval"))).to_be_visible()
    ann.open("/login?next=/admin/people")
    _log_in(ann, ANN)
    expect(ann.page.get_by_role("row", name=BEN)).to_contain_text(ann.say("admin-person-waits"))
    ann.page.get_by_role("button", name=f"{ann.say('admin-approve')}: {BEN}").click()
    expect(ann.dialog).to_contain_text(ann.say("admin-approve-about"))
    ann.dialog.get_by_role("button", name=ann.say("admin-approve"), exact=True).click()
    expect(ann.page.get_by_role("row", name=BEN)).to_contain_text(ann.say("admin-person-active"))
    ben.button("page-log-in").click()
    ben.sees_fleet()


def _log_in(person: Person, email: str) -> None:
    person.field("page-email").fill(email)
    person.field("page-password").fill(PASSWORD)
    person.button("page-log-in").click()
