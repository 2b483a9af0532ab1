"""The dialogs as people walk them: in both languages, on a desk and a phone, with wrong inputs and rivals."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN, CHRIS = "ann@example.com", "ben@example.com", "chris@example.com"
EVERYWHERE = pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)], ids=["en-desk", "ru-phone"])

NewVM = Callable[[], str]


@contextmanager
def by_http(server: Process, email: str = CHRIS) -> Iterator[httpx.Client]:
    """Let somebody act without a browser."""
    with server.client(email) as client:
        yield client


def records(server: Process, vm: str) -> list[tuple[str, str]]:
    """Return who did what with a VM, as the history tells."""
    answer = httpx.get(f"{server.url}/history", params={"vm": vm}, timeout=60)
    return [(record["user"], record["action"]) for record in answer.json()["records"]]


@pytest.fixture(scope="module")
def new_vm(desk: Process) -> NewVM:
    """Return a function that adds a free VM of its own to the fleet."""
    numbers = count(50)

    def add() -> str:
        vm = f"server-{next(numbers)}"
        with by_http(desk) as client:
            client.post("/add-vm", json={"id": vm, "group_id": 1}).raise_for_status()
        return vm

    return add


def before(
    arrive: Arrive,
    desk: Process,
    vm: str,
    email: str = ANN,
    lang: str = "en",
    *,
    deaf: bool = False,
    **options: Any,
) -> Person:
    """Bring somebody who has searched for a VM; who is `deaf` does not hear what others do."""
    person = arrive(desk, lang, **options)
    if deaf:
        person.hear_nothing()
    person.enter(email, at=f"/?q={vm}")
    return person


@EVERYWHERE
def test_book_renew_and_release(arrive: Arrive, desk: Process, new_vm: NewVM, lang: str, phone: bool) -> None:
    """Somebody books, renews and releases in a row or a card, sees each end before it, and can undo the last."""
    vm = new_vm()
    ann = before(arrive, desk, vm, lang=lang, phone=phone)
    ann.begin("book", vm)
    ann.button("dashboard-hours-preset", ann.dialog, n=8).click()
    expect(ann.field("dashboard-hours-own")).to_have_value("8")
    ann.field("dashboard-hours-own").fill("0,5" if lang == "ru" else "0.5")
    expect(ann.dialog.get_by_text(ann.like("dashboard-book-result"))).to_be_visible()
    ann.confirm("book")
    expect(ann.toast(ann.like("dashboard-own-booked", vm=vm))).to_be_visible()
    ann.begin("renew", vm)
    expect(ann.dialog.get_by_text(ann.like("dashboard-renew-result"))).to_be_visible()
    ann.confirm("renew")
    # What is told of the booking now takes the place of what was told before.
    expect(ann.toast(ann.like("dashboard-own-renewed", vm=vm))).to_be_visible()
    expect(ann.toast(vm)).to_have_count(1)
    ann.begin("release", vm)
    ann.confirm("release")
    expect(ann.button("dashboard-undo", ann.toast(vm))).to_be_visible()
    expect(ann.toast(vm)).to_have_count(1)
    expect(ann.act("book", vm)).to_be_visible()
    ann.button("dashboard-undo").click()
    expect(ann.act("renew", vm)).to_be_visible()
    assert records(desk, vm) == [(ANN, action) for action in ("book", "renew", "release", "book")]


def test_an_own_release_is_told_once(arrive: Arrive, desk: Process, new_vm: NewVM) -> None:
    """A release shows one message, that with Undo in it; the bell lists it, and does not count it as news."""
    vm = new_vm()
    with by_http(desk, ANN) as client:
        client.post("/book", json={"vm_id": vm, "hours": 1}).raise_for_status()
    ann = before(arrive, desk, vm)
    ann.begin("release", vm)
    ann.confirm("release")
    expect(ann.button("dashboard-undo", ann.toast(vm))).to_be_visible()
    ann.button("dashboard-bell", n=0).click()
    notes = ann.page.get_by_role("region", name=ann.say("dashboard-notifications"))
    expect(notes.get_by_text(ann.like("dashboard-own-released", vm=vm))).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(ann.toast(vm)).to_have_count(1)


@EVERYWHERE
def test_hours_that_make_no_sense(arrive: Arrive, desk: Process, new_vm: NewVM, lang: str, phone: bool) -> None:
    """Each wrong number of hours is answered beside the field, which keeps it and the focus; nothing is booked."""
    vm = new_vm()
    ann = before(arrive, desk, vm, lang=lang, phone=phone)
    ann.begin("book", vm)
    hours = ann.field("dashboard-hours-own")
    ann.field("dashboard-purpose").fill("load test")
    for typed, key, data in (
        ("", "error-required", {}),
        ("four", "error-hours-not-a-number", {}),
        ("0", "error-hours-not-positive", {"max": 168}),
        ("-1", "error-hours-not-positive", {"max": 168}),
        ("169", "error-hours-too-many", {"max": 168}),
    ):
        hours.fill(typed)
        ann.confirm("book")
        expect(ann.dialog.get_by_role("alert").get_by_text(ann.say(key, **data), exact=True)).to_be_visible()
        expect(hours).to_have_value(typed)
        expect(hours).to_be_focused()
        expect(hours).to_have_attribute("aria-invalid", "true")
    expect(ann.field("dashboard-purpose")).to_have_value("load test")
    ann.page.keyboard.press("Escape")
    expect(ann.dialog).to_have_count(0)
    expect(ann.act("book", vm)).to_be_focused()
    assert records(desk, vm) == []


def test_of_two_at_once_one_wins(arrive: Arrive, desk: Process, new_vm: NewVM) -> None:
    """Two people confirm together: one holds the VM, the other reads who has it and keeps what was typed."""
    vm = new_vm()
    ann, ben = before(arrive, desk, vm, deaf=True), before(arrive, desk, vm, BEN, "ru", deaf=True)
    for person in (ann, ben):
        person.begin("book", vm)
        person.field("dashboard-purpose").fill("mine")
    for person in (ann, ben):
        person.page.keyboard.press("Enter")
    for person in (ann, ben):
        refused = person.dialog.get_by_role("alert").filter(has_text="@")
        expect(person.act("renew", vm).or_(refused)).to_be_visible()
    ((winner, action),) = records(desk, vm)
    assert action == "book"
    loser = ben if winner == ANN else ann
    expect(loser.dialog.get_by_role("alert").filter(has_text=winner)).to_contain_text(vm)
    expect(loser.field("dashboard-purpose")).to_have_value("mine")


@EVERYWHERE
def test_a_vm_that_is_taken_meanwhile(
    arrive: Arrive, desk: Process, new_vm: NewVM, lang: str, phone: bool
) -> None:
    """A dialog says who took its VM, cannot be confirmed until that is free again, and keeps what was typed."""
    vm = new_vm()
    ann = before(arrive, desk, vm, lang=lang, phone=phone)
    ann.begin("book", vm)
    purpose = ann.field("dashboard-purpose")
    purpose.fill("mine")
    confirm = ann.button("dashboard-book-confirm", ann.dialog)
    told = ann.dialog.get_by_role("status").filter(
        has_text=ann.like("dashboard-meanwhile-taken", user=CHRIS, vm=vm)
    )
    with by_http(desk) as client:
        client.post("/book", json={"vm_id": vm, "hours": 1}).raise_for_status()
        expect(told).to_be_visible()
        expect(confirm).to_be_disabled()
        expect(ann.dialog.get_by_text(ann.like("dashboard-book-result"))).to_have_count(0)
        purpose.press("Enter")
        client.post("/cancel", json={"vm_id": vm}).raise_for_status()
    expect(confirm).to_be_enabled()
    expect(told).to_have_count(0)
    expect(purpose).to_have_value("mine")
    expect(ann.dialog.get_by_role("alert").filter(has_text=re.compile(r"\w"))).to_have_count(0)
    confirm.click()
    expect(ann.dialog).to_have_count(0)
    assert records(desk, vm) == [(CHRIS, "book"), (CHRIS, "release"), (ANN, "book")]


def test_a_double_click_books_once(arrive: Arrive, desk: Process, new_vm: NewVM) -> None:
    """A double click on the button that confirms books once, and no error is told."""
    vm = new_vm()
    ann = before(arrive, desk, vm)
    ann.begin("book", vm)
    ann.button("dashboard-book-confirm", ann.dialog).dblclick()
    expect(ann.act("renew", vm)).to_be_visible()
    expect(ann.dialog).to_have_count(0)
    assert records(desk, vm) == [(ANN, "book")]


def test_a_vm_that_is_deleted_meanwhile(arrive: Arrive, desk: Process, new_vm: NewVM) -> None:
    """A dialog says when its VM is no longer there, and cannot be confirmed; who has not heard is refused."""
    vm = new_vm()
    ann, ben = before(arrive, desk, vm), before(arrive, desk, vm, BEN, deaf=True)
    for person in (ann, ben):
        person.begin("book", vm)
    with by_http(desk) as client:
        client.post("/delete-vm", json={"vm_id": vm}).raise_for_status()
    expect(ann.dialog.get_by_text(ann.say("dashboard-dialog-gone"))).to_be_visible()
    told = ann.say("dashboard-meanwhile-gone", vm=vm)
    expect(ann.dialog.get_by_role("status").get_by_text(told)).to_be_visible()
    expect(ann.button("dashboard-book-confirm", ann.dialog)).to_be_disabled()
    ben.confirm("book")
    expect(
        ben.dialog.get_by_role("alert").filter(has_text=ben.say("error-vm-not-found", vm_id=vm))
    ).to_be_visible()


def test_a_login_that_ends_meanwhile(arrive: Arrive, desk: Process, new_vm: NewVM) -> None:
    """Who is logged out while a dialog is open comes back to it, with what was typed, by logging in again."""
    vm = new_vm()
    ann = before(arrive, desk, vm)
    ann.begin("book", vm)
    ann.field("dashboard-hours-own").fill("2.5")
    ann.field("dashboard-purpose").fill("load test")
    cookies = {cookie["name"]: cookie["value"] for cookie in ann.context.cookies()}
    with httpx.Client(base_url=desk.url, cookies=cookies, timeout=60) as client:
        client.post("/logout", json={}).raise_for_status()
    ann.give_name(ANN)
    expect(ann.dialog.get_by_role("heading")).to_have_text(ann.say("dashboard-book-title", vm=vm))
    expect(ann.field("dashboard-hours-own")).to_have_value("2.5")
    expect(ann.field("dashboard-purpose")).to_have_value("load test")
    ann.confirm("book")
    expect(ann.act("renew", vm)).to_be_visible()
    assert records(desk, vm) == [(ANN, "book")]
