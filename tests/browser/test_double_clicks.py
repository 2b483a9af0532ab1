"""A button that is pressed twice does what it says once, in every dialog, and tells no error."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ANN, BEN, PASSWORD, Arrive
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def told(person: Person, path: str) -> Any:
    """Return what a call answers to this person."""
    return person.context.request.get(f"{person.url}{path}").json()


def twice(person: Person, key: str) -> None:
    """Press the button that confirms twice, and see the dialog go."""
    heading = person.dialog.get_by_role("heading").inner_text()
    person.button(key, person.dialog).dblclick()
    expect(person.dialog.filter(has=person.page.get_by_role("heading", name=heading, exact=True))).to_have_count(0)
    expect(person.page.get_by_role("alert").filter(visible=True).filter(has_text=re.compile(r"\w"))).to_have_count(
        0
    )


def test_the_dialogs_of_the_fleet(arrive: Arrive, house: Process) -> None:
    """A VM is added, renewed and released once, a group made and renamed once, and several VMs booked once."""
    ann = arrive(house)
    ann.enter(ANN, PASSWORD)
    seq = told(ann, "/vms")["seq"]
    ann.button("dashboard-add-vm-title").click()
    ann.field("dashboard-vm-id").fill("server-09")
    twice(ann, "dashboard-add-vm-confirm")
    for act in ("book", "renew", "release"):
        ann.begin(act, "server-09")
        twice(ann, f"dashboard-{act}-confirm")
    for vm in ("server-01", "server-02"):
        ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm=vm), exact=True).check()
    ann.button("dashboard-book", ann.page.get_by_role("region", name=ann.say("dashboard-selection"))).click()
    twice(ann, "dashboard-book-many-confirm")
    ann.button("dashboard-layout-groups").click()
    ann.button("dashboard-new-group").click()
    ann.field("dashboard-group-name").fill("Lab")
    twice(ann, "dashboard-add-group-confirm")
    ann.button("dashboard-rename-of", name="Lab").click()
    ann.field("dashboard-group-name").fill("Attic")
    twice(ann, "dashboard-save")
    records = told(ann, "/history")["records"]
    assert sorted((record["vm_id"], record["action"]) for record in records) == [
        ("server-01", "book"),
        ("server-02", "book"),
        ("server-09", "book"),
        ("server-09", "release"),
        ("server-09", "renew"),
    ]
    assert [group["name"] for group in told(ann, "/groups")] == ["Production", "Attic"]
    assert told(ann, "/vms")["seq"] - seq == 8


def test_the_dialogs_about_people_and_tokens(arrive: Arrive, house: Process) -> None:
    """A person is added once, and one token is made."""
    ann = arrive(house)
    ann.sign_in(ANN, PASSWORD)
    ann.open("/admin/people")
    ann.button("admin-add-person").click()
    ann.field("admin-column-email").fill("new@example.com")
    twice(ann, "admin-add")
    expect(
        ann.page.get_by_text(ann.say("admin-person-added-no-password", email="new@example.com"))
    ).to_be_visible()
    assert [person["email"] for person in told(ann, "/users")] == [ANN, BEN, "new@example.com"]
    ann.open("/account")
    ann.button("admin-add-token").click()
    ann.field("admin-column-name").fill("notebook")
    twice(ann, "admin-make-token")
    assert [token["name"] for token in told(ann, "/tokens")] == ["notebook"]
