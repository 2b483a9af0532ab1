"""Who calls: one way to tell it for the HTTP API, the pages and the live feed, and the cookie that carries it."""

from typing import Final

from msgspec import Struct
from tornado.httputil import HTTPServerRequest

from loadzone.core.accounts import Accounts, Login
from loadzone.core.auth_file import Mode
from loadzone.domain.errors import LoginRequired, NotAllowed
from loadzone.domain.permissions import GUEST, STRANGER, Actor
from loadzone.web.own_origins import OwnOrigins

COOKIE: Final = "loadzone_session"
DEVICE_COOKIE: Final = "loadzone_device"
_DEVICE_SECONDS: Final = 365 * 24 * 3600
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Caller(Struct, frozen=True, kw_only=True):
    """Who calls, and the id of the session or API token that says so (None for strangers and guests).

    `Accounts.on_session_end` tells this id when the caller's connections must go.
    """

    actor: Actor
    session_id: str | None = None


class Identity:
    """Recognises callers. Anonymous ones are guests in open mode or under `public_read`, else strangers.

    `origins` tells which pages may send changes.
    """

    def __init__(
        self, accounts: Accounts, mode: Mode, public_read: bool, origins: OwnOrigins | None = None
    ) -> None:
        if accounts.mode != mode:
            raise ValueError(f"the accounts are in {accounts.mode} mode, not {mode}")
        self._accounts = accounts
        self._anonymous = Caller(actor=GUEST if mode == "open" or public_read else STRANGER)
        self.origins = origins or OwnOrigins()

    def identify(self, request: HTTPServerRequest) -> Caller:
        """Return who sent `request`; raises LoginRequired(`token_invalid`) for a bearer token that does not count.

        A session cookie that does not count is no credential at all, as when a login has run out.
        """
        if (token := _bearer(request)) is not None:
            if (found := self._accounts.token(token)) is None:
                raise LoginRequired("token_invalid")
            return Caller(actor=found[0], session_id=found[1])
        return self.by_cookie(cookie_of(request))

    def by_cookie(self, secret: str | None) -> Caller:
        """Return who holds the session cookie with the value `secret`."""
        found = self._accounts.session(secret) if secret else None
        return self._anonymous if found is None else Caller(actor=found[0], session_id=found[1])

    def demand_same_origin(self, request: HTTPServerRequest) -> None:
        """Raise NotAllowed(`cross_origin`) for a change, or a websocket, that a foreign page asks for.

        This includes logging in. A bearer token is never sent by a browser of its own accord, so that requests
        with one are free.
        """
        changes = request.method not in _SAFE_METHODS or request.headers.get("Upgrade", "").lower() == "websocket"
        if changes and _bearer(request) is None and not self.origins.is_own(request):
            raise NotAllowed("cross_origin")

    def session_cookie(self, login: Login, secure: bool) -> str:
        """Return the Set-Cookie value that begins the session in the browser; `secure` under TLS."""
        age = int(self._accounts.absolute.total_seconds())
        return f"{COOKIE}={login.secret}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax" + (
            "; Secure" if secure else ""
        )

    def device_cookie(self, login: Login, secure: bool) -> str | None:
        """Return the Set-Cookie value by which the browser is known at later logins; None in open mode."""
        if login.device is None:
            return None
        return f"{DEVICE_COOKIE}={login.device}; Path=/; Max-Age={_DEVICE_SECONDS}; HttpOnly; SameSite=Lax" + (
            "; Secure" if secure else ""
        )

    def device(self, request: HTTPServerRequest) -> str | None:
        """Return what the browser's device cookie holds."""
        return cookie_of(request, DEVICE_COOKIE)

    def clear_cookie(self) -> str:
        """Return the Set-Cookie value that makes the browser forget its session."""
        return f"{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"


def _bearer(request: HTTPServerRequest) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def cookie_of(request: HTTPServerRequest, wanted: str = COOKIE) -> str | None:
    """Return the value of a cookie, None where the request has none of that name."""
    # By hand: `request.cookies` parses every cookie into an object, which takes longer than the whole rest here.
    for part in request.headers.get("Cookie", "").split(";"):
        name, _, value = part.partition("=")
        if name.strip() == wanted:
            return value.strip().strip('"')
    return None
