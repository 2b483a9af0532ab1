"""Open pages: what opening one costs the server, and how soon a change reaches all that are open."""

import asyncio
import re
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import msgspec
from bokeh.protocol import Protocol

from benchmarks.target import Target, target

VMS = 1_000
PAGES = 200
CHANGES_PER_SECOND = 20
SECONDS = 15.0
OPENINGS = 40

_TOKEN = re.compile(r'"token":\s*"([^"]+)"')


class Page:
    """What a browser does when it opens the page: HTML, websocket, document, fleet, live feed."""

    def __init__(self, server: Target, http: aiohttp.ClientSession) -> None:
        self._server = server
        self._http = http
        self.latencies: list[float] = []
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the page and wait until it is whole."""
        base = f"http://127.0.0.1:{self._server.port}"
        async with self._http.get(f"{base}/") as answer:
            found = _TOKEN.search(await answer.text())
        assert found is not None, "the page carries no session token"
        document = await self._http.ws_connect(f"{base}/ws", protocols=("bokeh", found[1]), max_msg_size=0)
        await document.receive(10)
        for fragment in await _pull_request():
            await document.send_str(fragment)
        for _ in range(3):  # header, metadata and content of the reply
            await document.receive(10)
        async with self._http.get(f"{base}/vms") as answer:
            seq = msgspec.json.decode(await answer.read())["seq"]
        feed = await self._http.ws_connect(f"{base}/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
        await feed.receive(10)
        await feed.send_str(f'40{{"since":{seq},"lang":"en"}}')
        await feed.receive(10)
        self._sockets = [document, feed]
        self._listening = asyncio.create_task(self._listen(feed))

    async def _listen(self, feed: aiohttp.ClientWebSocketResponse) -> None:
        async for message in feed:
            text = str(message.data)
            if text == "2":
                await feed.send_str("3")
            elif text.startswith('42["notification"'):
                at = datetime.fromisoformat(msgspec.json.decode(text[2:].encode())[1]["at"])
                self.latencies.append((datetime.now(UTC) - at).total_seconds())

    async def close(self) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
        for socket in self._sockets:
            await socket.close()


async def _pull_request() -> list[str]:
    message = Protocol().create("PULL-DOC-REQ")
    return [message.header_json, message.metadata_json, message.content_json]


async def _change(server: Target, http: aiohttp.ClientSession) -> None:
    """Book and release VMs at a steady pace."""
    base, started = f"http://127.0.0.1:{server.port}", time.monotonic()
    for number in range(int(CHANGES_PER_SECOND * SECONDS)):
        await asyncio.sleep(max(0.0, started + number / CHANGES_PER_SECOND - time.monotonic()))
        path = "/book" if number % 2 == 0 else "/cancel"
        body = {"vm_id": f"server-{number // 2 % VMS + 1:05d}", **({"hours": 1} if number % 2 == 0 else {})}
        async with http.post(base + path, json=body) as answer:
            answer.raise_for_status()


async def measure(server: Target) -> None:
    """Open pages one after another, then let all of them follow a stream of changes."""
    limit = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=limit, headers={"Cookie": server.cookie}) as http:
        pages: list[Page] = []
        cpu, memory = server.cpu(), server.memory()
        cost: list[float] = []
        for number in range(PAGES):
            page = Page(server, http)
            await page.open()
            pages.append(page)
            if number % OPENINGS == OPENINGS - 1:
                cost.append((server.cpu() - cpu) / OPENINGS)
                cpu = server.cpu()
        kept = (server.memory() - memory) / PAGES
        told = ", ".join(f"{each * 1e3:.0f}" for each in cost)
        print(f"  opening: {told} ms of server CPU for each {OPENINGS} pages more (goal 80, flat)")
        print(f"  memory kept: {kept / 1e6:.2f} MB a page (goal 0.4)")
        cpu, started = server.cpu(), time.monotonic()
        await _change(server, http)
        used = (server.cpu() - cpu) / (time.monotonic() - started)
        await asyncio.sleep(1)  # for what is still on its way
        latencies = sorted(one for page in pages for one in page.latencies)
        p99 = latencies[int(len(latencies) * 0.99)]
        missed = PAGES * int(CHANGES_PER_SECOND * SECONDS) - len(latencies)
        print(
            f"  {PAGES} pages, {CHANGES_PER_SECOND} changes/s: from decision to client p50 "
            f"{statistics.median(latencies) * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms (goal 100), "
            f"{used:.2f} of a core (goal 0.5), {missed} not received"
        )
        for page in pages:
            await page.close()


def main() -> None:
    """Measure one server with a thousand VMs."""
    print(f"\npages: {VMS:,} VMs, {PAGES} pages, all driven by one client process beside the server")
    with tempfile.TemporaryDirectory() as name, target(Path(name), VMS, 0) as server:
        asyncio.run(measure(server))
