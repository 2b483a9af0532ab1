"""Values that no person would send, at every address of a running server: none of them makes it crash."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loadzone.web.route import Route
from loadzone.web.routes import ROUTES
from tests.server.conftest import BASE, COMMAND, Process, Program, write

PAGES: Final = (
    "/", "/login", "/setup", "/register", "/account", "/admin/people", "/analytics", "/analytics/data",
    "/socket.io/",
    "/assets/x/", "/components/", "/static/js/", "/static/extensions/panel/", "/ws", "/nowhere", "/autoload.js",
)  # fmt: skip
PARAMETERS: Final = (
    *sorted({parameter.name for route in ROUTES for parameter in route.query}),
    "range", "tz", "next", "after", "key", "invite", "sid", "EIO", "transport", "t", "bokeh-token",
    "bokeh-session-id", "%ff", "\xff", "x" * 3000,
)  # fmt: skip
# As they stand in an address: bytes, so that nothing on the way makes them better.
VALUES: Final = (
    b"", b"%ff", b"\xff", b"%00", b"%", b"%zz", b"%ed%a0%80", b"a.b", b"../../etc", b"%2e%2e/%2e%2e",
    b"%F0%9F%92%A9",
    b"9" * 5000, b"-" + b"9" * 5000, b"1e400", b"NaN", b"%D9%A1", b"x" * 20_000,
    b"0001-01-01", b"9999-12-31", b"0000-00-00",
    *(
        year + offset
        for year in (b"0001-01-01T00:00:00", b"9999-12-31T23:59:59")
        for offset in (b"Z", b"%2B14:00", b"-14:00", b"%2B23:59")
    ),
    b"Europe/../UTC", b"%00/UTC", b"America",
)  # fmt: skip
HEADERS: Final = (
    "Cookie", "Accept", "Accept-Language", "Accept-Encoding", "Authorization", "Content-Type",
    "Content-Encoding",
    "Origin", "Host", "Idempotency-Key", "If-None-Match", "If-Modified-Since", "Range", "Referer",
    "Sec-Fetch-Site",
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Upgrade", "Sec-WebSocket-Protocol",
    "Bokeh-Session-Id",
)  # fmt: skip
HEADER_VALUES: Final = (
    b"\xff", b"\xff=\xff", b"9" * 5000, b"bytes=0-" + b"9" * 5000, b"bytes=" + b"9" * 5000 + b"-",
    b"Bearer \xff",
    b'loadzone_session="\\777\\"; loadzone_lang=\xff; loadzone_theme=\xff', b"http://[", b"[::1",
    b"ru;q=1e999,en;q=nan",
    b"Mon, 99 Jan 99999 00:00:00 GMT", b"127.0.0.1,\xff", b"websocket", b"", b"\x00",
)  # fmt: skip
# As they stand in a body.
JSON_VALUES: Final = (
    b"1e400", b"-1e400", b"9" * 5000, b"-" + b"9" * 5000, b"1." + b"9" * 5000, b"NaN", b"null", b"true", b"{}",
    b"[]",
    b"[" * 5000, b'"' + b"x" * 50_000 + b'"', b'"\\u0000"', b'"\\ud800"', b'"\xff"', b'"\xed\xa0\x80"',
    b'"0001-01-01T00:00:00+14:00"', b'"9999-12-31T23:59:59-14:00"', b"9223372036854775808",
    b"-9223372036854775808",
    b"18446744073709551616", b"1e308", b"5e-324", b"-0.0", b"365000", b"2147483648", b'["\\u0000"]',
    b'[{"id":1e400}]',
    '"а@пример.рф"'.encode(), b'"a@' + b"b." * 5000 + b'c"',
)  # fmt: skip
# What would end the login that is used here.
SPARED: Final = ("/logout", "/change-password")


class Watched(Process):
    """A server with its log in a file."""

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def _launch(self, *arguments: str) -> Program:
        with self.log.open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                [*COMMAND, *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self.environment,
                cwd=self.folder,
            )


class Asked:
    """Sends requests byte by byte as given, and judges the answers."""

    def __init__(self, server: Watched) -> None:
        self.server = server
        self.port = int(server.url.rpartition(":")[2])
        with server.client("admin@example.com") as client:
            cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self.cookie = f"Cookie: {cookies}\r\n".encode()

    def send(self, method: str, target: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
        """Send a request of its own connection and return the whole answer."""
        host = b"" if b"Host:" in headers else b"Host: 127.0.0.1\r\n"
        cookie = b"" if b"Cookie:" in headers else self.cookie
        length = b"Content-Length: %d\r\n" % len(body) if body else b""
        start = b"%b %b HTTP/1.1\r\nConnection: close\r\n" % (method.encode(), target)
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(start + host + cookie + headers + length + b"\r\n" + body)
            return b"".join(iter(lambda: connection.recv(1 << 16), b""))

    def judge(self, answer: bytes) -> None:
        """Hold that an answer is one, and that a refusal is a problem and nothing was logged as a crash."""
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head[9:12])
        assert status < 500, answer[:500]
        assert b"Traceback" not in body
        if status >= 400:
            assert b"application/problem+json" in head, answer[:500]
            assert b"<html" not in body
        log = self.server.log.read_text(encoding="utf-8", errors="replace")
        assert "Traceback" not in log, log[:3000]
        assert " ERROR " not in log, log[:3000]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Give a server in open mode, and who asks it as an administrator."""
    path = tmp_path_factory.mktemp("odd") / "data.json"
    write(path, BASE)
    server = Watched(path).start()
    assert isinstance(server, Watched)
    yield Asked(server)
    assert server.terminate() == 0
    assert len(server.log.read_text(encoding="utf-8")) < 10_000


