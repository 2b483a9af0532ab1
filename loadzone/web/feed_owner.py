"""Whose connection to the live feed it is: each request with its `sid` must come from the client that opened it.

The `sid` stands in addresses, and so in the logs of proxies. A client is known by its login or API token, or by a
cookie that it is given at its first poll. Some, as python-socketio, say who they are in their first request only,
and may keep no cookies: they are known by address and User-Agent. A client that has once shown more always has to.
"""

import secrets
from typing import Final

from tornado.httputil import HTTPServerRequest

from loadzone.cookies import FEED
from loadzone.domain.errors import LoginRequired, NotAllowed
from loadzone.web.identity import Identity

_SECRET_BYTES: Final = 24
_SECRET_LENGTHS: Final = range(32, 65)


class Owner:
    """The client that opened a connection by a request."""

    def __init__(self, identity: Identity, request: HTTPServerRequest) -> None:
        self._identity = identity
        self._session_id = _session_id(identity, request)
        self._looks = _looks(request)
        given = self._given(request)
        # The tabs of a browser share one.
        self._secret = given if len(given) in _SECRET_LENGTHS else secrets.token_urlsafe(_SECRET_BYTES)
        self._shows_more = False

    def cookie(self, secure: bool) -> str:
        """Return the Set-Cookie value by which the client is known."""
        return f"{self._identity.cookies.name(FEED)}={self._secret}; Path=/; HttpOnly; SameSite=Lax" + (
            "; Secure" if secure else ""
        )

    def demand(self, request: HTTPServerRequest) -> None:
        """Raise LoginRequired or NotAllowed when `request` comes from somebody else."""
        # An open page polls by itself, which is no use of the session.
        session_id = self._identity.identify(request, use=False).session_id
        if session_id is not None and self._session_id not in (None, session_id):
            raise NotAllowed("feed_not_yours")
        if self._is_proven(session_id, request):
            self._shows_more = True
        elif self._shows_more or _looks(request) != self._looks:
            raise LoginRequired if session_id is None else NotAllowed("feed_not_yours")

    def _is_proven(self, session_id: str | None, request: HTTPServerRequest) -> bool:
        if session_id is not None and session_id == self._session_id:
            return True
        return secrets.compare_digest(self._given(request).encode(), self._secret.encode())

    def _given(self, request: HTTPServerRequest) -> str:
        return self._identity.cookies.read(request.headers.get("Cookie", ""), FEED) or ""


def _session_id(identity: Identity, request: HTTPServerRequest) -> str | None:
    # A token that does not count is refused by socket.io's own answer, which clients understand; a bare 401 is an
    # outage to them, and they would try again for ever.
    try:
        return identity.identify(request).session_id
    except LoginRequired:
        return None


def _looks(request: HTTPServerRequest) -> tuple[str | None, str]:
    return request.remote_ip, request.headers.get("User-Agent", "")
