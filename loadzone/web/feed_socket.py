"""The Tornado handler under engine.io: polling and websockets at `/socket.io/`, with our limits."""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar, Final, Protocol

import msgspec
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.websocket import WebSocketHandler

from loadzone.domain.errors import NotAllowed
from loadzone.domain.fields import Fields
from loadzone.web import queries
from loadzone.web.connection import Phase, hold
from loadzone.web.feed_link import LANDMARK
from loadzone.web.feed_owner import Owner
from loadzone.web.handlers import BaseHandler
from loadzone.web.own_origins import OwnOrigins
from loadzone.web.problems import RequestRefused

# Clients have nothing big to say: at most who they are and what they saw last.
MAX_HEARD: Final = 64 * 1024
# What a client has to say so that engine.io and socket.io work: probe, pong, upgrade, close, connect and
# disconnect. Everything else (events, binary) is ignored before anything parses it.
_HEARD = re.compile(r"(?:2probe|3|3probe|5|1|41(?:/[^,]*,?)?|40(?:/[^,{]*,?)?(?P<auth>\{.*)?)\Z", re.DOTALL)
_SEPARATOR = "\x1e"
_UNREAD = 16
_LEAVING = "1"


class Feed(Protocol):
    """What the handler needs of the one who owns the feed."""

    origins: OwnOrigins
    connect_timeout: float

    def owner_of(self, request: HTTPServerRequest) -> Owner:
        """Return who opens a connection with this request."""
        ...

    def knows_id(self, socket_id: str) -> bool:
        """Tell whether there is a connection of this id."""
        ...

    def demand_owner(self, handler: "FeedHandler") -> None:
        """Raise LoginRequired or NotAllowed when the connection of this request was opened by somebody else."""
        ...

    async def serve(self, handler: "FeedHandler") -> None:
        """Let engine.io answer the request; for a websocket, until it is over."""
        ...

    def answer_poll(self, handler: "FeedHandler") -> None:
        """Answer the poll that the client of this request has open."""
        ...

    def landed(self, handler: "FeedHandler") -> None:
        """Take note that a landmark was written to this websocket."""
        ...

    def drained(self, handler: "FeedHandler") -> None:
        """Take note that engine.io's queue of this client has room."""
        ...

    def standing(self, handler: "FeedHandler") -> Phase:
        """Tell whether the client behind this request is a stranger, a guest, or let in as somebody."""
        ...


