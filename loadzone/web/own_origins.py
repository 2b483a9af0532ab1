"""Which pages are our own: the one check behind CSRF, login CSRF and cross-site websockets.

Calls, pages and the live feed ask it, and so does Bokeh's websocket, which is given `is_own`.
"""

from collections.abc import Collection

from tornado.httputil import HTTPServerRequest

from loadzone.origins import Authority, Origin
from loadzone.web.proxies import Proxies


class OwnOrigins:
    """Judges requests by the origin of the page that sent them.

    Own are `public_url`, the address that people use where a proxy stands before the server, the origins that the
    settings allow besides (`allowed`), and the host that a request itself is sent to, as the server sees it and as
    a trusted proxy tells it.
    """

    def __init__(
        self, public_url: str | None = None, allowed: Collection[str] = (), proxies: Proxies | None = None
    ) -> None:
        self._public_url = public_url
        self._proxies = proxies or Proxies()
        self._allowed = frozenset(map(_configured, allowed))
        self._configured = self._allowed | ({_configured(public_url)} if public_url else frozenset())
        self.hosts = frozenset(origin.host for origin in self._configured)
        """The hosts that the settings say people reach the server by."""

    def is_own(self, request: HTTPServerRequest) -> bool:
        """Tell whether a request may change something, or open a websocket, as far as its origin goes.

        Clients that are no browsers send neither of the headers looked at.
        """
        header = origin_header(request)
        origin = Origin.parse(header)
        if origin in self._configured:
            return True
        # No page can set this header; it is true even where a proxy has changed the Host.
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site in ("same-origin", "none")
        return not header or (origin is not None and self._is_sent_to(request, origin))

    def is_allowed(self, request: HTTPServerRequest) -> bool:
        """Tell whether a request comes from an origin other than ours that the settings allow."""
        return Origin.parse(origin_header(request)) in self._allowed

    def address(self, request: HTTPServerRequest) -> str:
        """Return the address that people use, as far as a request shows it."""
        told = self._proxies.forwarded(request)
        return self._public_url or f"{request.protocol}://{told.host or request.host}"

    def claimed(self, request: HTTPServerRequest) -> list[Authority | None]:
        """Return the hosts that a request says it is sent to; None for what is no host."""
        told = self._proxies.forwarded(request).host
        return [Authority.parse(request.host), *([] if told is None else [told])]

    def _is_sent_to(self, request: HTTPServerRequest, origin: Origin) -> bool:
        # Without a proxy's word the scheme is not known: TLS may end before the server.
        if self._proxies.forwarded(request).scheme not in (None, origin.scheme):
            return False
        return any(host.is_host_of(origin) for host in self.claimed(request) if host)


def origin_header(request: HTTPServerRequest) -> str:
    """Return the origin that a request names, as it stands there; empty for none."""
    return request.headers.get("Origin") or request.headers.get("Sec-Websocket-Origin", "")


def _configured(url: str) -> Origin:
    origin = Origin.parse(url.removesuffix("/"))
    if origin is None:
        raise ValueError(f"{url} is no origin")
    return origin
