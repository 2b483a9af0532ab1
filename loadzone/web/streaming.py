"""Answers that are sent piece by piece: one page in memory at a time."""

import asyncio
import struct
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from socket import SO_LINGER, SOL_SOCKET
from typing import Final, TypeVar

import msgspec
from tornado.iostream import IOStream, StreamClosedError

from loadzone.core.store import ChangePage, Page
from loadzone.web.handlers import BaseHandler
from loadzone.web.site import Site

STALLED_SECONDS: Final = 600.0
"""A client that reads nothing for so long is given up."""

HTTP_1_0: Final = "HTTP/1.0"
# On or off, and for how many seconds what is unsent may be sent on after a close.
_RESET_AT_CLOSE: Final = struct.pack("ii", 1, 0)
_SEND_AT_CLOSE: Final = struct.pack("ii", 0, 0)

P = TypeVar("P", Page, ChangePage)

_encode = msgspec.json.Encoder().encode


class StreamHandler(BaseHandler):
    """Answers piece by piece, as fast as the client reads and no faster."""

    site: Site
    _client_gone = False
    _piece: asyncio.Future[bytes | None] | None = None

    def initialize(self, site: Site) -> None:
        """Take the site."""
        self.site = site

    async def stream(self, chunks: AsyncGenerator[bytes], begin: Callable[[], None] = lambda: None) -> None:
        """Send the pieces; `begin` sets headers once the first is there, until when it may still be refused.

        Raises StreamClosedError once the client has gone, or has read nothing for ten minutes. Nothing more is
        worked out then, also while the next piece is being waited for.
        """
        async with aclosing(chunks):
            while (chunk := await self._next(chunks)) is not None:
                if not self._headers_written:
                    begin()
                    self._reset_at_close(True)
                self.write(chunk)
                await self._flushed()
                if self.request.method == "HEAD":
                    break
        self._reset_at_close(False)
        if self.request.version == HTTP_1_0:
            # The end of the connection is the end of the answer, also for a client that would keep it.
            await self.finish()
            self._stream.close()

    def _reset_at_close(self, resets: bool) -> None:
        """Let a client of HTTP/1.0 see whether an answer came to its end.

        There the end of an answer without a length is the end of the connection. So while the answer is under way,
        each end of it is a reset, for which proxies break off their own answer too: when a page cannot be read,
        when the server stops, and when the process is killed. In HTTP/1.1 the last chunk is missing then.
        """
        if self.request.version == HTTP_1_0 and not self._stream.closed():
            linger = _RESET_AT_CLOSE if resets else _SEND_AT_CLOSE
            self._stream.socket.setsockopt(SOL_SOCKET, SO_LINGER, linger)

    @property
    def _stream(self) -> IOStream:
        stream: IOStream = self.request.connection.stream  # type: ignore[union-attr]  # HTTP/1 is all there is
        return stream

    def on_connection_close(self) -> None:
        """Wait for no further piece: nobody would read it."""
        self._client_gone = True
        if self._piece is not None:
            self._piece.cancel()

    async def _next(self, chunks: AsyncGenerator[bytes]) -> bytes | None:
        if self._client_gone:
            raise StreamClosedError
        self._piece = asyncio.ensure_future(anext(chunks, None))
        try:
            return await self._piece
        except asyncio.CancelledError:
            if self._client_gone:
                raise StreamClosedError from None
            raise

    async def _flushed(self) -> None:
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                await self.flush()
        except TimeoutError:
            raise StreamClosedError from None


async def json_chunks(
    pages: AsyncGenerator[P], before: bytes, rows: Callable[[P], Sequence[object]]
) -> AsyncGenerator[bytes]:
    """Yield a JSON answer in pieces, beginning with `before`, with the `rows` of each page and the last cursor.

    Nothing is yielded before the first page has been read.
    """
    cursor = None
    async with aclosing(pages):
        async for page in pages:
            if rows(page):
                yield before + _encode(rows(page))[1:-1]
                before = b","
            cursor = page.cursor
    start = before if before != b"," else b""
    yield start + b'],"cursor":' + _encode(cursor) + b"}"
