"""How long the server's event loop waits while the Analytics page is worked out over 1,000,000 records.

Side by side in one server: at rest, by the process beside it as in service, and by the same work in a thread.
"""

import asyncio
import tempfile
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvloop

from benchmarks.files import data_file
from loadzone.config import load
from loadzone.reports.drawings import drawn, wanted
from loadzone.reports.findings import Scope, find
from loadzone.server import settle, start
from loadzone.zones.file import FileZone

RECORDS = 1_000_000
VMS = 10_000
TICK = 0.002
REST = 5.0
PATIENCE = 300.0


async def _watched(name: str, work: Awaitable[object]) -> None:
    """Await `work`, and print how late a loop that wants to run every two milliseconds was meanwhile."""
    loop, late = asyncio.get_running_loop(), [0.0]

    async def watch() -> None:
        while True:
            due = loop.time() + TICK
            await asyncio.sleep(TICK)
            late.append(loop.time() - due)

    began = loop.time()
    watching = asyncio.create_task(watch())
    await work
    watching.cancel()
    late.sort()
    most, p99 = late[-1] * 1000, late[len(late) * 99 // 100] * 1000
    print(f"  {name:<40} {loop.time() - began:5.1f} s   longest wait {most:4.0f} ms   p99 {p99:3.0f} ms")


async def _asked(url: str, kind: str) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
        (await client.get("/analytics/data", params={"range": kind})).raise_for_status()


def _in_thread(path: Path) -> None:
    scope = Scope()
    found = find(FileZone(path), scope, datetime.now(UTC))
    for chart in drawn(found, scope, wanted(scope)):
        chart.table_html()


async def _measure(path: Path) -> None:
    async with AsyncExitStack() as stack:
        running = await start(load({"data": path, "auth": "open", "port": 0}), stack)
        settle()
        await _watched("at rest", asyncio.sleep(REST))
        await _watched("beside it, starting and reading", _asked(running.url, "all"))
        await _watched("beside it, another range", _asked(running.url, "year"))
        await _watched("in a thread", asyncio.to_thread(_in_thread, path))


def main() -> None:
    """Measure and print; the goal is that nothing waits for more than 50 ms beside what it does at rest."""
    print(f"\nstalls: the Analytics page over {RECORDS:,} records")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "data.json"
        data_file(path, vms=VMS, records=RECORDS)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_measure(path))
