"""The live feed: how soon one change reaches a thousand clients, beside a bare emit of python-socketio's."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp

from benchmarks.target import BARE, Target, target

CLIENTS = 1_000
ROUNDS = 20
TOGETHER = 50  # clients that connect at once


class Ear:
    """A client that only notes when it last heard a packet that begins with `wanted`."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._heard = asyncio.Event()
        self.at = 0.0

    async def connect(self, http: aiohttp.ClientSession, address: str) -> None:
        """Connect, be let in, and listen from now on."""
        self._socket = await http.ws_connect(f"{address}?EIO=4&transport=websocket", max_msg_size=0)
        await self._socket.receive(60)
        await self._socket.send_str("40")
        await self._socket.receive(60)
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        async for message in self._socket:
            if message.data == "2":
                await self._socket.send_str("3")
            elif str(message.data).startswith(self._wanted):
                self.at = time.perf_counter()
                self._heard.set()

    async def hears(self) -> float:
        """Wait for the next such packet and return when it came."""
        await self._heard.wait()
        self._heard.clear()
        return self.at

    async def close(self) -> None:
        """Hang up."""
        self._listening.cancel()
        await self._socket.close()


async def _last(http: aiohttp.ClientSession, ears: list[Ear], ask: Callable[[], tuple[str, object]]) -> float:
    """Return the seconds from asking for an event until the last of `ears` has heard it."""
    waiting = asyncio.gather(*(ear.hears() for ear in ears))
    await asyncio.sleep(0)
    address, body = ask()
    started = time.perf_counter()
    async with http.post(address, json=body) as answer:
        answer.raise_for_status()
    return max(await waiting) - started


async def measure(server: Target) -> None:
    """Take turns between the feed and the bare emit, each with clients of its own in the same server."""
    base = f"http://127.0.0.1:{server.port}"
    turn = 0

    def change() -> tuple[str, object]:
        nonlocal turn
        turn += 1
        vm = f"server-{(turn + 1) // 2:05d}"
        return (f"{base}/book", {"vm_id": vm, "hours": 1}) if turn % 2 else (f"{base}/cancel", {"vm_id": vm})

    limit = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=limit, headers={"Cookie": server.cookie}) as http:
        asks = {"feed": ("/socket.io/", '42["change"', change), "bare": (BARE, "42", lambda: (f"{base}/emit", {}))}
        took: dict[str, list[float]] = {name: [] for name in asks}
        # One after the other: a thousand clients of each at once would wait for each other's process.
        for name, (path, wanted, ask) in asks.items():
            ears = [Ear(wanted) for _ in range(CLIENTS)]
            for first in range(0, CLIENTS, TOGETHER):
                await asyncio.gather(*(ear.connect(http, base + path) for ear in ears[first : first + TOGETHER]))
            took[name] = [await _last(http, ears, ask) for _ in range(ROUNDS)]
            await asyncio.gather(*(ear.close() for ear in ears))
        feed, bare = statistics.median(took["feed"]), statistics.median(took["bare"])
        print(
            f"  one change to {CLIENTS:,} clients, the last one: {feed * 1e3:.0f} ms, a bare emit "
            f"{bare * 1e3:.0f} ms: {feed / bare:.2f} (goal at most 1.25; median of {ROUNDS})"
        )


def main() -> None:
    """Measure one server with a small fleet."""
    print(
        f"\nfeed: {CLIENTS:,} websocket clients in one process beside the server; a durable booking, a bare emit"
    )
    with tempfile.TemporaryDirectory() as name, target(Path(name), 100, 0) as server:
        asyncio.run(measure(server))
