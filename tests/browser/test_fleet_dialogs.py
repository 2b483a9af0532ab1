"""Groups, details and several VMs at once, through the page, in both languages, on a desk and on a phone."""

import re
from itertools import count

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN = "ann@example.com", "ben@example.com"
EVERYWHERE = pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)], ids=["en-desk", "ru-phone"])
NUMBERS = count(50)


def new_vms(server: Process, many: int) -> list[str]:
    """Add free VMs without a group."""
    names = [f"server-{next(NUMBERS)}" for _ in range(many)]
    with server.client(BEN) as client:
        for name in names:
            client.post("/add-vm", json={"id": name, "group_id": None}).raise_for_status()
    return names


def groups(server: Process) -> dict[str, list[str]]:
    """Return the ids of each group's VMs by its name."""
    answer = httpx.get(f"{server.url}/groups", timeout=60)
    return {group["name"]: group["vm_ids"] for group in answer.json()}


def vms(server: Process) -> dict[str, dict[str, object]]:
    """Return the VMs by id."""
    answer = httpx.get(f"{server.url}/vms", timeout=60)
    return {vm["id"]: vm for vm in answer.json()["vms"]}


def _pick(person: Person, vm: str) -> None:
    """Pick a VM by searching for it and pressing Enter."""
    search = person.dialog.get_by_role("searchbox")
    search.fill(vm)
    search.press("Enter")
    expect(person.button("dashboard-unpick", person.dialog, vm=vm)).to_be_visible()


@EVERYWHERE
def test_a_group_from_its_making_to_its_end(arrive: Arrive, desk: Process, lang: str, phone: bool) -> None:
    """A group is made with a VM found by search and not under a taken name, gets another VM and name, and goes."""
    one, two = new_vms(desk, 2)
    ann = arrive(desk, lang, phone=phone)
    ann.sign_in(ANN)
    ann.page.goto(f"{desk.url}/?view=groups")
    ann.button("dashboard-new-group").click()
    name = ann.field("dashboard-group-name")
    name.fill("production")
    _pick(ann, one)
    ann.confirm("add-group")
    refusal = ann.dialog.get_by_role("alert").filter(has_text=ann.say("error-group-exists", name="production"))
    expect(refusal).to_be_visible()
    expect(name).to_be_focused()
    name.fill(f"Lab {lang}")
    ann.confirm("add-group")
    expect(ann.dialog).to_have_count(0)
    assert groups(desk)[f"Lab {lang}"] == [one]

    ann.button("dashboard-members-of", name=f"Lab {lang}").click()
    _pick(ann, two)
    ann.confirm("add-to-group")
    expect(ann.dialog).to_have_count(0)
    ann.button("dashboard-rename-of", name=f"Lab {lang}").click()
    name.fill(f"Attic {lang}")
    ann.button("dashboard-save", ann.dialog).click()
    expect(ann.dialog).to_have_count(0)
    assert groups(desk)[f"Attic {lang}"] == [one, two]

    ann.button("dashboard-delete-group-of", name=f"Attic {lang}").click()
    expect(ann.dialog.get_by_text(ann.say("dashboard-delete-group-vms", n=2))).to_be_visible()
    ann.button("dashboard-delete", ann.dialog).click()
    expect(ann.dialog).to_have_count(0)
    expect(ann.button("dashboard-rename-of", name=f"Attic {lang}")).to_have_count(0)
    assert f"Attic {lang}" not in groups(desk)
    assert (vms(desk)[one]["group"], vms(desk)[two]["group"]) == (None, None)


@EVERYWHERE
def test_a_vm_is_edited_and_deleted_from_its_details(
    arrive: Arrive, desk: Process, lang: str, phone: bool
) -> None:
    """A wrong address is refused at its field, a right one stands in the details; deleting says who holds it."""
    (vm,) = new_vms(desk, 1)
    ann = arrive(desk, lang, phone=phone)
    ann.sign_in(ANN)
    ann.page.goto(f"{desk.url}/?vm={vm}")
    ann.button("dashboard-edit", ann.dialog).click()
    edit = ann.dialog.filter(has=ann.page.get_by_role("heading", name=ann.say("dashboard-edit-vm-title", vm=vm)))
    address = ann.field("dashboard-internal-ip")
    ann.field("dashboard-note").fill("quiet")
    address.fill("10.0.0.999")
    ann.button("dashboard-save", edit).click()
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(address).to_be_focused()
    expect(address).to_have_value("10.0.0.999")
    address.fill("10.0.0.9")
    ann.button("dashboard-save", edit).click()
    expect(edit).to_have_count(0)
    expect(ann.dialog.get_by_text("10.0.0.9", exact=True).first).to_be_visible()
    expect(ann.dialog.get_by_text("quiet").first).to_be_visible()

    with desk.client(BEN) as client:
        client.post("/book", json={"vm_id": vm, "hours": 2}).raise_for_status()
    ann.button("dashboard-delete-vm", ann.dialog).click()
    sure = ann.dialog.filter(has=ann.page.get_by_role("heading", name=ann.say("dashboard-delete-vm-title", vm=vm)))
    expect(sure).to_contain_text(BEN)
    ann.button("dashboard-delete", sure).click()
    expect(sure).to_have_count(0)
    assert vm not in vms(desk)


def test_a_vm_leaves_its_group_from_its_details(arrive: Arrive, desk: Process) -> None:
    """A VM in a group can be taken out of it where its details stand; one without a group offers no such thing."""
    (vm,) = new_vms(desk, 1)
    with desk.client(BEN) as client:
        client.post("/edit-vm", json={"vm_id": vm, "group_id": 1}).raise_for_status()
    ann = arrive(desk)
    ann.sign_in(ANN)
    ann.page.goto(f"{desk.url}/?vm={vm}")
    out = ann.button("dashboard-remove-from-group", ann.dialog)
    out.click()
    ann.confirm("remove-from-group")
    expect(out).to_have_count(0)
    expect(ann.dialog.get_by_role("heading", level=2, name=vm)).to_be_visible()
    assert vms(desk)[vm]["group"] is None


