"""The live feed, with a real Tornado server and real socket.io clients."""

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec
import pytest
import socketio
from tornado.httpserver import HTTPServer
from tornado.web import Application

from loadzone.core.accounts import Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.domain.facts import AnyFact, HolderWarned
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddGroup, AddVM, Book, DeleteVM, EditVM, Release, Welcome
from loadzone.web.feed_ring import Ring
from loadzone.web.identity import COOKIE, Identity
from loadzone.web.push import Push

ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
ANNA = Actor(email="anna@example.com", role=Role.USER)
SOON = 20.0

WEBSOCKET, POLLING, UPGRADE = ["websocket"], ["polling"], ["polling", "websocket"]
every_transport = pytest.mark.parametrize("transports", [WEBSOCKET, POLLING, UPGRADE], ids=" ".join)


class Zone:
    """A running server with the feed, in open mode unless a test says otherwise."""

    def __init__(self, path: Path, mode: Any = "open", **settings: Any) -> None:
        self.service = Service(MemoryStore())
        self.accounts = Accounts(path / "data.auth.json", mode=mode)
        self.push = Push(self.service, Identity(self.accounts, mode, public_read=False), **settings)
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


def plain(value: Any) -> Any:
    """Return `value` as the HTTP API would send it."""
    return msgspec.json.decode(msgspec.json.encode(value))


def seqs(heard: list[tuple[str, Any]], name: str) -> list[int]:
    return [data["seq"] for event, data in heard if event == name]


