"""Bokeh's and Panel's handlers of the page, with their holes closed.

The page's scripts run by nonce only; session ids come from the server alone; a websocket needs the live login
that its page was opened with, each message on it is checked anew, and a page that Python no longer knows is not
built a second time behind the browser's back.
"""

import secrets
from collections.abc import Awaitable
from typing import Any, Final, cast

import msgspec
from bokeh.protocol.exceptions import ProtocolError
from bokeh.server.contexts import ApplicationContext
from bokeh.server.session import ServerSession
from bokeh.util.token import check_token_signature, get_session_id, get_token_payload
from panel.io.server import DocHandler, WSHandler
from tornado.web import HTTPError, authenticated

from loadzone.dashboard.door import Guarded
from loadzone.dashboard.visitors import Visitor

# Inline styles are Bokeh's and Material's way of styling; `blob:` is where Panel puts a component's module, from
# where its module loader fetches it.
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
PAYLOAD_KEY: Final = "loadzone"


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


def is_known(context: ApplicationContext, session_id: str) -> bool:
    """Tell whether a page is still known: the server was not restarted, and the page not given up, since."""
    try:
        context.get_session(session_id)  # type: ignore[arg-type]  # Bokeh's ID is a str
    except ProtocolError:
        return False
    return True


class PageSocket(Guarded, WSHandler):
    """`/ws`: the live end of a page, bound to the login session that opened it."""

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
        token = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")[-1].strip()
        visitor = self.door.visitor(self.request)
        if visitor is None or visitor != self._promised(token):
            raise HTTPError(403)
        if not is_known(self.application_context, get_session_id(token)):
            raise HTTPError(410)
        self.visitor = visitor
        await super().prepare()  # type: ignore[no-untyped-call]  # Panel has no types here

    def _promised(self, token: str) -> Visitor | None:
        app: Any = self.application
        try:
            if not check_token_signature(token, secret_key=app.secret_key, signed=app.sign_sessions):
                return None
            return msgspec.convert(get_token_payload(token)[PAYLOAD_KEY]["visitor"], Visitor)
        except (KeyError, ValueError, TypeError):
            return None

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Count the socket in and let Bokeh take it."""
        self.door.sockets.add(self)
        return super().open(*args, **kwargs)  # type: ignore[no-untyped-call]  # Panel has no types here

    async def on_message(self, fragment: str | bytes) -> None:
        """Take a message only while the login behind the page is what it was."""
        if self.door.visitor(self.request) != self.visitor:
            self.close(1008, "session ended")
            return
        await super().on_message(fragment)

    def on_close(self) -> None:
        """Count the socket out."""
        self.door.sockets.discard(self)
        super().on_close()
