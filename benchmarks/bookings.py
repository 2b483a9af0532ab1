"""Durable bookings over HTTP: against an empty handler of the same server, a large store against a small one."""

import asyncio
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import uvloop
from tornado.web import RequestHandler

from benchmarks.files import data_file
from loadzone.config import load
from loadzone.server import settle, start

CLIENTS = 32
SECONDS = 3.0
ROUNDS = 5


class Target:
    """A server process in open mode, with one more handler that answers `{}`."""

    def __init__(self, folder: Path, vms: int, records: int) -> None:
        self.path = folder / f"fleet-{vms}-{records}.json"
        data_file(self.path, vms=vms, records=records)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.bookings", str(self.path)], stdout=subprocess.PIPE, text=True
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

    def rate(self, kind: str) -> float:
        """Return answers per second for one kind of request."""
        words = [sys.executable, "-m", "benchmarks.load", str(self.port), kind, str(CLIENTS), str(SECONDS)]
        done = subprocess.run([*words, self.cookie], capture_output=True, text=True, check=True)
        return float(done.stdout)

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


def main() -> None:
    """Measure in turns, so that a noisy machine disturbs all alike, and print the medians of the ratios."""
    print(f"\nbookings: {CLIENTS} clients book and release, each its own VM; {ROUNDS} rounds of {SECONDS:g} s")
    with (
        tempfile.TemporaryDirectory() as name,
        target(Path(name), 100, 0) as small,
        target(Path(name), 10_000, 1_000_000) as large,
    ):
        rows = []
        for _ in range(ROUNDS):
            rows.append((small.rate("empty"), small.rate("book"), large.rate("book")))
            print("  empty {:7.0f}/s   small store {:7.0f}/s   large store {:7.0f}/s".format(*rows[-1]))
    of_empty = statistics.median(booked / empty for empty, booked, _ in rows)
    of_small = statistics.median(large / booked for _, booked, large in rows)
    print(f"  durable bookings / empty handler: {of_empty:.2f} (goal 0.80)")
    print(f"  10,000 VMs and 1,000,000 records / 100 VMs and none: {of_small:.2f} (goal 0.85)")


def serve(path: Path) -> None:
    """Be the server under test; print its port."""

    class Empty(RequestHandler):
        """Answers `{}` and nothing else, with what Tornado itself does and no more."""

        def post(self) -> None:
            self.finish({})

        def _log(self) -> None:
            """Log nothing, as the booking handlers do."""

    async def run() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        async with AsyncExitStack() as stack:
            settings = load({"data": path, "auth": "open", "port": 0})
            running = await start(settings, stack, extra_patterns=[(r"/empty", Empty)])
            settle()
            print(running.server.port, flush=True)
            await stop.wait()

    uvloop.run(run())


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
