"""What a guest sends on a page's websocket costs the server next to nothing, and nobody else any time."""

import asyncio
import base64
import gzip
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from bokeh.protocol import Protocol

from tests.server.conftest import BASE, Process, write

PATCH = '{"msgid":"1","msgtype":"PATCH-DOC"}'
BUFFERS = '{"msgid":"1","msgtype":"PATCH-DOC","num_buffers":1000000000}'
# 700 MB in 0.7 MB, and 8 MB in 11 kB.
BOMBS = [base64.b64encode(gzip.compress(bytes(size), 9)).decode() for size in (700_000_000, 8_000_000)]
GROWTH = 60_000_000  # bytes; each attack would take a gigabyte
PATIENCE = 5.0  # seconds; a server that is held does not answer in them


def array(bomb: str) -> str:
    """Return the content of a message with an array in it that is gzipped."""
    data = {
        "type": "ndarray",
        "array": {"type": "bytes", "data": bomb},
        "shape": [1],
        "dtype": "uint8",
        "order": "little",
    }
    return json.dumps({"events": [{"kind": "ModelChanged", "model": {"id": "p1"}, "attr": "data", "new": data}]})


ATTACKS = {
    "arrays": [fragment for bomb in BOMBS for fragment in (PATCH, "{}", array(bomb))],
    "small arrays": [PATCH, "{}", array(BOMBS[1])] * 30,
    "buffers": [BUFFERS, "{}", "{}", *['{"id":"1"}', b"x" * 16_000] * 2000],
    "nested lists": ["[" * 16_000, "[" * 250, PATCH, "{}", "[" * 16_000],
    "headers": ['{"msgid":"' + "1" * 15_000 + '","msgtype":"PATCH-DOC"}'] * 1000,
    "other kinds": [
        fragment
        for kind in ("PUSH-DOC", "SERVER-INFO-REQ", "PULL-DOC-REPLY", "ERROR")
        for fragment in (json.dumps({"msgid": "1", "msgtype": kind}), "{}", "{}")
    ],
    "a flood": [PATCH, "{}", '{"events":[]}'] * 30_000,
    "a flood of requests": ['{"msgid":"1","msgtype":"PULL-DOC-REQ"}', "{}", "{}"] * 10_000,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve a fleet that guests may look at."""
    path = tmp_path_factory.mktemp("guests") / "data.json"
    write(path, BASE)
    process = Process(path, "--auth", "password", "--public-read").start()
    yield process
    process.kill()


def most_memory(server: Process) -> int:
    """Return the most bytes that the server has had in memory so far."""
    (found,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{server.pid}/status").read_text())
    return int(found) * 1024


async def opened(http: aiohttp.ClientSession, server: Process) -> aiohttp.ClientWebSocketResponse:
    """Open the page and its websocket as a guest's browser does, and get the document."""
    async with http.get(server.url) as answer:
        (token,) = re.findall(r'"token":\s*"([^"]+)"', await answer.text())
    socket = await http.ws_connect(f"{server.url}/ws", protocols=("bokeh", token))
    request = Protocol().create("PULL-DOC-REQ")
    for fragment in (request.header_json, request.metadata_json, request.content_json):
        await socket.send_str(fragment)
    told = [json.loads((await socket.receive(PATIENCE)).data) for _ in range(6)]
    assert told[3]["msgtype"] == "PULL-DOC-REPLY"
    return socket


@asynccontextmanager
async def others(http: aiohttp.ClientSession, server: Process) -> AsyncIterator[None]:
    """Ask again and again meanwhile; the end raises what an answer that took too long raises."""
    over = asyncio.Event()

    async def ask() -> None:
        while not over.is_set():
            async with asyncio.timeout(PATIENCE), http.get(f"{server.url}/healthz") as answer:
                assert answer.ok

    asking = asyncio.create_task(ask())
    yield
    over.set()
    await asking


async def attack(socket: aiohttp.ClientWebSocketResponse, fragments: list[str | bytes]) -> list[str]:
    """Send everything, as far as the server lets, and return what it answered."""
    told: list[str] = []

    async def listen() -> None:
        told.extend([str(message.data) async for message in socket])

    listening = asyncio.create_task(listen())
    for fragment in fragments:
        try:
            await (socket.send_bytes(fragment) if isinstance(fragment, bytes) else socket.send_str(fragment))
        except (aiohttp.ClientError, ConnectionError):
            break
    await asyncio.wait([listening], timeout=1 if not socket.closed else PATIENCE)
    await socket.close()
    await listening
    return told


@pytest.mark.parametrize("fragments", ATTACKS.values(), ids=ATTACKS)
async def test_a_guest_gets_nowhere_on_the_websocket(server: Process, fragments: list[str | bytes]) -> None:
    """Memory stays where it was, others are answered meanwhile, no traceback is sent, and the page still opens."""
    async with aiohttp.ClientSession() as http:
        socket = await opened(http, server)
        before = most_memory(server)
        async with others(http, server):
            told = await attack(socket, fragments)
        assert most_memory(server) - before < GROWTH
        assert not [text for text in told if "Traceback" in text or ".py" in text]
        assert len(told) < 30
        await (await opened(http, server)).close()
