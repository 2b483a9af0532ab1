"""A real Tornado server with the live feed, and real socket.io clients."""

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Self

import msgspec
import pytest
import socketio
from tornado.httpserver import HTTPServer
from tornado.web import Application

from loadzone.cookies import SESSION as COOKIE
from loadzone.core.accounts import Accounts
from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.domain.facts import AnyFact
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddVM
from loadzone.web.identity import Identity
from loadzone.web.own_origins import OwnOrigins
from loadzone.web.push import Push

ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
ANNA = Actor(email="anna@example.com", role=Role.USER)
SOON = 20.0
WEBSOCKET, POLLING, UPGRADE = ["websocket"], ["polling"], ["polling", "websocket"]
every_transport = pytest.mark.parametrize("transports", [WEBSOCKET, POLLING, UPGRADE], ids=" ".join)
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
UPGRADING = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
}


class Zone:
    """A running server with the feed, in open mode unless a test says otherwise."""

    def __init__(self, path: Path, mode: Any = "open", origins: OwnOrigins | None = None, **settings: Any) -> None:
        self.service = Service(MemoryStore())
        self.accounts = Accounts(path / "data.auth.json", mode=mode)
        self.push = Push(self.service, Identity(self.accounts, mode, False, origins), **settings)
        self.url = ""

    async def __aenter__(self) -> Self:
        await self.service.start()
        self.service.subscribe(self.push.on_changes)
        self.accounts.on_session_end(self.push.end_session)
        self._server = HTTPServer(Application([(r"/socket.io/", self.push.handler())]))
        listening = socket.socket()
        # A small buffer, inherited by every connection, so that a reader's slowness shows at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.setblocking(False)
        self._server.add_socket(listening)
        self.port = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.push.close()
        self._server.stop()
        await self._server.close_all_connections()
        await self.service.stop()

    async def add(self, *vm_ids: str) -> None:
        for vm_id in vm_ids:
            await self.service.grant(ADMIN, AddVM(id=vm_id))

    async def clients(self, number: int) -> None:
        """Wait until so many clients are known."""
        async with asyncio.timeout(SOON):
            while self.push.clients() != number:  # noqa: ASYNC110  # nothing tells when a client is noticed
                await asyncio.sleep(0.01)

    async def happen(self, *facts: AnyFact) -> None:
        await self.service.decide(lambda _fleet, _now: facts)


class Listener:
    """A socket.io client that keeps what it is told, in order."""

    def __init__(self, **auth: Any) -> None:
        self.auth = auth
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("*", self._hear)
        self.client.on("disconnect", self._leave)

    def _hear(self, event: str, data: Any) -> None:
        self.heard.put_nowait((event, data))

    def _leave(self, reason: str) -> None:
        self.gone.set()

    async def connect(
        self, zone: Zone, transports: list[str] = WEBSOCKET, headers: Mapping[str, str] | None = None
    ) -> Self:
        await self.client.connect(
            zone.url,
            auth=self.auth,
            transports=transports,
            headers=dict(headers or {}),
            wait_timeout=SOON,  # by default a second, which a busy machine may need
        )
        return self

    async def next(self) -> tuple[str, Any]:
        return await asyncio.wait_for(self.heard.get(), SOON)

    async def event(self, name: str) -> Any:
        found, data = await self.next()
        assert found == name, (found, data)
        return data

    async def until(self, seq: int) -> list[tuple[str, Any]]:
        """Return what is heard up to the notification or reset with number `seq`."""
        heard: list[tuple[str, Any]] = []
        while not heard or heard[-1][0] == "change" or heard[-1][1]["seq"] < seq:
            heard.append(await self.next())
        return heard

    async def close(self) -> None:
        with suppress(Exception):
            await self.client.disconnect()
        if self.client.eio.http is not None and not self.client.eio.http.closed:
            await self.client.eio.http.close()


@pytest.fixture
async def clients() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def zone(tmp_path: Path, clients: AsyncExitStack) -> Zone:
    return await clients.enter_async_context(Zone(tmp_path))


def listener(clients: AsyncExitStack, **auth: Any) -> Listener:
    made = Listener(**auth)
    clients.push_async_callback(made.close)
    return made


def seqs(heard: list[tuple[str, Any]], name: str) -> list[int]:
    return [data["seq"] for event, data in heard if event == name]


async def logged_in(zone: Zone, clients: AsyncExitStack, email: str, **auth: Any) -> tuple[Listener, str]:
    login = await zone.accounts.login_open(email)
    ear = await listener(clients, **auth).connect(zone, headers={"Cookie": f"{COOKIE}={login.secret}"})
    return ear, login.session_id


def plain(value: Any) -> Any:
    """Return `value` as the HTTP API would send it."""
    return msgspec.json.decode(msgspec.json.encode(value))


class RawClient:
    """A websocket client written out by hand, which can stop reading."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setblocking(False)

    async def connect(self, zone: Zone) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", zone.port))
        headers = "".join(f"{name}: {value}\r\n" for name, value in UPGRADING.items())
        request = f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n"
        await loop.sock_sendall(self.socket, request.encode())
        assert b" 101 " in await loop.sock_recv(self.socket, 4096)

    async def say(self, text: str) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(text.encode()))
        frame = bytes([0x81, 0x80 | len(text)]) + mask + masked
        await asyncio.get_running_loop().sock_sendall(self.socket, frame)

    async def end(self) -> None:
        """Read until the server closes the connection, with a close frame or without a word."""
        with suppress(ConnectionResetError):
            while heard := await asyncio.wait_for(asyncio.get_running_loop().sock_recv(self.socket, 65536), SOON):
                if b"\x88" in heard:
                    return


@pytest.fixture
def raw(clients: AsyncExitStack) -> RawClient:
    client = RawClient()
    clients.callback(client.socket.close)
    return client
