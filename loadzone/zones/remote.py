"""A zone behind a server's HTTP API. Its problems are raised as the domain errors that they were there."""

import uuid
import weakref
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final

import httpx
import msgspec
from msgspec import Struct

from loadzone.client import Zone
from loadzone.core.store import Entry
from loadzone.domain.errors import (
    Conflict,
    FieldError,
    InvalidInput,
    LoadZoneError,
    LoginRequired,
    NotAllowed,
    NotFound,
    StoreUnavailable,
    TooManyTries,
    invalid,
)
from loadzone.domain.model import VM, Group
from loadzone.i18n import translate
from loadzone.zones.feed_follow import Follower
from loadzone.zones.filters import filters
from loadzone.zones.following import Hear
from loadzone.zones.frames import HistoryRow
from loadzone.zones.telling import reader, unreachable
from loadzone.zones.watch import Reader, Watch

_TIMEOUT = httpx.Timeout(60, connect=5)
_KINDS: Final[Mapping[int, type[LoadZoneError]]] = {
    HTTPStatus.UNAUTHORIZED: LoginRequired,
    HTTPStatus.FORBIDDEN: NotAllowed,
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.CONFLICT: Conflict,
    HTTPStatus.TOO_MANY_REQUESTS: TooManyTries,
    HTTPStatus.SERVICE_UNAVAILABLE: StoreUnavailable,
}
_PORT_MAX: Final = 65535
# What numpy calls truths, whole numbers, other numbers and texts; times are none of these.
_PLAIN_KINDS: Final = ("b", "i", "u", "f", "U")
_STANDARD = {"type", "title", "status", "detail", "instance", "code", "error", "errors"}


class _Fleet(Struct):
    vms: list[VM]
    groups: list[Group]


class _Newest(Struct):
    seq: int


class _Page(Struct):
    records: list[HistoryRow]
    cursor: str | None


class _Entries(Struct):
    records: list[Entry]
    cursor: str | None


class RemoteZone(Zone):
    """A server, reached by URL."""

    def __init__(self, url: str, *, token: str | None = None, lang: str | None = None) -> None:
        self.url = url.rstrip("/")
        self.lang = lang
        # What lives by this connection and ends with it.
        self._watches: weakref.WeakSet[Watch | Follower | RemoteZone] = weakref.WeakSet()
        headers = {"Accept": "application/json"}
        if token := _clean(token):
            headers["Authorization"] = f"Bearer {token}"
        if lang:
            headers["Accept-Language"] = lang
        try:
            at = _address(self.url)
            # A proxy of the environment is no way to this machine itself.
            self._http = httpx.Client(base_url=at, headers=headers, timeout=_TIMEOUT, trust_env=not _here(at.host))
        except (httpx.InvalidURL, ValueError) as wrong:
            raise LoadZoneError("url_malformed", url=url) from wrong

    def login(self, email: str, password: str | None = None) -> None:
        """Log in for the life of this connection; in open mode the e-mail alone does."""
        body = {"email": email} if password is None else {"email": email, "password": password}
        self._change("/auth", body)

    def close(self) -> None:
        """Close the connections to the server, and end what watches it."""
        for watch in list(self._watches):
            watch.close()
        self._http.close()

    def fleet(self) -> tuple[Sequence[VM], Sequence[Group]]:
        """Return all VMs and all groups as the server has them now."""
        both = _decoded(self._get("/vms"), _Fleet)
        return both.vms, both.groups

    def me(self) -> dict[str, Any]:
        """Return who the server takes you for: authenticated, email, role, bookings."""
        told: dict[str, Any] = _decoded(self._get("/me"), dict[str, Any])
        return told

    def records(
        self,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        *,
        vm: str | None = None,
        user: str | None = None,
        group: int | str | None = None,
    ) -> Sequence[HistoryRow]:
        """Return the matching history records, oldest first, page after page."""
        wanted = filters(since, until, vm=vm, user=user, group=group, groups=self._groups)
        asked = {
            "since": _written(wanted.since),
            "until": _written(wanted.until),
            "vm": wanted.vm,
            "user": wanted.user,
            "group": None if wanted.group is None else wanted.group.id,
        }
        query: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
        page: _Page = _decoded(self._get("/history", query), _Page)
        rows = page.records
        while page.cursor is not None and page.records:
            page = _decoded(self._get("/history", {**query, "cursor": page.cursor}), _Page)
            rows += page.records
        return rows

    def pages(self, size: int) -> Iterator[Sequence[Entry]]:
        """Yield the whole history, oldest first, at most `size` records at once."""
        query: dict[str, Any] = {"limit": size}
        while True:
            page: _Entries = _decoded(self._get("/history", query), _Entries)
            if page.records:
                yield page.records
            if page.cursor is None:
                return
            query["cursor"] = page.cursor

    def watch(self, timeout: float | None = None) -> Watch:
        """Return the live notifications, from this moment on."""
        since: int = _decoded(self._get("/vms"), _Newest).seq
        watch = Watch(Reader(self.url, self._credentials, since=since, lang=self.lang), timeout)
        self._watches.add(watch)
        return watch

    def follow(self, hear: Hear) -> Follower:
        """Hand the whole fleet to `hear` as `load`, and from then on every event of the feed, from a thread."""
        whole = self._whole()
        follower = Follower(
            self.url, self._credentials, since=whole["seq"], lang=self.lang, hear=hear, read=self._whole
        )
        hear("load", whole)
        follower.start()
        self._watches.add(follower)
        return follower

    def speaking(self, lang: str) -> "RemoteZone":
        """Return the same server with the same login, whose messages are in `lang`; it closes with this zone."""
        self._check_open()
        other = RemoteZone(self.url, lang=lang)
        other._http.headers.update(self._http.headers)
        other._http.headers["Accept-Language"] = lang
        other._http.cookies = self._http.cookies
        self._watches.add(other)
        return other

    def _groups(self) -> list[Group]:
        groups: list[Group] = _decoded(self._get("/groups"), list[Group])
        return groups

    def _whole(self) -> dict[str, Any]:
        whole: dict[str, Any] = _decoded(self._get("/vms"), dict[str, Any])
        return whole

    def _credentials(self) -> dict[str, str]:
        sent = self._http.build_request("GET", "/").headers
        return {name: sent[name] for name in ("Authorization", "Cookie", "Accept-Language") if name in sent}

    def __repr__(self) -> str:
        return f"<LoadZone server {self.url}{', closed' if self._http.is_closed else ''}>"

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> bytes:
        return self._send("GET", path, params=query)

    def _change(self, path: str, body: Mapping[str, Any], key: str | None = None) -> bytes:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key or str(uuid.uuid4()),
            "Origin": f"{self._http.base_url.scheme}://{self._http.base_url.netloc.decode()}",
        }
        return self._send("POST", path, content=_written_out(body), headers=headers)

    def _check_open(self) -> None:
        if self._http.is_closed:
            raise LoadZoneError("zone_closed")

    def _send(self, method: str, path: str, **request: Any) -> bytes:
        self._check_open()
        try:
            try:
                answer = self._http.request(method, path, **request)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                # A kept connection that the server had closed. Asking twice is safe: a change carries its key.
                answer = self._http.request(method, path, **request)
        except httpx.HTTPError as problem:
            raise unreachable(self.url, problem) from problem
        if answer.is_success:
            return answer.content
        raise _error(answer)


