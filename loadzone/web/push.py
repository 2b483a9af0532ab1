"""The live feed: tells socket.io clients of every durable change, and of what they missed."""

import asyncio
import copy
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
import socketio
from engineio.packet import NOOP, Packet
from msgspec import Struct
from prometheus_client import Counter
from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import RequestHandler

from loadzone import i18n
from loadzone.core.service import Committed, Service
from loadzone.domain.errors import LoadZoneError, outward
from loadzone.domain.facts import Change
from loadzone.domain.permissions import Act, demand
from loadzone.web.connection import Phase
from loadzone.web.feed_events import Bundle, Telling, reset
from loadzone.web.feed_link import Link
from loadzone.web.feed_owner import Owner
from loadzone.web.feed_ring import SIZE, Ring
from loadzone.web.feed_socket import MAX_HEARD, FeedHandler
from loadzone.web.identity import NOBODY, PERSON_HEADER, Identity
from loadzone.web.metrics import Metrics
from loadzone.web.problems import body_refused, language

log = logging.getLogger(__name__)
_wire_log = logging.getLogger(f"{__name__}.wire")


class Hello(Struct, frozen=True, kw_only=True):
    """What a client may say when it connects: the last `seq` it saw, its language, a token, whose page it is."""

    since: int | None = None
    lang: str | None = None
    token: str | None = None
    person: str | None = None


