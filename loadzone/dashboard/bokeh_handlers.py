"""Bokeh's and Panel's handlers of the page, with their holes closed.

The page's scripts run by nonce only; session ids come from the server alone; a websocket needs the live login that
its page was opened with; each message on it is checked and never reaches Bokeh's parser; and a page that Python no
longer knows is not built a second time behind the browser's back.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable
from functools import partial
from typing import Any, Final, NamedTuple, cast

import msgspec
from bokeh.protocol.exceptions import ProtocolError
from bokeh.protocol.message import Message
from bokeh.server.contexts import ApplicationContext
from bokeh.server.session import ServerSession
from bokeh.util.token import check_token_signature, get_session_id, get_token_payload
from panel.io.server import DocHandler, WSHandler
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError, authenticated

from loadzone.dashboard.door import Guarded
from loadzone.dashboard.page_messages import Budget, Flood, PageMessages, Unexpected
from loadzone.dashboard.visitors import Visitor

# Inline styles are Bokeh's and Material's way of styling; `blob:` is where Panel puts a component's module, from
# where its module loader fetches it.
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PAYLOAD_KEY: Final = "loadzone"
POLICY_VIOLATION: Final = 1008


class PageHandler(Guarded, DocHandler):
    """`GET /`: the page."""

    @authenticated
    async def get(self) -> None:
        """Build a session and answer with its page; strangers go to the login page."""
        if any(name in self.request.arguments for name in ("bokeh-token", "bokeh-session-id")):
            raise HTTPError(403)
        if "Bokeh-Session-Id" in self.request.headers:
            raise HTTPError(403)
        self._nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Security-Policy", PAGE_POLICY.format(nonce=self._nonce))
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        session = await cast("Awaitable[ServerSession]", self.get_session())
        self.write(self.door.html(session))

    def write(self, chunk: str | bytes | dict[str, Any]) -> None:
        """Write the page with the nonce in its script tags; text inside them is escaped and holds no `<`."""
        if isinstance(chunk, str):
            chunk = chunk.replace("<script", f'<script nonce="{self._nonce}"')
        super().write(chunk)


class _Promise(NamedTuple):
    """What the token of a page says: whom it was made for, its session, and until when (seconds since 1970)."""

    visitor: Visitor
    session_id: str
    until: float


def is_known(context: ApplicationContext, session_id: str) -> bool:
    """Tell whether a page is still known: the server was not restarted, and the page not given up, since."""
    try:
        context.get_session(session_id)  # type: ignore[arg-type]  # Bokeh's ID is a str
    except ProtocolError:
        return False
    return True


class PageSocket(Guarded, WSHandler):
    """`/ws`: the live end of a page, bound to the login session that opened it. It gives the document only."""

    visitor: Visitor

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002  # `prepare` has looked at it already
        """Let through what `prepare` let through."""
        return True

    async def prepare(self) -> None:
        """Refuse before the handshake: with 403 foreign pages and other people's, with 410 a page that is gone.

        After a restart, or a minute without a socket, Python knows nothing of the page any more. Bokeh would build
        it anew on the server, unlinked to what the browser shows.
        """
        if not self.door.is_own_origin(self.request):
            raise HTTPError(403)
        token = _offered(self.request)
        visitor, promised = self.door.visitor(self.request), self._promised(token)
        if visitor is None or promised is None or visitor != promised.visitor:
            raise HTTPError(403)
        if promised.until <= time.time() or not is_known(self.application_context, promised.session_id):
            raise HTTPError(410)
        self.visitor = visitor
        self._budget = Budget()
        self._messages = PageMessages(self._budget)
        self._ready = asyncio.Event()
        self._over = False
        await super().prepare()  # type: ignore[no-untyped-call]  # Panel has no types here

    def _promised(self, token: str) -> _Promise | None:
        """Return what a token says that this server has signed, or None for any other text."""
        app: Any = self.application
        try:
            if not check_token_signature(token, secret_key=app.secret_key, signed=app.sign_sessions):
                return None
            payload = get_token_payload(token)
            visitor = msgspec.convert(payload[PAYLOAD_KEY]["visitor"], Visitor)
            return _Promise(visitor, get_session_id(token), payload["session_expiry"])
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            # Bokeh parses before it looks at the signature.
            return None

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Count the socket in and let Bokeh take it."""
        self.door.sockets.add(self)
        return super().open(*args, **kwargs)  # type: ignore[no-untyped-call]  # Panel has no types here

    async def _async_open(self, token: str) -> None:
        try:
            await super()._async_open(token)
        finally:
            self._ready.set()

    async def on_message(self, fragment: str | bytes) -> None:
        """Answer a request for the document, while the login behind the page is what it was."""
        if self._over:
            return
        if self.door.visitor(self.request) != self.visitor:
            self._end("session ended")
            return
        try:
            request = self._messages.heard(fragment)
        except Unexpected as wrong:
            self._refuse(wrong)
            return
        if request is not None:
            await self._give_document(request)

    async def _give_document(self, request: str) -> None:
        await self._ready.wait()
        if (connection := self.connection) is None:
            return
        session = connection.session
        make = partial(connection.protocol.create, "PULL-DOC-REPLY", request, session.document)
        # Bokeh's decorator makes it a coroutine, which gives None when the session has just ended.
        reply = await cast("Awaitable[Message[Any] | None]", session.with_document_locked(make))
        if reply is not None:
            await self.send_message(reply)

    def on_ping(self, _data: bytes) -> None:
        """Count pings too: each has been answered, whether or not the client reads."""
        try:
            self._budget.spend()
        except Unexpected as wrong:
            self._refuse(wrong)

    def on_pong(self, data: bytes) -> None:
        """Take no note of pongs: Bokeh reads a number from each."""

    def _refuse(self, wrong: Unexpected) -> None:
        connection = self.ws_connection  # closing forgets it
        self._end(str(wrong))
        self.door.unexpected(self.visitor, str(wrong))
        if isinstance(wrong, Flood) and connection is not None:
            # Waiting for the client to close would mean to read on.
            connection._abort()  # noqa: SLF001  # Tornado has no other way

    def _end(self, reason: str) -> None:
        self._over = True
        self.close(POLICY_VIOLATION, reason)

    def on_close(self) -> None:
        """Count the socket out."""
        self._over = True
        self._ready.set()
        self.door.sockets.discard(self)
        super().on_close()


def _offered(request: HTTPServerRequest) -> str:
    """Return the token that a page offers beside the protocol's name; a text that is none where it does not."""
    offered = [each.strip() for each in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    return offered[1] if len(offered) == len(("bokeh", "token")) and offered[0] == "bokeh" else ""
