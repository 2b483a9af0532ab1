"""A client that was away gets what it missed, and none of it twice."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from loadzone.domain.facts import HolderWarned
from loadzone.domain.wishes import Book, DeleteVM, EditVM, Release
from loadzone.web.feed_ring import Ring
from tests.web.push.conftest import (
    ADMIN,
    ANNA,
    POLLING,
    SOON,
    UPGRADE,
    WEBSOCKET,
    Zone,
    every_transport,
    listener,
    logged_in,
    plain,
    seqs,
)


async def test_missed_personal_notifications_are_replayed_to_their_person_only(
    zone: Zone, clients: AsyncExitStack
) -> None:
    await zone.add("a")
    fleet = await zone.service.grant(ANNA, Book(vm_id="a", hours=1))
    end = fleet.vms["a"].expires_at
    assert end is not None
    await zone.happen(HolderWarned(at=end, vm_id="a", user="anna@example.com", end=end))

    anna, _ = await logged_in(zone, clients, "anna@example.com", since=2)
    boris, _ = await logged_in(zone, clients, "boris@example.com", since=2)

    assert (await anna.event("change"))["seq"] == 3
    assert (await anna.event("notification"))["type"] == "expiring"
    assert (await boris.event("change"))["seq"] == 3
    await zone.service.grant(ANNA, Release(vm_id="a"))
    assert (await boris.event("change"))["seq"] == 4


@every_transport
async def test_a_client_that_comes_back_gets_what_it_missed_merged_and_then_goes_on_live(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    await zone.add("a", "b", "c")
    await zone.service.grant(ANNA, Book(vm_id="a", hours=1))
    await zone.service.grant(ADMIN, DeleteVM(vm_id="b"))
    fleet = await zone.service.grant(ADMIN, EditVM(vm_id="a", note="hot"))

    ear = await listener(clients, since=2).connect(zone, transports)

    assert await ear.event("change") == {
        "seq": 6,
        "vms": [plain(fleet.vms["c"]), plain(fleet.vms["a"])],
        "removed_vms": ["b"],
        "groups": [],
        "removed_groups": [],
    }
    missed = [await ear.event("notification") for _ in range(4)]
    assert [(each["type"], each["seq"]) for each in missed] == [
        ("vm_added", 3),
        ("booked", 4),
        ("vm_deleted", 5),
        ("vm_edited", 6),
    ]
    await zone.add("d")
    assert (await ear.event("change"))["seq"] == 7


async def test_a_client_that_is_up_to_date_or_new_is_replayed_nothing(zone: Zone, clients: AsyncExitStack) -> None:
    await zone.add("a", "b")
    current = await listener(clients, since=2).connect(zone)
    new = await listener(clients).connect(zone)
    empty = await listener(clients, since=None).connect(zone)

    await zone.add("c")

    for ear in (current, new, empty):
        assert (await ear.event("change"))["seq"] == 3


@pytest.mark.parametrize("since", [0, 2, 99, -1])
async def test_a_client_too_far_back_or_ahead_is_told_to_read_anew(
    tmp_path: Path, clients: AsyncExitStack, since: int
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, ring=3))
    await zone.add("a", "b", "c", "d", "e", "f")

    ear = await listener(clients, since=since).connect(zone)

    assert await ear.event("reset") == {"seq": 6}
    await zone.add("g")
    assert (await ear.event("change"))["seq"] == 7


async def test_the_oldest_number_that_the_ring_covers_is_replayed(tmp_path: Path, clients: AsyncExitStack) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, ring=3))
    await zone.add("a", "b", "c", "d", "e", "f")

    ear = await listener(clients, since=3).connect(zone)

    assert [vm["id"] for vm in (await ear.event("change"))["vms"]] == ["d", "e", "f"]


@every_transport
async def test_under_a_stream_of_changes_nothing_is_lost_and_nothing_told_twice(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    """Clients that come in the middle of changes hear of each exactly once, in order, whatever their transport."""
    await zone.add("a")
    last = 400

    async def change_and_change() -> None:
        while zone.service.seq < last:
            await zone.service.grant(ADMIN, EditVM(vm_id="a", note=f"after {zone.service.seq}"))
            await asyncio.sleep(0.002)

    changing = asyncio.create_task(change_and_change())
    ears = [await listener(clients, since=1).connect(zone, transports) for _ in range(3)]
    await changing

    for ear in ears:
        heard = await ear.until(last)
        assert seqs(heard, "notification") == list(range(2, last + 1))
        assert seqs(heard, "change") == sorted(set(seqs(heard, "change")))


@pytest.mark.parametrize("transports", [POLLING, UPGRADE], ids=" ".join)
async def test_a_client_that_polls_gets_a_long_absence_in_answers_that_it_can_read(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    """However much a polling client missed, no answer has more packets than python-engineio's client takes."""
    await zone.add("a")
    for number in range(100):
        await zone.service.grant(ADMIN, EditVM(vm_id="a", note=str(number)))
    ear = await listener(clients, since=1).connect(zone, transports)
    heard = await ear.until(101)
    assert seqs(heard, "notification") == list(range(2, 102))


async def test_a_client_that_reconnects_by_itself_says_its_number_and_misses_nothing(
    zone: Zone, clients: AsyncExitStack
) -> None:
    ear = listener(clients)
    ear.client.reconnection = True
    ear.client.reconnection_delay = ear.client.reconnection_delay_max = 0.05
    last = 0
    await ear.client.connect(zone.url, auth=lambda: {"since": last}, transports=WEBSOCKET)
    await zone.add("a")
    last = (await ear.until(1))[-1][1]["seq"]

    (link,) = zone.push._links.values()
    link.drop()
    await asyncio.wait_for(ear.gone.wait(), SOON)
    await zone.add("b", "c")

    assert (await ear.event("change"))["seq"] == 3
    assert seqs(await ear.until(3), "notification") == [2, 3]


async def test_what_was_replayed_to_one_is_not_replayed_stale_to_the_next(
    zone: Zone, clients: AsyncExitStack
) -> None:
    await zone.add("a")
    first = await listener(clients, since=0).connect(zone)
    await first.until(1)
    await first.client.disconnect()
    await zone.clients(0)
    await zone.add("b")

    second = await listener(clients, since=0).connect(zone)

    assert [vm["id"] for vm in (await second.event("change"))["vms"]] == ["a", "b"]


def test_an_empty_ring_covers_the_newest_number_only() -> None:
    ring = Ring(3)

    assert ring.since(5, 5) == ()
    assert ring.since(4, 5) is None
    assert ring.since(6, 5) is None
