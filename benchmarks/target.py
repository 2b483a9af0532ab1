"""A server process to measure: a data file of a given size, open mode, and what it is compared with beside it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import socketio
import uvloop
from tornado.web import RequestHandler

from benchmarks.files import data_file
from loadzone.config import load
from loadzone.server import settle, start

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
BARE = "/bare/socket.io/"


class Target:
    """A running server: its port, a cookie that is logged in, and what it costs."""

    def __init__(self, folder: Path, vms: int, records: int) -> None:
        self.path = folder / f"fleet-{vms}-{records}.json"
        data_file(self.path, vms=vms, records=records)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.target", str(self.path)], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.cookie = self._log_in()

    def _log_in(self) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/auth",
            json.dumps({"email": "bench@example.com"}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return str(answer.headers["Set-Cookie"]).partition(";")[0]

    def cpu(self) -> float:
        """Return the seconds of CPU that the server has used, all threads together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Return the bytes that the server has resident."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE

    def stop(self) -> None:
        """End the server in good order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


@contextmanager
def target(folder: Path, vms: int, records: int) -> Iterator[Target]:
    """Run a server for the length of a block."""
    running = Target(folder, vms, records)
    try:
        yield running
    finally:
        running.stop()


class Empty(RequestHandler):
    """Answers `{}` and nothing else, with what Tornado itself does and no more."""

    def post(self) -> None:
        """Answer."""
        self.finish({})

    def _log(self) -> None:
        """Log nothing, as the calls of LoadZone do."""


class Emit(RequestHandler):
    """Emits one event of the size of a change to all clients of a plain python-socketio server."""

    def initialize(self, emitting: socketio.AsyncServer) -> None:
        """Take the server."""
        self._emitting = emitting

    async def post(self) -> None:
        """Emit."""
        vm = {
            "id": "server-00001",
            "group": 1,
            "booked_by": "bench@example.com",
            "expires_at": "2026-11-23T18:00:00Z",
        }
        await self._emitting.emit("change", {"seq": 1, "vms": [vm], "removed_vms": [], "groups": []})
        self.finish({})


async def serve(path: Path) -> None:
    """Be the server under test; print its port."""
    emitting = socketio.AsyncServer(async_mode="tornado", transports=["websocket"])
    bare = type("Bare", (socketio.get_tornado_handler(emitting),), {"get_compression_options": lambda _: None})
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with AsyncExitStack() as stack:
        patterns = [(r"/empty", Empty), (r"/emit", Emit, {"emitting": emitting}), (BARE, bare)]
        settings = load({"data": path, "auth": "open", "port": 0})
        running = await start(settings, stack, extra_patterns=patterns)
        settle()
        print(running.server.port, flush=True)
        await stop.wait()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1])))
