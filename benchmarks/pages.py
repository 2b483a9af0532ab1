"""Open pages: how soon a change reaches all of them, and what following a busy fleet costs the server."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp

from benchmarks.page import Page
from benchmarks.target import Target, target

VMS = 1_000
PAGES = 200
CHANGES_PER_SECOND = 20
SECONDS = 15.0


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
    """Open the pages, then let all of them follow a stream of changes."""
    limit = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=limit, headers={"Cookie": server.cookie}) as http:
        pages = [Page(server, http) for _ in range(PAGES)]
        for page in pages:
            await page.open()
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
