"""What the page asks of Python: each message is one wish of the visitor, each answer says how it went.

The dialogs are drawn in the browser, as native `<dialog>` elements: they open without a round trip, hold
the focus, close on Escape, cost no models in the open page, and keep what was typed when an answer is an
error. Values travel as they were typed; they are checked and decided here, by the same rules as everywhere.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from loadzone.core.service import Service
from loadzone.domain.errors import InvalidInput, LoadZoneError, invalid
from loadzone.domain.model import VM
from loadzone.domain.permissions import Actor
from loadzone.domain.wishes import AnyWish, Book, Release, Renew
from loadzone.i18n import error_text, field_text

Answer = dict[str, Any]

_REMEMBERED: Final = 50


class Ask(Struct, frozen=True, kw_only=True, tag_field="act"):
    """Base of the messages; `id` is made by the page, one for each time a person confirms."""

    id: str


class Ping(Ask, frozen=True, kw_only=True, tag="ping"):
    """Asks whether Python is still there."""


class AskBook(Ask, frozen=True, kw_only=True, tag="book"):
    """Book, with the hours as typed."""

    vm_id: str
    hours: str
    purpose: str = ""


class AskRenew(Ask, frozen=True, kw_only=True, tag="renew"):
    """Renew, with the hours as typed."""

    vm_id: str
    hours: str


class AskRelease(Ask, frozen=True, kw_only=True, tag="release"):
    """Release."""

    vm_id: str


AnyAsk = Ping | AskBook | AskRenew | AskRelease


class Actions:
    """Grants what one page asks for, as its visitor, in the visitor's language.

    A message that comes twice (a double click, a retry) is granted once: its second copy gets the first
    answer, or none while the first is still under way.
    """

    def __init__(self, service: Service, actor: Actor, lang: str, answer: Callable[[Answer], None]) -> None:
        self._service = service
        self._actor = actor
        self._lang = lang
        self._answer = answer
        self._answers: OrderedDict[str, Answer | None] = OrderedDict()

    async def handle(self, data: object) -> None:
        """Carry out one message and answer it; what is no message of ours is dropped."""
        try:
            ask = msgspec.convert(data, AnyAsk)
        except msgspec.ValidationError:
            return
        if ask.id in self._answers:
            known = self._answers[ask.id]
            if known is not None:
                self._answer(known)
            return
        self._answers[ask.id] = None
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)
        try:
            answer = await self._grant(ask)
        except BaseException:
            self._answers.pop(ask.id, None)
            raise
        self._answers[ask.id] = answer
        self._answer(answer)

    async def _grant(self, ask: AnyAsk) -> Answer:
        now = msgspec.to_builtins(self._service.clock())
        if isinstance(ask, Ping):
            return {"id": ask.id, "ok": True, "now": now}
        try:
            wish = wish_of(ask)
            fleet = await self._service.grant(self._actor, wish)
        except LoadZoneError as error:
            return {"id": ask.id, "ok": False, "now": now, **told(error, self._lang)}
        vm: VM | None = fleet.vms.get(ask.vm_id)
        return {"id": ask.id, "ok": True, "now": now, "seq": self._service.seq, "vm": msgspec.to_builtins(vm)}


def wish_of(ask: AskBook | AskRenew | AskRelease) -> AnyWish:
    """Return the wish that a message carries; raises InvalidInput for hours that are no number."""
    match ask:
        case AskBook():
            return Book(vm_id=ask.vm_id, hours=hours_of(ask.hours), purpose=ask.purpose)
        case AskRenew():
            return Renew(vm_id=ask.vm_id, hours=hours_of(ask.hours))
        case AskRelease():
            return Release(vm_id=ask.vm_id)


def hours_of(typed: str) -> float:
    """Return the number that a person typed, with a decimal point or comma; raises InvalidInput."""
    text = typed.strip().replace(",", ".")
    if not text:
        raise invalid("hours", "required")
    try:
        return float(text)
    except ValueError:
        raise invalid("hours", "hours_not_a_number") from None


def told(error: LoadZoneError, lang: str) -> Mapping[str, Any]:
    """Return what the page shows of an error: code, message, and messages by field."""
    fields: dict[str, str] = {}
    if isinstance(error, InvalidInput):
        fields = {each.field: field_text(each, lang) for each in error.fields}
    return {"code": error.code, "message": error_text(error, lang), "fields": fields}
