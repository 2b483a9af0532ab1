"""The server lets in whom the login knows, for as long as it knows them, and says nothing to anyone else."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from bokeh.util.token import generate_jwt_token, get_token_payload
from msgspec import Struct
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPServerRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.dashboard.application import Application
from loadzone.dashboard.assets import read_assets
from loadzone.dashboard.bokeh_host import PageServer, make_server
from loadzone.domain.permissions import GUEST, STRANGER, Actor, Role
from loadzone.web.own_origins import OwnOrigins

ASSETS = read_assets()
SECRET = b"a stable secret of the tests"


class Caller(Struct, frozen=True, kw_only=True):
    """What a login says."""

    actor: Actor
    session_id: str | None = None


class Logins:
    """Who is logged in, by the value of a cookie; a test logs people in and out by changing it."""

    def __init__(self) -> None:
        self.anonymous = STRANGER
        self.people: dict[str, Caller] = {}
        for name in ("ann", "bob"):
            actor = Actor(email=f"{name}@example.com", role=Role.USER)
            self.people[name] = Caller(actor=actor, session_id=f"session-{name}")

    def identify(self, request: HTTPServerRequest) -> Caller:
        cookie = request.cookies.get("who")
        return self.people.get(cookie.value if cookie else "", Caller(actor=self.anonymous))


class Site:
    """A running server and a client of it."""

    def __init__(self, server: PageServer, logins: Logins) -> None:
        self.server = server
        self.logins = logins
        self.host = f"localhost:{server.port}"
        self.sockets: list[WebSocketClientConnection] = []

    async def get(self, path: str, who: str = "", **headers: str) -> HTTPResponse:
        request = HTTPRequest(
            f"http://{self.host}{path}",
            headers={"Cookie": f"who={who}; secret=5ecret", **headers},
            follow_redirects=False,
        )
        return await AsyncHTTPClient().fetch(request, raise_error=False)

    async def token(self, who: str) -> str:
        page = await self.get("/", who)
        found = re.search(r'"token":"([^"]+)"', page.body.decode())
        assert found
        return found[1]

    async def socket(self, token: str, who: str = "", origin: str | None = None) -> WebSocketClientConnection:
        headers = {"Cookie": f"who={who}", "Origin": origin or f"http://{self.host}"}
        request = HTTPRequest(f"ws://{self.host}/ws", headers=headers)
        socket = await websocket_connect(request, subprotocols=["bokeh", token])
        self.sockets.append(socket)
        return socket

    async def refused(self, token: str, who: str = "", origin: str | None = None) -> int:
        with pytest.raises(HTTPClientError) as refusal:
            await self.socket(token, who, origin)
        return refusal.value.code


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    logins = Logins()
    page = Application(Service(MemoryStore()), ASSETS)
    server = make_server(
        page,
        assets=ASSETS,
        identify=logins.identify,
        is_own_origin=OwnOrigins(allowed=["https://desk.example.org"]).is_own,
        secret_key=SECRET,
        port=0,
        address="127.0.0.1",
    )
    server.start()
    site = Site(server, logins)
    yield site
    for socket in site.sockets:
        socket.close()
    server.stop()
    await server._http.close_all_connections()


async def test_a_stranger_is_sent_to_the_login_with_the_way_back(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await site.get("/?group=3")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert answer.code == 302
    assert answer.headers["Location"] == "/login?next=%2F%3Fgroup%3D3"


async def test_who_is_logged_in_gets_a_page(site: Site) -> None:
    answer = await site.get("/", "ann")
    assert answer.code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert ASSETS.url("app/main.js") in answer.body.decode()


async def test_a_guest_gets_a_page_where_guests_may_look(site: Site) -> None:
    site.logins.anonymous = GUEST
    assert (await site.get("/")).code == 200


async def test_an_api_token_opens_no_page(site: Site) -> None:
    assert (await site.get("/", "ann", Authorization="Bearer lz_x")).code == 302


@pytest.mark.parametrize(
    ("headers", "lang"),
    [
        ({}, "en"),
        ({"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}, "ru"),
        ({"Accept-Language": "ru", "Cookie": "who=ann; loadzone_lang=en"}, "en"),
        ({"Cookie": "who=ann; loadzone_lang=ru"}, "ru"),
        ({"Cookie": "who=ann; loadzone_lang=xx"}, "en"),
    ],
)
async def test_the_page_says_its_language(site: Site, headers: Mapping[str, str], lang: str) -> None:
    answer = await site.get("/", "ann", **headers)
    assert f'<html lang="{lang}"' in answer.body.decode()


async def test_the_page_holds_no_cookie_and_no_header(site: Site) -> None:
    payload: dict[str, Any] = get_token_payload(await site.token("ann"))
    assert payload["cookies"] == {}
    assert payload["headers"] == {}
    assert "5ecret" not in json.dumps(payload, default=str)


async def test_the_page_loads_nothing_from_elsewhere_and_runs_only_its_own_scripts(site: Site) -> None:
    answer = await site.get("/", "ann")
    policy, text = answer.headers["Content-Security-Policy"], answer.body.decode()
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert all(f'nonce="{nonce[1]}"' in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)
    assert nonce[1] not in (await site.get("/", "ann")).body.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/wire",
        "/autoload.js?bokeh-autoload-element=x",
        "/metadata",
        "/favicon.ico",
        "/static/nothing.js",
        "/static/extensions/nothing/x.js",
        "/static/..%2f..%2fserver.py",
        "/components/os/path/_resources/x",
        "/components/antigravity/x/_resources/x",
        "/components/panel.auth/BasicAuthProvider/_resources/x",
        "/components/x",
        f"/assets/{ASSETS.version}/nothing.js",
        f"/assets/{ASSETS.version}/..%2factions.py",
        f"/assets/{ASSETS.version}/vendor/VENDORED.md",
    ],
)
async def test_what_is_not_meant_to_be_there_is_not_there(site: Site, path: str) -> None:
    answer = await site.get(path, "ann")
    assert answer.code in (403, 404)
    assert b"Traceback" not in answer.body


@pytest.mark.parametrize("path", ["/static/nothing.js", "/components/os/path/css/x", "/assets/0/nothing.js"])
async def test_errors_are_problem_documents_in_the_language_of_the_reader(site: Site, path: str) -> None:
    answer = await site.get(path, **{"Accept-Language": "ru"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = json.loads(answer.body)
    assert (told["error"], told["title"]) == ("По этому адресу ничего нет.", "Не найдено")
    assert (told["code"], told["type"]) == ("path_not_found", "/docs#path_not_found")
    assert answer.headers["Content-Language"] == "ru"


async def test_a_page_that_is_asked_for_in_a_wrong_way_says_how_to_ask(site: Site) -> None:
    answer = await AsyncHTTPClient().fetch(f"http://{site.host}/", method="DELETE", raise_error=False)
    assert (answer.code, answer.headers["Allow"]) == (405, "GET")
    assert json.loads(answer.body)["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "path", ["/", "/static/js/bokeh.min.js", f"/assets/{ASSETS.version}/app/main.js", "/static/x"]
)
async def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    headers = (await site.get(path, "ann")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Server"] == "LoadZone"


async def test_files_with_a_version_are_cached_for_long_and_others_are_asked_for_again(site: Site) -> None:
    now = (await site.get(ASSETS.url("app/main.js"))).headers["Cache-Control"]
    before = (await site.get("/assets/0123456789abcdef/app/main.js")).headers["Cache-Control"]
    plain = await site.get("/static/js/bokeh.min.js", **{"Accept-Encoding": "gzip"})
    again = await site.get(
        "/static/js/bokeh.min.js", **{"Accept-Encoding": "gzip", "If-None-Match": plain.headers["Etag"]}
    )
    versioned = (await site.get("/static/js/bokeh.min.js?v=1")).headers["Cache-Control"]
    assert "immutable" in now
    assert "immutable" in versioned
    assert (before, plain.headers["Cache-Control"], again.code) == ("no-cache", "no-cache", 304)


async def test_a_compressed_file_is_the_file(site: Site) -> None:
    plain, squeezed = [
        await AsyncHTTPClient().fetch(f"http://{site.host}/static/js/bokeh.min.js", decompress_response=packed)
        for packed in (False, True)
    ]
    assert plain.body == squeezed.body


@pytest.mark.parametrize("name", ["bokeh-session-id", "bokeh-token"])
async def test_nobody_chooses_the_session_of_a_page(site: Site, name: str) -> None:
    assert (await site.get(f"/?{name}={await site.token('bob')}", "ann")).code == 403
    assert (await site.get("/", "ann", **{"Bokeh-Session-Id": "x"})).code == 403


async def test_a_socket_opens_for_the_visitor_of_its_page(site: Site) -> None:
    socket = await site.socket(await site.token("ann"), "ann")
    assert await socket.read_message() is not None
    assert site.server.open_pages() == 1


async def test_a_socket_that_answers_no_ping_is_closed(site: Site) -> None:
    """A browser that has gone without a word holds its socket no longer than two pings take."""
    settings = site.server._tornado.settings
    assert settings["websocket_ping_interval"] == settings["websocket_ping_timeout"] == 30
    settings["websocket_ping_interval"] = settings["websocket_ping_timeout"] = 0.05
    token = await site.token("ann")
    reader, writer = await asyncio.open_connection("localhost", site.server.port)
    writer.write(
        f"GET /ws HTTP/1.1\r\nHost: {site.host}\r\nCookie: who=ann\r\nOrigin: http://{site.host}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: bokeh, {token}\r\n\r\n".encode()
    )
    async with asyncio.timeout(20):
        assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
        await reader.read()
    writer.close()
    assert site.server.open_pages() == 0


async def test_a_socket_is_refused_to_anybody_else(site: Site) -> None:
    token = await site.token("ann")
    assert await site.refused(token, "bob") == 403
    assert await site.refused(token) == 403
    del site.logins.people["ann"]
    assert await site.refused(token, "ann") == 403


async def test_a_socket_is_refused_without_a_token_of_this_server(site: Site) -> None:
    payload = {"loadzone": {"visitor": {"email": "ann@example.com", "role": "user", "session_id": "session-ann"}}}
    forged = generate_jwt_token("x", secret_key=b"another", signed=True, extra_payload=payload)  # type: ignore[arg-type]
    assert await site.refused(forged, "ann") == 403
    assert await site.refused("nonsense", "ann") == 403


async def test_a_socket_is_refused_to_a_foreign_page(site: Site) -> None:
    token = await site.token("ann")
    assert await site.refused(token, "ann", "https://evil.example.com") == 403
    await site.socket(token, "ann", "https://desk.example.org")


async def test_a_page_that_python_does_not_know_is_gone_and_not_built_again(site: Site) -> None:
    payload = get_token_payload(await site.token("ann"))
    payload.pop("session_expiry")
    lost = generate_jwt_token("lost", secret_key=SECRET, signed=True, extra_payload=payload)  # type: ignore[arg-type]
    pages = len(site.server.get_sessions())
    assert await site.refused(lost, "ann") in (403, 410)
    assert len(site.server.get_sessions()) == pages


async def test_the_sockets_of_a_login_session_close_when_it_ends(site: Site) -> None:
    anns = await site.socket(await site.token("ann"), "ann")
    await site.socket(await site.token("bob"), "bob")
    await anns.read_message()
    assert site.server.close_session("session-ann") == 1
    async with asyncio.timeout(5):
        while await anns.read_message() is not None:
            pass
    assert anns.close_code == 1008
    assert site.server.open_pages() == 1


async def test_a_message_after_the_role_changed_is_not_heard(site: Site) -> None:
    socket = await site.socket(await site.token("ann"), "ann")
    await socket.read_message()
    actor = Actor(email="ann@example.com", role=Role.ADMIN)
    site.logins.people["ann"] = Caller(actor=actor, session_id="session-ann")
    await socket.write_message("{}")
    async with asyncio.timeout(5):
        while await socket.read_message() is not None:
            pass
    assert socket.close_code == 1008
