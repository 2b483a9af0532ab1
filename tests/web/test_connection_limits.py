"""How long a connection may take, how slow it may be, and how many there may be; the clock is the test's."""

import asyncio
import errno
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from tornado.web import Application, RequestHandler

from loadzone.web import http_server
from loadzone.web.connection import Limits
from loadzone.web.connections import Connections, is_loopback
from loadzone.web.http_server import LimitedServer

LARGE = 16 * 1024 * 1024
HALF = b"GET /large HTTP/1.1\r\nHost: "
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"


class Hello(RequestHandler):
    def get(self) -> None:
        self.finish("hello")

    post = get


class Large(RequestHandler):
    def get(self) -> None:
        self.finish(bytes(LARGE))


class Closed(RequestHandler):
    async def get(self) -> None:
        self.request.connection.stream.close()  # type: ignore[union-attr]  # HTTP/1 is all there is
        await self.finish("nobody hears this")


class Listener(socket.socket):
    """A listening socket that may be short of descriptors."""

    short = False

    def accept(self) -> tuple[socket.socket, object]:
        if self.short:
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


class Served:
    """A server with limits, its clock, and clients of it."""

    def __init__(self, limits: Limits, exempt: Callable[[str], bool]) -> None:
        self.now = 1000.0
        self.writers: list[asyncio.StreamWriter] = []
        self.connections = Connections(limits, exempt, lambda: self.now)
        self.server = LimitedServer(
            Application([("/", Hello), ("/large", Large), ("/closed", Closed)]),
            connections=self.connections,
            lang="en",
        )
        self.listener = Listener()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(128)
        self.listener.setblocking(False)
        self.server.add_sockets([self.listener])

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self.listener.getsockname())
        self.writers.append(writer)
        return reader, writer

    async def client(self) -> "Client":
        before = len(self.connections)
        client = Client(*await self.connect(), self)
        await until(lambda: len(self.connections) > before)
        return client

    def pass_time(self, seconds: float) -> None:
        """Let time pass, with the sweeps that are due meanwhile."""
        for _ in range(int(seconds)):
            self.now += 1
            self.server.sweep()