def many(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


PATHS: Final = tuple(sorted({route.path.replace("{group_id}", "1") for route in ROUTES} | set(PAGES)))


@many(400)
@given(path=st.sampled_from(PATHS), name=st.sampled_from(PARAMETERS), value=st.sampled_from(VALUES))
def test_queries(asked: Asked, path: str, name: str, value: bytes) -> None:
    """No parameter with whatever value makes an address crash."""
    rest = b"&EIO=4&transport=polling" if path == "/socket.io/" and name not in ("EIO", "transport") else b""
    asked.judge(asked.send("GET", b"%b?%b=%b%b" % (path.encode(), name.encode("latin1"), value, rest)))


@pytest.mark.parametrize("path", ["/history", "/audit", "/analytics/data"])
@pytest.mark.parametrize("name", ["since", "until", "limit", "group", "cursor", "vm", "user", "tz", "range", "by"])
def test_every_value_of_a_filter(asked: Asked, path: str, name: str) -> None:
    """Every filter takes or refuses every value."""
    for value in VALUES:
        asked.judge(asked.send("GET", b"%b?%b=%b" % (path.encode(), name.encode(), value)))


@many(200)
@given(path=st.sampled_from(PATHS), value=st.sampled_from(VALUES), method=st.sampled_from(["GET", "POST", "PUT"]))
def test_paths(asked: Asked, path: str, value: bytes, method: str) -> None:
    """Nothing put behind an address makes it crash."""
    asked.judge(asked.send(method, path.encode() + value))
    asked.judge(asked.send(method, b"/groups/" + value + b"/add-existing-vms"))


@many(300)
@given(path=st.sampled_from(PATHS), name=st.sampled_from(HEADERS), value=st.sampled_from(HEADER_VALUES))
def test_headers(asked: Asked, path: str, name: str, value: bytes) -> None:
    """No header with whatever bytes makes an address crash."""
    asked.judge(asked.send("GET", path.encode(), b"%b: %b\r\n" % (name.encode(), value)))


_CHANGES = [route for route in ROUTES if route.body is not None and route.path not in SPARED]


@pytest.mark.parametrize("route", _CHANGES, ids=lambda route: str(route.path))
def test_bodies(asked: Asked, route: Route) -> None:
    """No field of a body with whatever value makes a call crash."""
    path = route.path.replace("{group_id}", "1").encode()
    headers = b"Content-Type: application/json\r\n"
    assert route.body is not None
    for field in msgspec.structs.fields(route.body):
        example = {name: msgspec.json.encode(value) for name, value in (route.example or {}).items()}
        for value in JSON_VALUES:
            body = b",".join(
                b'"%b":%b' % (name.encode(), each) for name, each in {**example, field.name: value}.items()
            )
            asked.judge(asked.send("POST", path, headers, b"{" + body + b"}"))
    for value in JSON_VALUES:
        asked.judge(asked.send("POST", path, headers, value))
