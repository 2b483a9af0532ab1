"""RFC 9457: every refusal as `application/problem+json`, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

import msgspec
from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError

from loadzone.cookies import LANGUAGE, Cookies
from loadzone.domain.decoding import misfit
from loadzone.domain.errors import FieldError, InvalidInput, LoadZoneError, outward
from loadzone.i18n import error_text, field_text, reader_language, translate

CONTENT_TYPE: Final = "application/problem+json"

STATUS: Final[Mapping[str, int]] = {
    "invalid_input": 400,
    "login_required": 401,
    "not_allowed": 403,
    "not_found": 404,
    "conflict": 409,
    "too_many_tries": 429,
    "store_unavailable": 503,
}

_BY_STATUS: Final[Mapping[int, str]] = {
    400: "malformed_request",
    403: "not_allowed",
    404: "path_not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "not_json",
}

STATUS_INTERNAL: Final = 500

_MEMBERS: Final = frozenset({"type", "title", "status", "detail", "code", "error", "errors"})
_SAFE_INTEGER: Final = 2**53


# Each fault is a sentence that is made on the event loop, and nobody reads more.
FAULTS_TOLD: Final = 200


class RequestRefused(LoadZoneError):
    """A request that is wrong as HTTP, whatever it asks for."""

    kind = "request_refused"

    def __init__(self, status: int, code: str, **data: Any) -> None:
        super().__init__(code, **data)
        self.status = status


class Problem(NamedTuple):
    """A refusal, ready to be sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def body_refused(error: msgspec.DecodeError | UnicodeDecodeError | RecursionError) -> LoadZoneError:
    """Return what is wrong with a JSON body as a domain error, with the field named where there is one."""
    if isinstance(error, RecursionError):
        return InvalidInput(code="json_malformed")
    place, code, data = misfit(error)
    if code == "json_malformed":
        return InvalidInput(code=code)
    if not place:
        return InvalidInput(code="not_an_object")
    return InvalidInput(FieldError(place, code, data))


def domain_error(error: BaseException | None, status: int) -> LoadZoneError:
    """Return `error` as a LoadZoneError: Tornado's refusals by their `status`, crashes as `internal_error`.

    What it says of the server's files stays in the log.
    """
    if isinstance(error, LoadZoneError):
        return outward(error)
    if isinstance(error, HTTPError) and str(error.log_message or "").startswith("Invalid body"):
        # Tornado has tried to read a form, which is never what we want.
        return RequestRefused(415, "not_json")
    if isinstance(error, HTTPError) or (error is None and status != STATUS_INTERNAL):
        return RequestRefused(status, _BY_STATUS.get(status, "malformed_request"))
    return RequestRefused(STATUS_INTERNAL, "internal_error")


def status_of(error: LoadZoneError) -> int:
    """Return the HTTP status of an error."""
    return error.status if isinstance(error, RequestRefused) else STATUS.get(error.kind, STATUS_INTERNAL)


def problem(error: LoadZoneError, lang: str) -> Problem:
    """Return `error` told in `lang`. Its data become members beside the standard ones, as `holder` and `until`."""
    status = status_of(error)
    if isinstance(error, InvalidInput) and len(error.fields) > FAULTS_TOLD:
        left_out = len(error.fields) - FAULTS_TOLD
        error = InvalidInput(*error.fields[:FAULTS_TOLD], code=error.code, **error.data, errors_left_out=left_out)
    text = error_text(error, lang)
    told: dict[str, Any] = {
        "type": f"/docs#{error.code}",
        "title": translate(lang, f"problem-{status}"),
        "status": status,
        "detail": text,
        "code": error.code,
        "error": text,
    }
    if isinstance(error, InvalidInput) and error.fields:
        told["errors"] = [
            {"field": each.field, "message": field_text(each, lang), "code": each.code} for each in error.fields
        ]
    told.update((name, _plain(value)) for name, value in error.data.items() if name not in _MEMBERS)
    return Problem(status, _headers(error, status, lang), msgspec.json.encode(told))


def _headers(error: LoadZoneError, status: int, lang: str) -> dict[str, str]:
    headers = {"Content-Type": CONTENT_TYPE, "Content-Language": lang, "Vary": "Accept-Language, Cookie"}
    if status == STATUS["login_required"]:
        headers["WWW-Authenticate"] = 'Bearer realm="LoadZone"'
    if status == STATUS["too_many_tries"]:
        headers["Retry-After"] = str(max(1, round(float(error.data.get("seconds", 1)))))
    if status == STATUS["store_unavailable"]:
        headers["Retry-After"] = "5"
    return headers


def _plain(value: Any) -> Any:
    match value:
        case bool() | str() | float() | datetime() | Enum() | None:
            return value
        case int():
            return value if abs(value) < _SAFE_INTEGER else str(value)
        case list() | tuple():
            return [_plain(each) for each in value]
        case msgspec.Struct():
            return value
        case _:
            return str(value)


def language(request: HTTPServerRequest, default: str, cookies: Cookies) -> str:
    """Return the reader's language: the one chosen (cookie), else the browser's wish, else `default`."""
    chosen = cookies.read(request.headers.get("Cookie", ""), LANGUAGE)
    return reader_language(chosen, request.headers.get("Accept-Language"), default)
