"""A server process with few descriptors, and clients that take all they can get and never end what they began."""

import os
import resource
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.server.conftest import COMMAND, Process, Program, Serve

FEW = 256
MANY = 400
HEADERS = b"GET /vms HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = b"POST /book HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
STRANGER = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Confined(Process):
    """A server that may have few descriptors open, with its log in a file."""

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def _launch(self, *arguments: str) -> Program:
        with self.log.open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                ["sh", "-c", f'ulimit -n {FEW} && exec "$@"', "sh", *COMMAND, *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self.environment,
                cwd=self.folder,
            )


@pytest.fixture
def kind() -> type[Process]:
    """Return how servers are started here."""
    return Confined


@contextmanager
def held(server: Process, begun: bytes, count: int) -> Iterator[list[socket.socket]]:
    """Hold `count` connections on which `begun` was sent; the server closes those that it will."""
    port = int(server.url.rpartition(":")[2])
    with ExitStack() as stack:
        connections = []
        for _ in range(count):
            connections.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)))
            connections[-1].sendall(begun)
        yield connections


@pytest.mark.parametrize("begun", [HEADERS, BODY, STRANGER], ids=["headers", "bodies", "websockets"])
def test_half_sent_requests_keep_nobody_from_booking(begun: bytes, serve: Serve, path: Path) -> None:
    """While a client holds all it can get, others log in and book, the file is written, and SIGTERM works."""
    server = serve().start()
    assert isinstance(server, Confined)
    with held(server, begun, MANY):
        for vm_id in ("server-01", "server-02", "server-03"):
            with server.client() as client:
                assert client.post("/book", json={"vm_id": vm_id, "hours": 1}).status_code == 200
        assert len(os.listdir(f"/proc/{server.pid}/fd")) < FEW - 32
        assert server.terminate() == 0
    assert path.read_text(encoding="utf-8").count('"booked_by":"user@example.com"') == 3
    assert len(server.log.read_text(encoding="utf-8").splitlines()) <= 2


def test_a_lack_of_descriptors_is_one_line_and_passes(serve: Serve) -> None:
    """With no descriptor left, whoever is connected goes on booking, the log does not grow, and others wait."""
    server = serve().start()
    assert isinstance(server, Confined)
    with server.client() as client:
        assert client.post("/book", json={"vm_id": "server-02", "hours": 1}).status_code == 200
        taken = max(map(int, os.listdir(f"/proc/{server.pid}/fd"))) + 1
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (taken, FEW))
        with held(server, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 30) as waiting:
            for _ in range(20):
                assert client.post("/book", json={"vm_id": "server-01", "hours": 1}).status_code == 200
                assert client.post("/cancel", json={"vm_id": "server-01"}).status_code == 200
            log = server.log.read_text(encoding="utf-8")
            assert log.count("no connection can be accepted") == 1
            assert "Traceback" not in log
            resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (FEW, FEW))
            assert all(each.recv(64).startswith(b"HTTP/1.1 200") for each in waiting)
    assert server.terminate() == 0
