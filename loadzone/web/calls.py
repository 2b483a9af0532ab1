"""The JSON calls of the route table: decode, one call, encode.

A call is a message delegate of Tornado's HTTP server rather than a RequestHandler: everything that a handler
sets up for templates, forms, cookies and streaming costs more than deciding a booking, and a call needs none.
"""

import asyncio
import gzip
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from http.client import responses
from typing import Any, Final, cast

import msgspec
from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
    format_timestamp,
)
from tornado.routing import Router

from loadzone.domain.errors import (
    Conflict,
    DataError,
    FieldError,
    InvalidInput,
    LoadZoneError,
    StoreUnavailable,
    invalid,
)
from loadzone.domain.model import Policy
from loadzone.domain.permissions import demand
from loadzone.web.headers import SECURITY
from loadzone.web.idempotency import receipt
from loadzone.web.problems import STATUS_INTERNAL, RequestRefused, body_refused, domain_error, problem
from loadzone.web.route import Asked, Route, WithCookie
from loadzone.web.site import Site

log = logging.getLogger(__name__)

BODY_MAX: Final = 1024 * 1024
# A client that is still sending seldom sees an answer that comes too early; so much of what it sends is read
# and thrown away before the answer.
DRAIN_MAX: Final = 64 * BODY_MAX
NOT_ALLOWED_HERE: Final = 405
COMPRESS_FROM: Final = 1024
COMPRESS_LEVEL: Final = 6
JSON: Final = "application/json"

_encode = msgspec.json.Encoder().encode


class Prepared:
    """A route with what is made once for all its requests."""

    __slots__ = ("act", "call", "changes", "decode", "needs_body", "repeatable", "status")

    def __init__(self, route: Route) -> None:
        if route.call is None:
            raise TypeError(f"{route.path} has a handler of its own")
        self.call = route.call
        self.act = route.act
        self.changes = route.changes
        self.decode: Callable[[bytes], Any] | None = (
            None if route.body is None else msgspec.json.Decoder(route.body).decode
        )
        self.needs_body = route.body is not None and bool(msgspec.structs.fields(route.body))
        self.repeatable = route.repeatable
        self.status = route.status


class Path:
    """The calls under one path, by method. `has_page` says that reading it gives a page, by somebody else."""

    __slots__ = ("allowed", "has_page", "prepared", "told")

    def __init__(self, routes: Sequence[Route]) -> None:
        self.told = routes[0].path
        self.has_page = routes[0].has_page
        pages = ("GET", "HEAD") if self.has_page else ()
        self.prepared = {route.method: Prepared(route) for route in routes}
        self.allowed = (*pages, *(method for route in routes for method in methods(route)))


def methods(route: Route) -> tuple[str, ...]:
    """Return the HTTP methods that a route answers."""
    return ("GET", "HEAD") if route.method == "GET" else (route.method,)


class Calls(Router):
    """Finds the call for a request: by its exact path, or by a pattern where the path carries an id."""

    def __init__(self, site: Site, routes: Sequence[Route]) -> None:
        self._site = site
        by_path: dict[str, list[Route]] = {}
        for route in routes:
            by_path.setdefault(route.path, []).append(route)
        paths = {told: Path(group) for told, group in by_path.items()}
        self._exact = {told: paths[told] for told, group in by_path.items() if group[0].path_id is None}
        self._patterns = [
            (re.compile(group[0].pattern + r"\Z"), paths[told])
            for told, group in by_path.items()
            if group[0].path_id is not None
        ]

    def find_handler(
        self,
        request: HTTPServerRequest,
        **kwargs: object,  # noqa: ARG002  # Tornado's signature
    ) -> HTTPMessageDelegate | None:
        """Return what answers the request, or None when no call has its path."""
        path, path_id = self._exact.get(request.path), 0
        if path is None:
            for pattern, each in self._patterns:
                if found := pattern.match(request.path):
                    path, path_id = each, int(found[1])
                    break
            else:
                return None
        if path.has_page and request.method in ("GET", "HEAD"):
            return None
        return CallDelegate(self._site, request, path, path_id)


