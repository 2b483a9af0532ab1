"""Which names the server answers to, where whoever reaches it may do everything.

In open mode only this machine can connect, but a browser on it would also connect for a page from elsewhere whose
own name has been pointed at 127.0.0.1 (DNS rebinding), and would take LoadZone for that page's origin.
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router

from loadzone.domain.errors import NotAllowed
from loadzone.web.limits import Refusal
from loadzone.web.own_origins import OwnOrigins
from loadzone.web.problems import problem

LOCAL: Final = "localhost"


class HostGuard(Router):
    """Takes the requests that come under a name which is not ours, and lets all others pass.

    Ours are `localhost` and what is below it, addresses in digits, which no name server can redirect, `listens`,
    the host that the server listens on, and the hosts of `origins`. Behind a trusted proxy both names must be
    ours: the one that the proxy was asked by, and the one that it sends.
    """

    def __init__(self, origins: OwnOrigins, listens: str, language: Callable[[HTTPServerRequest], str]) -> None:
        self._origins = origins
        self._names = frozenset({LOCAL, listens.lower(), *origins.hosts})
        self._language = language

    def find_handler(
        self,
        request: HTTPServerRequest,
        **kwargs: object,  # noqa: ARG002  # Tornado's signature
    ) -> HTTPMessageDelegate | None:
        """Return the refusal for a foreign name, else None, so that the next route is asked."""
        claimed = self._origins.claimed(request)
        if all(named is not None and self._is_ours(named.host) for named in claimed):
            return None
        connection = request.connection
        if not isinstance(connection, HTTP1Connection):
            return None
        host = next(
            (named.host for named in claimed if named and not self._is_ours(named.host)), request.host_name
        )
        told = problem(NotAllowed("host_not_ours", host=host), self._language(request))
        return Refusal(connection, told)

    def _is_ours(self, host: str) -> bool:
        return host in self._names or _is_digits(host) or host.endswith(f".{LOCAL}")


def _is_digits(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
