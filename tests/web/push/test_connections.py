"""Clients that leave, stop reading or break the protocol cost the others nothing."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import msgspec
import pytest

from loadzone.domain.wishes import EditVM
from tests.web.push.conftest import (
    ADMIN,
    HANDSHAKE,
    POLLING,
    SOON,
    UPGRADE,
    WEBSOCKET,
    RawClient,
    Zone,
    listener,
)


@pytest.mark.parametrize("transports", [WEBSOCKET, UPGRADE], ids=" ".join)
async def test_a_client_on_a_websocket_leaves_engine_ios_queue(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    ear = await listener(clients, since=0).connect(zone, transports)
    await zone.add("a", "b")

    await ear.until(2)
    await zone.add("c")
    await ear.until(3)

    (link,) = zone.push._links.values()
    assert link.handler is not None
    assert link.waiting == 0


async def test_a_client_that_leaves_is_forgotten(zone: Zone, clients: AsyncExitStack) -> None:
    ears = [await listener(clients).connect(zone, transports) for transports in (POLLING, UPGRADE, WEBSOCKET)]
    assert zone.push.clients() == 3

    for ear in ears:
        await ear.client.disconnect()

    await zone.clients(0)


async def test_what_clients_say_beyond_the_protocol_is_ignored(
    zone: Zone, clients: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    ears = [await listener(clients).connect(zone, transports) for transports in (WEBSOCKET, POLLING)]

    for ear in ears:
        await ear.client.emit("book", {"vm_id": "a"})
        await ear.client.emit("upload", b"binary")
        await ear.client.eio.send("2[]")
        await ear.client.eio.send("9what")
        await ear.client.eio.send("0{not json")
    await zone.add("a")

    for ear in ears:
        assert (await ear.event("change"))["seq"] == 1
    assert not caplog.records


async def test_a_client_that_stops_reading_is_dropped_and_the_others_miss_nothing(
    tmp_path: Path, clients: AsyncExitStack, raw: RawClient
) -> None:
    limit = 64 * 1024
    zone = await clients.enter_async_context(Zone(tmp_path, write_limit=limit))
    await zone.add("a")
    ear = await listener(clients).connect(zone)
    await raw.connect(zone)
    await raw.say("40")
    await zone.clients(2)
    slow = list(zone.push._links.values())[-1]
    told = 0

    while zone.push.clients() == 2:
        await zone.service.grant(ADMIN, EditVM(vm_id="a", note=f"{zone.service.seq:0>2000}"))
        await ear.until(zone.service.seq)
        assert slow.waiting <= limit
        told += 1
        assert told < 2000, "nobody was dropped"

    assert told > 10
    assert zone.push.metrics.registry.get_sample_value("loadzone_socket_dropped_total") == 1
    await raw.end()
    await zone.add("b")
    assert (await ear.event("change"))["seq"] == zone.service.seq


async def test_a_polling_client_that_stops_polling_is_dropped(tmp_path: Path, clients: AsyncExitStack) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, write_limit=64 * 1024))
    await zone.add("a")
    async with httpx.AsyncClient(base_url=zone.url) as web:
        opened = (await web.get(HANDSHAKE)).text
        path = f"{HANDSHAKE}&sid={msgspec.json.decode(opened[1:])['sid']}"
        await web.post(path, content="40")
        assert (await web.get(path)).text.startswith("40")
        assert zone.push.clients() == 1

        for _ in range(100):
            await zone.service.grant(ADMIN, EditVM(vm_id="a", note=f"{zone.service.seq:0>2000}"))

        assert zone.push.clients() == 0


async def test_pings_are_answered_and_a_dead_client_is_noticed(
    tmp_path: Path, clients: AsyncExitStack, raw: RawClient
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, ping_interval=1, ping_timeout=1))
    ear = await listener(clients).connect(zone)
    await raw.connect(zone)
    await raw.say("40")

    await raw.end()

    assert not ear.gone.is_set()
    assert zone.push.clients() == 1


async def test_a_large_message_closes_the_connection(
    zone: Zone, clients: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    ear = await listener(clients).connect(zone)

    await ear.client.emit("big", "x" * 100_000)

    await asyncio.wait_for(ear.gone.wait(), SOON)
    assert not caplog.records