class Client:
    """One connection, seen from the client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, served: Served) -> None:
        self.reader = reader
        self.writer = writer
        self.served = served
        name = writer.get_extra_info("sockname")
        self.name = name

    async def send(self, data: bytes) -> None:
        """Send, and wait until the server has read it."""
        (stream,) = [
            each.stream for each in self.served.connections._open if each.stream.socket.getpeername() == self.name
        ]
        before = stream.received
        self.writer.write(data)
        await until(lambda: stream.received == before + len(data))

    async def ask(self) -> bytes:
        self.writer.write(WHOLE)
        head = await self.reader.readuntil(b"\r\n\r\n")
        return head + await self.reader.readexactly(5)

    async def is_closed(self) -> bool:
        """Tell whether the server has closed the connection without an answer."""
        async with asyncio.timeout(20):
            try:
                return await self.reader.read(1) == b""
            except ConnectionResetError:
                return True


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # the server has no event for each byte it reads
            await asyncio.sleep(0.001)


@asynccontextmanager
async def serving(
    limits: Limits | None = None, exempt: Callable[[str], bool] = is_loopback
) -> AsyncIterator[Served]:
    served = Served(limits or Limits(), exempt)
    try:
        yield served
    finally:
        for writer in served.writers:
            writer.close()
        served.server.stop()
        await served.server.close_all_connections()


async def test_headers_that_do_not_come_to_an_end_close_the_connection() -> None:
    """A client that says nothing, or a byte now and then, has 20 seconds for its headers, no more."""
    async with serving() as served:
        silent, trickling, honest = [await served.client() for _ in range(3)]
        for byte in HALF[:4]:
            await trickling.send(bytes([byte]))
            served.pass_time(4)
        assert (await honest.ask()).endswith(b"hello")
        assert len(served.connections) == 3
        served.pass_time(5)
        assert await silent.is_closed()
        assert await trickling.is_closed()
        assert (await honest.ask()).endswith(b"hello")


async def test_an_idle_connection_is_kept_and_its_next_headers_are_limited_too() -> None:
    """After an answer a connection may be silent for 75 seconds, but a request has 20 for its headers."""
    async with serving() as served:
        idle, begun = [await served.client() for _ in range(2)]
        for client in (idle, begun):
            await client.ask()
        served.pass_time(70)
        await begun.send(HALF)
        served.pass_time(4)
        assert len(served.connections) == 2
        assert (await idle.ask()).endswith(b"hello")
        served.pass_time(17)
        assert await begun.is_closed()
        served.pass_time(60)
        assert await idle.is_closed()


async def test_a_body_must_come_at_a_minimal_rate_and_within_a_time() -> None:
    """A body that trickles is cut after half a minute, that of a slow phone after five minutes only."""
    async with serving() as served:
        trickling, slow = [await served.client() for _ in range(2)]
        for client in (trickling, slow):
            await client.send(BODY)
        for _ in range(4):
            await trickling.send(b"x" * 100)
            await slow.send(b"x" * 40_000)
            served.pass_time(10)
            if trickling.reader.at_eof():
                break
        assert await trickling.is_closed()
        for _ in range(25):
            await slow.send(b"x" * 15_000)
            served.pass_time(10)
        assert not slow.reader.at_eof()
        await slow.send(b"x" * 15_000)
        served.pass_time(20)
        assert await slow.is_closed()


async def test_an_answer_must_be_read_at_a_minimal_rate() -> None:
    """A client that does not read an answer is cut after ten minutes; one that reads it slowly is not."""
    async with serving() as served:
        deaf, slow = [await served.client() for _ in range(2)]
        for client in (deaf, slow):
            client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of a socket
            await client.send(HALF + b"x\r\n\r\n")
        await until(lambda: all(each.stream.writing() for each in served.connections._open))
        stream = next(each.stream for each in served.connections._open if _peer(each) == slow.name)
        for _ in range(8):
            before = stream.taken()
            slow.writer.transport.resume_reading()  # type: ignore[attr-defined]  # a transport of a socket
            while stream.taken() < before + 150_000:
                await slow.reader.read(10_000)
            slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of a socket
            served.pass_time(100)
        assert [_peer(each) for each in served.connections._open] == [slow.name]


def _peer(connection: object) -> object:
    return connection.stream.socket.getpeername()  # type: ignore[attr-defined]  # a Connection


async def test_one_address_has_so_many_connections_and_is_told_so() -> None:
    """Above the limit of its address a client reads 503 as a problem; when one has ended, another may come."""
    async with serving(Limits(per_address=2), exempt=lambda _: False) as served:
        first, second = [await served.client() for _ in range(2)]
        assert (await first.ask()).endswith(b"hello")
        reader, _ = await served.connect()
        head, _, told = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"application/problem+json" in head
        assert json.loads(told)["code"] == "too_many_connections"
        first.writer.close()
        await until(lambda: len(served.connections) == 1)
        assert (await (await served.client()).ask()).endswith(b"hello")
        assert (await second.ask()).endswith(b"hello")


@pytest.mark.parametrize(
    ("address", "same", "other"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"),
        ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
        ("fe80::1%eth0", "fe80::2%eth0", "fe80:0:0:1::1"),
    ],
)
def test_an_ipv6_client_is_counted_by_its_network(address: str, same: str, other: str) -> None:
    connections = Connections(Limits())
    assert connections.counted_as(address) == connections.counted_as(same)
    assert connections.counted_as(address) != connections.counted_as(other)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", ""])
def test_this_machine_may_have_any_number_of_connections(address: str) -> None:
    assert Connections(Limits()).counted_as(address) is None


@pytest.mark.parametrize("begun", [b"", HALF, BODY], ids=["nothing", "headers", "body"])
async def test_who_only_waits_makes_room_for_who_comes(begun: bytes) -> None:
    """With all places taken by silent clients, half-sent headers or half-sent bodies, a new client is served."""
    async with serving(Limits(connections=5)) as served:
        waiting = [await served.client() for _ in range(5)]
        for client in waiting:
            served.pass_time(1)
            if begun:
                await client.send(begun)
        for _ in range(3):
            reader, writer = await served.connect()
            writer.write(WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            assert (await reader.read()).endswith(b"hello")
        assert await waiting[0].is_closed()
        assert len(served.connections) <= 5


async def test_a_connection_that_is_closed_during_its_answer_is_forgotten() -> None:
    """When a connection has gone while it was being answered, nothing of it is kept, and its place is free."""
    async with serving(Limits(connections=1)) as served:
        for _ in range(3):
            client = await served.client()
            client.writer.write(WHOLE.replace(b"/", b"/closed", 1))
            assert await client.is_closed()
            await until(lambda: not served.connections)
            assert not served.connections.waiting
        assert (await (await served.client()).ask()).endswith(b"hello")


async def test_a_lack_of_descriptors_pauses_accepting_and_is_logged_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While accept fails the loop does not spin: one line says so, and one that it is over; open clients go on."""
    monkeypatch.setattr(http_server, "PAUSE_SECONDS", 0.01)
    caplog.set_level(logging.WARNING)
    async with serving() as served:
        before = await served.client()
        served.listener.short = True
        reader, writer = await served.connect()
        writer.write(WHOLE)
        await until(lambda: served.server._descriptors._count >= 3)
        assert (await before.ask()).endswith(b"hello")
        served.listener.short = False
        await reader.readuntil(b"hello")
        served.pass_time(29)
        assert len(caplog.messages) == 1
        assert "Too many open files" in caplog.messages[0]
        served.pass_time(2)
        assert len(caplog.messages) == 2
        assert "over" in caplog.messages[1]


@pytest.mark.parametrize("sent", [b"\xff\xfe\r\n\r\n", WHOLE[:-2] + b"X: \x00\r\n\r\n", b"GET / HTTP/9\r\n\r\n"])
async def test_what_is_no_http_is_answered_with_a_problem(sent: bytes) -> None:
    async with serving() as served:
        reader, writer = await served.connect()
        writer.write(sent)
        head, _, told = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"application/problem+json" in head
        assert json.loads(told)["code"] == "malformed_request"
