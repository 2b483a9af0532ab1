"""What the dashboards of one zone share: the fleet kept live, and the way to ask as the zone's user."""

import asyncio
import logging
import threading
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from loadzone.client import Zone
from loadzone.dashboard.actions import Answer, told
from loadzone.dashboard.asks import Ask
from loadzone.domain.errors import InvalidInput, LoadZoneError
from loadzone.domain.permissions import Actor
from loadzone.domain.wishes import (
    AddGroup,
    AddVM,
    AddVMsToGroup,
    AnyWish,
    Book,
    DeleteGroup,
    DeleteVM,
    EditVM,
    Release,
    RemoveVMFromGroup,
    RenameGroup,
    Renew,
)
from loadzone.i18n import error_text, field_text
from loadzone.zones.following import Hear
from loadzone.zones.mirror import Mirror

log = logging.getLogger(__name__)

# The call that carries each wish, whose body the wish is.
_PATHS: Final[Mapping[type, str]] = {
    Book: "/book",
    Renew: "/renew",
    Release: "/cancel",
    AddVM: "/add-vm",
    EditVM: "/edit-vm",
    DeleteVM: "/delete-vm",
    AddGroup: "/groups",
    RenameGroup: "/rename-group",
    RemoveVMFromGroup: "/remove-vm-from-group",
    DeleteGroup: "/delete-group",
}


class AskLoad(Ask, frozen=True, kw_only=True, tag="load"):
    """Asks for the whole fleet."""


class AskHistory(Ask, frozen=True, kw_only=True, tag="history"):
    """Asks for history records, with the parameters of `GET /history`."""

    since: datetime | None = None
    until: datetime | None = None
    vm: str | None = None
    limit: int | None = None


class Granted(Struct, frozen=True):
    """The VM that a granted wish was about, by its id, as a record."""

    vms: dict[str, Any]


class Desk:
    """The live fleet of a zone, told to whoever listens, and its wishes and history.

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

    @property
    def seq(self) -> int:
        """The number of the last change that is known here."""
        return self.mirror.seq

    @property
    def clock(self) -> Callable[[], datetime]:
        """The server's time."""
        return self.mirror.now

    async def grant(self, _actor: Actor, wish: AnyWish) -> Granted:
        """Ask the zone to carry out a wish, as whoever it is connected as; raises what it refuses with."""
        self._check_open()
        path, body = _PATHS.get(type(wish)), msgspec.to_builtins(wish)
        if isinstance(wish, AddVMsToGroup):
            path, body = f"/groups/{wish.group_id}/add-existing-vms", {"vm_ids": wish.vm_ids}
        assert path is not None, wish  # noqa: S101  # pages ask for nothing else
        answer = msgspec.json.decode(await asyncio.to_thread(self._zone._change, path, body))  # noqa: SLF001  # one house
        vm_id = answer.get("id")
        return Granted({vm_id: answer} if isinstance(vm_id, str) else {})

    async def read(self, ask: AskLoad | AskHistory) -> Answer:
        """Answer what a page asks to see."""
        if isinstance(ask, AskLoad):
            with self._order:
                return {"id": ask.id, "ok": True, **self._state, "fleet": self.mirror.snapshot()}
        try:
            self._check_open()
            rows = await asyncio.to_thread(self._zone.records, ask.since, ask.until, vm=ask.vm)
        except LoadZoneError as error:
            return {"id": ask.id, "ok": False, **worded(error, self.lang)}
        return {"id": ask.id, "ok": True, "records": msgspec.to_builtins(rows[: ask.limit])}

    def _check_open(self) -> None:
        if self.closed:
            raise LoadZoneError("zone_closed")


def said(error: LoadZoneError, lang: str) -> str:
    """Return the sentence of an error: the server's own, where it said one, else ours."""
    notes = getattr(error, "__notes__", ())
    return str(notes[0]) if notes else error_text(error, lang)


def worded(error: LoadZoneError, lang: str) -> Mapping[str, Any]:
    """Return what the page shows of an error, in the server's words where it said some."""
    if not getattr(error, "__notes__", ()):
        return told(error, lang)
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
