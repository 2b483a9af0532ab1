"""One connection of the server: what it is doing, since when, and whether its client is too slow."""

import fcntl
import struct
import sys
import termios
from asyncio import Future
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import Final, Protocol

from msgspec import Struct
from tornado.httputil import HTTPHeaders, HTTPMessageDelegate, RequestStartLine, ResponseStartLine
from tornado.iostream import IOStream


class Limits(Struct, frozen=True, kw_only=True):
    """How many connections there may be, in all and from one address, and what each may take.

    `rate` is in bytes a second: of a body over each `rate_seconds`, a slow phone being twenty times as fast; of an
    answer over each `stalled_seconds`, since a program may pause while it reads one. An idle connection is kept
    for longer than nginx keeps its own (60 s), so that the server seldom closes one when the next request comes.
    """

    connections: int = 20_000
    per_address: int = 4_000
    idle_seconds: float = 75
    header_seconds: float = 20
    body_seconds: float = 300
    rate: int = 1024
    rate_seconds: float = 30
    stalled_seconds: float = 600


class Phase(Enum):
    """What a connection is doing. A websocket is being answered as long as it is open.

    A stranger's connection is one that is open for a person who has not been let in yet; a guest's is one that
    anybody may have.
    """

    IDLE = auto()
    HEADERS = auto()
    BODY = auto()
    ANSWER = auto()
    STRANGER = auto()
    GUEST = auto()


_MALFORMED: Final = b"HTTP/1.1 400 Bad Request\r\n\r\n"
_WAITS: Final = frozenset({Phase.IDLE, Phase.HEADERS, Phase.STRANGER})


class Register(Protocol):
    """Where the connections are known."""

    clock: Callable[[], float]
    waiting: OrderedDict["Connection", None]
    """Those that wait for a request or its headers, the oldest first."""

    def remove(self, connection: "Connection") -> None:
        """Forget a connection that is closed."""
        ...


class CountedStream(IOStream):
    """A stream that counts its bytes, and tells its connection of the first one of a request and of its end."""

    connection: "Connection"
    malformed = _MALFORMED
    """What answers a request that is no HTTP."""
    received = 0
    sent = 0

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        """Read and count."""
        size = super().read_from_fd(buf)
        if size:
            self.received += size
            if self.connection.phase is Phase.IDLE:
                self.connection.first_byte()
        return size

    def write_to_fd(self, data: memoryview) -> int:
        """Write and count."""
        size = super().write_to_fd(data)
        self.sent += size
        return size

    def write(self, data: bytes | memoryview) -> "Future[None]":
        """Write; Tornado's own answer to what is no HTTP gets a body."""
        return super().write(self.malformed if data == _MALFORMED else data)

    def close_fd(self) -> None:
        """Close, and make room for another connection."""
        super().close_fd()
        self.connection.closed()

    def taken(self) -> int:
        """Return how many bytes the client has taken: what the kernel still holds for it is not among them."""
        if not sys.platform.startswith("linux") or self.socket is None:
            return self.sent
        raw = fcntl.ioctl(self.socket.fileno(), termios.TIOCOUTQ, bytes(4))
        return self.sent - int(struct.unpack("i", raw)[0])


class Connection(HTTPMessageDelegate):
    """One connection; it stands before what answers its requests, to see how far each has come.

    All of this happens for every request, so each step does only what it must.
    """

    __slots__ = ("_answering", "_connections", "_mark", "_since_mark", "address", "phase", "since", "stream")

    def __init__(self, connections: Register, stream: CountedStream, address: str | None) -> None:
        self._connections = connections
        self.stream = stream
        self.address = address
        self._answering: HTTPMessageDelegate | None = None
        self._mark = 0
        self._since_mark: float | None = None
        # A client that connects has something to say, so that time counts from the start.
        self.enter(Phase.HEADERS)

    def enter(self, phase: Phase) -> None:
        """Begin another phase."""
        self.phase = phase
        self.since = self._connections.clock()
        self._since_mark = None
        self._connections.waiting.pop(self, None)
        if phase in _WAITS:
            self._wait()

    def _wait(self) -> None:
        # Tornado asks for the next request also of a connection that was closed during an answer.
        if not self.stream.closed():
            self._connections.waiting[self] = None

    def first_byte(self) -> None:
        """Take note that a request has begun; the connection waits on where it stands."""
        self.phase = Phase.HEADERS
        self.since = self._connections.clock()

    def before(self, delegate: HTTPMessageDelegate) -> HTTPMessageDelegate:
        """Return what takes the next request and hands it to `delegate`."""
        if self._answering is not None:
            self.phase = Phase.IDLE
            self.since = self._connections.clock()
            self._wait()
        self._answering = delegate
        return self

    def closed(self) -> None:
        """Take note that the descriptor is free again."""
        self._connections.remove(self)

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        """Go on to the body."""
        self.phase = Phase.BODY
        self.since = self._connections.clock()
        self._since_mark = None
        self._connections.waiting.pop(self, None)
        return self._answering.headers_received(start_line, headers)  # type: ignore[union-attr]  # see `before`

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """Hand a part of the body on."""
        return self._answering.data_received(chunk)  # type: ignore[union-attr]  # see `before`

    def finish(self) -> None:
        """Go on to the answer."""
        self.phase = Phase.ANSWER
        self._since_mark = None
        self._answering.finish()  # type: ignore[union-attr]  # see `before`

    def on_connection_close(self) -> None:
        """Hand it on that the client has gone."""
        self._answering.on_connection_close()  # type: ignore[union-attr]  # see `before`

    def is_overdue(self, now: float, limits: Limits) -> bool:
        """Tell whether the client has taken too long or is too slow."""
        elapsed = now - self.since
        match self.phase:
            case Phase.IDLE:
                return elapsed > limits.idle_seconds
            case Phase.HEADERS | Phase.STRANGER:
                return elapsed > limits.header_seconds
            case Phase.BODY:
                return elapsed > limits.body_seconds or self._is_slow(
                    self.stream.received, now, limits.rate, limits.rate_seconds
                )
            case Phase.ANSWER | Phase.GUEST if self.stream.writing():
                return self._is_slow(self.stream.taken(), now, limits.rate, limits.stalled_seconds)
        self._since_mark = None
        return False

    def may_go(self) -> bool:
        """Tell whether it may be closed for another one: the client is sending, reading, or a guest."""
        if self.stream.closed():
            return False
        return self.phase in (Phase.BODY, Phase.GUEST) or (self.phase is Phase.ANSWER and self.stream.writing())

    def _is_slow(self, moved: int, now: float, rate: int, seconds: float) -> bool:
        if self._since_mark is None:
            self._since_mark, self._mark = now, moved
        elapsed = now - self._since_mark
        if elapsed < seconds:
            return False
        if moved - self._mark < rate * elapsed:
            return True
        self._since_mark, self._mark = now, moved
        return False


def hold(stream: object, phase: Phase) -> None:
    """Take note for whom the answer on `stream` is open; streams of servers without limits are left alone."""
    if isinstance(stream, CountedStream):
        stream.connection.enter(phase)
