"""Opening a dashboard: what it costs the server, with none open and with many."""

import asyncio
import tempfile
from pathlib import Path

import aiohttp

from benchmarks.page import Page
from benchmarks.target import Target, target

VMS = 1_000
PAGES = 200
OPENINGS = 40
NEWS = 1_000


async def _fill_the_bell(server: Target, http: aiohttp.ClientSession) -> None:
    """Book and release until the feed remembers as many changes as it ever does."""
    base = f"http://127.0.0.1:{server.port}"
    for number in range(NEWS // 2):
        vm_id = f"server-{number % VMS + 1:05d}"
        for path, body in (("/book", {"vm_id": vm_id, "hours": 1}), ("/cancel", {"vm_id": vm_id})):
            async with http.post(base + path, json=body) as answer:
                answer.raise_for_status()


async def measure(server: Target) -> None:
    """Open pages one after another and keep them open."""
    limit = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=limit, headers={"Cookie": server.cookie}) as http:
        await _fill_the_bell(server, http)
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
        for page in pages:
            await page.close()


def main() -> None:
    """Measure one server with a thousand VMs and a full memory of what happened."""
    print(f"\nopen: {VMS:,} VMs, {NEWS:,} changes of late, {PAGES} pages opened one after another")
    with tempfile.TemporaryDirectory() as name, target(Path(name), VMS, 0) as server:
        asyncio.run(measure(server))
