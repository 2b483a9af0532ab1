"""What makes no sense is answered beside its field, in every dialog: what was typed stays, and nothing is done."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.forked import ForkedProcess
from tests.browser.refusals import Wrong, leave, refuses
from tests.server.conftest import BASE, Process, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN = "ann@example.com", "ben@example.com"
LONG_ADDRESS = "10.0.0.9.9"
VM_FIELDS: tuple[Wrong, ...] = (
    ("internal-ip", "10.0.0.999", "address-malformed", {}),
    ("external-ip", LONG_ADDRESS, "address-malformed", {}),
    ("tags", ", ".join(f"tag{number}" for number in range(21)), "too-many", {"max": 20}),
    ("tags", "t" * 41, "too-long", {"max": 40}),
    ("note", "n" * 2001, "too-long", {"max": 2000}),
)
GROUP_NAMES: tuple[Wrong, ...] = (
    ("group-name", "  ", "required", {}),
    ("group-name", "g" * 81, "too-long", {"max": 80}),
    ("group-name", "PRODUCTION", "group-exists", {"name": "PRODUCTION"}),
)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Process]:
    """Serve a fleet of its own in open mode: the second VM is Ann's, the third Ben's, and two groups."""
    path = tmp_path / "data.json"
    made: dict[str, Any] = json.loads(json.dumps(BASE))
    for vm, holder in ((made["vms"][1], ANN), (made["vms"][2], BEN)):
        vm |= {"booked_by": holder, "expires_at": "2099-01-01T00:00:00Z"}
    made["groups"].append({"id": 2, "name": "Staging", "vm_ids": []})
    write(path, made)
    server = ForkedProcess(path, "--auth", "open").start()
    try:
        yield server
    finally:
        server.terminate()


def changes(server: Process) -> int:
    """Return how much has happened."""
    seq: int = httpx.get(f"{server.url}/vms", timeout=60).json()["seq"]
    return seq


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_field_of_a_vm(arrive: Arrive, fleet: Process, lang: str) -> None:
    """A new VM and a changed one are refused for each wrong field, and the purpose and length of a booking too."""
    ann = arrive(fleet, lang)
    ann.enter(ANN)
    before = changes(fleet)
    ann.button("dashboard-add-vm-title").click()
    ids: tuple[Wrong, ...] = (
        ("vm-id", "", "required", {}),
        ("vm-id", "-x", "vm-id-malformed", {}),
        ("vm-id", "v" * 64, "vm-id-malformed", {}),
        ("vm-id", "server-01", "vm-exists", {"vm_id": "server-01"}),
    )
    refuses(ann, "dashboard-add-vm-confirm", ids)
    ann.field("dashboard-vm-id").fill("server-09")
    refuses(ann, "dashboard-add-vm-confirm", VM_FIELDS)
    leave(ann)
    ann.begin("book", "server-01")
    refuses(ann, "dashboard-book-confirm", (("purpose", "p" * 201, "too-long", {"max": 200}),))
    leave(ann)
    ann.begin("renew", "server-02")
    hours: tuple[Wrong, ...] = (
        ("hours-own", "", "required", {}),
        ("hours-own", "1,5,5", "hours-not-a-number", {}),
        ("hours-own", "169", "hours-too-many", {"max": 168}),
        ("hours-own", "1", "hours-total-too-many", {"max": 720, "left": 0}),
    )
    refuses(ann, "dashboard-renew-confirm", hours)
    leave(ann)
    ann.page.get_by_role("link", name="server-01", exact=True).click()
    ann.button("dashboard-edit", ann.dialog).click()
    expect(ann.dialog).to_have_count(2)
    refuses(ann, "dashboard-save", VM_FIELDS)
    assert changes(fleet) == before


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_field_of_a_group_and_of_several_vms(arrive: Arrive, fleet: Process, lang: str) -> None:
    """Names that are missing, too long or taken are refused, nobody picked too, and hours for several VMs."""
    ann = arrive(fleet, lang)
    ann.enter(ANN, at="/")
    before = changes(fleet)
    ann.button("dashboard-layout-groups").click()
    ann.button("dashboard-new-group").click()
    refuses(ann, "dashboard-add-group-confirm", GROUP_NAMES)
    leave(ann)
    ann.button("dashboard-rename-of", name="Staging").click()
    refuses(ann, "dashboard-save", GROUP_NAMES)
    leave(ann)
    ann.button("dashboard-members-of", name="Staging").click()
    ann.confirm("add-to-group")
    expect(ann.dialog.get_by_role("alert").get_by_text(ann.say("error-required"))).to_be_visible()
    expect(ann.dialog.get_by_role("searchbox")).to_be_focused()
    leave(ann)
    ann.button("dashboard-layout-cards").click()
    ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm="server-01"), exact=True).check()
    ann.button("dashboard-book", ann.page.get_by_role("region", name=ann.say("dashboard-selection"))).click()
    wrongs: tuple[Wrong, ...] = (
        ("hours-own", "0", "hours-not-positive", {"max": 168}),
        ("purpose", "p" * 201, "too-long", {"max": 200}),
    )
    refuses(ann, "dashboard-book-many-confirm", wrongs)
    assert changes(fleet) == before


def test_a_vm_that_changes_hands_meanwhile(arrive: Arrive, fleet: Process) -> None:
    """A renewal or a release of what is no longer one's own says so, and cannot be confirmed."""
    ann = arrive(fleet)
    ann.enter(ANN)
    ann.begin("renew", "server-02")
    ann.field("dashboard-hours-own").fill("2.5")
    told = ann.dialog.get_by_role("status")
    with fleet.client(BEN) as ben:
        _takes(ben)
        expect(ann.dialog.get_by_text(ann.like("dashboard-dialog-held", user=BEN))).to_be_visible()
        taken = ann.like("dashboard-meanwhile-taken", user=BEN, vm="server-02")
        expect(told.filter(has_text=taken)).to_be_visible()
        expect(ann.button("dashboard-renew-confirm", ann.dialog)).to_be_disabled()
        expect(ann.field("dashboard-hours-own")).to_have_value("2.5")
        leave(ann)
        ann.begin("release", "server-02")
        ben.post("/cancel", json={"vm_id": "server-02"}).raise_for_status()
        expect(ann.dialog.get_by_text(ann.say("dashboard-dialog-free"))).to_be_visible()
        expect(told.filter(has_text=ann.say("dashboard-meanwhile-free", vm="server-02"))).to_be_visible()
        expect(ann.button("dashboard-release-confirm", ann.dialog)).to_be_disabled()


