"""What the live feed tells, to whom, and in which language."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from loadzone.domain.facts import HolderWarned
from loadzone.domain.wishes import AddGroup, Book, DeleteVM, Release, Welcome
from tests.web.push.conftest import ADMIN, ANNA, Zone, every_transport, listener, logged_in, plain


@every_transport
async def test_a_booking_is_told_as_whole_record_and_notification(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    await zone.add("server-01")
    ear = await listener(clients, lang="en").connect(zone, transports)

    fleet = await zone.service.grant(ANNA, Book(vm_id="server-01", hours=4))

    vm = plain(fleet.vms["server-01"])
    assert await ear.event("change") == {
        "seq": 2,
        "vms": [vm],
        "removed_vms": [],
        "groups": [],
        "removed_groups": [],
    }
    until = vm["expires_at"][:16].replace("T", " ")
    assert await ear.event("notification") == {
        "msg": f"anna@example.com booked server-01 until {until} UTC",
        "type": "booked",
        "vm_id": "server-01",
        "user": "anna@example.com",
        "at": vm["booked_at"],
        "seq": 2,
        "level": "success",
    }
    assert vm["booked_at"].endswith("Z")


async def test_what_is_deleted_is_told_as_removed_and_groups_as_whole_records(
    zone: Zone, clients: AsyncExitStack
) -> None:
    await zone.add("a", "b")
    fleet = await zone.service.grant(ADMIN, AddGroup(name="Production", vm_ids=("a",)))
    ear = await listener(clients).connect(zone)

    fleet = await zone.service.grant(ADMIN, DeleteVM(vm_id="a"))

    change = await ear.event("change")
    assert change["removed_vms"] == ["a"]
    assert change["groups"] == [plain(fleet.groups[1])] == [{"id": 1, "name": "Production", "vm_ids": []}]


async def test_changes_of_one_turn_are_one_event(zone: Zone, clients: AsyncExitStack) -> None:
    await zone.add("a", "b", "c")
    ear = await listener(clients).connect(zone)

    await asyncio.gather(*(zone.service.grant(ANNA, Book(vm_id=vm_id, hours=1)) for vm_id in "abc"))

    change = await ear.event("change")
    assert [vm["id"] for vm in change["vms"]] == ["a", "b", "c"]
    assert change["seq"] == 6
    assert [(await ear.event("notification"))["seq"] for _ in range(3)] == [4, 5, 6]


@pytest.mark.parametrize(
    ("auth", "headers", "expected"),
    [
        ({"lang": "ru"}, {"Accept-Language": "en"}, "Администратор admin@example.com добавил ВМ a"),
        ({"lang": "en"}, {"Cookie": "loadzone_lang=ru"}, "admin@example.com added the VM a"),
        ({"lang": "xx"}, {"Cookie": "loadzone_lang=ru"}, "Администратор admin@example.com добавил ВМ a"),
        ({}, {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.1"}, "Администратор admin@example.com добавил ВМ a"),
        ({}, {}, "admin@example.com added the VM a"),
    ],
)
async def test_the_message_is_in_the_clients_language(
    zone: Zone, clients: AsyncExitStack, auth: dict[str, str], headers: dict[str, str], expected: str
) -> None:
    ear = await listener(clients, **auth).connect(zone, headers=headers)

    await zone.add("a")

    await ear.event("change")
    assert (await ear.event("notification"))["msg"] == expected


async def test_personal_notifications_reach_only_their_person(zone: Zone, clients: AsyncExitStack) -> None:
    await zone.add("a")
    fleet = await zone.service.grant(ANNA, Book(vm_id="a", hours=1))
    anna, _ = await logged_in(zone, clients, "anna@example.com")
    boris, _ = await logged_in(zone, clients, "boris@example.com")
    guest = await listener(clients).connect(zone)
    end = fleet.vms["a"].expires_at
    assert end is not None

    await zone.happen(HolderWarned(at=end - timedelta(minutes=10), vm_id="a", user="anna@example.com", end=end))
    await zone.service.grant(ADMIN, Release(vm_id="a"))

    told = {name: await ear.until(4) for name, ear in (("anna", anna), ("boris", boris), ("guest", guest))}
    types = {
        name: [data["type"] for event, data in heard if event == "notification"] for name, heard in told.items()
    }
    assert types == {"anna": ["expiring", "released_by_admin"], "boris": ["released"], "guest": ["released"]}
    assert [data["level"] for event, data in told["anna"] if event == "notification"] == ["warning", "warning"]


async def test_who_did_it_is_told_as_you(zone: Zone, clients: AsyncExitStack) -> None:
    await zone.add("a")
    doer, _ = await logged_in(zone, clients, "admin@example.com", lang="ru")
    other, _ = await logged_in(zone, clients, "anna@example.com", lang="ru")

    await zone.service.grant(ADMIN, AddGroup(name="Rack", vm_ids=("a",)))

    assert [data["msg"] for event, data in await doer.until(2) if event == "notification"] == [
        "Вы создали группу «Rack»"
    ]
    assert [data["msg"] for event, data in await other.until(2) if event == "notification"] == [
        "Администратор admin@example.com создал группу «Rack»"
    ]


async def test_a_fault_in_a_text_makes_clients_read_anew_instead_of_losing_it(
    zone: Zone, clients: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = await listener(clients).connect(zone)
    with monkeypatch.context() as broken:
        broken.setattr("loadzone.i18n.translate", lambda *_args, **_data: 1 / 0)
        await zone.add("a")
        assert await ear.event("reset") == {"seq": 1}
    await zone.add("b")
    assert (await ear.event("change"))["seq"] == 2


async def test_nothing_is_encoded_while_nobody_listens(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(*_args: object) -> bytes:
        raise AssertionError("encoded for nobody")

    monkeypatch.setattr("loadzone.web.feed_events.event", encode)
    await zone.add("a")
    await zone.service.grant(ADMIN, Welcome(email="anna@example.com"))

    assert not zone.push._pending
    assert len(zone.push.ring.since(0, 2) or ()) == 2


async def test_a_new_person_moves_the_number_without_a_notification(zone: Zone, clients: AsyncExitStack) -> None:
    ear = await listener(clients).connect(zone)

    await zone.service.grant(ADMIN, Welcome(email="anna@example.com"))
    await zone.add("a")

    assert (await ear.event("change")) == {
        "seq": 1,
        "vms": [],
        "removed_vms": [],
        "groups": [],
        "removed_groups": [],
    }
    assert (await ear.event("change"))["seq"] == 2
