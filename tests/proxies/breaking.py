"""`loadzone serve` with two answers more: one that fails on its way, and one that stops on its way."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from functools import partial

from loadzone import cli, server
from loadzone.web.streaming import StreamHandler

PIECE = b"piece" * 200_000


class Breaking(StreamHandler):
    """Sends a piece large enough to get through the buffers of a proxy, and nothing more."""

    def initialize(self, fails: bool) -> None:  # type: ignore[override]  # Tornado calls it by name
        """Take what happens after the piece."""
        self.fails = fails

    async def get(self) -> None:
        """Answer."""
        await self.stream(self.pieces())

    async def pieces(self) -> AsyncGenerator[bytes]:
        """Yield the piece."""
        yield PIECE
        if self.fails:
            raise OSError
        await asyncio.Event().wait()


if __name__ == "__main__":
    more = [("/fails", Breaking, {"fails": True}), ("/stops", Breaking, {"fails": False})]
    server.serve = partial(server.serve, extra_patterns=more)
    sys.exit(cli.main())
