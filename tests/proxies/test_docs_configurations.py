"""Behind nginx and Caddy, configured as the docs print it, everything works and nobody chooses their address."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.proxies.conftest import KINDS, Site, site
from tests.server.conftest import BASE, Process, write
from tests.web.push.conftest import UPGRADING

# Another address of this machine, which is not a trusted proxy's.
CLIENT = "127.0.0.2"
NETWORK = "203.0.113.0/24"
SPOOFED = "203.0.113.9"
ANN = "ann@example.com"


@pytest.fixture(scope="module", params=KINDS)
def behind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give each proxy in turn, with an open server behind it."""
    folder = tmp_path_factory.mktemp("proxy")
    write(folder / "data.json", BASE)
    with site(
        request.param, folder, Process, "--auth", "open", "--metrics-from", f"127.0.0.0/8,{NETWORK}"
    ) as made:
        yield made


@pytest.fixture
def client(behind: Site) -> Iterator[httpx.Client]:
    """Give a program that comes as a browser on a page of the public address would."""
    transport = httpx.HTTPTransport(local_address=CLIENT)
    headers = {"Host": f"lab.example:{behind.port}", "Origin": behind.url}
    address = f"http://127.0.0.1:{behind.port}"
    with httpx.Client(base_url=address, headers=headers, transport=transport, timeout=60) as made:
        made.post("/auth", json={"email": ANN}).raise_for_status()
        yield made


def test_somebody_logs_in_books_and_releases(client: httpx.Client) -> None:
    booked = client.post("/book", json={"vm_id": "server-01", "hours": 1})
    assert (booked.status_code, booked.json()["booked_by"]) == (200, ANN)
    assert client.get("/").status_code == 200
    assert client.post("/cancel", json={"vm_id": "server-01"}).status_code == 200


def test_the_feed_is_open_by_polling_and_by_websocket_where_one_gets_through(
    behind: Site, client: httpx.Client
) -> None:
    opened = client.get("/socket.io/", params={"EIO": "4", "transport": "polling"})
    assert (opened.status_code, opened.text[:1]) == (200, "0")
    with closing(HTTPConnection("127.0.0.1", behind.port, timeout=60)) as connection:
        headers = {"Host": f"lab.example:{behind.port}", "Origin": behind.url, **UPGRADING}
        connection.request("GET", "/socket.io/?EIO=4&transport=websocket", headers=headers)
        status = connection.getresponse().status
    assert (status == 101) is (behind.kind != "nginx as it comes")


def test_a_page_of_another_site_is_refused(behind: Site, client: httpx.Client) -> None:
    for origin in ("http://evil.example", "http://lab.example:1", "null", f"{behind.url}.evil.example"):
        answer = client.post("/logout", json={}, headers={"Origin": origin})
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin"), origin
        answer = client.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "spoof",
    [
        {},
        {"X-Real-Ip": "127.0.0.1"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-For": SPOOFED},
        {"X-Real-Ip": SPOOFED, "Forwarded": f"for={SPOOFED}"},
        {"X-Forwarded-For": f"{SPOOFED}, 127.0.0.1", "X-Real-Ip": SPOOFED},
    ],
    ids=str,
)
def test_no_stranger_behind_the_proxy_reads_metrics(client: httpx.Client, spoof: dict[str, str]) -> None:
    client.cookies.clear()
    assert client.get("/metrics", headers=spoof).status_code == 401


def test_the_machine_itself_reads_metrics_of_the_server(behind: Site) -> None:
    assert httpx.get(f"{behind.server.url}/metrics", trust_env=False).status_code == 200


@pytest.mark.parametrize("path", ["/history", "/history?format=csv"])
def test_the_history_comes_whole(behind: Site, client: httpx.Client, path: str) -> None:
    direct: Any = httpx.get(behind.server.url + path, trust_env=False)
    assert client.get(path).content == direct.content


def test_cookies_are_named_after_the_public_port(behind: Site, client: httpx.Client) -> None:
    assert f"loadzone_session_{behind.port}" in client.cookies


def test_the_settings_of_the_docs_are_those_that_are_tested() -> None:
    text = (Path(__file__).parents[2] / "docs" / "behind-a-proxy.md").read_text(encoding="utf-8")
    assert 'public_url = "https://lab.example"\ntrusted_proxies = ["127.0.0.1"]\n' in text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "nginx as it comes"])
def test_wrong_passwords_are_counted_for_the_client_and_not_for_what_it_says_it_is(
    kind: str, tmp_path: Path
) -> None:
    """A client that claims another address with each try is stopped; its neighbour behind the proxy is not."""
    with site(kind, tmp_path, Process, "--auth", "password") as behind:

        def tries(client: str, number: int) -> int:
            spoof = f"203.0.113.{number}"
            transport = httpx.HTTPTransport(local_address=client)
            with httpx.Client(base_url=f"http://127.0.0.1:{behind.port}", transport=transport, timeout=60) as made:
                body = {"email": ANN, "password": "a wrong password"}
                headers = {"Host": f"lab.example:{behind.port}", "X-Forwarded-For": spoof, "X-Real-Ip": spoof}
                return made.post("/auth", json=body, headers=headers).status_code

        assert [tries(CLIENT, number) for number in range(1, 12)] == [401] * 10 + [429]
        assert tries("127.0.0.3", 12) == 401
