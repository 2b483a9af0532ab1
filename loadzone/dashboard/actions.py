"""What the page asks of Python: each message is one wish of the visitor, each answer says how it went.

The dialogs are drawn in the browser, as native `<dialog>` elements: they open without a round trip, hold
the focus, close on Escape, cost no models in the open page, and keep what was typed when an answer is an
error. Values travel as they were typed; they are checked and decided here, by the same rules as everywhere.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec

from loadzone.dashboard.asks import AnyAsk, ManyWishes, OneWish
from loadzone.domain.errors import InvalidInput, LoadZoneError
from loadzone.domain.permissions import Actor
from loadzone.domain.wishes import AnyWish
from loadzone.i18n import error_text, field_text

Answer = dict[str, Any]

_REMEMBERED: Final = 50


class ById(Protocol):
    """VMs by their ids."""

    def get(self, key: str, /) -> Any:
        """Return the VM, or None."""


class Granted(Protocol):
    """What is known of the fleet once a wish was granted."""

    @property
    def vms(self) -> ById:
        """The VMs, or at least the one that the wish was about."""


class Granting(Protocol):
    """What carries wishes out, raising the domain's errors: the service itself or, in a notebook, a zone."""

    @property
    def seq(self) -> int:
        """The number of the last change that is known here."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The server's time."""

    def grant(self, actor: Actor, wish: AnyWish, /) -> Awaitable[Granted]:
        """Carry out a wish of `actor`."""


def told(error: LoadZoneError, lang: str) -> Mapping[str, Any]:
    """Return what the page shows of an error: code, message, and messages by field."""
    fields: dict[str, str] = {}
    if isinstance(error, InvalidInput):
        fields = {each.field: field_text(each, lang) for each in error.fields}
    return {"code": error.code, "message": error_text(error, lang), "fields": fields}


class Actions:
    """Grants what one page asks for, as its visitor, in the visitor's language.

    A message that comes twice (a double click, a retry) is granted once: its second copy gets the first
    answer, or none while the first is still under way. `tell` words an error in a language.
    """

    def __init__(
        self,
        service: Granting,
        actor: Actor,
        lang: str,
        answer: Callable[[Answer], None],
        tell: Callable[[LoadZoneError, str], Mapping[str, Any]] = told,
    ) -> None:
        self._service = service
        self._actor = actor
        self._lang = lang
        self._answer = answer
        self._tell = tell
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
        told: Mapping[str, Any] = {"ok": True}
        try:
            if isinstance(ask, ManyWishes):
                told = await self._several(ask)
            elif isinstance(ask, OneWish):
                told = await self._one(ask)
        except LoadZoneError as error:
            told = {"ok": False, **self._told(error)}
        return {"id": ask.id, "now": msgspec.to_builtins(self._service.clock()), **told}

    async def _one(self, ask: OneWish) -> Answer:
        """Grant one wish and show the VM that it names, and a group that it made."""
        fleet = await self._service.grant(self._actor, ask.wish())
        told: Answer = {"ok": True, "seq": self._service.seq}
        if (vm_id := getattr(ask, "vm_id", None)) is not None:
            told["vm"] = msgspec.to_builtins(fleet.vms.get(vm_id.strip()))
        return told

    async def _several(self, ask: ManyWishes) -> Answer:
        """Grant a wish a VM, each on its own, and show a result a VM; a wrong field refuses all of them."""
        wishes = ask.wishes()
        outcomes = await asyncio.gather(*(self._tried(wish) for wish in wishes))
        refused = [error for error in outcomes if error is not None]
        for error in refused:
            if isinstance(error, InvalidInput):
                raise error
        return {"ok": True, "results": [self._result(*each) for each in zip(wishes, outcomes, strict=True)]}

    async def _tried(self, wish: AnyWish) -> LoadZoneError | None:
        try:
            await self._service.grant(self._actor, wish)
        except LoadZoneError as error:
            return error
        return None

    def _result(self, wish: AnyWish, error: LoadZoneError | None) -> Answer:
        vm_id: str = getattr(wish, "vm_id", "")
        return (
            {"vm_id": vm_id, "ok": True} if error is None else {"vm_id": vm_id, "ok": False, **self._told(error)}
        )

    def _told(self, error: LoadZoneError) -> Mapping[str, Any]:
        return self._tell(error, self._lang)