class Push:
    """The live feed of one service, for the route `/socket.io/`.

    `ring` is how many changes a client may have missed, `write_limit` how many bytes may wait for one that
    does not read, `connect_timeout` how many seconds a websocket may stay open without being let in, `strangers`
    how many connections there may be over which nobody was let in yet.
    """

    def __init__(
        self,
        service: Service,
        identity: Identity,
        metrics: Metrics | None = None,
        ring: int = SIZE,
        *,
        lang: str = i18n.DEFAULT_LANGUAGE,
        write_limit: int = 1024 * 1024,
        connect_timeout: float = 20,
        strangers: int = 5000,
        ping_interval: float = 25,
        ping_timeout: float = 20,
    ) -> None:
        self.origins = identity.origins
        self.connect_timeout = connect_timeout
        self.metrics = metrics or Metrics()
        self.metrics.socket_clients = self.clients
        self._dropped = Counter(
            "loadzone_socket_dropped", "Clients cut off for not reading.", registry=self.metrics.registry
        )
        self._service = service
        self._identity = identity
        self._lang = lang
        self._write_limit = write_limit
        self.ring = Ring(ring)
        self._links: dict[str, Link] = {}
        self._pending: list[Change] = []
        self._replays: dict[int, Telling] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._closed = False
        self._strangers = strangers
        # Below this, engine.io tells of every packet.
        _wire_log.setLevel(logging.WARNING)
        self._sio = socketio.AsyncServer(
            async_mode="tornado",
            transports=["polling", "websocket"],
            logger=_wire_log,
            engineio_logger=_wire_log,
            async_handlers=False,
            max_http_buffer_size=MAX_HEARD,
            # The origin is checked in the handler, for every transport and before anything else.
            cors_allowed_origins=[],
            http_compression=False,
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
        )
        self._sio.on("connect", self._connect)
        self._sio.on("disconnect", self._disconnect)

    # For the server

    def handler(self) -> type[RequestHandler]:
        """Return the handler class for the route `/socket.io/`."""
        return type("SocketIOHandler", (FeedHandler,), {"feed": self})

    def clients(self) -> int:
        """Return how many clients are connected."""
        return len(self._links)

    def on_changes(self, committed: Sequence[Committed]) -> None:
        """Tell of durable changes, those of one turn of the event loop together: subscribe this to the service.

        It stands in the way of every booking, so nothing is encoded here, and nothing at all without clients.
        """
        for each in committed:
            self.ring.append(each.change)
        self._replays.clear()
        if not self._links:
            return
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._flush)
        self._pending.extend(each.change for each in committed)

    def end_session(self, session_id: str) -> None:
        """Disconnect the clients of a session that has ended."""
        for link in [link for link in self._links.values() if link.session_id == session_id]:
            self._forget(link)
            if not link.end():
                self._later(self._end_queued(link))

    async def close(self) -> None:
        """Close every connection; clients come back to the next server by themselves."""
        links, self._links = list(self._links.values()), {}
        for link in links:
            if link.handler is not None:
                link.handler.close(1001, "going away")
            else:
                await link.socket.close(wait=False)
        await asyncio.gather(*self._endings, return_exceptions=True)
        if not self._closed:
            self._closed = True
            await self._sio.shutdown()

    # Telling

    def _flush(self) -> None:
        changes, self._pending = self._pending, []
        if not changes:
            return
        telling = Telling(changes, self._service.fleet, self._service.seq)
        for link in list(self._links.values()):
            if link.started:
                self._send(link, self._told(link, telling))

    def _start(self, link: Link) -> None:
        """Send a new client what it missed; from here on it gets every change."""
        if self._links.get(link.socket.sid) is not link:
            return
        # What is pending is in the ring already: tell it to the others first, so that nobody gets it twice.
        self._flush()
        link.started = True
        link.turn_direct()
        if link.since is not None:
            self._send(link, self._missed(link, link.since))

    def _missed(self, link: Link, since: int) -> Bundle:
        seq = self._service.seq
        changes = self.ring.since(since, seq)
        if changes is None:
            return reset(seq)
        if not changes:
            return Bundle([])
        telling = self._replays.get(since)
        if telling is None:
            # After a short outage of the network everybody comes back with the same number.
            telling = self._replays[since] = Telling(changes, self._service.fleet, seq)
        return self._told(link, telling)

    def _told(self, link: Link, telling: Telling) -> Bundle:
        try:
            return telling.bundle(link.lang, link.email)
        except Exception:
            # A fault in one text must not lose anything in silence: the client reads everything anew.
            log.exception("changes up to %d could not be told", telling.seq)
            return reset(telling.seq)

    def _send(self, link: Link, bundle: Bundle) -> None:
        if link.send(bundle, self._write_limit):
            return
        self._dropped.inc()
        log.info("%s reads too slowly and is disconnected", link.email or "a guest")
        self._cut(link)

    def _cut(self, link: Link) -> None:
        self._forget(link)
        if link.handler is not None:
            link.drop()
        else:
            self._later(link.socket.close(wait=False, abort=True))

    # Clients come and go

    def _connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        """Let a client in, or refuse it with `{"code", "message"}`: socket.io's connect handler."""
        handler: FeedHandler = environ["tornado.handler"]
        lang = self._language(handler.request, auth)
        try:
            hello = _hello(auth)
            caller = self._identity.identify(_request(handler.request, hello))
            demand(caller.actor, Act.SEE)
        except LoadZoneError as raised:
            error = outward(raised)
            text = i18n.error_text(error, lang)
            refusal = {"code": error.code, "message": text}
            raise socketio.exceptions.ConnectionRefusedError(text, refusal) from raised
        handler.socket_id = self._sio.manager.eio_sid_from_sid(sid, "/")
        link = Link(
            sid=sid,
            socket=self._sio.eio.sockets[handler.socket_id],
            lang=lang,
            email=caller.actor.email,
            session_id=caller.session_id,
        )
        link.since = hello.since
        self._links[link.socket.sid] = link
        handler.hold()
        # Once this returns, socket.io queues its acceptance without a pause; the first event comes behind it.
        asyncio.get_running_loop().call_soon(self._start, link)

    def _language(self, request: HTTPServerRequest, auth: Any) -> str:
        said = auth.get("lang") if isinstance(auth, dict) else None
        return said if said in i18n.LANGUAGES else language(request, self._lang, self._identity.cookies)

    def _disconnect(self, sid: str, reason: str = "") -> None:  # noqa: ARG002  # socket.io's signature
        self._links.pop(self._sio.manager.eio_sid_from_sid(sid, "/"), None)

    def _forget(self, link: Link) -> None:
        self._links.pop(link.socket.sid, None)

    # What the handler needs

    def owner_of(self, request: HTTPServerRequest) -> Owner:
        """Return who opens a connection with this request."""
        return Owner(self._identity, request)

    def knows_id(self, socket_id: str) -> bool:
        """Tell whether there is a connection of this id."""
        return socket_id in self._sio.eio.sockets

    def demand_owner(self, handler: FeedHandler) -> None:
        """Raise LoginRequired or NotAllowed when the connection of this request was opened by somebody else."""
        opened = self._sio.environ.get(handler.socket_id)
        if opened is not None:
            opened["tornado.handler"].owner.demand(handler.request)

    async def serve(self, handler: FeedHandler) -> None:
        """Let engine.io answer the request; for a websocket, until it is over."""
        if handler.owner is not None:
            self._limit_strangers()
        await self._sio.handle_request(handler)

    def _limit_strangers(self) -> None:
        """Close the older half of the connections over which nobody was let in yet, when there are too many."""
        if len(self._sio.environ) - len(self._links) <= self._strangers:
            return
        strangers = [sid for sid in self._sio.environ if sid not in self._links]
        for sid in strangers[: len(strangers) // 2]:
            if (socket := self._sio.eio.sockets.get(sid)) is not None:
                self._later(socket.close(wait=False))

    def answer_poll(self, handler: FeedHandler) -> None:
        """Answer the poll that a client left open behind itself; engine.io would keep it for its whole time."""
        left = self._sio.eio.sockets.get(handler.socket_id)
        if left is not None:
            left.queue.put_nowait(Packet(NOOP))

    def landed(self, handler: FeedHandler) -> None:
        """Turn the client behind this websocket to direct writing."""
        link = self._link_of(handler)
        if link is not None:
            link.landed(handler)

    def drained(self, handler: FeedHandler) -> None:
        """Give engine.io's queue of this client what still waits."""
        link = self._link_of(handler)
        if link is not None:
            link.pump()

    def standing(self, handler: FeedHandler) -> Phase:
        """Tell whether the client behind this request is a stranger, a guest, or let in as somebody."""
        link = self._link_of(handler)
        return Phase.STRANGER if link is None else Phase.GUEST if link.session_id is None else Phase.ANSWER

    def _link_of(self, handler: FeedHandler) -> Link | None:
        return None if handler.socket_id is None else self._links.get(handler.socket_id)

    # Ends that take a moment

    async def _end_queued(self, link: Link) -> None:
        await self._sio.disconnect(link.sid)
        await link.socket.close(wait=False)

    def _later(self, ending: Any) -> None:
        task = asyncio.ensure_future(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)


def _hello(auth: Any) -> Hello:
    try:
        return msgspec.convert(auth or {}, Hello, strict=False)
    except msgspec.ValidationError as wrong:
        raise body_refused(wrong) from wrong


def _request(request: HTTPServerRequest, hello: Hello) -> HTTPServerRequest:
    """Return the request as it would be with what the client says in its headers."""
    given = {} if hello.token is None else {"Authorization": f"Bearer {hello.token}"}
    if hello.person is not None:
        given[PERSON_HEADER] = quote(hello.person, safe="") or NOBODY
    if not given:
        return request
    with_headers = copy.copy(request)
    with_headers.headers = HTTPHeaders(request.headers)
    with_headers.headers.update(given)
    return with_headers
