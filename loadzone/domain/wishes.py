"""What an actor may ask for. A wish is also the JSON body of the HTTP call that carries it.

Unknown fields are refused, so that a misspelled one is never ignored in silence.
"""

from msgspec import UNSET, Struct, UnsetType, field

from loadzone.domain.errors import FieldError
from loadzone.domain.model import Details


class Wish(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Base of all wishes."""


class Book(Wish, frozen=True, kw_only=True):
    """Hold a free VM for `hours` from now."""

    vm_id: str
    hours: float
    purpose: str | None = None


class Renew(Wish, frozen=True, kw_only=True):
    """Move the end of one's booking by `hours`."""

    vm_id: str
    hours: float


class Release(Wish, frozen=True, kw_only=True):
    """End a booking now."""

    vm_id: str


class AddVM(Wish, frozen=True, kw_only=True):
    """Add a VM to the fleet, perhaps in a group: by its id, or by its name."""

    id: str
    group_id: int | None = None
    group: str | None = None
    internal_ip: str | None = None
    external_ip: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None


class AddVMs(Wish, frozen=True, kw_only=True):
    """Add many VMs, all or none; with `create_groups` also the groups that they name and that do not exist."""

    vms: tuple[AddVM, ...]
    create_groups: bool = False


class CheckedVM(Struct, frozen=True, kw_only=True, gc=False):
    """A VM to add whose fields are clean, unless it is `faulty`."""

    id: str
    details: Details
    group_id: int | None = None
    group: str | None = None
    faulty: bool = False


class CheckedVMs(Struct, frozen=True, kw_only=True):
    """Many VMs to add, all or none, and what is wrong with those that are faulty."""

    vms: tuple[CheckedVM, ...]
    faults: tuple[FieldError, ...] = ()
    create_groups: bool = False


class EditVM(Wish, frozen=True, kw_only=True):
    """Change the fields that are given; the others stay."""

    vm_id: str
    group_id: int | UnsetType | None = UNSET
    internal_ip: str | UnsetType | None = UNSET
    external_ip: str | UnsetType | None = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    note: str | UnsetType | None = UNSET


class DeleteVM(Wish, frozen=True, kw_only=True):
    """Take a VM out of the fleet; one that is booked needs `force`."""

    vm_id: str
    force: bool = False


class AddGroup(Wish, frozen=True, kw_only=True):
    """Make a group; the VMs named move out of their old groups."""

    name: str
    vm_ids: tuple[str, ...] = ()


class RenameGroup(Wish, frozen=True, kw_only=True):
    """Give a group another name."""

    group_id: int
    name: str


class AddVMsToGroup(Wish, frozen=True, kw_only=True):
    """Move VMs into a group."""

    vm_ids: tuple[str, ...]
    group_id: int = field(default=0)


class RemoveVMFromGroup(Wish, frozen=True, kw_only=True):
    """Take a VM out of `group_id`, or without it out of its current group."""

    vm_id: str
    group_id: int | None = None


class DeleteGroup(Wish, frozen=True, kw_only=True):
    """Delete a group; its VMs stay, ungrouped."""

    group_id: int


class Welcome(Wish, frozen=True, kw_only=True):
    """Note a person who has just been let in."""

    email: str


AnyWish = (
    Book
    | Renew
    | Release
    | AddVM
    | AddVMs
    | CheckedVMs
    | EditVM
    | DeleteVM
    | AddGroup
    | RenameGroup
    | AddVMsToGroup
    | RemoveVMFromGroup
    | DeleteGroup
    | Welcome
)
