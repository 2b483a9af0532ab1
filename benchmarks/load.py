"""A load generator of its own process: keep-alive HTTP clients that do as little work as they can."""

import asyncio
import sys
import time
from collections.abc import Iterator


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


async def client(port: int, number: int, kind: str, cookie: str, until: float) -> int:
    """Send and wait for each answer until the time is up; return how many answers came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = 0
    for each in requests(kind, number, cookie):
        writer.write(each)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode(errors="replace"))
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        await reader.readexactly(length)
        answers += 1
        # Only between a booking and its release is a client left as it was found.
        if time.monotonic() > until and answers % 2 == 0:
            break
    writer.close()
    return answers


async def main(port: int, kind: str, clients: int, seconds: float, cookie: str) -> float:
    """Return the answers per second of all clients together."""
    started = time.monotonic()
    counts = await asyncio.gather(*(client(port, n, kind, cookie, started + seconds) for n in range(clients)))
    return sum(counts) / (time.monotonic() - started)


if __name__ == "__main__":
    port, kind, clients, seconds, cookie = sys.argv[1:]
    import uvloop

    print(uvloop.run(main(int(port), kind, int(clients), float(seconds), cookie)))
