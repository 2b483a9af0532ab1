"""Bodies that are too large are refused by their announced length, and never held in memory."""

from collections.abc import Callable
from http.client import responses
from typing import Final

from tornado.http1connection import HTTP1Connection
from tornado.httputil import (
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)
from tornado.routing import Router

from loadzone.web.calls import BODY_MAX, DRAIN_MAX
from loadzone.web.headers import SECURITY
from loadzone.web.problems import Problem, RequestRefused, problem

_DIGITS_MAX: Final = 18


class SizeGuard(Router):
    """The first of the routes: takes requests that announce too large a body, and lets all others pass."""

    def __init__(self, language: Callable[[HTTPServerRequest], str]) -> None:
        self._language = language

    def find_handler(
        self,
        request: HTTPServerRequest,
        **kwargs: object,  # noqa: ARG002  # Tornado's signature
    ) -> HTTPMessageDelegate | None:
        """Return the refusal for a too large body, else None, so that the next route is asked."""
        length = request.headers.get("Content-Length")
        # A length that is no number is Tornado's to refuse; one of twenty digits is only called very large.
        if length is None or not (length.isascii() and length.isdigit()):
            return None
        announced = int(length[:_DIGITS_MAX])
        connection = request.connection
        if announced <= BODY_MAX or not isinstance(connection, HTTP1Connection):
            return None
        told = problem(RequestRefused(413, "body_too_large", max=BODY_MAX), self._language(request))
        return Refusal(connection, told, drains=announced <= DRAIN_MAX)


class Refusal(HTTPMessageDelegate):
    """Reads what it is sent without keeping it, then says what is wrong."""

    def __init__(self, connection: HTTP1Connection, told: Problem, *, drains: bool = True) -> None:
        self._connection = connection
        self._told = told
        self._drains = drains

    def headers_received(
        self,
        start_line: RequestStartLine | ResponseStartLine,  # noqa: ARG002  # Tornado's signature
        headers: HTTPHeaders,  # noqa: ARG002  # Tornado's signature
    ) -> None:
        """Let the body come, or answer at once where it is larger than anybody would send by mistake."""
        if self._drains:
            self._connection.set_max_body_size(DRAIN_MAX)
        else:
            self._answer()

    def data_received(self, chunk: bytes) -> None:
        """Throw it away."""

    def finish(self) -> None:
        """Answer, now that the client listens."""
        if self._drains:
            self._answer()

    def _answer(self) -> None:
        told = self._told
        headers = HTTPHeaders({**SECURITY, **told.headers, "Content-Length": str(len(told.body))})
        start = ResponseStartLine("HTTP/1.1", told.status, responses[told.status])
        self._connection.write_headers(start, headers, told.body)
        self._connection.finish()
