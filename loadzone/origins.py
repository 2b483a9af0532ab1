"""Web origins: read from settings and headers, and compared as browsers compare them.

An origin is a scheme, a host and a port. Neither case nor a dot at the end of the host matters; a default port
is the same as none, a host beyond ASCII the same as its punycode, an IPv6 address the same in all its spellings.
"""

import re
from ipaddress import IPv6Address
from typing import Final, NamedTuple, Self

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_PORT_MAX: Final = 65535
_LENGTH_MAX: Final = 300
_URL: Final = re.compile(r"(https?)://([^/?#\\]*)(.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s\[\]:@/?#\\%*,]+)(?::([0-9]{0,5}))?", re.ASCII)
_NAME: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")


class Authority(NamedTuple):
    """A host, normalised, and the port where one is given: what stands in a `Host` header."""

    host: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `host` or `host:port`; None for anything else."""
        found = _AUTHORITY.fullmatch(text) if len(text) <= _LENGTH_MAX else None
        host = _host(found[1]) if found else None
        if found is None or host is None:
            return None
        port = int(found[2]) if found[2] else None
        return None if port is not None and not 0 < port <= _PORT_MAX else cls(host, port)

    def __str__(self) -> str:
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def is_host_of(self, origin: "Origin") -> bool:
        """Tell whether a request to `origin` names this host; a scheme is not part of it."""
        return self.host == origin.host and (self.port or DEFAULT_PORTS[origin.scheme]) == origin.port


class Origin(NamedTuple):
    """An origin, normalised: equal ones are the same to a browser."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what an `Origin` header holds; None for `null` and for everything that is more than an origin."""
        scheme, authority, rest = url_parts(text)
        named = Authority.parse(authority) if scheme and not rest else None
        return None if named is None else cls(scheme, named.host, named.port or DEFAULT_PORTS[scheme])


def url_parts(text: str) -> tuple[str, str, str]:
    """Split a URL into scheme, authority and the rest; all empty when it is no URL of HTTP."""
    found = _URL.fullmatch(text)
    return (found[1].lower(), found[2], found[3]) if found else ("", "", "")


def _host(text: str) -> str | None:
    if text.startswith("["):
        try:
            return f"[{IPv6Address(text[1:-1]).compressed}]"
        except ValueError:
            return None
    if not text.isascii():
        # Loaded for the few who need it: browsers send ASCII.
        import idna  # noqa: PLC0415

        try:
            text = idna.encode(text, uts46=True).decode()
        except UnicodeError:
            return None
    name = text.lower().removesuffix(".")
    return name if _NAME.fullmatch(name) else None