class CallDelegate(HTTPMessageDelegate):
    """Answers one request."""

    __slots__ = ("_chunks", "_path", "_path_id", "_request", "_site", "_size", "_task")

    def __init__(self, site: Site, request: HTTPServerRequest, path: Path, path_id: int) -> None:
        self._site = site
        self._request = request
        self._path = path
        self._path_id = path_id
        self._chunks: list[bytes] = []
        self._size = 0

    def headers_received(
        self,
        start_line: RequestStartLine | ResponseStartLine,  # noqa: ARG002  # Tornado's signature
        headers: HTTPHeaders,
    ) -> None:
        """Let a body come that does not say how long it is; the request has the headers already."""
        connection = self._request.connection
        if "Transfer-Encoding" in headers and isinstance(connection, HTTP1Connection):
            connection.set_max_body_size(DRAIN_MAX)

    def data_received(self, chunk: bytes) -> None:
        """Keep the body, as far as it is not too large."""
        self._size += len(chunk)
        if self._size <= BODY_MAX:
            self._chunks.append(chunk)

    def finish(self) -> None:
        """Answer, now that the request is whole."""
        # Held here, and this by the connection: the event loop itself keeps no task alive.
        self._task = asyncio.ensure_future(self._answer())

    def on_connection_close(self) -> None:
        """Go on: what has been asked for is decided, whether or not anybody waits for the answer."""

    async def _answer(self) -> None:
        # Asked for before the call, which may end the session.
        old_session = self._site.identity.old_session(self._request)
        try:
            status, answer = await self._granted()
        except Exception as error:  # noqa: BLE001  # the one place where errors become HTTP
            self._refuse(error)
            return
        headers = _headers()
        cookies: tuple[str, ...] = ()
        if type(answer) is WithCookie:
            answer, cookies = answer
        for cookie in cookies if old_session is None else self._without_old(cookies, old_session):
            headers.add("Set-Cookie", cookie)
        self._send(status, headers, answer if type(answer) is bytes else _encode(answer))

    def _without_old(self, cookies: tuple[str, ...], old_session: str) -> tuple[str, ...]:
        identity = self._site.identity
        if cookies:
            return (*cookies, identity.clear_old_cookie())
        return identity.renamed(old_session, self._request.protocol == "https" or self._site.secure_cookies)

    async def _granted(self) -> tuple[int, Any]:
        request, site = self._request, self._site
        method = str(request.method)
        asked_for = self._path.prepared.get("GET" if method == "HEAD" else method)
        if asked_for is None:
            raise RequestRefused(NOT_ALLOWED_HERE, "method_not_allowed")
        if self._size > BODY_MAX:
            raise RequestRefused(413, "body_too_large", max=BODY_MAX)
        caller = site.identity.identify(request)
        if asked_for.act is not None:
            demand(caller.actor, asked_for.act)
        body = key = None
        if asked_for.changes:
            site.identity.demand_same_origin(request)
            request.body = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
            body = _body(request, asked_for, site.service.policy)
            # Asking first whether it is there: looking up a header that is not costs an exception inside.
            if asked_for.repeatable and "Idempotency-Key" in request.headers:
                key = request.headers["Idempotency-Key"]
        secure, device = request.protocol == "https", partial(site.identity.device, request)
        asked = Asked(site, caller, body, request.remote_ip, self._path_id, secure, device)
        if key is None or caller.actor.email is None:
            return asked_for.status, await asked_for.call(asked)
        whose, now = (caller.actor.email, request.path, key), site.service.clock()
        asked = asked._replace(keep=partial(receipt, whose, request.body, now))
        answer = await site.replays.once(whose, request.body, lambda: asked_for.call(asked))
        return asked_for.status, answer

    def _refuse(self, raised: Exception) -> None:
        site, request = self._site, self._request
        if isinstance(raised, StoreUnavailable | DataError):
            log.warning("%s %s: %s", request.method, request.path, raised)
        elif not isinstance(raised, LoadZoneError):
            site.metrics.crashes.inc()
            log.error("%s %s failed", request.method, request.path, exc_info=raised)
        if isinstance(raised, Conflict):
            site.metrics.conflicts.inc()
        told = problem(domain_error(raised, STATUS_INTERNAL), site.language(request))
        headers = _headers()
        headers.update(told.headers)
        if told.status == NOT_ALLOWED_HERE:
            headers["Allow"] = ", ".join(self._path.allowed)
        self._send(told.status, headers, told.body)

    def _send(self, status: int, headers: HTTPHeaders, body: bytes) -> None:
        request = self._request
        if len(body) >= COMPRESS_FROM:
            body = _compressed(request, headers, body)
        headers["Content-Length"] = str(len(body))
        connection = cast("HTTPConnection", request.connection)
        start = ResponseStartLine("", status, responses[status])
        connection.write_headers(start, headers, b"" if request.method == "HEAD" else body)
        connection.finish()
        self._site.metrics.answered(self._path.told, status, request.request_time())


def _body(request: HTTPServerRequest, asked_for: Prepared, policy: Policy) -> Any:
    raw = request.body
    if asked_for.decode is None or not (raw or asked_for.needs_body):
        return None
    said = request.headers.get("Content-Type", "")
    # Nothing at all is not something else than JSON: what is wrong then is the empty body.
    if said != JSON and (raw or said) and not _is_json(said):
        raise RequestRefused(415, "not_json")
    try:
        return asked_for.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise _with_limit(body_refused(wrong), policy) from None


def _with_limit(refusal: LoadZoneError, policy: Policy) -> LoadZoneError:
    """Return `refusal` with the limit named where so many hours are asked for that they are no number any more."""
    match refusal:
        case InvalidInput(fields=(FieldError(field="hours" as field, code="number_too_large"),)):
            return invalid(field, "hours_not_positive", max=min(policy.max_hours, policy.max_total_hours))
        case _:
            return refusal


def _is_json(content_type: str) -> bool:
    essence = content_type.partition(";")[0].strip().lower()
    return essence == JSON or (essence.startswith("application/") and essence.endswith("+json"))


def _headers() -> HTTPHeaders:
    headers = HTTPHeaders()
    for name, value in common_headers(int(time.time())).items():
        headers[name] = value
    return headers


@lru_cache(maxsize=1)
def common_headers(second: int) -> Mapping[str, str]:
    """Return the headers that every JSON answer of one second carries."""
    return {**SECURITY, "Content-Type": JSON, "Date": format_timestamp(second)}


def _compressed(request: HTTPServerRequest, headers: HTTPHeaders, body: bytes) -> bytes:
    headers["Vary"] = ", ".join(filter(None, (headers.get("Vary"), "Accept-Encoding")))
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return body
    headers["Content-Encoding"] = "gzip"
    return gzip.compress(body, COMPRESS_LEVEL, mtime=0)
