"""Tornado handlers: one for every call of the route table (decode, one call, encode), and the common base."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, cast

import msgspec
from tornado.http1connection import HTTP1Connection
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine, format_timestamp
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from loadzone.domain.errors import Conflict, LoadZoneError, StoreUnavailable
from loadzone.domain.permissions import demand
from loadzone.i18n import DEFAULT_LANGUAGE
from loadzone.web.headers import SECURITY
from loadzone.web.problems import (
    STATUS_INTERNAL,
    RequestRefused,
    body_refused,
    domain_error,
    language,
    problem,
)
from loadzone.web.route import Asked, Route, WithCookie
from loadzone.web.site import Site

log = logging.getLogger(__name__)

BODY_MAX: Final = 1024 * 1024
NOT_ALLOWED_HERE: Final = 405
# Tornado does not compress less either.
COMPRESS_FROM: Final = 1024
JSON: Final = "application/json"

_encode = msgspec.json.Encoder().encode


class BaseHandler(RequestHandler):
    """Security headers on every answer, every refusal as a problem, and nothing logged for an ordinary answer."""

    site: Site | None = None
    route_path = "other"
    allowed: tuple[str, ...] = ("GET", "HEAD")

    def clear(self) -> None:
        """Begin an answer with what every answer carries; instead of Tornado's, which costs six times as much."""
        self._headers = headers = HTTPHeaders()
        for name, value in SECURITY.items():
            headers[name] = value
        headers["Content-Type"] = JSON
        headers["Date"] = _http_date(int(time.time()))
        self._write_buffer = []
        self._status_code, self._reason = 200, "OK"

    def compute_etag(self) -> None:
        """Give no ETag: answers are not to be stored, and hashing a large one costs more than sending it."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send the refusal in the reader's language; the one place where errors become HTTP."""
        exc_info = kwargs.get("exc_info")
        error = domain_error(exc_info[1] if exc_info else None, status_code)
        default = DEFAULT_LANGUAGE if self.site is None else self.site.default_language
        told = problem(error, language(self.request, default))
        if isinstance(error, Conflict) and self.site is not None:
            self.site.metrics.conflicts.inc()
        self.set_status(told.status)
        for name, value in told.headers.items():
            self.set_header(name, value)
        if told.status == NOT_ALLOWED_HERE:
            self.set_header("Allow", ", ".join(self.allowed))
        self.finish(told.body)

    def send_error(self, status_code: int = STATUS_INTERNAL, **kwargs: Any) -> None:
        """Send a refusal, or break off an answer that has begun, so that nobody takes the half for the whole."""
        if self._headers_written:
            if not self._finished:
                self._finished = True
                self.request.connection.stream.close()  # type: ignore[union-attr]  # HTTP/1 is all there is
            return
        super().send_error(status_code, **kwargs)

    def log_exception(
        self,
        typ: type[BaseException] | None,  # noqa: ARG002  # Tornado's signature
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a crash with its traceback, a store that fails in one line, and no refusal at all."""
        if isinstance(value, StoreUnavailable):
            log.warning("%s %s: %s", self.request.method, self.request.path, value)
        elif value is not None and not isinstance(value, LoadZoneError | HTTPError | StreamClosedError):
            if self.site is not None:
                self.site.metrics.crashes.inc()
            log.error("%s %s failed", self.request.method, self.request.path, exc_info=(type(value), value, tb))

    def _log(self) -> None:
        if self.site is not None:
            self.site.metrics.answered(self.route_path, self._status_code, self.request.request_time())


class NotFoundHandler(BaseHandler):
    """Answers unknown paths."""

    def initialize(self, site: Site | None = None) -> None:
        """Take the site, whose language is the default; Tornado may make this handler without it."""
        self.site = site

    def prepare(self) -> None:
        """Refuse whatever the method is."""
        raise RequestRefused(404, "path_not_found")


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


class CallHandler(BaseHandler):
    """Answers the calls of one path: decode, one call, encode."""

    site: Site

    def initialize(
        self, site: Site, path: str, prepared: Mapping[str, Prepared], allowed: tuple[str, ...]
    ) -> None:
        """Take the site and the calls of this path by method."""
        self.site = site
        self.route_path = path
        self.prepared = prepared
        self.allowed = allowed

    async def _answer(self, *path: str) -> None:
        request, site = self.request, self.site
        method = str(request.method)
        asked_for = self.prepared.get("GET" if method == "HEAD" else method)
        if asked_for is None:
            raise RequestRefused(405, "method_not_allowed")
        if len(request.body) > BODY_MAX:
            raise RequestRefused(413, "body_too_large", max=BODY_MAX)
        caller = site.identity.identify(request)
        if asked_for.act is not None:
            demand(caller.actor, asked_for.act)
        body = None
        if asked_for.changes:
            site.identity.demand_same_origin(request)
            body = _body(request, asked_for)
        asked = Asked(site, caller, body, request.remote_ip, int(path[0]) if path else 0)
        key = request.headers.get("Idempotency-Key") if asked_for.changes else None
        if key is None or caller.actor.email is None or not asked_for.repeatable:
            answer = await asked_for.call(asked)
        else:
            whose = (caller.actor.email, request.path, key)
            answer = await site.replays.once(
                whose, request.body, site.service.clock(), lambda: asked_for.call(asked)
            )
        self._send(asked_for.status, answer)

    def _send(self, status: int, answer: Any) -> None:
        if status != self._status_code:
            self.set_status(status)
        if type(answer) is WithCookie:
            answer, cookie = answer
            self.add_header("Set-Cookie", cookie)
        body = answer if type(answer) is bytes else _encode(answer)
        if self._transforms and len(body) >= COMPRESS_FROM:
            self.finish(body)
        else:
            self._finish_at_once(body)

    def _finish_at_once(self, body: bytes) -> None:
        """Do what `finish` does for a small whole answer, without its detours by ETags and compression."""
        connection = cast("HTTP1Connection", self.request.connection)
        self._headers["Content-Length"] = str(len(body))
        # Else the connection, which is kept for the next request, would keep this handler too.
        connection.set_close_callback(None)
        start = ResponseStartLine("", self._status_code, self._reason)
        self._headers_written = True
        connection.write_headers(start, self._headers, b"" if self.request.method == "HEAD" else body)
        connection.finish()
        self._log()
        self._finished = True
        self.on_finish()
        self._break_cycles()

    get = head = post = put = patch = delete = options = _answer


@lru_cache(maxsize=1)
def _http_date(second: int) -> str:
    return format_timestamp(second)


def _body(request: HTTPServerRequest, asked_for: Prepared) -> Any:
    raw = request.body
    if asked_for.decode is None or not (raw or asked_for.needs_body):
        return None
    said = request.headers.get("Content-Type", "")
    if said != JSON and not _is_json(said):
        raise RequestRefused(415, "not_json")
    try:
        return asked_for.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise body_refused(wrong) from None


def _is_json(content_type: str) -> bool:
    essence = content_type.partition(";")[0].strip().lower()
    return essence == JSON or (essence.startswith("application/") and essence.endswith("+json"))
