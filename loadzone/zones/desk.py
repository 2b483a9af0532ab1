"""What the dashboards of one zone share: the fleet kept live, and the way to ask as the zone's user."""

import asyncio
import logging
import re
import threading
import weakref
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from loadzone.client import Zone
from loadzone.domain.errors import InvalidInput, LoadZoneError, NotFound
from loadzone.i18n import error_text, field_text
from loadzone.zones.following import Hear
from loadzone.zones.mirror import Mirror

log = logging.getLogger(__name__)

Answer = dict[str, Any]

# The calls that a dashboard may ask for.
_CALLS: Final = re.compile(
    r"/(?:book|renew|cancel|add-vm|edit-vm|delete-vm|groups|rename-group|delete-group|remove-vm-from-group"
    r"|groups/\d{1,18}/add-existing-vms)\Z"
)


class Ask(Struct, frozen=True, kw_only=True, tag_field="act"):
    """Base of the messages; the page makes the `id`, which for a change is the key that has it granted once."""

    id: Annotated[str, Meta(pattern=r"\A[!-~]{1,255}\Z")]


class AskPing(Ask, frozen=True, kw_only=True, tag="ping"):
    """Asks whether Python is still there."""


class AskChange(Ask, frozen=True, kw_only=True, tag="change"):
    """Asks for a change: a call of the API and its body."""

    path: str
    body: dict[str, Any]


class AskLoad(Ask, frozen=True, kw_only=True, tag="load"):
    """Asks for the whole fleet."""


class AskHistory(Ask, frozen=True, kw_only=True, tag="history"):
    """Asks for history records, with the parameters of `GET /history`."""

    since: datetime | None = None
    until: datetime | None = None
    vm: str | None = None
    limit: int | None = None


AnyAsk = AskPing | AskLoad | AskHistory | AskChange


class Desk:
    """The live fleet of a zone, told to whoever listens, its history, and the way to change it.

    Listeners are held weakly, and are told in the follower's thread, hence also while the kernel runs a cell.
    Making a desk raises what following raises.
    """

    def __init__(self, zone: Zone, lang: str) -> None:
        self.lang = lang
        self.mirror = Mirror()
        self._zone = zone
        self._listeners: weakref.WeakSet[Any] = weakref.WeakSet()
        self._state: dict[str, Any] = {"online": True, "why": None}
        # Events and questions come from several threads.
        self._order = threading.RLock()
        self._following = zone.follow(_weakly(self))
        # The follower's thread does not hold the desk, so that one which nobody looks at any more ends it.
        weakref.finalize(self, self._following.close)

    @property
    def closed(self) -> bool:
        """Whether the zone was closed, and with it this."""
        return self._following.closed

    # What goes out

    def listen(self, listener: Any) -> None:
        """Call `listener.answer` with every event, as long as somebody holds the listener."""
        self._listeners.add(listener)

    def post(self, event: str, data: Any) -> None:
        """Take in an event from any thread, and tell it."""
        with self._order:
            self._heard(event, data)

    def _heard(self, event: str, data: Any) -> None:
        if event == "load":
            self.mirror.load(data)
            data = self.mirror.snapshot()
        elif event == "change":
            if not self.mirror.change(data):
                return
        elif event in {"online", "offline", "refused"}:
            why = None if data is None else said(data, self.lang)
            self._state = data = {"online": event == "online", "why": why}
        for listener in list(self._listeners):
            try:
                listener.answer({"event": event, "data": data})
            except Exception:
                log.exception("a dashboard could not be told of %s", event)

    # What comes in

    async def answer(self, ask: AnyAsk) -> Answer:
        """Return what a page is answered."""
        match ask:
            case AskPing():
                told: Mapping[str, Any] = {"ok": True}
            case AskLoad():
                with self._order:
                    told = {"ok": True, **self._state, "fleet": self.mirror.snapshot()}
            case AskHistory() | AskChange():
                told = await self._asked(ask)
        return {"id": ask.id, **told}

    async def _asked(self, ask: AskHistory | AskChange) -> Mapping[str, Any]:
        """Ask the zone, as whoever it is connected as."""
        try:
            self._check_open()
            if isinstance(ask, AskHistory):
                rows = await asyncio.to_thread(self._zone.records, ask.since, ask.until, vm=ask.vm)
                return {"ok": True, "records": msgspec.to_builtins(rows[: ask.limit])}
            if not _CALLS.match(ask.path):
                raise NotFound("path_not_found")
            # The key travels on: however often and from whichever cell this comes, it is granted once.
            changed = await asyncio.to_thread(self._zone._change, ask.path, ask.body, ask.id)  # noqa: SLF001  # one house
            return {"ok": True, "data": msgspec.json.decode(changed)}
        except LoadZoneError as error:
            return {"ok": False, **worded(error, self.lang)}

    def _check_open(self) -> None:
        if self.closed:
            raise LoadZoneError("zone_closed")


def said(error: LoadZoneError, lang: str) -> str:
    """Return the sentence of an error: the server's own, where it said one, else ours."""
    notes = getattr(error, "__notes__", ())
    return str(notes[0]) if notes else error_text(error, lang)


def worded(error: LoadZoneError, lang: str) -> Mapping[str, Any]:
    """Return what the page shows of an error, in the server's words where it said some: code, message, fields."""
    fields: dict[str, str] = {}
    if isinstance(error, InvalidInput):
        fields = {each.field: each.data.get("message") or field_text(each, lang) for each in error.fields}
    return {"code": error.code, "message": said(error, lang), "fields": fields}


def _weakly(desk: Desk) -> Hear:
    method = weakref.WeakMethod(desk.post)

    def hear(event: str, data: Any) -> None:
        if (post := method()) is not None:
            post(event, data)

    return hear
