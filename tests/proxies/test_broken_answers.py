"""A streamed answer that breaks off is seen as broken through every proxy, also when the server was killed."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.proxies.conftest import KINDS, site
from tests.server.conftest import ARGUMENTS, Process, Program

SCRIPT = str(Path(__file__).with_name("breaking.py"))
ROOT = str(Path(__file__).parents[2])


class BreakingServer(Process):
    """A server that also has answers which break off."""

    def _launch(self, *arguments: str) -> Program:
        return subprocess.Popen(
            [sys.executable, SCRIPT, *ARGUMENTS, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.environment, "PYTHONPATH": ROOT},
            cwd=self.folder,
        )


def read(port: int, path: str, at_first: Callable[[], None] = lambda: None) -> None:
    """Read an answer to its end, doing something when its first bytes are there."""
    # Compressed, the piece would stay in the buffers of nginx.
    headers = {"Host": f"lab.example:{port}", "Accept-Encoding": "identity"}
    with httpx.stream(
        "GET", f"http://127.0.0.1:{port}{path}", headers=headers, timeout=60, trust_env=False
    ) as answer:
        assert answer.status_code == 200
        for number, _ in enumerate(answer.iter_raw()):
            if number == 0:
                at_first()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_breaks_off_looks_broken_through_a_proxy(kind: str, tmp_path: Path) -> None:
    with site(kind, tmp_path, BreakingServer, "--auth", "open") as behind:
        with pytest.raises(httpx.RemoteProtocolError):
            read(behind.port, "/fails")
        with pytest.raises(httpx.RemoteProtocolError):
            read(behind.port, "/stops", behind.server.kill)


def test_an_answer_in_http_1_0_is_reset_when_the_server_is_killed(tmp_path: Path) -> None:
    server = BreakingServer(tmp_path / "data.json", "--auth", "open").start()
    to = httpx.URL(server.url)
    with socket.create_connection((to.host, to.port or 0), timeout=60) as connection:
        connection.sendall(b"GET /stops HTTP/1.0\r\nHost: localhost\r\n\r\n")
        assert connection.recv(1000)
        server.kill()
        with pytest.raises(ConnectionResetError):
            connection.makefile("rb").read()
