"""One client of the live feed, and the way to it.

engine.io hands every packet to a queue and a writer task, about 80 microseconds each. A client on a
websocket therefore gets its events written straight to its stream, from frames that were made once for all.
Everything that engine.io says itself (open, connect, ping) still goes through its queue, and so does every
event of a client that polls or is still changing its transport; `Link` keeps the two in order.
"""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from engineio.packet import MESSAGE, NOOP, Packet
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketHandler

from loadzone.web.feed_events import Bundle, frame

# engine.io's packet that says nothing, marked as ours.
LANDMARK: Final = f"{NOOP}landmark"
# A poll is answered with all that is queued, and python-engineio's client gives up on more than 16 packets at
# once. The rest is room for what engine.io and socket.io say themselves, and for what comes while a poll wakes up.
POLL_PACKETS: Final = 11


class Link:
    """One client: who it is, and the way to it.

    It begins on engine.io's queue, behind the packet that accepts the connection. Once the client has a
    websocket, a landmark is put into the queue; when engine.io's writer writes it, and nothing of ours was
    queued behind it, everything before is on the wire, and from then on events are written directly. A client
    that polls gets so few packets into the queue that it can take them in one answer; the others wait here.
    """

    def __init__(self, *, sid: str, socket: Any, lang: str, email: str | None, session_id: str | None) -> None:
        self.sid = sid
        self.socket = socket
        self.lang = lang
        self.email = email
        self.session_id = session_id
        self.started = False
        self.since: int | None = None
        self.handler: WebSocketHandler | None = None
        self._waiting = 0
        self._queued: deque[int] = deque()
        self._backlog: deque[str] = deque()
        self._landmark = False
        self._behind_landmark = False

    @property
    def waiting(self) -> int:
        """How many bytes of events wait in memory for the client to read them."""
        if self.handler is None:
            # The queue is first in, first out: what is still in it are the last packets that went in.
            while len(self._queued) > self.socket.queue.qsize() + len(self._backlog):
                self._waiting -= self._queued.popleft()
        return self._waiting

    def send(self, bundle: Bundle, limit: int) -> bool:
        """Send events; False when the client is so far behind that it must go.

        A bundle may be larger than `limit`, but only a client that has read all before it gets one.
        """
        if not bundle:
            return True
        stream = self._stream()
        if stream is not None:
            return self._write(stream, bundle.frames, limit)
        if self.handler is None and not self.socket.closed:
            return self._queue(bundle.packets, limit)
        return True

    def _stream(self) -> IOStream | None:
        connection = None if self.handler is None else self.handler.ws_connection
        if connection is None or connection.is_closing():
            return None
        stream: IOStream | None = connection.stream
        return stream

    def _write(self, stream: IOStream, frames: bytes, limit: int) -> bool:
        if self._waiting and self._waiting + len(frames) > limit:
            return False
        try:
            written = stream.write(frames)
        except StreamClosedError:
            return True
        if not written.done():
            size = len(frames)
            self._waiting += size
            written.add_done_callback(lambda _: self._read(size))
        return True

    def _read(self, size: int) -> None:
        self._waiting -= size

    def _queue(self, packets: Sequence[str], limit: int) -> bool:
        if self.waiting and self.waiting + sum(map(len, packets)) > limit:
            return False
        self._backlog.extend(packets)
        self._queued.extend(map(len, packets))
        self._waiting += sum(map(len, packets))
        self.pump()
        self._behind_landmark = True
        self.turn_direct()
        return True

    def pump(self) -> None:
        """Put what waits into engine.io's queue: as much as one poll can take, or all for a websocket."""
        queue = self.socket.queue
        while self._backlog and (self.socket.upgraded or queue.qsize() < POLL_PACKETS):
            queue.put_nowait(Packet(MESSAGE, self._backlog.popleft()))

    def turn_direct(self) -> None:
        """Begin to leave engine.io's queue when the client has a websocket."""
        if self.socket.upgraded and not self._landmark:
            self.pump()
            self._landmark, self._behind_landmark = True, False
            self.socket.queue.put_nowait(Packet(NOOP, LANDMARK[1:]))

    def landed(self, handler: WebSocketHandler) -> None:
        """Take note that the landmark has just been written to the client's websocket."""
        self._landmark = False
        if self._behind_landmark:
            self.turn_direct()
            return
        self._queued.clear()
        self._waiting = 0
        self.handler = handler

    def drop(self) -> None:
        """Cut the connection at once, without a word; what waits for the client is forgotten."""
        stream = self._stream()
        if stream is not None:
            stream.close()

    def end(self) -> bool:
        """Say that it is over and close; False where engine.io's queue has to carry the words."""
        stream = self._stream()
        if stream is None or self.handler is None:
            return self.handler is not None
        with suppress(StreamClosedError):
            stream.write(frame(b"41"))
        self.handler.close()
        return True
