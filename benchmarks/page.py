"""One open dashboard, as a browser opens it, with what the live feed then tells it."""

import asyncio
import re
from datetime import UTC, datetime

import aiohttp
import msgspec
from bokeh.protocol import Protocol

from benchmarks.target import Target

_TOKEN = re.compile(r'"token":\s*"([^"]+)"')


class Page:
    """What a browser does when it opens the page: HTML, fleet, live feed, bell, websocket, document."""

    def __init__(self, server: Target, http: aiohttp.ClientSession) -> None:
        self._server = server
        self._http = http
        self.latencies: list[float] = []
        self._sockets: list[aiohttp.ClientWebSocketResponse] = []
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the page and wait until it is whole."""
        base = f"http://127.0.0.1:{self._server.port}"
        async with self._http.get(f"{base}/") as answer:
            found = _TOKEN.search(await answer.text())
        assert found is not None, "the page carries no session token"
        document = await self._http.ws_connect(f"{base}/ws", protocols=("bokeh", found[1]), max_msg_size=0)
        await document.receive(10)
        for fragment in await _pull_request():
            await document.send_str(fragment)
        for _ in range(3):  # header, metadata and content of the reply
            await document.receive(10)
        async with self._http.get(f"{base}/vms") as answer:
            seq = msgspec.json.decode(await answer.read())["seq"]
        async with self._http.get(f"{base}/notifications") as answer:
            assert answer.ok
            await answer.read()
        feed = await self._http.ws_connect(f"{base}/socket.io/?EIO=4&transport=websocket", max_msg_size=0)
        await feed.receive(10)
        await feed.send_str(f'40{{"since":{seq},"lang":"en"}}')
        await feed.receive(10)
        self._sockets = [document, feed]
        self._listening = asyncio.create_task(self._listen(feed))

    async def _listen(self, feed: aiohttp.ClientWebSocketResponse) -> None:
        async for message in feed:
            text = str(message.data)
            if text == "2":
                await feed.send_str("3")
            elif text.startswith('42["notification"'):
                at = datetime.fromisoformat(msgspec.json.decode(text[2:].encode())[1]["at"])
                self.latencies.append((datetime.now(UTC) - at).total_seconds())

    async def close(self) -> None:
        """Close the page."""
        if self._listening is not None:
            self._listening.cancel()
        for socket in self._sockets:
            await socket.close()


async def _pull_request() -> list[str]:
    message = Protocol().create("PULL-DOC-REQ")
    return [message.header_json, message.metadata_json, message.content_json]