def test_a_vm_that_changes_hands_unheard(arrive: Arrive, fleet: Process) -> None:
    """A page that has not heard of it asks, and the service refuses: what was typed stays."""
    ann = arrive(fleet)
    ann.hear_nothing()
    ann.enter(ANN)
    ann.begin("renew", "server-02")
    ann.field("dashboard-hours-own").fill("2.5")
    with fleet.client(BEN) as ben:
        _takes(ben)
        ann.confirm("renew")
        expect(ann.dialog.get_by_role("alert").filter(has_text=BEN)).to_be_visible()
        expect(ann.field("dashboard-hours-own")).to_have_value("2.5")
        leave(ann)
        ann.begin("release", "server-02")
        ben.post("/cancel", json={"vm_id": "server-02"}).raise_for_status()
        ann.confirm("release")
        told = ann.say("error-vm-not-booked", vm_id="server-02")
        expect(ann.dialog.get_by_role("alert").get_by_text(told)).to_be_visible()


def _takes(client: httpx.Client) -> None:
    """Take the VM that is Ann's."""
    client.post("/cancel", json={"vm_id": "server-02"}).raise_for_status()
    client.post("/book", json={"vm_id": "server-02", "hours": 1}).raise_for_status()


def test_what_a_dialog_is_about_goes_meanwhile(arrive: Arrive, fleet: Process) -> None:
    """Editing a VM or renaming a group that somebody deletes meanwhile says so and keeps what was typed."""
    ann = arrive(fleet)
    ann.log_in(ANN, at="/?vm=server-01")
    ann.button("dashboard-edit", ann.dialog).click()
    edit = ann.dialog.last
    ann.field("dashboard-note").fill("half typed")
    with fleet.client(BEN) as ben:
        ben.post("/delete-vm", json={"vm_id": "server-01"}).raise_for_status()
        expect(edit.get_by_text(ann.say("dashboard-dialog-gone"))).to_be_visible()
        ann.button("dashboard-save", edit).click()
        told = ann.say("error-vm-not-found", vm_id="server-01")
        expect(edit.get_by_role("alert").get_by_text(told)).to_be_visible()
        expect(ann.field("dashboard-note")).to_have_value("half typed")
        ann.page.goto(f"{fleet.url}/?view=groups")
        ann.button("dashboard-rename-of", name="Staging").click()
        ann.field("dashboard-group-name").fill("Attic")
        ben.post("/delete-group", json={"group_id": 2}).raise_for_status()
    expect(ann.dialog.get_by_text(ann.say("dashboard-group-gone"))).to_be_visible()
    ann.button("dashboard-save", ann.dialog).click()
    gone = ann.say("error-group-not-found", group_id=2)
    expect(ann.dialog.get_by_role("alert").get_by_text(gone)).to_be_visible()
    expect(ann.field("dashboard-group-name")).to_have_value("Attic")
