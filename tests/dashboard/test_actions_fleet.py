"""What administrators ask for in dialogs, and what anybody asks for several VMs at once, is decided one by one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.dashboard.actions import Actions
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddGroup, AddVM, Book

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
ANN = Actor(email="ann@example.com", role=Role.USER)
BOB = Actor(email="bob@example.com", role=Role.USER)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """Serve a fleet of three VMs, the first of which is in the group Production."""
    service = Service(MemoryStore(), clock=lambda: NOW)
    await service.start()
    for number in (1, 2, 3):
        await service.grant(ADMIN, AddVM(id=f"vm-{number}"))
    await service.grant(ADMIN, AddGroup(name="Production", vm_ids=("vm-1",)))
    yield service
    await service.stop()


async def ask(service: Service, actor: Actor, act: str, lang: str = "en", **data: Any) -> dict[str, Any]:
    """Return the answer to one message of a page that `actor` has just opened."""
    answers: list[dict[str, Any]] = []
    await Actions(service, actor, lang, answers.append).handle({"id": "1", "act": act, **data})
    return answers[0]


async def test_a_vm_is_added_as_typed_with_its_tags_parted_by_commas(service: Service) -> None:
    answer = await ask(
        service,
        ADMIN,
        "add_vm",
        vm_id=" vm-9 ",
        group_id=1,
        internal_ip="10.0.0.9",
        tags="gpu, 32gb,",
        note=" big ",
    )
    vm = service.fleet.vms["vm-9"]
    assert (vm.group, vm.internal_ip, vm.tags, vm.note) == (1, "10.0.0.9", ("gpu", "32gb"), "big")
    assert answer["vm"]["id"] == "vm-9"


async def test_all_that_is_wrong_with_a_new_vm_is_told_at_once_beside_its_fields(service: Service) -> None:
    answer = await ask(
        service,
        ADMIN,
        "add_vm",
        vm_id="no id!",
        internal_ip="300.1",
        external_ip="x",
        tags="y" * 50,
        note="n" * 3000,
    )
    assert set(answer["fields"]) == {"id", "internal_ip", "external_ip", "tags", "note"}
    assert len(service.fleet.vms) == 3


@pytest.mark.parametrize(("typed", "code"), [("", "invalid_input"), ("vm-1", "vm_exists")])
async def test_a_name_that_is_missing_or_taken_is_refused(service: Service, typed: str, code: str) -> None:
    assert (await ask(service, ADMIN, "add_vm", vm_id=typed))["code"] == code


async def test_editing_changes_only_the_fields_that_were_changed(service: Service) -> None:
    await ask(service, ADMIN, "edit_vm", vm_id="vm-1", note="old", tags="a")
    await ask(service, ADMIN, "edit_vm", vm_id="vm-1", internal_ip="10.0.0.1")
    vm = service.fleet.vms["vm-1"]
    assert (vm.note, vm.tags, vm.internal_ip, vm.group) == ("old", ("a",), "10.0.0.1", 1)


async def test_editing_can_empty_a_field_and_leave_the_group(service: Service) -> None:
    await ask(service, ADMIN, "edit_vm", vm_id="vm-1", note="old")
    await ask(service, ADMIN, "edit_vm", vm_id="vm-1", note="", group_id=None)
    vm = service.fleet.vms["vm-1"]
    assert (vm.note, vm.group) == (None, None)


async def test_a_booked_vm_is_deleted_only_where_the_dialog_had_said_so(service: Service) -> None:
    await service.grant(ANN, Book(vm_id="vm-1", hours=4))
    refused = await ask(service, ADMIN, "delete_vm", vm_id="vm-1")
    assert refused["code"] == "vm_booked"
    assert "ann@example.com" in refused["message"]
    assert (await ask(service, ADMIN, "delete_vm", vm_id="vm-1", force=True))["ok"]
    assert "vm-1" not in service.fleet.vms


async def test_a_group_is_made_filled_renamed_emptied_and_deleted(service: Service) -> None:
    await ask(service, ADMIN, "add_group", name=" Staging ", vm_ids=["vm-2"])
    assert (service.fleet.groups[2].name, service.fleet.groups[2].vm_ids) == ("Staging", ("vm-2",))
    await ask(service, ADMIN, "add_to_group", group_id=2, vm_ids=["vm-1", "vm-3"])
    assert set(service.fleet.groups[2].vm_ids) == {"vm-1", "vm-2", "vm-3"}
    await ask(service, ADMIN, "rename_group", group_id=2, name="Test")
    await ask(service, ADMIN, "remove_from_group", group_id=2, vm_id="vm-2")
    assert (service.fleet.groups[2].name, service.fleet.vms["vm-2"].group) == ("Test", None)
    await ask(service, ADMIN, "delete_group", group_id=2)
    assert 2 not in service.fleet.groups
    assert service.fleet.vms["vm-1"].group is None


@pytest.mark.parametrize(
    ("act", "data", "told"),
    [
        ("add_group", {"name": "  "}, "name"),
        ("add_group", {"name": "x" * 81}, "name"),
        ("rename_group", {"group_id": 1, "name": ""}, "name"),
        ("add_to_group", {"group_id": 1, "vm_ids": []}, "vm_ids"),
    ],
)
async def test_what_is_wrong_with_a_group_is_told_beside_its_field(
    service: Service, act: str, data: dict[str, Any], told: str
) -> None:
    before = service.seq
    assert set((await ask(service, ADMIN, act, "ru", **data))["fields"]) == {told}
    assert service.seq == before


@pytest.mark.parametrize(
    ("act", "data", "code"),
    [
        ("add_group", {"name": "production"}, "group_exists"),
        ("add_group", {"name": "New", "vm_ids": ["gone"]}, "vm_not_found"),
        ("add_to_group", {"group_id": 9, "vm_ids": ["vm-1"]}, "group_not_found"),
        ("remove_from_group", {"group_id": 1, "vm_id": "vm-2"}, "vm_not_in_group"),
        ("edit_vm", {"vm_id": "gone", "note": "x"}, "vm_not_found"),
    ],
)
async def test_what_changed_meanwhile_is_told(service: Service, act: str, data: dict[str, Any], code: str) -> None:
    assert (await ask(service, ADMIN, act, **data))["code"] == code


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("add_vm", {"vm_id": "vm-9"}),
        ("edit_vm", {"vm_id": "vm-1", "note": "x"}),
        ("delete_vm", {"vm_id": "vm-1", "force": True}),
        ("add_group", {"name": "New"}),
        ("rename_group", {"group_id": 1, "name": "New"}),
        ("delete_group", {"group_id": 1}),
        ("add_to_group", {"group_id": 1, "vm_ids": ["vm-2"]}),
        ("remove_from_group", {"group_id": 1, "vm_id": "vm-1"}),
    ],
)
async def test_a_user_is_refused_what_administrators_do(service: Service, act: str, data: dict[str, Any]) -> None:
    before = service.seq
    assert (await ask(service, ANN, act, **data))["code"] == "admin_only"
    assert service.seq == before


async def test_several_vms_are_booked_each_with_its_own_result(service: Service) -> None:
    await service.grant(BOB, Book(vm_id="vm-2", hours=1))
    answer = await ask(service, ANN, "book_many", vm_ids=["vm-1", "vm-2", "gone"], hours="2", purpose="test")
    assert [(each["vm_id"], each["ok"], each.get("code")) for each in answer["results"]] == [
        ("vm-1", True, None),
        ("vm-2", False, "vm_taken"),
        ("gone", False, "vm_not_found"),
    ]
    assert (service.fleet.vms["vm-1"].booked_by, service.fleet.vms["vm-1"].purpose) == (ANN.email, "test")


@pytest.mark.parametrize("typed", ["", "much", "0", "999"])
async def test_wrong_hours_for_several_vms_are_told_once_and_book_none(service: Service, typed: str) -> None:
    answer = await ask(service, ANN, "book_many", vm_ids=["vm-1", "vm-2"], hours=typed)
    assert set(answer["fields"]) == {"hours"}
    assert all(vm.booked_by is None for vm in service.fleet.vms.values())


async def test_a_vm_that_is_named_twice_is_booked_once(service: Service) -> None:
    answer = await ask(service, ANN, "book_many", vm_ids=["vm-1", "vm-1"], hours="1")
    assert [each["ok"] for each in answer["results"]] == [True]


async def test_several_vms_are_released_as_far_as_they_are_one_s_own(service: Service) -> None:
    await service.grant(ANN, Book(vm_id="vm-1", hours=1))
    await service.grant(BOB, Book(vm_id="vm-2", hours=1))
    answer = await ask(service, ANN, "release_many", vm_ids=["vm-1", "vm-2"])
    assert [each.get("code") for each in answer["results"]] == [None, "not_holder"]
    assert service.fleet.vms["vm-2"].booked_by == BOB.email


@pytest.mark.parametrize("group", [1, None])
async def test_several_vms_are_moved_into_a_group_or_out_of_theirs(service: Service, group: int | None) -> None:
    await ask(service, ADMIN, "move_many", vm_ids=["vm-1", "vm-2"], group_id=group)
    assert {service.fleet.vms[each].group for each in ("vm-1", "vm-2")} == {group}


async def test_of_several_vms_only_those_shown_as_held_are_deleted_with_their_bookings(service: Service) -> None:
    for vm_id in ("vm-1", "vm-2"):
        await service.grant(ANN, Book(vm_id=vm_id, hours=1))
    answer = await ask(service, ADMIN, "delete_many", vm_ids=["vm-1", "vm-2", "vm-3"], force=["vm-1"])
    assert [each.get("code") for each in answer["results"]] == [None, "vm_booked", None]
    assert list(service.fleet.vms) == ["vm-2"]
