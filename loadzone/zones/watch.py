"""Live notifications of a server: an iterator that survives outages, telling each notification once.

It speaks socket.io (protocol 5) in one thread of its own, over one websocket, or by polling where a proxy lets
none through. The library's client handles every message in a thread of its own, so that two may change places;
here the order matters.
"""

import json
import queue
import random
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import msgspec
import websocket
from msgspec import Struct

from loadzone.analytics.checks import need_above_zero
from loadzone.domain.errors import InvalidInput, LoadZoneError, LoginRequired, NotAllowed
from loadzone.i18n import DEFAULT_LANGUAGE, translate
from loadzone.zones.polling import PollingLine
from loadzone.zones.telling import unreachable

_CONNECT_TIMEOUT: Final = 10.0
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 15.0
# Events of one change are one write of the server: after so many quiet seconds nothing of them is missing.
_SETTLED: Final = 1.0
# Waiting in slices lets an interrupt through on every system.
_SLICE: Final = 1.0
_REFUSED: Final[Mapping[str, type[LoadZoneError]]] = {
    "login_required": LoginRequired,
    "token_invalid": LoginRequired,
    "invalid_input": InvalidInput,
}

Headers = Callable[[], dict[str, str]]


class Notification(Struct, frozen=True, kw_only=True):
    """What the feed told: `msg` is for people; `vm_id` is None where it is about several VMs or none.

    `type` and `level` are those of the feed (docs/live-feed.md). One type is made here: `missed`, when the
    outage was so long that the server has forgotten what was missed; `zone.vms()` shows how things are now.
    """

    msg: str
    type: str
    vm_id: str | None = None
    user: str | None = None
    at: datetime
    seq: int
    level: str = "info"

    def __str__(self) -> str:
        return self.msg


