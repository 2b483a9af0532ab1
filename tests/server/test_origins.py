"""One notion of a page of our own, on every way in: calls, login, the live feed and Bokeh's websocket."""

import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest

from tests.server.conftest import Process, Serve
from tests.test_origins import HOSTILE
from tests.web.push.conftest import UPGRADING

TOKEN = re.compile(r'"token":"([^"]+)"')
LET_IN = [200, 200, 200, 101, 101]
REFUSED = [403] * 5

FLAGS = ("--auth", "open", "--public-url", "http://lab.example", "--allowed-origins", "https://desk.example:8443")
OWN = [
    # (Host, Origin): the proxy passes the Host on, adds a port to it, or sends its own.
    ("lab.example", "http://lab.example"),
    ("lab.example:80", "http://lab.example"),
    ("lab.example:80", "http://lab.example:80"),
    ("LAB.EXAMPLE", "http://lab.example"),
    ("lab.example.", "http://lab.example"),
    ("127.0.0.1:5000", "http://lab.example"),
    ("localhost", "http://lab.example"),
    ("127.0.0.1:5000", "https://desk.example:8443"),
    ("localhost:5000", "http://localhost:5000"),
    ("[::1]:5000", "http://[::1]:5000"),
    ("localhost", "https://localhost"),
]
FOREIGN = [
    "http://evil.example",
    "http://lab.example.evil.com",
    "http://evil-lab.example",
    "http://sub.lab.example",
    "http://lab.example:8080",
    "https://lab.example",
    "https://desk.example",
    "http://desk.example:8443",
    "http://127.0.0.1",
    "http://127.0.0.1:5001",
    *(text for text in HOSTILE if text.isascii() and text.isprintable() and text == text.strip()[:100] != ""),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Run a server with a public address and an origin that it allows."""
    process = Process(tmp_path_factory.mktemp("origins") / "data.json", *FLAGS).start()
    process.url = process.told(2)[1].split()[-1].replace("localhost", "127.0.0.1")
    yield process
    assert process.terminate() == 0


def statuses(server: Process, host: str, **headers: str) -> list[int]:
    """Return how login, a change, the feed's polling and both websockets answer a page with these headers."""
    sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        login = client.post("/auth", json={"email": "ann@example.com"}, headers=sent)
        change = client.post("/logout", json={}, headers=sent)
        feed = client.get("/socket.io/", params={"EIO": "4", "transport": "polling"}, headers=sent)
        token = TOKEN.findall(client.get("/").text)[0]
    return [
        *(answer.status_code for answer in (login, change, feed)),
        _websocket(f"{server.url}/socket.io/?EIO=4&transport=websocket", sent),
        _websocket(f"{server.url}/ws", sent, f"bokeh, {token}"),
    ]


def _websocket(url: str, headers: dict[str, str], protocols: str = "") -> int:
    to = urlsplit(url)
    asked = {**headers, **UPGRADING, **({"Sec-WebSocket-Protocol": protocols} if protocols else {})}
    with closing(HTTPConnection(to.netloc, timeout=20)) as connection:
        connection.request("GET", f"{to.path}?{to.query}", headers=asked)
        return connection.getresponse().status


@pytest.mark.parametrize(("host", "origin"), OWN)
def test_a_page_of_ours_is_let_in_on_every_way_whatever_host_the_proxy_sends(
    server: Process, host: str, origin: str
) -> None:
    assert statuses(server, host, Origin=origin) == LET_IN


def test_a_foreign_page_is_refused_on_every_way(server: Process) -> None:
    for origin in FOREIGN:
        assert statuses(server, "127.0.0.1:5000", Origin=origin) == REFUSED, origin


@pytest.mark.parametrize("site", ["same-site", "cross-site", "nonsense"])
def test_a_page_that_the_browser_calls_another_site_is_refused_on_every_way(server: Process, site: str) -> None:
    assert statuses(server, "localhost", Sec_Fetch_Site=site, Origin="http://localhost") == REFUSED
    assert statuses(server, "localhost", Sec_Fetch_Site=site) == REFUSED


def test_a_program_that_names_no_origin_is_let_in(server: Process) -> None:
    assert statuses(server, "localhost") == LET_IN


@pytest.mark.parametrize(
    "url", ["http://host.example/loadzone", "http://ann@host.example", "http://host.example?a"]
)
@pytest.mark.parametrize("flag", ["--public-url", "--allowed-origins"])
def test_an_address_that_is_more_than_an_origin_is_refused_at_the_start(serve: Serve, url: str, flag: str) -> None:
    code, told = serve(flag, url).refused()
    assert code == 2
    assert flag in told
    assert url in told
    assert told.count("\n") == 1
