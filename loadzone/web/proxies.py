"""Whose word about a client counts: addresses, schemes and hosts that proxies tell in `X-Forwarded-*`.

A proxy is judged by the address of its own socket. `X-Real-Ip` never counts: many proxies let a client's through.
"""

from collections.abc import Awaitable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import AF_INET, AF_INET6
from typing import Any, Final, NamedTuple

from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)

from loadzone.origins import DEFAULT_PORTS, Authority

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LOOPBACK: Final[tuple[Network, ...]] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_FORWARDING: Final = frozenset({"Forwarded", "Via", "X-Real-Ip"})
_FORWARDING_PREFIX: Final = "X-Forwarded-"
_HOPS_MAX: Final = 32
_KNOWN_MAX: Final = 4096


class Forwarded(NamedTuple):
    """What trusted proxies tell of a request; None for what they do not."""

    address: str | None = None
    scheme: str | None = None
    host: Authority | None = None


class Proxies:
    """The proxies that are trusted, by the networks of their addresses."""

    def __init__(self, networks: Sequence[Network] = ()) -> None:
        self._networks = tuple(networks)
        self.trusts = lru_cache(_KNOWN_MAX)(self._trusts)
        """Tells whether the host with an address is a trusted proxy."""

    def _trusts(self, address: str) -> bool:
        return is_within(address, self._networks)

    def forwarded(self, request: HTTPServerRequest) -> Forwarded:
        """Return what the trusted proxies before a request tell of it; nothing where its peer is none."""
        peer = peer_of(request)
        return self.read(request.headers, peer) if peer and self.trusts(peer) else Forwarded()

    def read(self, headers: HTTPHeaders, peer: str) -> Forwarded:
        """Return what the headers tell that came from `peer`, which is trusted.

        Each proxy adds the address that it was called from at the right of `X-Forwarded-For`. So the client is the
        first from the right that is not trusted itself; all that stands further left is only what the client says.
        """
        address, hops = None, 0
        for told in _from_right(headers, "For"):
            if not self.trusts(address or peer) or (read := _address(told)) is None:
                break
            address, hops = read, hops + 1
        scheme = (_nth(headers, "Proto", hops) or "").lower()
        return Forwarded(
            address=address,
            scheme=scheme if scheme in DEFAULT_PORTS else None,
            host=Authority.parse(_nth(headers, "Host", hops) or ""),
        )


def came_through_proxy(request: HTTPServerRequest) -> bool:
    """Tell whether a request carries the marks of a proxy, trusted or not.

    nginx as it comes sends none of the headers, but HTTP/1.0, which is spoken by hardly anything else.
    """
    return request.version == "HTTP/1.0" or any(map(_is_forwarding, request.headers))


def is_client_within(request: HTTPServerRequest, networks: Sequence[Network], proxies: Proxies) -> bool:
    """Tell whether the client of a request, and not only the proxy before it, is in one of `networks`.

    A client that a proxy says is this machine itself is not believed to be.
    """
    if not came_through_proxy(request):
        return is_within(request.remote_ip or "", networks)
    client = proxies.forwarded(request).address
    return client is not None and is_within(client, networks) and not ip_address(client).is_loopback


def is_within(address: str, networks: Sequence[Network]) -> bool:
    """Tell whether an address is in one of the networks; what is no address is in none."""
    read = _read(address)
    return read is not None and any(read in network for network in networks)


def peer_of(request: HTTPServerRequest) -> str | None:
    """Return the address of the socket that a request came from."""
    return None if request.connection is None else _peer(request.connection)


class ProxyHeaders(HTTPServerConnectionDelegate):
    """Gives requests that come from trusted proxies the address and the scheme that these tell."""

    def __init__(self, app: HTTPServerConnectionDelegate, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """Begin a request."""
        delegate = self._app.start_request(server_conn, request_conn)
        peer = _peer(request_conn)
        if peer is not None and self._proxies.trusts(peer):
            return _Rewritten(delegate, _context(request_conn), peer, self._proxies)
        return delegate

    def on_close(self, server_conn: object) -> None:
        """Pass on that a connection was closed."""
        self._app.on_close(server_conn)


class _Rewritten(HTTPMessageDelegate):
    """One request from a trusted proxy. What it tells holds for this request, not for the connection."""

    def __init__(self, delegate: HTTPMessageDelegate, context: Any, peer: str, proxies: Proxies) -> None:
        self._delegate = delegate
        self._context = context
        self._peer = peer
        self._proxies = proxies
        self._own = (self._context.remote_ip, self._context.protocol)

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None] | None:
        told = self._proxies.read(headers, self._peer)
        self._context.remote_ip = told.address or self._own[0]
        self._context.protocol = told.scheme or self._own[1]
        return self._delegate.headers_received(start_line, headers)

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        return self._delegate.data_received(chunk)

    def finish(self) -> None:
        self._delegate.finish()
        self._restore()

    def on_connection_close(self) -> None:
        self._delegate.on_connection_close()
        self._restore()

    def _restore(self) -> None:
        self._context.remote_ip, self._context.protocol = self._own


def _context(connection: HTTPConnection) -> Any:
    # Tornado keeps it out of the interface; its own `xheaders` takes it from there too.
    return getattr(connection, "context", None)


def _peer(connection: HTTPConnection) -> str | None:
    context = _context(connection)
    if context is None or context.address_family not in (AF_INET, AF_INET6) or not context.address:
        return None
    peer: str = context.address[0]
    return peer


def _is_forwarding(name: str) -> bool:
    return name in _FORWARDING or name.startswith(_FORWARDING_PREFIX)


def _from_right(headers: HTTPHeaders, name: str) -> list[str]:
    """Return the newest entries of a list header, the newest first; those further left have no use."""
    given = headers.get(f"{_FORWARDING_PREFIX}{name}")
    return [] if given is None else [each.strip() for each in reversed(given.rsplit(",", _HOPS_MAX)[-_HOPS_MAX:])]


def _nth(headers: HTTPHeaders, name: str, hops: int) -> str | None:
    """Return the entry of the proxy that also wrote the address `hops` from the right.

    Proxies that replace a header leave one entry, those that add to it one for each of them.
    """
    entries = _from_right(headers, name)
    return entries[min(max(hops, 1), len(entries)) - 1] if entries else None


def _address(told: str) -> str | None:
    """Return an address as told by a proxy, some of which add the port; None for what is no address."""
    bare = told.removeprefix("[").partition("]")[0] if told.startswith("[") else told
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    read = None if "%" in bare else _read(bare)
    return None if read is None else str(read)


def _read(address: str) -> Address | None:
    try:
        read = ip_address(address)
    except ValueError:
        return None
    mapped = read.ipv4_mapped if isinstance(read, IPv6Address) else None
    return mapped or read
