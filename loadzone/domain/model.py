"""The values that LoadZone is about. One plain form serves the file, the API, the live feed and the client.

Times are aware datetimes in UTC. Optional fields that are empty are left out of the plain form.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from loadzone.domain.table import Table


class VM(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A virtual machine and, when it is taken, the booking that holds it.

    `booked_by` and `expires_at` are both set or both None. `group` is None or the id of the group whose
    `vm_ids` names this VM. `warned_at` is when the holder was last told that the end is near.
    """

    id: str
    group: int | None = field()
    booked_by: str | None = field()
    expires_at: datetime | None = field()
    booked_at: datetime | None = None
    purpose: str | None = None
    internal_ip: str | None = None
    external_ip: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    warned_at: datetime | None = None

    @property
    def booking(self) -> "Booking | None":
        """The booking that holds this VM, or None when nobody does."""
        if self.booked_by is None or self.expires_at is None:
            return None
        start = self.booked_at if self.booked_at is not None else self.expires_at
        return Booking(vm_id=self.id, user=self.booked_by, start=start, end=self.expires_at, purpose=self.purpose)

    def freed(self) -> "VM":
        """Return this VM with nobody holding it."""
        return replace(self, booked_by=None, expires_at=None, booked_at=None, purpose=None, warned_at=None)


class Booking(Struct, frozen=True, kw_only=True, gc=False):
    """An interval [start, end) in which `user` holds `vm_id`. Two bookings of one VM never overlap.

    A file in the base form does not say when a running booking began; `start` is then its end.
    """

    vm_id: str
    user: str
    start: datetime
    end: datetime
    purpose: str | None = None


class Details(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an administrator writes about a VM."""

    internal_ip: str | None = None
    external_ip: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None


class Group(Struct, frozen=True, kw_only=True, gc=False):
    """A named set of VMs; a VM is in one group at most."""

    id: int
    name: str
    vm_ids: tuple[str, ...] = ()


class User(Struct, frozen=True, kw_only=True, gc=False):
    """A person who has been seen: `email` is in the form of `domain/emails.py`, `created` is when."""

    email: str
    created: datetime


class Action(StrEnum):
    """What a history record tells."""

    BOOK = "book"
    RENEW = "renew"
    RELEASE = "release"


class Reason(StrEnum):
    """Why a booking ended."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FORCED = "forced"
    VM_DELETED = "vm_deleted"


class Record(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One line of a user's booking history, as it stands in the data file.

    For `book` and `renew`: `start` is the moment it was asked, `end` the planned end. For `release`:
    `start` is the moment the VM became free, `end` is None. Records hold only immutable scalars, so the
    garbage collector need not look at a million of them.
    """

    vm_id: str
    start: datetime = field()
    end: datetime | None = field()
    action: Action = field()
    reason: Reason | None = None
    by: str | None = None


class Fleet(Struct, frozen=True, kw_only=True, gc=False):
    """All VMs, groups and users at one moment. A change returns a new fleet and shares the rest."""

    vms: Table[str, VM] = field(default_factory=Table)
    groups: Table[int, Group] = field(default_factory=Table)
    users: Table[str, User] = field(default_factory=Table)


class Policy(Struct, frozen=True, kw_only=True, gc=False):
    """The limits that the rules obey: hours as numbers, `warn_before` as times before the end."""

    max_hours: float = 168
    max_total_hours: float = 720
    warn_before: tuple[timedelta, ...] = (timedelta(hours=1), timedelta(minutes=10))
