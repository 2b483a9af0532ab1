"""What the live feed says: events encoded once for everybody who gets the same."""

import struct
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import Struct

from loadzone.domain.facts import Change, touched
from loadzone.domain.model import VM, Fleet, Group
from loadzone.web.notes import Note, notes_of

# RFC 6455, 5.2: a whole text message, and the lengths from which its length takes 2 and 8 more bytes.
_TEXT_FRAME: Final = 0x81
_SHORT: Final = 126
_LONG: Final = 0x10000


class Bundle:
    """Events that are sent together, encoded once: for websockets as frames, for engine.io as texts."""

    def __init__(self, events: Sequence[bytes]) -> None:
        self._events = events

    @cached_property
    def frames(self) -> bytes:
        """All events as unmasked websocket frames, one behind the other."""
        return b"".join(frame(b"42" + event) for event in self._events)

    @cached_property
    def packets(self) -> Sequence[str]:
        """Each event as a socket.io packet, without engine.io's own type in front."""
        return [f"2{event.decode()}" for event in self._events]

    def __bool__(self) -> bool:
        return bool(self._events)


def frame(text: bytes) -> bytes:
    """Return a whole text message as an unmasked websocket frame, as servers send it."""
    if len(text) < _SHORT:
        return struct.pack("!BB", _TEXT_FRAME, len(text)) + text
    if len(text) < _LONG:
        return struct.pack("!BBH", _TEXT_FRAME, _SHORT, len(text)) + text
    return struct.pack("!BBQ", _TEXT_FRAME, _SHORT + 1, len(text)) + text


def event(name: str, value: Any) -> bytes:
    """Return a socket.io event as JSON; structs are encoded exactly as the HTTP API encodes them."""
    return b'["%s",%s]' % (name.encode(), msgspec.json.encode(value))


def reset(seq: int) -> Bundle:
    """Return the event that tells a client to read everything anew."""
    return Bundle([event("reset", {"seq": seq})])


class ChangeEvent(Struct, frozen=True, kw_only=True):
    """The `change` event: whole records as they are after number `seq`, and the ids of those that are gone."""

    seq: int
    vms: Sequence[VM]
    removed_vms: Sequence[str]
    groups: Sequence[Group]
    removed_groups: Sequence[int]


class Telling:
    """Some changes as they are told: one `change` event, then the notifications, encoded once an audience."""

    def __init__(self, changes: Sequence[Change], fleet: Fleet, seq: int) -> None:
        self.seq = seq
        self._changes = changes
        self._fleet = fleet
        self._bundles: dict[tuple[str, str | None], Bundle] = {}
        self._told: dict[tuple[str, int, bool], bytes] = {}

    @cached_property
    def _change(self) -> bytes:
        return event("change", change_event(self._changes, self._fleet, self.seq))

    @cached_property
    def _notes(self) -> list[Note]:
        return [note for change in self._changes for note in notes_of(change, self._fleet.groups)]

    @cached_property
    def _special(self) -> set[str | None]:
        doers = {note.by for note in self._notes if note.is_own(note.by)}
        return doers | {email for note in self._notes for email in (note.only, note.besides)}

    def bundle(self, lang: str, email: str | None) -> Bundle:
        """Return what the person `email` (None: somebody without a name) gets, in `lang`."""
        audience = (lang, email if email in self._special else None)
        bundle = self._bundles.get(audience)
        if bundle is None:
            events = [
                self._event(lang, number, note.is_own(email))
                for number, note in enumerate(self._notes)
                if note.is_for(email)
            ]
            bundle = self._bundles[audience] = Bundle([self._change, *events])
        return bundle

    def _event(self, lang: str, number: int, own: bool) -> bytes:
        told = self._told.get((lang, number, own))
        if told is None:
            notification = self._notes[number].in_language(lang, own=own)
            told = self._told[lang, number, own] = event("notification", notification)
        return told


def change_event(changes: Iterable[Change], fleet: Fleet, seq: int) -> ChangeEvent:
    """Return the event that brings a client from before `changes` to `fleet`, which is number `seq`."""
    vm_ids, group_ids = touched(fact for change in changes for fact in change.facts)
    return ChangeEvent(
        seq=seq,
        vms=[fleet.vms[vm_id] for vm_id in vm_ids if vm_id in fleet.vms],
        removed_vms=[vm_id for vm_id in vm_ids if vm_id not in fleet.vms],
        groups=[fleet.groups[group_id] for group_id in group_ids if group_id in fleet.groups],
        removed_groups=[group_id for group_id in group_ids if group_id not in fleet.groups],
    )