@every_transport
async def test_a_booking_is_told_as_whole_record_and_notification(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    await zone.add("server-01")
    ear = await listener(clients, lang="en").connect(zone, transports)

    fleet = await zone.service.grant(ANNA, Book(vm_id="server-01", hours=4))

    vm = plain(fleet.vms["server-01"])
    assert await ear.event("change") == {
        "seq": 2,
        "vms": [vm],
        "removed_vms": [],
        "groups": [],
        "removed_groups": [],
    }
    until = vm["expires_at"][:16].replace("T", " ")
    assert await ear.event("notification") == {
        "msg": f"anna@example.com booked server-01 until {until} UTC",
        "type": "booked",
        "vm_id": "server-01",
        "user": "anna@example.com",
        "at": vm["booked_at"],
        "seq": 2,
        "level": "success",
    }
    assert vm["booked_at"].endswith("Z")


async def test_what_is_deleted_is_told_as_removed_and_groups_as_whole_records(
    zone: Zone, clients: AsyncExitStack
) -> None:
    await zone.add("a", "b")
    fleet = await zone.service.grant(ADMIN, AddGroup(name="Production", vm_ids=("a",)))
    ear = await listener(clients).connect(zone)

    fleet = await zone.service.grant(ADMIN, DeleteVM(vm_id="a"))

    change = await ear.event("change")
    assert change["removed_vms"] == ["a"]
    assert change["groups"] == [plain(fleet.groups[1])] == [{"id": 1, "name": "Production", "vm_ids": []}]


async def test_changes_of_one_turn_are_one_event(zone: Zone, clients: AsyncExitStack) -> None:
    await zone.add("a", "b", "c")
    ear = await listener(clients).connect(zone)

    await asyncio.gather(*(zone.service.grant(ANNA, Book(vm_id=vm_id, hours=1)) for vm_id in "abc"))

    change = await ear.event("change")
    assert [vm["id"] for vm in change["vms"]] == ["a", "b", "c"]
    assert change["seq"] == 6
    assert [(await ear.event("notification"))["seq"] for _ in range(3)] == [4, 5, 6]


@pytest.mark.parametrize(
    ("auth", "headers", "expected"),
    [
        ({"lang": "ru"}, {"Accept-Language": "en"}, "Администратор admin@example.com добавил ВМ a"),
        ({"lang": "en"}, {"Cookie": "loadzone_lang=ru"}, "admin@example.com added the VM a"),
        ({"lang": "xx"}, {"Cookie": "loadzone_lang=ru"}, "Администратор admin@example.com добавил ВМ a"),
        ({}, {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.1"}, "Администратор admin@example.com добавил ВМ a"),
        ({}, {}, "admin@example.com added the VM a"),
    ],
)
async def test_the_message_is_in_the_clients_language(
    zone: Zone, clients: AsyncExitStack, auth: dict[str, str], headers: dict[str, str], expected: str
) -> None:
    ear = await listener(clients, **auth).connect(zone, headers=headers)

    await zone.add("a")

    await ear.event("change")
    assert (await ear.event("notification"))["msg"] == expected


async def logged_in(zone: Zone, clients: AsyncExitStack, email: str, **auth: Any) -> tuple[Listener, str]:
    login = await zone.accounts.login_open(email)
    ear = await listener(clients, **auth).connect(zone, headers={"Cookie": f"{COOKIE}={login.secret}"})
    return ear, login.session_id


async def test_personal_notifications_reach_only_their_person(zone: Zone, clients: AsyncExitStack) -> None:
    await zone.add("a")
    fleet = await zone.service.grant(ANNA, Book(vm_id="a", hours=1))
    anna, _ = await logged_in(zone, clients, "anna@example.com")
    boris, _ = await logged_in(zone, clients, "boris@example.com")
    guest = await listener(clients).connect(zone)
    end = fleet.vms["a"].expires_at
    assert end is not None

    await zone.happen(HolderWarned(at=end - timedelta(minutes=10), vm_id="a", user="anna@example.com", end=end))
    await zone.service.grant(ADMIN, Release(vm_id="a"))

    told = {name: await ear.until(4) for name, ear in (("anna", anna), ("boris", boris), ("guest", guest))}
    types = {
        name: [data["type"] for event, data in heard if event == "notification"] for name, heard in told.items()
    }
    assert types == {"anna": ["expiring", "released_by_admin"], "boris": ["released"], "guest": ["released"]}
    assert [data["level"] for event, data in told["anna"] if event == "notification"] == ["warning", "warning"]


async def test_missed_personal_notifications_are_replayed_to_their_person_only(
    zone: Zone, clients: AsyncExitStack
) -> None:
    await zone.add("a")
    fleet = await zone.service.grant(ANNA, Book(vm_id="a", hours=1))
    end = fleet.vms["a"].expires_at
    assert end is not None
    await zone.happen(HolderWarned(at=end, vm_id="a", user="anna@example.com", end=end))

    anna, _ = await logged_in(zone, clients, "anna@example.com", since=2)
    boris, _ = await logged_in(zone, clients, "boris@example.com", since=2)

    assert (await anna.event("change"))["seq"] == 3
    assert (await anna.event("notification"))["type"] == "expiring"
    assert (await boris.event("change"))["seq"] == 3
    await zone.service.grant(ANNA, Release(vm_id="a"))
    assert (await boris.event("change"))["seq"] == 4


@every_transport
async def test_a_client_that_comes_back_gets_what_it_missed_merged_and_then_goes_on_live(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    await zone.add("a", "b", "c")
    await zone.service.grant(ANNA, Book(vm_id="a", hours=1))
    await zone.service.grant(ADMIN, DeleteVM(vm_id="b"))
    fleet = await zone.service.grant(ADMIN, EditVM(vm_id="a", note="hot"))

    ear = await listener(clients, since=2).connect(zone, transports)

    assert await ear.event("change") == {
        "seq": 6,
        "vms": [plain(fleet.vms["c"]), plain(fleet.vms["a"])],
        "removed_vms": ["b"],
        "groups": [],
        "removed_groups": [],
    }
    missed = [await ear.event("notification") for _ in range(4)]
    assert [(each["type"], each["seq"]) for each in missed] == [
        ("vm_added", 3),
        ("booked", 4),
        ("vm_deleted", 5),
        ("vm_edited", 6),
    ]
    await zone.add("d")
    assert (await ear.event("change"))["seq"] == 7


async def test_a_client_that_is_up_to_date_or_new_is_replayed_nothing(zone: Zone, clients: AsyncExitStack) -> None:
    await zone.add("a", "b")
    current = await listener(clients, since=2).connect(zone)
    new = await listener(clients).connect(zone)
    empty = await listener(clients, since=None).connect(zone)

    await zone.add("c")

    for ear in (current, new, empty):
        assert (await ear.event("change"))["seq"] == 3


@pytest.mark.parametrize("since", [0, 2, 99, -1])
async def test_a_client_too_far_back_or_ahead_is_told_to_read_anew(
    tmp_path: Path, clients: AsyncExitStack, since: int
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, ring=3))
    await zone.add("a", "b", "c", "d", "e", "f")

    ear = await listener(clients, since=since).connect(zone)

    assert await ear.event("reset") == {"seq": 6}
    await zone.add("g")
    assert (await ear.event("change"))["seq"] == 7


async def test_the_oldest_number_that_the_ring_covers_is_replayed(tmp_path: Path, clients: AsyncExitStack) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, ring=3))
    await zone.add("a", "b", "c", "d", "e", "f")

    ear = await listener(clients, since=3).connect(zone)

    assert [vm["id"] for vm in (await ear.event("change"))["vms"]] == ["d", "e", "f"]


@every_transport
async def test_under_a_stream_of_changes_nothing_is_lost_and_nothing_told_twice(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    """Clients that come in the middle of changes hear of each exactly once, in order, whatever their transport."""
    await zone.add("a")
    last = 400

    async def change_and_change() -> None:
        while zone.service.seq < last:
            await zone.service.grant(ADMIN, EditVM(vm_id="a", note=f"after {zone.service.seq}"))
            await asyncio.sleep(0.002)

    changing = asyncio.create_task(change_and_change())
    ears = [await listener(clients, since=1).connect(zone, transports) for _ in range(3)]
    await changing

    for ear in ears:
        heard = await ear.until(last)
        assert seqs(heard, "notification") == list(range(2, last + 1))
        assert seqs(heard, "change") == sorted(set(seqs(heard, "change")))


@pytest.mark.parametrize("transports", [WEBSOCKET, UPGRADE], ids=" ".join)
async def test_a_client_on_a_websocket_leaves_engine_ios_queue(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    ear = await listener(clients, since=0).connect(zone, transports)
    await zone.add("a", "b")

    await ear.until(2)
    await zone.add("c")
    await ear.until(3)

    (link,) = zone.push._links.values()
    assert link.handler is not None
    assert link.waiting == 0


@pytest.mark.parametrize("transports", [POLLING, UPGRADE], ids=" ".join)
async def test_a_client_that_polls_gets_a_long_absence_in_answers_that_it_can_read(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    """However much a polling client missed, no answer has more packets than python-engineio's client takes."""
    await zone.add("a")
    for number in range(100):
        await zone.service.grant(ADMIN, EditVM(vm_id="a", note=str(number)))
    ear = await listener(clients, since=1).connect(zone, transports)
    heard = await ear.until(101)
    assert seqs(heard, "notification") == list(range(2, 102))


async def test_a_client_that_reconnects_by_itself_says_its_number_and_misses_nothing(
    zone: Zone, clients: AsyncExitStack
) -> None:
    ear = listener(clients)
    ear.client.reconnection = True
    ear.client.reconnection_delay = ear.client.reconnection_delay_max = 0.05
    last = 0
    await ear.client.connect(zone.url, auth=lambda: {"since": last}, transports=WEBSOCKET)
    await zone.add("a")
    last = (await ear.until(1))[-1][1]["seq"]

    (link,) = zone.push._links.values()
    link.drop()
    await asyncio.wait_for(ear.gone.wait(), SOON)
    await zone.add("b", "c")

    assert (await ear.event("change"))["seq"] == 3
    assert seqs(await ear.until(3), "notification") == [2, 3]


async def test_the_end_of_a_session_disconnects_its_clients_only(zone: Zone, clients: AsyncExitStack) -> None:
    anna, session = await logged_in(zone, clients, "anna@example.com")
    login = await zone.accounts.login_open("anna@example.com")
    ears = [
        await listener(clients).connect(zone, transports, {"Cookie": f"{COOKIE}={login.secret}"})
        for transports in (POLLING, UPGRADE, WEBSOCKET)
    ]
    assert zone.push.clients() == 4

    await zone.accounts.logout(login.session_id)

    assert zone.push.clients() == 1
    for ear in ears:
        await asyncio.wait_for(ear.gone.wait(), SOON)
    await zone.add("a")
    assert (await anna.event("change"))["seq"] == 1
    await zone.accounts.logout(session)
    await asyncio.wait_for(anna.gone.wait(), SOON)
    assert zone.push.clients() == 0


async def test_a_client_that_leaves_is_forgotten(zone: Zone, clients: AsyncExitStack) -> None:
    ears = [await listener(clients).connect(zone, transports) for transports in (POLLING, UPGRADE, WEBSOCKET)]
    assert zone.push.clients() == 3

    for ear in ears:
        await ear.client.disconnect()

    await zone.clients(0)


async def refused(zone: Zone, clients: AsyncExitStack, transports: list[str], **auth: Any) -> Any:
    ear = listener(clients, **auth)
    reasons: list[Any] = []
    ear.client.on("connect_error", reasons.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await ear.connect(zone, transports)
    return reasons[0]


@every_transport
async def test_strangers_are_refused_in_their_language(
    tmp_path: Path, clients: AsyncExitStack, transports: list[str]
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, mode="password"))

    reason = await refused(zone, clients, transports, lang="ru")

    assert reason["data"] == {"code": "login_required", "message": reason["message"]}
    assert reason["message"] == "Сначала войдите."
    assert zone.push.clients() == 0


async def test_a_token_in_the_auth_object_or_the_header_lets_a_client_in(
    tmp_path: Path, clients: AsyncExitStack
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, mode="password"))
    await zone.accounts.make_first_admin(
        zone.accounts.first_admin_key() or "", "admin@example.com", "a long password"
    )
    token, info = await zone.accounts.add_token(
        ADMIN, "admin@example.com", "feed", Scope.READ, zone.service.clock() + timedelta(days=1)
    )

    ears = [
        await listener(clients, token=token).connect(zone),
        await listener(clients, token=token).connect(zone, POLLING),
        await listener(clients).connect(zone, headers={"Authorization": f"Bearer {token}"}),
    ]
    await zone.add("a")
    for ear in ears:
        assert (await ear.event("change"))["seq"] == 1

    await zone.accounts.revoke_token(ADMIN, info.id)
    for ear in ears:
        await asyncio.wait_for(ear.gone.wait(), SOON)
    reason = await refused(zone, clients, WEBSOCKET, token=token)
    assert reason["data"]["code"] == "token_invalid"


async def test_a_number_that_is_none_is_refused(zone: Zone, clients: AsyncExitStack) -> None:
    reason = await refused(zone, clients, WEBSOCKET, since="yesterday")

    assert reason["data"]["code"] == "invalid_input"


FOREIGN = {"Origin": "https://evil.example.com"}
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
UPGRADING = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (HANDSHAKE, FOREIGN),
        (HANDSHAKE, {"Sec-Fetch-Site": "cross-site"}),
        (HANDSHAKE, {"Sec-Fetch-Site": "same-site"}),
        (HANDSHAKE + "&j=0", {}),
        ("/socket.io/?EIO=4&transport=websocket", FOREIGN | UPGRADING),
    ],
)
async def test_other_origins_are_refused(zone: Zone, path: str, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient() as web:
        answer = await web.get(zone.url + path, headers=headers)

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "cross_origin"


async def test_its_own_origin_and_listed_ones_are_let_in(tmp_path: Path, clients: AsyncExitStack) -> None:
    desk = "https://desk.example.com"
    zone = await clients.enter_async_context(Zone(tmp_path, allowed_origins=[desk]))

    for origin in (zone.url, desk):
        for transports in (WEBSOCKET, POLLING):
            await listener(clients).connect(zone, transports, {"Origin": origin})
    async with httpx.AsyncClient() as web:
        answer = await web.get(zone.url + HANDSHAKE, headers={"Origin": desk, "Sec-Fetch-Site": "cross-site"})
    assert answer.headers["access-control-allow-origin"] == desk
    assert zone.push.clients() == 4


async def test_what_clients_say_beyond_the_protocol_is_ignored(
    zone: Zone, clients: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    ears = [await listener(clients).connect(zone, transports) for transports in (WEBSOCKET, POLLING)]

    for ear in ears:
        await ear.client.emit("book", {"vm_id": "a"})
        await ear.client.emit("upload", b"binary")
        await ear.client.eio.send("2[]")
        await ear.client.eio.send("9what")
        await ear.client.eio.send("0{not json")
    await zone.add("a")

    for ear in ears:
        assert (await ear.event("change"))["seq"] == 1
    assert not caplog.records


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


async def test_a_client_that_stops_reading_is_dropped_and_the_others_miss_nothing(
    tmp_path: Path, clients: AsyncExitStack, raw: RawClient
) -> None:
    limit = 64 * 1024
    zone = await clients.enter_async_context(Zone(tmp_path, write_limit=limit))
    await zone.add("a")
    ear = await listener(clients).connect(zone)
    await raw.connect(zone)
    await raw.say("40")
    await zone.clients(2)
    slow = list(zone.push._links.values())[-1]
    told = 0

    while zone.push.clients() == 2:
        await zone.service.grant(ADMIN, EditVM(vm_id="a", note=f"{zone.service.seq:0>2000}"))
        await ear.until(zone.service.seq)
        assert slow.waiting <= limit
        told += 1
        assert told < 2000, "nobody was dropped"

    assert told > 10
    assert zone.push.metrics.registry.get_sample_value("loadzone_socket_dropped_total") == 1
    await raw.end()
    await zone.add("b")
    assert (await ear.event("change"))["seq"] == zone.service.seq


async def test_a_polling_client_that_stops_polling_is_dropped(tmp_path: Path, clients: AsyncExitStack) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, write_limit=64 * 1024))
    await zone.add("a")
    async with httpx.AsyncClient(base_url=zone.url) as web:
        opened = (await web.get(HANDSHAKE)).text
        path = f"{HANDSHAKE}&sid={msgspec.json.decode(opened[1:])['sid']}"
        await web.post(path, content="40")
        assert (await web.get(path)).text.startswith("40")
        assert zone.push.clients() == 1

        for _ in range(100):
            await zone.service.grant(ADMIN, EditVM(vm_id="a", note=f"{zone.service.seq:0>2000}"))

        assert zone.push.clients() == 0


async def test_a_websocket_that_nobody_was_let_in_over_is_closed(
    tmp_path: Path, clients: AsyncExitStack, raw: RawClient
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, mode="password", connect_timeout=0.05))
    await raw.connect(zone)
    await raw.say("40")

    await raw.end()

    assert zone.push.clients() == 0


