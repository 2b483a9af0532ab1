"""Facts as people are told them: notes, and their notifications in a language.

A note is public unless `only` names the one person it is for. `besides` names the one person who is not
told it, because a personal note tells that person the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from loadzone import i18n
from loadzone.domain.account_facts import AccountFact
from loadzone.domain.facts import (
    AnyFact,
    BookingMade,
    BookingReleased,
    BookingRenewed,
    Change,
    GroupAdded,
    GroupDeleted,
    GroupRenamed,
    HolderWarned,
    UserAdded,
    VMAdded,
    VMDeleted,
    VMEdited,
    VMsMoved,
)
from loadzone.domain.model import Group, Reason

TYPES: Final = (
    "booked",
    "renewed",
    "released",
    "expired",
    "vm_added",
    "vm_edited",
    "vm_deleted",
    "vms_moved",
    "group_added",
    "group_renamed",
    "group_deleted",
    "expiring",
    "released_by_admin",
)
"""Every `type` that a notification can have; the last two are personal."""

# VMs that are added together beyond this number are told as one note: an import is one event to people.
_TOLD_ONE_BY_ONE = 5
_NOBODY = "LoadZone"

_INFO, _SUCCESS, _WARNING = "info", "success", "warning"
# What its doer is told as "you": all that administrators do. The page tells of own bookings itself, by its clock.
_OWN: Final = frozenset(
    {
        "released-forced",
        "released-deleted",
        "vm-added",
        "vms-added",
        "vm-edited",
        "vm-deleted",
        "vm-moved",
        "vms-moved",
        "vm-ungrouped",
        "vms-ungrouped",
        "group-added",
        "group-renamed",
        "group-deleted",
    }
)


class Notification(Struct, frozen=True, kw_only=True):
    """The `notification` event of the live feed; `vm_id` is None where it is about several VMs or none."""

    msg: str
    type: str
    vm_id: str | None
    user: str | None
    at: datetime
    seq: int
    level: str


class Notified(Notification, frozen=True, kw_only=True):
    """A notification of late, with who did it: None for LoadZone itself."""

    by: str | None


class Note(Struct, frozen=True, kw_only=True):
    """What is to be told, in no language yet: `key` is the text's, `data` fills its places.

    `user` is the holder where it is about a booking, else who did it; `by` is always who did it.
    """

    type: str
    key: str
    at: datetime
    seq: int
    data: dict[str, Any]
    user: str | None
    by: str | None = None
    vm_id: str | None = None
    level: str = _INFO
    only: str | None = None
    besides: str | None = None

    def is_for(self, email: str | None) -> bool:
        """Tell whether the person `email` (None: somebody without a name) is told this."""
        if self.only is not None:
            return email == self.only
        return email is None or email != self.besides

    def is_own(self, email: str | None) -> bool:
        """Tell whether the person `email` did this and is told so in words of their own."""
        return email is not None and email == self.by and self.key in _OWN

    def in_language(self, lang: str, *, own: bool = False) -> Notification:
        """Return the notification with its message in `lang`, times in UTC with the word said.

        `own` makes it the message for the person who did it.
        """
        return Notification(
            msg=i18n.translate(lang, f"notification-{'own-' if own else ''}{self.key}", **self.data),
            type=self.type,
            vm_id=self.vm_id,
            user=self.user,
            at=self.at,
            seq=self.seq,
            level=self.level,
        )


def notes_of(change: Change, groups: Mapping[int, Group]) -> Iterator[Note]:
    """Yield the notes of a change in order; `groups` gives the names of groups that VMs moved to."""
    added = [fact.vm_id for fact in change.facts if isinstance(fact, VMAdded)]
    together = len(added) > _TOLD_ONE_BY_ONE
    if together:
        first = next(fact for fact in change.facts if isinstance(fact, VMAdded))
        yield _fleet(change.seq, first, "vm_added", _SUCCESS, key="vms-added", count=len(added))
    for fact in change.facts:
        match fact:
            case BookingMade() | BookingRenewed() | BookingReleased() | HolderWarned():
                yield from _booking(change.seq, fact)
            case VMAdded() if together:
                pass
            case VMsMoved():
                yield from _moved(change, fact, groups)
            case VMAdded() | VMEdited() | VMDeleted():
                level = _SUCCESS if isinstance(fact, VMAdded) else _INFO
                yield _fleet(change.seq, fact, _type_of(fact), level, vm_id=fact.vm_id)
            case GroupAdded() | GroupRenamed() | GroupDeleted():
                level = _SUCCESS if isinstance(fact, GroupAdded) else _INFO
                yield _fleet(change.seq, fact, _type_of(fact), level, group=fact.name)
            case UserAdded() | AccountFact():
                pass


def _type_of(fact: VMAdded | VMEdited | VMDeleted | GroupAdded | GroupRenamed | GroupDeleted) -> str:
    return str(fact.__struct_config__.tag)


def _booking(seq: int, fact: BookingMade | BookingRenewed | BookingReleased | HolderWarned) -> Iterator[Note]:
    match fact:
        case BookingMade():
            yield _held(seq, fact, "booked", _SUCCESS, until=fact.end)
        case BookingRenewed():
            yield _held(seq, fact, "renewed", _SUCCESS, until=fact.end)
        case HolderWarned():
            yield _held(seq, fact, "expiring", _WARNING, only=fact.user, until=fact.end)
        case BookingReleased(reason=Reason.EXPIRED):
            yield _held(seq, fact, "expired", _INFO)
        case BookingReleased() if fact.reason is Reason.CANCELLED or fact.by == fact.user:
            yield _held(seq, fact, "released", _INFO)
        case BookingReleased():
            how = "deleted" if fact.reason is Reason.VM_DELETED else "forced"
            yield _held(seq, fact, "released", _INFO, key=f"released-{how}", besides=fact.user)
            yield _held(seq, fact, "released_by_admin", _WARNING, key=f"released-by-admin-{how}", only=fact.user)


def _held(
    seq: int,
    fact: BookingMade | BookingRenewed | BookingReleased | HolderWarned,
    note_type: str,
    level: str,
    *,
    key: str | None = None,
    only: str | None = None,
    besides: str | None = None,
    **data: Any,
) -> Note:
    return Note(
        type=note_type,
        key=key or note_type.replace("_", "-"),
        at=fact.at,
        seq=seq,
        data={"vm_id": fact.vm_id, "user": fact.user, "by": fact.by or _NOBODY, **data},
        user=fact.user,
        by=fact.by,
        vm_id=fact.vm_id,
        level=level,
        only=only,
        besides=besides,
    )


def _fleet(
    seq: int,
    fact: AnyFact,
    note_type: str,
    level: str = _INFO,
    *,
    vm_id: str | None = None,
    key: str | None = None,
    **data: Any,
) -> Note:
    return Note(
        type=note_type,
        key=key or note_type.replace("_", "-"),
        at=fact.at,
        seq=seq,
        data={"vm_id": vm_id, "by": fact.by or _NOBODY, **data},
        user=fact.by,
        by=fact.by,
        vm_id=vm_id,
        level=level,
    )


def _moved(change: Change, fact: VMsMoved, groups: Mapping[int, Group]) -> Iterator[Note]:
    """Yield the note of a move, unless it only follows from what else happened in the same change."""
    vm_ids = _not_implied(change.facts, fact)
    if not vm_ids:
        return
    where = "ungrouped" if fact.group is None else "moved"
    group = groups.get(fact.group) if fact.group is not None else None
    # A group can be gone by the time a client that was away is told; its number is what is left of it.
    name = group.name if group is not None else f"#{fact.group}"
    if len(vm_ids) == 1:
        yield _fleet(change.seq, fact, "vms_moved", key=f"vm-{where}", vm_id=vm_ids[0], group=name)
    else:
        yield _fleet(change.seq, fact, "vms_moved", key=f"vms-{where}", count=len(vm_ids), group=name)


def _not_implied(facts: Sequence[AnyFact], moved: VMsMoved) -> Sequence[str]:
    """Return the VMs whose move is news: not those just added or deleted, nor those of a group just deleted."""
    come_or_gone: set[str] = set()
    for fact in facts:
        match fact:
            case VMAdded() | VMDeleted():
                come_or_gone.add(fact.vm_id)
            case GroupDeleted() if moved.group is None and moved.left == (fact.group_id,):
                return ()
            case _:
                pass
    return [vm_id for vm_id in moved.vm_ids if vm_id not in come_or_gone]
