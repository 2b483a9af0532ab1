"""The common base of Tornado handlers: what is not a plain JSON call (`web/calls.py`) builds on it."""

import logging
import time
from types import TracebackType
from typing import Any

from tornado.httputil import HTTPHeaders
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler

from loadzone.cookies import Cookies
from loadzone.domain.errors import Conflict, DataError, LoadZoneError, StoreUnavailable
from loadzone.i18n import DEFAULT_LANGUAGE
from loadzone.web.calls import NOT_ALLOWED_HERE, common_headers
from loadzone.web.problems import STATUS_INTERNAL, domain_error, language, problem
from loadzone.web.site import Site

log = logging.getLogger(__name__)


class BaseHandler(RequestHandler):
    """Security headers on every answer, every refusal as a problem, and nothing logged for an ordinary answer."""

    site: Site | None = None
    route_path = "other"
    allowed: tuple[str, ...] = ("GET", "HEAD")

    def clear(self) -> None:
        """Begin an answer with what every answer carries; instead of Tornado's, which costs six times as much."""
        self._headers = HTTPHeaders(common_headers(int(time.time())))
        self._write_buffer = []
        self._status_code, self._reason = 200, "OK"

    def compute_etag(self) -> None:
        """Give no ETag: answers are not to be stored, and hashing a large one costs more than sending it."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send the refusal in the reader's language; the one place where errors become HTTP."""
        exc_info = kwargs.get("exc_info")
        error = domain_error(exc_info[1] if exc_info else None, status_code)
        lang = (
            self.site.language(self.request) if self.site else language(self.request, DEFAULT_LANGUAGE, Cookies())
        )
        told = problem(error, lang)
        if isinstance(error, Conflict) and self.site is not None:
            self.site.metrics.conflicts.inc()
        self.set_status(told.status)
        for name, value in told.headers.items():
            self.set_header(name, value)
        if told.status == NOT_ALLOWED_HERE:
            self.set_header("Allow", ", ".join(self.allowed))
        self.finish(told.body)

    def _language(self) -> str:
        if self.site is not None:
            return self.site.language(self.request)
        return language(self.request, DEFAULT_LANGUAGE, Cookies())

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
        if isinstance(value, StoreUnavailable | DataError):
            log.warning("%s %s: %s", self.request.method, self.request.path, value)
        elif value is not None and not isinstance(value, LoadZoneError | HTTPError | StreamClosedError):
            if self.site is not None:
                self.site.metrics.crashes.inc()
            log.error("%s %s failed", self.request.method, self.request.path, exc_info=(type(value), value, tb))

    def _log(self) -> None:
        if self.site is not None:
            self.site.metrics.answered(self.route_path, self._status_code, self.request.request_time())
