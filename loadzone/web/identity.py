"""Who calls: one way to tell it for the HTTP API, the pages and the live feed, and the cookie that carries it."""

from typing import Final
from urllib.parse import unquote

from msgspec import Struct
from tornado.httputil import HTTPServerRequest

from loadzone.cookies import DEVICE, SESSION, Cookies
from loadzone.core.accounts import Accounts, Login
from loadzone.core.auth_file import Mode
from loadzone.domain.errors import Conflict, LoginRequired, NotAllowed
from loadzone.domain.permissions import GUEST, STRANGER, Actor
from loadzone.web.own_origins import OwnOrigins

PERSON_HEADER: Final = "Loadzone-Person"
NOBODY: Final = "-"
ANYBODY: Final = "?"
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

    `origins` tells which pages may send changes, `cookies` knows the names of the cookies.
    """

    def __init__(
        self,
        accounts: Accounts,
        mode: Mode,
        public_read: bool,
        origins: OwnOrigins | None = None,
        cookies: Cookies | None = None,
    ) -> None:
        if accounts.mode != mode:
            raise ValueError(f"the accounts are in {accounts.mode} mode, not {mode}")
        self._accounts = accounts
        self._anonymous = Caller(actor=GUEST if mode == "open" or public_read else STRANGER)
        self.origins = origins or OwnOrigins()
        self.cookies = cookies or Cookies()

    def identify(self, request: HTTPServerRequest, *, use: bool = True) -> Caller:
        """Return who sent `request`; raises LoginRequired(`token_invalid`) for a bearer token that does not count.

        A session cookie that does not count is no credential at all, as when a login has run out. A request that
        says whose page it comes from is refused when that is no longer who is logged in: with LoginRequired when
        nobody is, else with Conflict(`person_changed`). A session lasts on when it is used: not without `use`, nor
        by a request that only asks who is logged in.
        """
        if (token := _bearer(request)) is not None:
            if (found := self._accounts.token(token)) is None:
                raise LoginRequired("token_invalid")
            caller = Caller(actor=found[0], session_id=found[1])
        else:
            said = request.headers.get(PERSON_HEADER)
            secret = self.cookies.read(request.headers.get("Cookie", ""), SESSION)
            caller = self.by_cookie(secret, use=use and said != ANYBODY)
            if said is not None and said != ANYBODY:
                _demand_person(caller.actor.email, said)
        return caller

    def by_cookie(self, secret: str | None, *, use: bool = True) -> Caller:
        """Return who holds the session cookie with the value `secret`; with `use` the session lasts on."""
        found = self._accounts.session(secret, use=use) if secret else None
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
        return self._begun(login.secret, secure)

    def device_cookie(self, login: Login, secure: bool) -> str | None:
        """Return the Set-Cookie value by which the browser is known at later logins; None in open mode."""
        if login.device is None:
            return None
        return _cookie(self.cookies.name(DEVICE), login.device, _DEVICE_SECONDS, secure)

    def device(self, request: HTTPServerRequest) -> str | None:
        """Return what the browser's device cookie holds."""
        return self.cookies.read(request.headers.get("Cookie", ""), DEVICE)

    def clear_cookie(self) -> str:
        """Return the Set-Cookie value that makes the browser forget its session."""
        return _cookie(self.cookies.name(SESSION), "", 0)

    def old_session(self, request: HTTPServerRequest) -> str | None:
        """Return the secret of a session that counts and came under the cookie name of an older release."""
        header = request.headers.get("Cookie", "")
        if not self.cookies.has_old_name(header, SESSION):
            return None
        secret = self.cookies.read(header, SESSION)
        # It may be the cookie of another LoadZone on this host.
        return secret if secret and self._accounts.session(secret) else None

    def renamed(self, secret: str, secure: bool) -> tuple[str, ...]:
        """Return the Set-Cookie values by which a session goes on under today's name of its cookie."""
        return self._begun(secret, secure), self.clear_old_cookie()

    def clear_old_cookie(self) -> str:
        """Return the Set-Cookie value that makes the browser forget the session of an older release."""
        return _cookie(SESSION, "", 0)

    def _begun(self, secret: str, secure: bool) -> str:
        return _cookie(self.cookies.name(SESSION), secret, int(self._accounts.absolute.total_seconds()), secure)


def _demand_person(email: str | None, said: str) -> None:
    """Refuse a request from the page of somebody else than `email`; e-mails are percent-encoded in the header."""
    if unquote(said) != (email or NOBODY):
        raise LoginRequired() if email is None else Conflict("person_changed", email=email)


def _bearer(request: HTTPServerRequest) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _cookie(name: str, value: str, seconds: int, secure: bool = False) -> str:
    flags = "HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
    return f"{name}={value}; Path=/; Max-Age={seconds}; {flags}"
