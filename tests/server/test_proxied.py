"""Behind a proxy a request has its client's address, and /metrics is given to the networks that may read it."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from loadzone.config import load
from loadzone.server import _warnings
from tests.server.conftest import Process, Serve

CLIENT, NEIGHBOUR = "203.0.113.9", "198.51.100.1"
TRUSTING = ("--auth", "password", "--trusted-proxies", "127.0.0.1", "--metrics-from", "203.0.113.0/24,127.0.0.1")
GIVEN, REFUSED = 200, 401


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Give a client of a server that trusts no proxy."""
    yield from _client(Process(tmp_path_factory.mktemp("plain") / "data.json", "--auth", "password"))


@pytest.fixture(scope="module")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Give a client of a server that trusts a proxy on this machine, and gives metrics to a network."""
    yield from _client(Process(tmp_path_factory.mktemp("trusting") / "data.json", *TRUSTING))


def _client(process: Process) -> Iterator[httpx.Client]:
    process.start()
    with httpx.Client(base_url=process.url, trust_env=False, timeout=60) as client:
        yield client
    assert process.terminate() == 0


def metrics(client: httpx.Client, **headers: str) -> int:
    """Return how /metrics is answered; `X_Real_Ip` is the header X-Real-Ip."""
    return client.get("/metrics", headers={n.replace("_", "-"): v for n, v in headers.items()}).status_code


def test_this_machine_reads_metrics_when_it_asks_directly(plain: httpx.Client, trusting: httpx.Client) -> None:
    assert (metrics(plain), metrics(trusting)) == (GIVEN, GIVEN)


@pytest.mark.parametrize("value", ["127.0.0.1", "::1", CLIENT, "for=127.0.0.1", "nonsense", ""])
@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Forwarded-Server",
        "X-Real-Ip",
        "Forwarded",
        "Via",
    ],
)
def test_what_came_through_a_proxy_is_not_this_machine(
    plain: httpx.Client, trusting: httpx.Client, header: str, value: str
) -> None:
    assert metrics(plain, **{header: value}) == REFUSED
    in_network = (header, value) == ("X-Forwarded-For", CLIENT)
    assert metrics(trusting, **{header: value}) == (GIVEN if in_network else REFUSED)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (f"{NEIGHBOUR}, {CLIENT}", GIVEN),
        (f"{CLIENT}, {NEIGHBOUR}", REFUSED),
        (f"{CLIENT}, {NEIGHBOUR}, 127.0.0.1", REFUSED),
        (f"{CLIENT}, nonsense", REFUSED),
    ],
)
def test_a_client_cannot_say_that_it_is_another(trusting: httpx.Client, told: str, status: int) -> None:
    assert metrics(trusting, X_Forwarded_For=told, X_Real_Ip=CLIENT) == status


def test_nginx_as_it_comes_is_taken_for_a_proxy(plain: httpx.Client) -> None:
    """It sends no header that says so, but HTTP/1.0."""
    to = urlsplit(str(plain.base_url))
    with socket.create_connection((to.hostname or "", to.port or 0), timeout=60) as connection:
        connection.sendall(f"GET /metrics HTTP/1.0\r\nHost: {to.netloc}\r\nConnection: close\r\n\r\n".encode())
        assert connection.makefile("rb").readline().split()[1] == b"401"


def test_a_guest_from_elsewhere_reads_no_metrics_but_who_has_logged_in_does(serve: Serve) -> None:
    server = serve("--auth", "open").start()
    with server.client() as client:
        assert metrics(client, X_Forwarded_For=CLIENT) == GIVEN
        client.cookies.clear()
        assert metrics(client, X_Forwarded_For=CLIENT) == REFUSED


def test_open_mode_asks_for_both_names_that_a_proxy_tells_of(serve: Serve) -> None:
    """A name from elsewhere is refused where a trusted proxy was asked by it, whatever name it sends on."""
    server = serve("--auth", "open", "--use-xheaders", "--allowed-origins", "http://lab.example").start()

    def status(host: str, asked: str) -> int:
        headers = {"Host": host, "X-Forwarded-Host": asked}
        return httpx.get(f"{server.url}/vms", headers=headers, trust_env=False).status_code

    assert [status("127.0.0.1:5000", "lab.example"), status("lab.example", "lab.example:80")] == [200, 200]
    assert [status("127.0.0.1:5000", "evil.example"), status("evil.example", "lab.example")] == [403, 403]


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        ({}, None),
        ({"use_xheaders": True}, "trusted_proxies"),
        ({"public_url": "http://lab.example"}, "trusted_proxies"),
        ({"public_url": "http://lab.example", "trusted_proxies": "::1"}, None),
    ],
)
def test_a_start_warns_of_settings_that_leave_the_client_unknown(
    flags: dict[str, object], named: str | None
) -> None:
    warned = _warnings(load(flags))
    assert [named in line for line in warned if named] == ([True] if named else [])
    assert bool(warned) is (named is not None)
