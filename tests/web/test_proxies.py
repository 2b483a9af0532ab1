"""What a proxy tells of a client counts when the proxy is trusted, and then only what it added itself."""

from ipaddress import ip_network
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from loadzone.origins import Authority
from loadzone.web.proxies import Forwarded, Proxies, ProxyHeaders

LOCAL = Proxies([ip_network("127.0.0.0/8"), ip_network("::1/128"), ip_network("10.1.0.0/16")])


class Echo(RequestHandler):
    """Says what a request has for its address and scheme."""

    def get(self) -> None:
        self.finish(f"{self.request.remote_ip} {self.request.protocol}")


def read(peer: str = "127.0.0.1", **headers: str) -> Forwarded:
    """Return what is read of headers: `For`, `Proto`, `Host` of X-Forwarded-*."""
    given_headers = HTTPHeaders({f"X-Forwarded-{name}": value for name, value in headers.items()})
    return LOCAL.read(given_headers, peer)


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.1.0.7", "203.0.113.9"),
        ("198.51.100.1,203.0.113.9,10.1.0.7, 127.0.0.1", "203.0.113.9"),
        ("10.1.0.8, 10.1.0.7", "10.1.0.8"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::9]:4711", "2001:db8::9"),
        ("2001:DB8:0::9", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, ::ffff:127.0.0.1", "203.0.113.9"),
        ("nonsense, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, unknown", None),
        ("", None),
        (",", None),
        ("fe80::1%eth0", None),
        ("203.0.113.999", None),
        ("203.0.113.9, nonsense, 10.1.0.7", "10.1.0.7"),
    ],
)
def test_the_client_is_the_first_from_the_right_that_is_not_trusted(told: str, client: str | None) -> None:
    assert read(For=told).address == client


def test_a_long_chain_is_read_from_the_right_and_not_to_its_end() -> None:
    assert read(For="6.6.6.6, " + "127.0.0.1, " * 5000 + "127.0.0.1").address == "127.0.0.1"


@pytest.mark.parametrize(
    ("chain", "told", "scheme"),
    [
        ("203.0.113.9", "https", "https"),
        ("203.0.113.9", "HTTPS", "https"),
        ("203.0.113.9", "https, http", "http"),
        ("203.0.113.9, 10.1.0.7", "https, http", "https"),
        ("203.0.113.9, 10.1.0.7", "https", "https"),
        ("203.0.113.9", "javascript", None),
        ("203.0.113.9", "", None),
    ],
)
def test_the_scheme_is_the_one_that_the_first_trusted_proxy_was_asked_by(
    chain: str, told: str, scheme: str | None
) -> None:
    assert read(For=chain, Proto=told).scheme == scheme


def test_the_host_is_read_in_the_same_way() -> None:
    assert read(For="203.0.113.9", Host="evil.example, Lab.Example:8443").host == Authority("lab.example", 8443)
    assert read(For="203.0.113.9", Host="lab.example/evil").host is None


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.1.255.255", True),
        ("10.2.0.0", False),
        ("203.0.113.9", False),
        ("0.0.0.0", False),
        ("", False),
        ("localhost", False),
    ],
)
def test_a_proxy_is_trusted_by_its_network(address: str, trusted: bool) -> None:
    assert LOCAL.trusts(address) is trusted
    assert Proxies().trusts(address) is False


async def test_a_request_has_the_address_and_scheme_that_its_trusted_proxy_tells_and_no_other_has() -> None:
    """On one connection, each request for itself; `X-Real-Ip` never counts."""
    told = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Real-Ip": "6.6.6.6"}
    for proxies, expected in ((LOCAL, "203.0.113.9 https"), (Proxies(), "127.0.0.1 http")):
        server = HTTPServer(ProxyHeaders(Application([("/", Echo)]), proxies))
        listening, port = bind_unused_port()
        server.add_socket(listening)
        limits = httpx.Limits(max_connections=1)
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, limits=limits
        ) as client:
            answers = [(await client.get("/", headers=headers)).text for headers in (told, {}, told)]
        assert answers == [expected, "127.0.0.1 http", expected]
        server.stop()
        await server.close_all_connections()


@given(st.dictionaries(st.sampled_from(["For", "Proto", "Host"]), st.text(max_size=60)))
def test_any_header_is_read_or_ignored_without_an_error(headers: dict[str, Any]) -> None:
    told = read(**headers)
    assert told.address is None or LOCAL.read(HTTPHeaders({"X-Forwarded-For": told.address}), "127.0.0.1")
