"""Answers that are sent piece by piece, and clients that leave in between."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from loadzone.web import streaming
from loadzone.web.streaming import StreamHandler
from tests.web.conftest import Start


class Endless(StreamHandler):
    """Sends one piece, and then waits for a second one that never comes, or with `more` sends without end."""

    def initialize(self, ended: asyncio.Event) -> None:  # type: ignore[override]  # Tornado calls it by name
        self.ended = ended

    async def get(self) -> None:
        await self.stream(self.pieces())

    async def pieces(self) -> AsyncGenerator[bytes]:
        try:
            yield b"first"
            while self.get_argument("more", ""):
                yield b"x" * 1_000_000
            await asyncio.Event().wait()
        finally:
            self.ended.set()


@asynccontextmanager
async def begun(start_live: Start, address: str, ended: asyncio.Event) -> AsyncIterator[asyncio.StreamWriter]:
    """Ask, and read the first piece."""
    async with start_live(extra=[("/endless", Endless, {"ended": ended})]) as live:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]))
        writer.write(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        await reader.readuntil(b"first")
        async with asyncio.timeout(20):
            yield writer
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_client_that_leaves_ends_what_is_being_worked_out_for_it(start_live: Start) -> None:
    """Also while no piece is ready that could not be sent."""
    ended = asyncio.Event()
    async with begun(start_live, "/endless", ended) as writer:
        writer.close()
        await ended.wait()


async def test_a_client_that_stops_reading_is_given_up(start_live: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "STALLED_SECONDS", 0.1)
    ended = asyncio.Event()
    async with begun(start_live, "/endless?more=1", ended):
        await ended.wait()


class Breaking(StreamHandler):
    """Sends one piece, and then another, or with `breaks` fails."""

    def initialize(self) -> None:  # type: ignore[override]  # it needs no site
        """Take nothing."""

    async def get(self) -> None:
        await self.stream(self.pieces())

    async def pieces(self) -> AsyncGenerator[bytes]:
        yield b"first" * 20_000
        if self.get_argument("breaks", ""):
            raise OSError
        yield b"last"


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
async def test_an_answer_that_breaks_off_does_not_look_whole_to_a_client_of_http_1_0(
    start_live: Start, connection: str
) -> None:
    """It is reset, while a whole one ends as all do, also where the client would keep the connection."""
    async with start_live(extra=[("/breaking", Breaking)]) as live, asyncio.timeout(20):

        async def answer(address: str) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(live.url.rpartition(":")[2]))
            writer.write(f"GET {address} HTTP/1.0\r\nConnection: {connection}\r\n\r\n".encode())
            try:
                return await reader.read(-1)
            finally:
                writer.close()

        assert (await answer("/breaking")).endswith(b"first" + b"last")
        with pytest.raises(ConnectionResetError):
            await answer("/breaking?breaks=1")