class FeedHandler(BaseHandler, WebSocketHandler):
    """`/socket.io/`: polling and websocket, as engine.io's Tornado driver expects it, with our limits."""

    feed: ClassVar[Feed]
    route_path = "/socket.io/"
    allowed = ("GET", "POST", "OPTIONS")
    SUPPORTED_METHODS = allowed

    def initialize(self) -> None:
        """Make the place where engine.io picks up what the client says."""
        self.socket_id: str | None = None
        """engine.io's name for the client: said by it at an upgrade, else set when it is let in."""
        self.owner: Owner | None = None
        """Who opened the connection, by the request that did."""
        self._heard: asyncio.Queue[str | None] = asyncio.Queue(_UNREAD)
        self._serving: asyncio.Task[None] | None = None
        self._stranger_timer: object | None = None

    def prepare(self) -> None:
        """Refuse what comes from another origin, and JSONP, whose only use is to get around that."""
        bearer = self.request.headers.get("Authorization", "").lower().startswith("bearer ")
        if "j" in self.request.query_arguments or not (bearer or self.feed.origins.is_own(self.request)):
            raise NotAllowed("cross_origin")
        if self.feed.origins.is_allowed(self.request):
            self.set_header("Access-Control-Allow-Origin", self.request.headers["Origin"])
            self.set_header("Access-Control-Allow-Credentials", "true")
            self.set_header("Vary", "Origin")
        # A preflight carries nothing that says whose it is, and does nothing.
        if self.request.method != "OPTIONS":
            given = self._given()
            self.socket_id = given.get("sid")
            if not self._is_well_formed(given):
                raise RequestRefused(400, "malformed_request")
            self._demand_owner()

    def _given(self) -> dict[str, str]:
        """Return the query parameters. None comes twice, of which we would take one and engine.io the other."""
        fields = Fields()
        given = queries.texts(fields, self.request.query_arguments, self.request.query_arguments)
        fields.check()
        return given

    def _is_well_formed(self, given: Mapping[str, str]) -> bool:
        """Tell whether engine.io and Tornado would take the request: their own refusals are bare texts."""
        if self.socket_id is None and given.get("EIO") != "4":
            return False
        if self.socket_id is not None and not self.feed.knows_id(self.socket_id):
            return False
        transport = given.get("transport", "polling")
        if not self._is_websocket():
            return transport == "polling" and (self.socket_id is not None or self.request.method == "GET")
        headers = self.request.headers
        return (
            transport == "websocket"
            and "upgrade" in headers.get("Connection", "").lower()
            and headers.get("Sec-WebSocket-Version") == "13"
            and "Sec-WebSocket-Key" in headers
        )

    def _demand_owner(self) -> None:
        if self.socket_id is not None:
            self.feed.demand_owner(self)
            return
        self.owner = self.feed.owner_of(self.request)
        if not self._is_websocket():
            self.add_header("Set-Cookie", self.owner.cookie(self.request.protocol == "https"))

    def _is_websocket(self) -> bool:
        return self.request.headers.get("Upgrade", "").lower() == "websocket"

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002  # `prepare` has looked at it already
        """Let through what `prepare` let through."""
        return True

    def check_trusted_origin(self, origin: str) -> bool:  # noqa: ARG002  # `prepare` looks at it next
        """Leave the decision to `prepare`."""
        return True

    def check_xsrf_cookie(self) -> None:
        """Rely on the origin: socket.io clients send no such token."""

    def get_compression_options(self) -> dict[str, Any] | None:
        """Turn deflate off: it would cost a compressor and its memory for every client."""
        return None

    @property
    def ping_interval(self) -> None:
        """No pings of Tornado's: engine.io has its own, and closes what does not answer them."""

    @property
    def max_message_size(self) -> int:
        """The size at which Tornado closes the websocket instead of reading on."""
        return MAX_HEARD

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Open a websocket, or answer a poll."""
        if self._is_websocket():
            await super().get(*args, **kwargs)
        else:
            if self.socket_id is not None:
                hold(self.request.connection.stream, self.feed.standing(self))  # type: ignore[union-attr]  # HTTP/1
            await self.feed.serve(self)
            self.feed.drained(self)

    def hold(self) -> None:
        """Let the server know for whom this websocket is open; a poll is over soon anyway."""
        if self.ws_connection is not None:
            hold(self.ws_connection.stream, self.feed.standing(self))

    async def post(self) -> None:
        """Take what a polling client says."""
        packets = self.request.body.decode("utf-8", "replace").split(_SEPARATOR)[:_UNREAD]
        self.request.body = _SEPARATOR.join(filter(_is_heard, packets)).encode()
        await self.feed.serve(self)
        if _LEAVING in packets:
            self.feed.answer_poll(self)

    async def options(self) -> None:
        """Answer a preflight."""
        await self.feed.serve(self)

    def open(self, *args: str, **kwargs: str) -> None:  # noqa: ARG002  # Tornado's signature
        """Let engine.io talk over the new websocket."""
        self.hold()
        self._serving = asyncio.create_task(self._serve())
        self._stranger_timer = IOLoop.current().call_later(self.feed.connect_timeout, self._close_stranger)

    async def _serve(self) -> None:
        try:
            await self.feed.serve(self)
        finally:
            # Also when engine.io refused the request: an open websocket cannot be told so.
            self.close()

    def _close_stranger(self) -> None:
        self._stranger_timer = None
        if self.feed.standing(self) is Phase.STRANGER:
            self.close()

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """Keep a message for engine.io; the next one is read when there is room for it."""
        if isinstance(message, bytes) or not _is_heard(message):
            return None
        return self._heard.put(message)

    async def get_next_message(self) -> str | None:
        """Return the next message, None when the websocket is closed: engine.io's driver calls this."""
        return await self._heard.get()

    def on_close(self) -> None:
        """Wake engine.io up to end the connection."""
        if self._stranger_timer is not None:
            IOLoop.current().remove_timeout(self._stranger_timer)
        while self._heard.full():
            self._heard.get_nowait()
        self._heard.put_nowait(None)

    def write_message(self, message: str | bytes | dict[str, Any], binary: bool = False) -> asyncio.Future[None]:
        """Write a packet of engine.io's writer, and notice a landmark pass."""
        written = super().write_message(message, binary)
        # engine.io awaits nothing, so a connection lost meanwhile must not be reported as an error.
        written.add_done_callback(lambda done: done.cancelled() or done.exception())
        if message == LANDMARK:
            self.feed.landed(self)
        else:
            self.feed.drained(self)
        return written


def _is_heard(packet: str) -> bool:
    """Tell whether a packet is one that clients are listened to for, with well-formed JSON inside."""
    found = _HEARD.match(packet)
    if found is None:
        return False
    auth = found["auth"]
    if auth is None:
        return True
    try:
        msgspec.json.decode(auth, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True
