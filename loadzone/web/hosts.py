"""Which names the server answers to, where whoever reaches it may do everything.

In open mode only this machine can connect, but a browser on it would also connect for a page from elsewhere whose
own name has been pointed at 127.0.0.1 (DNS rebinding), and would take LoadZone for that page's origin.
"""

from collections.abc import Collection
from ipaddress import ip_address
from typing import Final

from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPMessageDelegate, HTTPServerRequest
from tornado.routing import Router

from loadzone.domain.errors import NotAllowed
from loadzone.origins import Authority
from loadzone.web.limits import Refusal
from loadzone.web.problems import language, problem

LOCAL: Final = "localhost"


class HostGuard(Router):
    """Takes the requests that come under a name which is not ours, and lets all others pass.

    Ours are `localhost` and what is below it, addresses in digits, which no name server can redirect, and `names`.
    """

    def __init__(self, names: Collection[str], default_language: str) -> None:
        self._names = frozenset({LOCAL, *(name.lower() for name in names)})
        self._default_language = default_language

    def find_handler(
        self,
        request: HTTPServerRequest,
        **kwargs: object,  # noqa: ARG002  # Tornado's signature
    ) -> HTTPMessageDelegate | None:
        """Return the refusal for a foreign name, else None, so that the next route is asked."""
        named = Authority.parse(request.host)
        host = request.host_name if named is None else named.host
        if named is not None and (host in self._names or _is_digits(host) or host.endswith(f".{LOCAL}")):
            return None
        connection = request.connection
        if not isinstance(connection, HTTP1Connection):
            return None
        told = problem(NotAllowed("host_not_ours", host=host), language(request, self._default_language))
        return Refusal(connection, told)


def _is_digits(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