async def test_pings_are_answered_and_a_dead_client_is_noticed(
    tmp_path: Path, clients: AsyncExitStack, raw: RawClient
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, ping_interval=1, ping_timeout=1))
    ear = await listener(clients).connect(zone)
    await raw.connect(zone)
    await raw.say("40")

    await raw.end()

    assert not ear.gone.is_set()
    assert zone.push.clients() == 1


async def test_a_large_message_closes_the_connection(
    zone: Zone, clients: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    ear = await listener(clients).connect(zone)

    await ear.client.emit("big", "x" * 100_000)

    await asyncio.wait_for(ear.gone.wait(), SOON)
    assert not caplog.records


async def test_a_fault_in_a_text_makes_clients_read_anew_instead_of_losing_it(
    zone: Zone, clients: AsyncExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = await listener(clients).connect(zone)
    with monkeypatch.context() as broken:
        broken.setattr("loadzone.i18n.translate", lambda *_args, **_data: 1 / 0)
        await zone.add("a")
        assert await ear.event("reset") == {"seq": 1}
    await zone.add("b")
    assert (await ear.event("change"))["seq"] == 2


async def test_nothing_is_encoded_while_nobody_listens(zone: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(*_args: object) -> bytes:
        raise AssertionError("encoded for nobody")

    monkeypatch.setattr("loadzone.web.feed_events.event", encode)
    await zone.add("a")
    await zone.service.grant(ADMIN, Welcome(email="anna@example.com"))

    assert not zone.push._pending
    assert len(zone.push._ring.since(0, 2) or ()) == 2


async def test_a_new_person_moves_the_number_without_a_notification(zone: Zone, clients: AsyncExitStack) -> None:
    ear = await listener(clients).connect(zone)

    await zone.service.grant(ADMIN, Welcome(email="anna@example.com"))
    await zone.add("a")

    assert (await ear.event("change")) == {
        "seq": 1,
        "vms": [],
        "removed_vms": [],
        "groups": [],
        "removed_groups": [],
    }
    assert (await ear.event("change"))["seq"] == 2


async def test_what_was_replayed_to_one_is_not_replayed_stale_to_the_next(
    zone: Zone, clients: AsyncExitStack
) -> None:
    await zone.add("a")
    first = await listener(clients, since=0).connect(zone)
    await first.until(1)
    await first.client.disconnect()
    await zone.clients(0)
    await zone.add("b")

    second = await listener(clients, since=0).connect(zone)

    assert [vm["id"] for vm in (await second.event("change"))["vms"]] == ["a", "b"]


def test_an_empty_ring_covers_the_newest_number_only() -> None:
    ring = Ring(3)

    assert ring.since(5, 5) == ()
    assert ring.since(4, 5) is None
    assert ring.since(6, 5) is None