class Watch(Iterator[Notification]):
    """Notifications as they come, from the moment it was made. Close it, or let it go, to end it.

    Iterating ends when it is closed, or when nothing was told for `timeout` seconds (None: never). It raises
    LoginRequired when the server no longer lets the connection in; making one, InvalidInput for what is no length.
    """

    def __init__(self, reader: "Reader", timeout: float | None = None) -> None:
        self.timeout = None if timeout is None else need_above_zero(timeout, "timeout")
        self._reader = reader
        # The thread knows the reader only, so that a watch which nobody holds any more ends it.
        self._end = weakref.finalize(self, reader.close)
        reader.start()

    def __next__(self) -> Notification:
        left = self.timeout
        while not self.closed:
            pause = _SLICE if left is None else min(_SLICE, left)
            try:
                told = self._reader.told.get(timeout=max(0.0, pause))
            except queue.Empty:
                if left is not None and (left := left - pause) <= 0:
                    break
                continue
            if isinstance(told, Notification):
                return told
            self.close()
            if told is not None:
                raise told
        raise StopIteration

    @property
    def closed(self) -> bool:
        """Tell whether it has been closed."""
        return not self._end.alive

    def close(self) -> None:
        """Leave the feed; whoever iterates is let go."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Watch of {self._reader.url}, {'closed' if self.closed else 'live'}>"


class Reader:
    """The thread that reads the feed of `url` from change number `since` on, and comes back after outages."""

    def __init__(self, url: str, headers: Headers, *, since: int, lang: str | None = None) -> None:
        self.url = url
        self.told: queue.SimpleQueue[Notification | LoadZoneError | None] = queue.SimpleQueue()
        self._headers = headers
        self._lang = lang
        self._seen = Seen(since)
        self._over = threading.Event()
        self._socket: websocket.WebSocket | PollingLine | None = None
        self._thread = threading.Thread(target=self._run, name="loadzone-watch", daemon=True)

    def start(self) -> None:
        """Connect, and read on in the background; raises what the server refuses with, or `server_unreachable`."""
        try:
            self._dial()
        except (OSError, websocket.WebSocketException) as problem:
            raise unreachable(self.url, problem) from problem
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._over.is_set()

    def close(self) -> None:
        """Leave the feed and end the thread."""
        self._over.set()
        self.told.put(None)
        self._hang_up()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=_CONNECT_TIMEOUT)

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._over.is_set():
            try:
                if self._socket is None:
                    self._dial()
                    pause = _FIRST_PAUSE
                self._read()
            except LoadZoneError as refused:
                self._tell(refused)
                return
            except (OSError, websocket.WebSocketException, ValueError, KeyError, TypeError):
                # Whatever came that makes no sense: a proxy's page, say. It is an outage like any other.
                if self._socket is not None:
                    self._seen.lost(time.monotonic())
                self._hang_up()
                # Jitter: after a restart of the server not everybody comes at once.
                self._over.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311  # no secret
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _dial(self) -> None:
        socket = self._socket = self._line()
        try:
            opened = json.loads(socket.recv()[1:])
            hello = {"since": self._seen.begin(), **({"lang": self._lang} if self._lang else {})}
            socket.send("40" + json.dumps(hello))
            # Nothing for so long: not even a ping came, so the server is not there any more.
            socket.settimeout((opened["pingInterval"] + opened["pingTimeout"]) / 1000)
            answer = str(socket.recv())
            if answer.startswith("44"):
                raise _refusal(answer)
        except BaseException as problem:
            self._hang_up()
            if isinstance(problem, (ValueError, KeyError, TypeError)):
                raise websocket.WebSocketProtocolException(str(problem)) from problem
            raise
        if self._over.is_set():
            self._hang_up()

    def _line(self) -> "websocket.WebSocket | PollingLine":
        address = f"ws{self.url.removeprefix('http')}/socket.io/?EIO=4&transport=websocket"
        try:
            return websocket.create_connection(
                address, timeout=_CONNECT_TIMEOUT, header=self._headers(), enable_multithread=True
            )
        except websocket.WebSocketBadStatusException:
            # Something answers, but lets no websocket through. Whether it is the feed shows at the first packet.
            return PollingLine(self.url, self._headers(), _CONNECT_TIMEOUT)

    def _read(self) -> None:
        socket = self._socket
        while socket is not None and not self._over.is_set():
            packet = socket.recv()
            if packet == "2":
                socket.send("3")
            elif not packet or packet[0] == "1" or packet[:2] == "41":
                raise websocket.WebSocketConnectionClosedException("the server ended the connection")
            elif packet[:2] == "42":
                self._heard(*json.loads(packet[2:]))

    def _heard(self, event: str, data: dict[str, Any]) -> None:
        self._seen.at = time.monotonic()
        if event == "change":
            self._seen.change(data["seq"])
        elif event == "reset":
            if self._seen.reset(data["seq"]):
                self._tell(self._missed(data["seq"]))
        elif event == "notification":
            note = msgspec.convert(data, Notification)
            if self._seen.is_new(note):
                self._tell(note)

    def _tell(self, told: Notification | LoadZoneError) -> None:
        self.told.put(told)

    def _missed(self, seq: int) -> Notification:
        text = translate(self._lang or DEFAULT_LANGUAGE, "watch-missed")
        return Notification(msg=text, type="missed", at=datetime.now(UTC), seq=seq, level="warning")

    def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is None:
            return
        try:
            socket.send("41")
            socket.send("1")
        except (OSError, websocket.WebSocketException, ValueError):
            pass  # the other side is gone already
        finally:
            # In this order: it wakes the thread that reads, and only then lets go.
            socket.abort()
            socket.shutdown()


class Seen:
    """What was told so far, so that after an outage nothing is missing and nothing comes twice.

    The notifications of a change follow its `change` event, and the connection may end between them: only the
    next change proves that the one before is complete. So one asks from the last complete one, and leaves out
    what came already. `at` is the moment of the last event, in seconds of a clock that only goes forward.
    """

    def __init__(self, since: int) -> None:
        self.at = 0.0
        self._complete = since
        self._last = since
        self._newest: int | None = since
        self._told: set[Notification] = set()

    def lost(self, now: float) -> None:
        """Take note that the connection ended; what came shortly before may be cut short."""
        self._newest = self._last if now - self.at >= _SETTLED else None

    def begin(self) -> int:
        """Return the number to ask from when connecting."""
        self._last = self._complete
        return self._complete

    def change(self, seq: int) -> None:
        """Take note of a change: the one before it is complete."""
        self._complete, self._last = self._last, seq
        self._told = {note for note in self._told if note.seq > self._complete}

    def reset(self, seq: int) -> bool:
        """Begin anew from a number; tell whether anything may have been missed.

        A server that was started again remembers no changes. When its number is still ours, nothing happened.
        """
        missed = seq != self._newest
        self._complete = self._last = seq
        self._told.clear()
        return missed

    def is_new(self, note: Notification) -> bool:
        """Tell whether a notification comes for the first time, and remember it."""
        if note in self._told:
            return False
        self._told.add(note)
        return True


def _refusal(answer: str) -> LoadZoneError:
    told = json.loads(answer[2:])
    code = str((told.get("data") or {}).get("code", "login_required"))
    kind = _REFUSED.get(code, NotAllowed)
    error: LoadZoneError = InvalidInput(code=code) if kind is InvalidInput else kind(code)
    error.add_note(str(told.get("message", code)))
    return error
