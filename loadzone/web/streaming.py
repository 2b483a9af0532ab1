"""Answers that are sent piece by piece: one page in memory at a time."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TypeVar

import msgspec

from loadzone.core.store import ChangePage, Page
from loadzone.web.handlers import BaseHandler
from loadzone.web.site import Site

P = TypeVar("P", Page, ChangePage)

_encode = msgspec.json.Encoder().encode


class StreamHandler(BaseHandler):
    """Answers piece by piece, as fast as the client reads and no faster."""

    site: Site

    def initialize(self, site: Site) -> None:
        """Take the site."""
        self.site = site

    async def stream(self, chunks: AsyncGenerator[bytes], begin: Callable[[], None] = lambda: None) -> None:
        """Send the pieces; `begin` sets headers once the first is there, until when it may still be refused."""
        async with aclosing(chunks):
            async for chunk in chunks:
                if not self._headers_written:
                    begin()
                self.write(chunk)
                # Raises StreamClosedError once the client has gone: nothing more is read then.
                await self.flush()
                if self.request.method == "HEAD":
                    break


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