def test_several_vms_in_one_go(arrive: Arrive, desk: Process) -> None:
    """VMs that were chosen one by one are booked in one go, told so, and released in one go."""
    one, two = new_vms(desk, 2)
    ann = arrive(desk)
    ann.enter(ANN)
    bar = ann.page.get_by_role("region", name=ann.say("dashboard-selection"))
    for act, done, holder in (("book", "book-many-done", ANN), ("release", "released-many", None)):
        for vm in (one, two):
            ann.field("dashboard-search").fill(vm)
            ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm=vm), exact=True).first.check()
        expect(bar.get_by_text(ann.say("dashboard-selected", n=2))).to_be_visible()
        ann.button(f"dashboard-{act}", bar).click()
        expect(ann.dialog).to_contain_text(f"{one}, {two}")
        ann.confirm(f"{act}-many")
        expect(ann.dialog).to_have_count(0)
        expect(ann.toast(ann.say(f"dashboard-{done}", n=2))).to_be_visible()
        assert [vms(desk)[vm]["booked_by"] for vm in (one, two)] == [holder, holder]


def test_whose_bookings_a_release_ends_is_named(arrive: Arrive, desk: Process) -> None:
    """Who releases others' VMs sees whose they are, and the focus is on the way out, not on the act."""
    own, other = new_vms(desk, 2)
    for vm, email in ((own, ANN), (other, BEN)):
        with desk.client(email) as client:
            client.post("/book", json={"vm_id": vm, "hours": 1}).raise_for_status()
    ann = arrive(desk)
    ann.log_in(ANN)
    for vm in (own, other):
        ann.field("dashboard-search").fill(vm)
        ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm=vm), exact=True).first.check()
    ann.button("dashboard-release", ann.page.get_by_role("region", name=ann.say("dashboard-selection"))).click()
    named = ann.say("dashboard-release-others", n=1, names=f"{other} ({BEN})")
    expect(ann.dialog.get_by_text(named)).to_be_visible()
    expect(ann.button("dashboard-cancel", ann.dialog)).to_be_focused()
    ann.confirm("release-many")
    expect(ann.dialog).to_have_count(0)
    assert [vms(desk)[vm]["booked_by"] for vm in (own, other)] == [None, None]


@EVERYWHERE
def test_what_is_taken_from_several_vms_is_named(arrive: Arrive, desk: Process, lang: str, phone: bool) -> None:
    """Of VMs in an open dialog one is taken and one deleted: the page says so, and each has its result."""
    one, two, three = new_vms(desk, 3)
    ann, ben = arrive(desk, lang, phone=phone), arrive(desk)
    ann.enter(ANN, at="/?view=cards")
    ben.enter(BEN, at=f"/?q={two}")
    for vm in (one, two, three):
        ann.field("dashboard-search").fill(vm)
        ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm=vm), exact=True).first.check()
    ann.button("dashboard-book", ann.page.get_by_role("region", name=ann.say("dashboard-selection"))).click()
    ben.book(two, "2")
    with desk.client(BEN) as client:
        client.post("/delete-vm", json={"vm_id": three}).raise_for_status()
    told = ann.dialog.get_by_role("status")
    expect(told.filter(has_text=ann.like("dashboard-meanwhile-taken", user=BEN, vm=two))).to_be_visible()
    expect(told.filter(has_text=ann.say("dashboard-meanwhile-gone", vm=three))).to_be_visible()
    expect(ann.dialog).to_contain_text(ann.say("dashboard-many-vms", n=3, names=f"{one}, {two}, {three}"))
    ann.confirm("book-many")
    expect(ann.dialog.get_by_text(ann.say("dashboard-many-results", good=1, all=3))).to_be_visible()
    rows = ann.dialog.get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text=one)).to_contain_text(ann.say("dashboard-many-good"))
    expect(rows.filter(has_text=ann.like("error-vm-taken", vm_id=two, holder=BEN))).to_be_visible()
    expect(rows.filter(has_text=ann.say("error-vm-not-found", vm_id=three))).to_be_visible()
    assert [vms(desk)[vm]["booked_by"] for vm in (one, two)] == [ANN, BEN]


def test_several_vms_of_which_none_is_left(arrive: Arrive, desk: Process) -> None:
    """What can succeed for none of the VMs any more cannot be confirmed; for one of them, it can again."""
    one, two = new_vms(desk, 2)
    ann = arrive(desk)
    ann.enter(ANN)
    for vm in (one, two):
        ann.field("dashboard-search").fill(vm)
        ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm=vm), exact=True).first.check()
    ann.button("dashboard-book", ann.page.get_by_role("region", name=ann.say("dashboard-selection"))).click()
    confirm = ann.button("dashboard-book-many-confirm", ann.dialog)
    with desk.client(BEN) as client:
        for vm, able in ((one, True), (two, False)):
            client.post("/book", json={"vm_id": vm, "hours": 1}).raise_for_status()
            told = ann.dialog.get_by_role("status").filter(has_text=re.compile(rf"{BEN}.*{vm}"))
            expect(told).to_be_visible()
            expect(confirm).to_be_enabled(enabled=able)
        client.post("/cancel", json={"vm_id": one}).raise_for_status()
    expect(confirm).to_be_enabled()
    confirm.click()
    expect(ann.dialog.get_by_role("listitem").filter(has_text=BEN)).to_contain_text(two)
    assert [vms(desk)[vm]["booked_by"] for vm in (one, two)] == [ANN, BEN]
