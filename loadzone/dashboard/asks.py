"""The messages that a page sends, with values as they were typed, and the wishes that they carry."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from loadzone.domain.errors import invalid
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

MANY_MAX: Final = 200


class Ask(Struct, frozen=True, kw_only=True, tag_field="act"):
    """Base of the messages; `id` is made by the page, one for each time a person confirms."""

    id: str


class OneWish(Ask, frozen=True, kw_only=True):
    """Base of the messages that carry one wish."""

    def wish(self) -> AnyWish:
        """Return the wish; raises InvalidInput for what cannot be read."""
        raise NotImplementedError


class ManyWishes(Ask, frozen=True, kw_only=True):
    """Base of the messages about several VMs, each of which is granted or refused on its own."""

    def wishes(self) -> list[AnyWish]:
        """Return the wish for each VM, in their order; raises InvalidInput for what cannot be read."""
        raise NotImplementedError


class Ping(Ask, frozen=True, kw_only=True, tag="ping"):
    """Asks whether Python is still there."""


class AskBook(OneWish, frozen=True, kw_only=True, tag="book"):
    """Book, with the hours as typed."""

    vm_id: str
    hours: str
    purpose: str = ""

    def wish(self) -> AnyWish:
        """Return the wish."""
        return Book(vm_id=self.vm_id, hours=hours_of(self.hours), purpose=self.purpose)


class AskRenew(OneWish, frozen=True, kw_only=True, tag="renew"):
    """Renew, with the hours as typed."""

    vm_id: str
    hours: str

    def wish(self) -> AnyWish:
        """Return the wish."""
        return Renew(vm_id=self.vm_id, hours=hours_of(self.hours))


class AskRelease(OneWish, frozen=True, kw_only=True, tag="release"):
    """Release."""

    vm_id: str

    def wish(self) -> AnyWish:
        """Return the wish."""
        return Release(vm_id=self.vm_id)


class AskAddVM(OneWish, frozen=True, kw_only=True, tag="add_vm"):
    """Add a VM; `tags` are parted by commas."""

    vm_id: str
    group_id: int | None = None
    internal_ip: str = ""
    external_ip: str = ""
    tags: str = ""
    note: str = ""

    def wish(self) -> AnyWish:
        """Return the wish."""
        vm_id = self.vm_id.strip()
        if not vm_id:
            raise invalid("id", "required")
        return AddVM(
            id=vm_id,
            group_id=self.group_id,
            internal_ip=self.internal_ip,
            external_ip=self.external_ip,
            tags=tags_of(self.tags),
            note=self.note,
        )


class AskEditVM(OneWish, frozen=True, kw_only=True, tag="edit_vm"):
    """Change those fields of a VM that were changed in the dialog; the others stay as they are by now."""

    vm_id: str
    group_id: int | UnsetType | None = UNSET
    internal_ip: str | UnsetType = UNSET
    external_ip: str | UnsetType = UNSET
    tags: str | UnsetType = UNSET
    note: str | UnsetType = UNSET

    def wish(self) -> AnyWish:
        """Return the wish."""
        return EditVM(
            vm_id=self.vm_id,
            group_id=self.group_id,
            internal_ip=self.internal_ip,
            external_ip=self.external_ip,
            tags=UNSET if self.tags is UNSET else tags_of(self.tags),
            note=self.note,
        )


class AskDeleteVM(OneWish, frozen=True, kw_only=True, tag="delete_vm"):
    """Delete a VM; `force` when the page had said who holds it."""

    vm_id: str
    force: bool = False

    def wish(self) -> AnyWish:
        """Return the wish."""
        return DeleteVM(vm_id=self.vm_id, force=self.force)


class AskAddGroup(OneWish, frozen=True, kw_only=True, tag="add_group"):
    """Make a group of VMs."""

    name: str
    vm_ids: tuple[str, ...] = ()

    def wish(self) -> AnyWish:
        """Return the wish."""
        return AddGroup(name=self.name, vm_ids=self.vm_ids)


class AskAddToGroup(OneWish, frozen=True, kw_only=True, tag="add_to_group"):
    """Move VMs into a group."""

    group_id: int
    vm_ids: tuple[str, ...]

    def wish(self) -> AnyWish:
        """Return the wish."""
        if not self.vm_ids:
            raise invalid("vm_ids", "required")
        return AddVMsToGroup(group_id=self.group_id, vm_ids=self.vm_ids)


class AskRemoveFromGroup(OneWish, frozen=True, kw_only=True, tag="remove_from_group"):
    """Take a VM out of the group that the page showed it in."""

    vm_id: str
    group_id: int

    def wish(self) -> AnyWish:
        """Return the wish."""
        return RemoveVMFromGroup(vm_id=self.vm_id, group_id=self.group_id)


class AskRenameGroup(OneWish, frozen=True, kw_only=True, tag="rename_group"):
    """Rename a group."""

    group_id: int
    name: str

    def wish(self) -> AnyWish:
        """Return the wish."""
        return RenameGroup(group_id=self.group_id, name=self.name)


class AskDeleteGroup(OneWish, frozen=True, kw_only=True, tag="delete_group"):
    """Delete a group."""

    group_id: int

    def wish(self) -> AnyWish:
        """Return the wish."""
        return DeleteGroup(group_id=self.group_id)


ManyIds = Annotated[tuple[str, ...], Meta(min_length=1, max_length=MANY_MAX)]


class AskBookMany(ManyWishes, frozen=True, kw_only=True, tag="book_many"):
    """Book each of several VMs."""

    vm_ids: ManyIds
    hours: str
    purpose: str = ""

    def wishes(self) -> list[AnyWish]:
        """Return a wish a VM."""
        hours = hours_of(self.hours)
        return [Book(vm_id=vm_id, hours=hours, purpose=self.purpose) for vm_id in dict.fromkeys(self.vm_ids)]


class AskReleaseMany(ManyWishes, frozen=True, kw_only=True, tag="release_many"):
    """Release each of several VMs."""

    vm_ids: ManyIds

    def wishes(self) -> list[AnyWish]:
        """Return a wish a VM."""
        return [Release(vm_id=vm_id) for vm_id in dict.fromkeys(self.vm_ids)]


class AskMoveMany(ManyWishes, frozen=True, kw_only=True, tag="move_many"):
    """Move each of several VMs into a group, or with None out of theirs."""

    vm_ids: ManyIds
    group_id: int | None

    def wishes(self) -> list[AnyWish]:
        """Return a wish a VM."""
        return [EditVM(vm_id=vm_id, group_id=self.group_id) for vm_id in dict.fromkeys(self.vm_ids)]


class AskDeleteMany(ManyWishes, frozen=True, kw_only=True, tag="delete_many"):
    """Delete each of several VMs; `force` names those that the page had shown as held."""

    vm_ids: ManyIds
    force: tuple[str, ...] = ()

    def wishes(self) -> list[AnyWish]:
        """Return a wish a VM."""
        return [DeleteVM(vm_id=vm_id, force=vm_id in self.force) for vm_id in dict.fromkeys(self.vm_ids)]


AnyAsk = (
    Ping
    | AskBook
    | AskRenew
    | AskRelease
    | AskAddVM
    | AskEditVM
    | AskDeleteVM
    | AskAddGroup
    | AskAddToGroup
    | AskRemoveFromGroup
    | AskRenameGroup
    | AskDeleteGroup
    | AskBookMany
    | AskReleaseMany
    | AskMoveMany
    | AskDeleteMany
)


def hours_of(typed: str) -> float:
    """Return the number that a person typed, with a decimal point or comma; raises InvalidInput."""
    text = typed.strip().replace(",", ".")
    if not text:
        raise invalid("hours", "required")
    try:
        return float(text)
    except ValueError:
        raise invalid("hours", "hours_not_a_number") from None


def tags_of(typed: str) -> tuple[str, ...]:
    """Return the tags that a person typed, parted by commas."""
    return tuple(typed.split(","))
