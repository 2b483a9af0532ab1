"""What an actor may ask for. A wish is also the JSON body of the HTTP call that carries it.

Unknown fields are refused, so that a misspelled one is never ignored in silence.
"""

from msgspec import UNSET, Struct, UnsetType, field


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
    """Add a VM to the fleet."""

    id: str
    group_id: int | None = None
    internal_ip: str | None = None
    external_ip: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None


class AddVMs(Wish, frozen=True, kw_only=True):
    """Add many VMs, all or none."""

    vms: tuple[AddVM, ...]


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
    | EditVM
    | DeleteVM
    | AddGroup
    | RenameGroup
    | AddVMsToGroup
    | RemoveVMFromGroup
    | DeleteGroup
    | Welcome
)
