"""The first administrator is led from an empty fleet to one that a team shares, and empty places lead on."""

import re

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.inspector import Inspector
from tests.browser.people import Person
from tests.server.conftest import Process, Serve, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN = "ann@example.com", "ben@example.com"
PASSWORD = "correct horse battery"
EMPTY: dict[str, object] = {"vms": [], "groups": [], "users": {}}


def steps(person: Person) -> Locator:
    """Return the place of the first steps."""
    return person.page.get_by_role("region", name=person.say("dashboard-steps"), exact=True)


def step(person: Person, name: str, state: str) -> Locator:
    """Return the step of a name, if it is in a state."""
    told = f"{person.say(f'dashboard-steps-{name}')} ({person.say(f'dashboard-steps-{state}')})"
    return steps(person).get_by_role("listitem").filter(has_text=told)


def become_admin(person: Person, server: Process) -> None:
    """Open the printed link and make the first administrator."""
    link = re.search(r"http://[^\s:]+:\d+(/setup\?\S+)", "\n".join(server.told(3)))
    assert link is not None
    person.open(link[1])
    person.field("page-email").fill(ANN)
    person.field("page-new-password").fill(PASSWORD)
    person.field("page-password-again").fill(PASSWORD)
    person.button("page-make-admin").click()
    expect(steps(person)).to_be_visible()


@pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)], ids=["en-desk", "ru-phone"])
def test_the_first_administrator_is_led(arrive: Arrive, serve: Serve, lang: str, phone: bool) -> None:
    """What is done is ticked off, here or elsewhere, over a reload; when all is done the steps go for good."""
    server = serve("--auth", "password")
    write(server.path, EMPTY)
    server.start()
    ann = arrive(server, lang, phone=phone, reduced_motion="reduce")
    seen = Inspector(ann)
    become_admin(ann, server)
    seen.look("first steps")
    assert seen.faults == []
    expect(steps(ann).get_by_role("link", name=ann.say("dashboard-steps-import"))).to_have_attribute(
        "href", "/admin/import"
    )
    ann.button("dashboard-add-vm-title", steps(ann)).click()
    ann.field("dashboard-vm-id").fill("server-01")
    ann.confirm("add-vm")
    expect(step(ann, "vms", "done")).to_be_visible()
    expect(step(ann, "people", "to-do")).to_be_visible()

    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.post("/auth", json={"email": ANN, "password": PASSWORD}).raise_for_status()
        client.post("/add-user", json={"email": BEN, "role": "user", "password": PASSWORD}).raise_for_status()
    ann.page.reload()
    expect(step(ann, "vms", "done")).to_be_visible()
    expect(step(ann, "people", "done")).to_be_visible()
    ann.book("server-01", "1")
    expect(steps(ann)).to_have_count(0)
    ann.page.reload()
    ann.sees_fleet()
    expect(steps(ann)).to_have_count(0)


def test_the_first_steps_can_be_dismissed(arrive: Arrive, serve: Serve) -> None:
    """Dismissed steps are gone, also after a reload; the empty table then offers the same."""
    server = serve("--auth", "open")
    write(server.path, EMPTY)
    server.start()
    ann = arrive(server)
    ann.open("/login")
    ann.give_name(ANN)
    expect(step(ann, "vms", "to-do")).to_be_visible()
    expect(step(ann, "people", "to-do")).to_have_count(0)
    ann.button("dashboard-steps-dismiss").click()
    expect(steps(ann)).to_have_count(0)
    expect(ann.button("dashboard-add-first-vm")).to_be_visible()
    ann.page.reload()
    expect(ann.page.get_by_role("link", name=ann.say("dashboard-steps-import"))).to_be_visible()
    expect(steps(ann)).to_have_count(0)


def test_empty_places_lead_on(arrive: Arrive, desk: Process) -> None:
    """No own booking leads to the free VMs, a group without VMs to its members, a vain search to all."""
    with desk.client(ANN) as client:
        client.post("/groups", json={"name": "Spare", "vm_ids": []}).raise_for_status()
    ann = arrive(desk)
    ann.sign_in(ANN)
    ann.page.goto(f"{desk.url}/?view=mine")
    ann.button("dashboard-view-free").click()
    expect(ann.page.get_by_role("heading", level=1, name=ann.say("dashboard-view-free"))).to_be_visible()
    ann.page.get_by_role("link", name="Spare").first.click()
    ann.button("dashboard-members").click()
    expect(ann.dialog.get_by_role("heading")).to_have_text(ann.say("dashboard-add-to-group-title", name="Spare"))
    ann.page.keyboard.press("Escape")
    ann.page.goto(f"{desk.url}/?view=groups&q=nowhere")
    ann.button("dashboard-clear-search").click()
    expect(ann.button("dashboard-rename-of", name="Spare")).to_be_visible()