def _decoded(content: bytes, kind: Any) -> Any:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as wrong:
        raise LoadZoneError("server_strange", status=200) from wrong


def _error(answer: httpx.Response) -> LoadZoneError:
    """Return the domain error of a problem; the server's sentence is its note."""
    try:
        problem = answer.json()
        code = str(problem["code"])
    except (ValueError, KeyError, TypeError):
        return LoadZoneError("server_strange", status=answer.status_code)
    data = {name: value for name, value in problem.items() if name not in _STANDARD}
    kind = _KINDS.get(answer.status_code, LoadZoneError)
    if answer.status_code == HTTPStatus.BAD_REQUEST:
        error: LoadZoneError = InvalidInput(*map(_field, problem.get("errors", ())), code=code, **data)
    else:
        error = kind(code, **data)
    error.add_note(_login_needed() if code == "login_required" else _sentence(problem))
    return error


def _login_needed() -> str:
    # The server cannot know that it is Python which asks; here one can say what to write.
    return translate(reader(), "connect-login-required")


def _sentence(problem: Mapping[str, Any]) -> str:
    fields = "; ".join(f"{each['field']}: {each['message']}" for each in problem.get("errors", ()))
    return fields or str(problem.get("detail") or problem["code"])


def _field(told: Mapping[str, Any]) -> FieldError:
    known = {name: value for name, value in told.items() if name not in {"field", "code"}}
    return FieldError(str(told.get("field", "")), str(told.get("code", "invalid_input")), known)


def _written_out(body: Mapping[str, Any]) -> bytes:
    """Return a body as JSON; raises InvalidInput that names the field of what can be none."""
    fields: dict[str, msgspec.Raw] = {}
    for name, value in body.items():
        try:
            fields[name] = msgspec.Raw(msgspec.json.encode(value, enc_hook=_plain))
        except (TypeError, ValueError, RecursionError) as wrong:
            raise invalid(name, "wrong_value") from wrong
    return msgspec.json.encode(fields)


def _plain(value: Any) -> Any:
    """Return a number or text of numpy as one of Python; raises TypeError for other objects."""
    if getattr(getattr(value, "dtype", None), "kind", "") in _PLAIN_KINDS:
        return value.item()
    raise TypeError(type(value).__name__)


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _clean(token: str | None) -> str | None:
    """Return a token as a header can carry it, without the line's end that a file has; no error shows it."""
    if token is None:
        return None
    if not isinstance(token, str):
        raise invalid("token", "wrong_type", expected="str", got=type(token).__name__)
    token = token.strip("\ufeff").strip()
    if not all("!" <= letter <= "~" for letter in token):
        raise invalid("token", "token_malformed")
    return token


def _address(url: str) -> httpx.URL:
    """Return a server's address; raises ValueError or httpx.InvalidURL for what can be none."""
    at = httpx.URL(url)
    # What no name may have is written as %20 and the like; the scope of an IPv6 address is, too.
    strange = "%" in at.host and ":" not in at.host
    if not at.host or strange or (at.port is not None and not 0 < at.port <= _PORT_MAX):
        raise ValueError(url)
    return at


def _here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
