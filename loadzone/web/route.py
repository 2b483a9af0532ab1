"""What a route is: one row of the table that drives the handlers, the OpenAPI document and the docs page."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct
from tornado.web import RequestHandler

from loadzone.core.service import MakeReceipt
from loadzone.core.store import Receipt
from loadzone.domain.model import Fleet
from loadzone.domain.permissions import Act
from loadzone.i18n import translate
from loadzone.web.identity import Caller
from loadzone.web.site import Site


def _no_device() -> None:
    return None


class Asked(NamedTuple):
    """What a call is given: who asks, for what (the decoded body), from where, path id, if under TLS.

    `device` reads the cookie of a device that has logged in before. `keep` makes of an answer the receipt that is
    stored with the change; None where no key asks for that.
    """

    site: Site
    caller: Caller
    body: Any
    address: str | None
    path_id: int
    secure: bool
    device: Callable[[], str | None] = _no_device
    keep: Callable[[Any], Receipt] | None = None

    def receipt(self, show: Callable[[Fleet], Any]) -> MakeReceipt | None:
        """Return what makes the receipt of a change that is answered with what `show` gives of the fleet."""
        keep = self.keep
        return None if keep is None else lambda fleet: keep(show(fleet))


class WithCookie(NamedTuple):
    """An answer that also sets cookies."""

    answer: Any
    cookies: tuple[str, ...]


Call = Callable[[Asked], Awaitable[Any]]


class Parameter(Struct, frozen=True, kw_only=True):
    """A query parameter: its name and JSON schema.

    What it means is the text `api-parameter-<name>`, or `api-parameter-<about>` where another call has one of the
    same name; `values` fill the text's places.
    """

    name: str
    schema: Mapping[str, Any]
    about: str | None = None
    values: Mapping[str, str] = {}

    def told(self, lang: str) -> str:
        """Return what it means."""
        return translate(lang, f"api-parameter-{self.about or self.name}", **self.values)


class Route(Struct, frozen=True, kw_only=True):
    """One call of the API.

    What it does is the text `api-call-<name>`. Either `call` answers it (an answer of bytes is sent as it is),
    or a handler class of its own does.
    `act` is what the caller must be permitted before the body is looked at. `repeatable` says that
    `Idempotency-Key` is heeded: not where an answer carries a cookie. `path_id` is what the id in the path is.
    `has_page` says that reading the same path gives a page for people, by a handler that stands further down.
    `media` are the content types of the answer; `errors` the codes that are particular to the call.
    """

    method: str
    path: str
    name: str
    answer: Any
    call: Call | None = None
    handler: type[RequestHandler] | None = None
    body: type[Struct] | None = None
    status: int = 200
    act: Act | None = None
    repeatable: bool = True
    path_id: str | None = None
    has_page: bool = False
    query: tuple[Parameter, ...] = ()
    media: tuple[str, ...] = ("application/json",)
    errors: tuple[str, ...] = ()
    example: Any = None

    def summary(self, lang: str) -> str:
        """Return what the call does, in one sentence."""
        return translate(lang, f"api-call-{self.name}")

    @property
    def changes(self) -> bool:
        """Whether the call changes something."""
        return self.method == "POST"

    @property
    def pattern(self) -> str:
        """The path as Tornado wants it; an id that no group could have is no such path."""
        return self.path if self.path_id is None else self.path.replace(f"{{{self.path_id}}}", "(-?[0-9]{1,18})")
