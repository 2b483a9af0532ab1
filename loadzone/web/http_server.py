"""Tornado's HTTP server with limits on its connections; it pauses accepting when descriptors run out."""

import errno
import logging
import socket
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from http.client import responses
from typing import Any, Final

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPConnection, HTTPMessageDelegate
from tornado.ioloop import IOLoop, PeriodicCallback

from loadzone.i18n import DEFAULT_LANGUAGE
from loadzone.web.connection import CountedStream, Limits
from loadzone.web.connections import Connections, address_of
from loadzone.web.headers import SECURITY
from loadzone.web.problems import RequestRefused, problem

log = logging.getLogger(__name__)

SWEEP_SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 1.0
# So many connections are taken before the loop does something else: what the kernel keeps waiting at most.
BATCH: Final = 128
_SHORTAGES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Shortage:
    """Something is short for a while: one line in the log when it begins, and one when it is over."""

    def __init__(self, what: str, quiet_seconds: float = 30) -> None:
        self._what = what
        self._quiet_seconds = quiet_seconds
        self._last: float | None = None
        self._count = 0

    def seen(self, now: float, detail: object) -> None:
        """Take note that it is there."""
        if self._last is None:
            log.warning("%s: %s", self._what, detail)
        self._last = now
        self._count += 1

    def look(self, now: float) -> None:
        """Say that it is over when it has not been seen for a while."""
        if self._last is not None and now - self._last >= self._quiet_seconds:
            log.warning("%s: over, after %d times", self._what, self._count)
            self._last, self._count = None, 0


class LimitedServer(HTTPServer):
    """The HTTP server that Bokeh makes, once `HTTPServer.configure` names it; `connections` holds the limits."""

    connections: Connections

    def initialize(
        self, *args: Any, connections: Connections | None = None, lang: str = DEFAULT_LANGUAGE, **options: Any
    ) -> None:
        """Take the limits beside what Tornado's server takes, and the language of refusals."""
        self.connections = Connections(Limits()) if connections is None else connections
        options.setdefault("idle_connection_timeout", self.connections.limits.idle_seconds)
        super().initialize(*args, **options)
        self._refusal = _raw(RequestRefused(503, "too_many_connections"), lang)
        self._malformed = _raw(RequestRefused(400, "malformed_request"), lang)
        self._descriptors = Shortage("no connection can be accepted for now")
        self._room = Shortage("connections are refused")
        self._listening: set[socket.socket] = set()
        self._sweeper = PeriodicCallback(self.sweep, SWEEP_SECONDS * 1000)

    def add_sockets(self, sockets: Iterable[socket.socket]) -> None:
        """Listen on `sockets`."""
        for each in sockets:
            self._sockets[each.fileno()] = each
            self._handlers[each.fileno()] = partial(self._pause, each)
            self._listen(each)
        self._sweeper.start()

    async def close_all_connections(self) -> None:
        """Close all connections, websockets too."""
        self._sweeper.stop()
        await super().close_all_connections()
        self.connections.close()

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Watch how far the next request of a connection has come."""
        delegate = super().start_request(server_conn, request_conn)
        stream: CountedStream = server_conn.stream  # type: ignore[attr-defined]  # an HTTP1ServerConnection
        return stream.connection.before(delegate)

    def sweep(self) -> None:
        """Close what is overdue, and say what shortages are over."""
        self.connections.sweep()
        for each in (self._descriptors, self._room):
            each.look(self.connections.clock())

    def _listen(self, listener: socket.socket) -> None:
        if listener not in self._listening and listener.fileno() >= 0:
            self._listening.add(listener)
            IOLoop.current().add_handler(listener, self._accept, IOLoop.READ)

    def _pause(self, listener: socket.socket) -> None:
        if listener in self._listening:
            self._listening.remove(listener)
            IOLoop.current().remove_handler(listener)

    def _accept(self, listener: socket.socket, events: int) -> None:  # noqa: ARG002  # Tornado's signature
        for _ in range(BATCH):
            if listener not in self._listening:
                return
            try:
                accepted, peer = listener.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError as wrong:
                if wrong.errno not in _SHORTAGES:
                    raise
                # The connection stays in the kernel's queue and would wake the loop again at once.
                self._descriptors.seen(self.connections.clock(), wrong.strerror)
                self._pause(listener)
                IOLoop.current().call_later(PAUSE_SECONDS, self._listen, listener)
                return
            self._take(accepted, address_of(peer), peer)

    def _take(self, accepted: socket.socket, address: str, peer: Any) -> None:
        connections = self.connections
        counted = connections.counted_as(address)
        if not connections.has_room_for(counted):
            self._refuse(accepted, address)
            return
        stream = CountedStream(
            accepted, max_buffer_size=self.max_buffer_size, read_chunk_size=self.read_chunk_size
        )
        stream.malformed = self._malformed
        connections.add(stream, counted)
        self.handle_stream(stream, peer)

    def _refuse(self, accepted: socket.socket, address: str) -> None:
        self._room.seen(self.connections.clock(), f"{len(self.connections)} are open, the newest from {address}")
        with accepted, suppress(OSError):  # it may have gone already
            accepted.setblocking(False)
            accepted.send(self._refusal)
            accepted.shutdown(socket.SHUT_WR)


def _raw(refused: RequestRefused, lang: str) -> bytes:
    """Return the answer to a request that was not read, after which the connection is closed."""
    told = problem(refused, lang)
    headers = {**SECURITY, **told.headers, "Content-Length": str(len(told.body)), "Connection": "close"}
    lines = [f"HTTP/1.1 {told.status} {responses[told.status]}", *map(": ".join, headers.items()), "", ""]
    return "\r\n".join(lines).encode() + told.body
