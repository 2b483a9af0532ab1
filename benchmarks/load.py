"""A load generator of its own process: keep-alive HTTP clients that do as little work as they can."""

import asyncio
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import cast

import uvloop


def request(path: str, body: bytes, cookie: str) -> bytes:
    """Return the bytes of one POST."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Cookie: {cookie}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def requests(kind: str, client: int, cookie: str) -> Iterator[bytes]:
    """Return what one client sends, over and over: its own VM is booked and released, or nothing is asked."""
    if kind == "empty":
        one = request("/empty", b"{}", cookie)
        while True:
            yield one
    vm_id = f"server-{client + 1:05d}"
    book = request("/book", b'{"vm_id":"%b","hours":1}' % vm_id.encode(), cookie)
    cancel = request("/cancel", b'{"vm_id":"%b"}' % vm_id.encode(), cookie)
    while True:
        yield book
        yield cancel


class Client(asyncio.Protocol):
    """One keep-alive connection. A bare protocol: streams would take as much CPU here as the server there."""

    def __init__(self, number: int, kind: str, cookie: str, until: float) -> None:
        self.answers = 0
        self.done = asyncio.get_running_loop().create_future()
        self._requests = requests(kind, number, cookie)
        self._until = until
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Count a whole answer and send the next request, until the time is up."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]):
            return
        self._received = b""
        if not head.startswith(b"HTTP/1.1 200"):
            self.done.set_exception(RuntimeError((head + b" " + body).decode(errors="replace")))
            return
        self.answers += 1
        # Only between a release and the next booking is a VM left as it was found.
        if self.answers % 2 == 0 and time.monotonic() > self._until:
            self._transport.close()
            self.done.set_result(self.answers)
        else:
            self._transport.write(next(self._requests))


def _same(client: Client) -> Client:
    return client


async def main(port: int, kind: str, clients: int, seconds: float, cookie: str) -> float:
    """Return the answers per second of all clients together."""
    started = time.monotonic()
    loop = asyncio.get_running_loop()
    running = [Client(number, kind, cookie, started + seconds) for number in range(clients)]
    for one in running:
        await loop.create_connection(partial(_same, one), "127.0.0.1", port)
    counts = await asyncio.gather(*(one.done for one in running))
    return float(sum(counts)) / (time.monotonic() - started)


if __name__ == "__main__":
    port, kind, clients, seconds, cookie = sys.argv[1:]
    print(uvloop.run(main(int(port), kind, int(clients), float(seconds), cookie)))
