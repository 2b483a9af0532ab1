"""Who opens a page: told by the request, carried in the signed session token, checked at each message."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct
from tornado.httputil import HTTPServerRequest

from loadzone.cookies import LANGUAGE, Cookies
from loadzone.domain.errors import LoadZoneError
from loadzone.domain.permissions import Act, Actor, Role, may
from loadzone.i18n import reader_language


class CallerLike(Protocol):
    """What the login layer tells about a request."""

    @property
    def actor(self) -> Actor:
        """Who asks."""
        ...

    @property
    def session_id(self) -> str | None:
        """The login session behind the request; None without one (guests, API tokens)."""
        ...


Identify = Callable[[HTTPServerRequest], CallerLike]
IsOwnOrigin = Callable[[HTTPServerRequest], bool]


class Visitor(Struct, frozen=True, kw_only=True):
    """Who looks at a page: plain enough to travel in Bokeh's session token."""

    email: str | None = None
    role: Role = Role.STRANGER
    session_id: str | None = None


def visitor_of(identify: Identify, request: HTTPServerRequest) -> Visitor | None:
    """Return who may see the page by this request, or None when it is for logged-in people only.

    API tokens open no pages: a page lives as long as the login session behind it, and a token has none.
    """
    if "Authorization" in request.headers:
        return None
    try:
        caller = identify(request)
    except LoadZoneError:
        return None
    actor = caller.actor
    if not may(actor, Act.SEE):
        return None
    return Visitor(email=actor.email, role=actor.role, session_id=caller.session_id)


def language_of(request: HTTPServerRequest, cookies: Cookies, configured: str = "auto") -> str:
    """Return the page's language: the reader's choice, else what the browser asks for, else the configured one."""
    chosen = cookies.read(request.headers.get("Cookie", ""), LANGUAGE)
    return reader_language(chosen, request.headers.get("Accept-Language"), configured)
