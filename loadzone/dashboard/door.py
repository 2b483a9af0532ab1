"""Who gets in, and what every answer of the dashboard carries."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from math import inf
from typing import Any, Final, Protocol

import msgspec
from bokeh.server.session import ServerSession
from tornado.httputil import HTTPServerRequest
from tornado.web import RequestHandler

from loadzone.cookies import THEME, Cookies
from loadzone.core.clock import Timer, monotonic
from loadzone.dashboard.visitors import Identify, IsOwnOrigin, Visitor, language_of, visitor_of
from loadzone.i18n import translate

log = logging.getLogger(__name__)

LOG_SECONDS: Final = 10.0
HEADERS: Final = {
    "Server": "LoadZone",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
# The codes are those that the API has for the same, and `/docs` tells of them; but two, which pages alone answer.
_CODES: Final = {
    400: "malformed_request",
    403: "page_forbidden",
    404: "path_not_found",
    405: "method_not_allowed",
    410: "page_gone",
    500: "internal_error",
}


class OpenSocket(Protocol):
    """The live end of an open page."""

    visitor: Visitor

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close it."""
        ...


def _not_served(session: ServerSession) -> str:
    raise RuntimeError(f"no server renders the page of session {session.id}")


class Door:
    """Decides who gets in, and knows the sockets that are open, by login session."""

    def __init__(
        self,
        identify: Identify,
        *,
        is_own_origin: IsOwnOrigin,
        cookies: Cookies | None = None,
        lang: str = "auto",
        timer: Timer = monotonic,
    ) -> None:
        self._identify = identify
        self.cookies = cookies or Cookies()
        self.lang = lang
        self.is_own_origin = is_own_origin
        self.sockets: set[OpenSocket] = set()
        self._timer = timer
        self._logged, self._refused = -inf, 0
        self.html: Callable[[ServerSession], str] = _not_served
        """Renders the page of a session; set once the server is made, which knows the resources."""

    def visitor(self, request: HTTPServerRequest) -> Visitor | None:
        """Return who asks, or None when a stranger may not see the page."""
        return visitor_of(self._identify, request)

    def language(self, request: HTTPServerRequest) -> str:
        """Return the language to answer in."""
        return language_of(request, self.cookies, self.lang)

    def was_dark(self, request: HTTPServerRequest) -> bool:
        """Tell whether the page was dark when the browser last showed one."""
        return (self.cookies.read(request.headers.get("Cookie", ""), THEME) or "").endswith("dark")

    def unexpected(self, visitor: Visitor, reason: str) -> None:
        """Log in one line, every ten seconds at most, that a socket was closed for what came on it."""
        self._refused += 1
        now = self._timer()
        if now - self._logged < LOG_SECONDS:
            return
        who = visitor.email or "a guest"
        log.warning("%d websockets of pages closed, the last of %s: %s", self._refused, who, reason)
        self._logged, self._refused = now, 0

    def close_session(self, session_id: str) -> int:
        """Close the sockets of the pages that a login session opened; return how many there were."""
        ended = [socket for socket in self.sockets if socket.visitor.session_id == session_id]
        for socket in ended:
            self.sockets.discard(socket)
            socket.close(1008, "session ended")
        return len(ended)


class Guarded(RequestHandler):
    """Security headers on every answer, and errors as problem documents, never as HTML."""

    @property
    def door(self) -> Door:
        """The door of this server."""
        door: Door = self.settings["door"]
        return door

    def set_default_headers(self) -> None:
        """Set what every answer carries."""
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def get_login_url(self) -> str:
        """Return the login page, where strangers are sent."""
        return "/login"

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """Answer an error as RFC 9457 has it, without a word about its inside."""
        known = status_code if status_code in _CODES else 500
        lang = self.door.language(self.request)
        message = translate(lang, f"dashboard-status-{known}")
        problem = {
            "type": "about:blank" if _CODES[known].startswith("page_") else f"/docs#{_CODES[known]}",
            "title": translate(lang, f"problem-{known}"),
            "status": status_code,
            "detail": message,
            "code": _CODES[known],
            "error": message,
        }
        self.set_header("Content-Type", "application/problem+json")
        self.set_header("Content-Language", lang)
        self.set_header("Vary", "Accept-Language, Cookie")
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", "GET")
        self.finish(msgspec.json.encode(problem))
