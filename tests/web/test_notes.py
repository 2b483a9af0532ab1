"""What people are told of facts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loadzone import i18n
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
from loadzone.domain.model import Details, Group, Reason
from loadzone.web.notes import TYPES, Note, Notification, notes_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = datetime(2026, 11, 23, 18, tzinfo=UTC)
GROUPS = {1: Group(id=1, name="Production")}
ANNA, BORIS, ADMIN = "anna@example.com", "boris@example.com", "admin@example.com"


def notes(*facts: AnyFact) -> list[Note]:
    return list(notes_of(Change(seq=7, facts=facts), GROUPS))


def told(*facts: AnyFact, lang: str = "en") -> list[Notification]:
    return [note.in_language(lang) for note in notes(*facts)]


def released(reason: Reason, by: str | None) -> BookingReleased:
    return BookingReleased(at=NOW, by=by, vm_id="a", user=ANNA, reason=reason)


EVERY_FACT: list[tuple[AnyFact, list[str]]] = [
    (BookingMade(at=NOW, by=ANNA, vm_id="a", user=ANNA, end=END), ["booked"]),
    (BookingRenewed(at=NOW, by=ANNA, vm_id="a", user=ANNA, end=END), ["renewed"]),
    (released(Reason.CANCELLED, ANNA), ["released"]),
    (released(Reason.EXPIRED, None), ["expired"]),
    (released(Reason.FORCED, ADMIN), ["released", "released_by_admin"]),
    (released(Reason.VM_DELETED, ADMIN), ["released", "released_by_admin"]),
    (released(Reason.VM_DELETED, ANNA), ["released"]),
    (HolderWarned(at=NOW, vm_id="a", user=ANNA, end=END), ["expiring"]),
    (VMAdded(at=NOW, by=ADMIN, vm_id="a"), ["vm_added"]),
    (VMEdited(at=NOW, by=ADMIN, vm_id="a", details=Details()), ["vm_edited"]),
    (VMDeleted(at=NOW, by=ADMIN, vm_id="a"), ["vm_deleted"]),
    (VMsMoved(at=NOW, by=ADMIN, vm_ids=("a",), group=1), ["vms_moved"]),
    (VMsMoved(at=NOW, by=ADMIN, vm_ids=("a",), group=None, left=(1,)), ["vms_moved"]),
    (VMsMoved(at=NOW, by=ADMIN, vm_ids=("a", "b"), group=1), ["vms_moved"]),
    (VMsMoved(at=NOW, by=ADMIN, vm_ids=("a", "b"), group=None, left=(1,)), ["vms_moved"]),
    (GroupAdded(at=NOW, by=ADMIN, group_id=1, name="Production"), ["group_added"]),
    (GroupRenamed(at=NOW, by=ADMIN, group_id=1, name="Production"), ["group_renamed"]),
    (GroupDeleted(at=NOW, by=ADMIN, group_id=1, name="Production"), ["group_deleted"]),
    (UserAdded(at=NOW, user=ANNA), []),
]


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
@pytest.mark.parametrize(("fact", "types"), EVERY_FACT)
def test_every_fact_is_told_as_its_types_in_every_language(fact: AnyFact, types: list[str], lang: str) -> None:
    found = told(fact, lang=lang)

    assert [each.type for each in found] == types
    for each in found:
        assert each.msg
        assert each.at == NOW
        assert each.seq == 7
        assert each.level in ("info", "success", "warning")


def test_every_type_is_told_of_some_fact() -> None:
    assert {each for _, types in EVERY_FACT for each in types} == set(TYPES)


def test_every_type_stands_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "live-feed.md").read_text(encoding="utf-8")

    assert [each for each in TYPES if f"`{each}`" not in text] == []


def test_the_languages_have_the_same_texts() -> None:
    keys = [{key for key in i18n._messages(lang) if key.startswith("notification-")} for lang in i18n.LANGUAGES]

    assert keys[0]
    assert keys[0] == keys[1]


def test_a_booking_is_told_with_its_end_in_utc() -> None:
    fact = BookingMade(at=NOW, by=ANNA, vm_id="a", user=ANNA, end=END)

    assert told(fact) == [
        Notification(
            msg="anna@example.com booked a until 2026-11-23 18:00 UTC",
            type="booked",
            vm_id="a",
            user=ANNA,
            at=NOW,
            seq=7,
            level="success",
        )
    ]
    (russian,) = told(fact, lang="ru")
    assert russian.msg == "Пользователь anna@example.com забронировал ВМ a до 2026-11-23 18:00 UTC"


def test_a_warning_is_for_the_holder_only_and_says_the_end() -> None:
    (note,) = notes(HolderWarned(at=NOW, vm_id="a", user=ANNA, end=END))

    assert note.is_for(ANNA)
    assert not note.is_for(BORIS)
    assert not note.is_for(None)
    assert note.level == "warning"
    assert "2026-11-23 18:00 UTC" in note.in_language("en").msg


@pytest.mark.parametrize("reason", [Reason.FORCED, Reason.VM_DELETED])
def test_a_release_by_somebody_else_is_told_once_to_everybody(reason: Reason) -> None:
    found = notes(released(reason, ADMIN))

    def types(email: str | None) -> list[tuple[str, str]]:
        return [(note.type, note.level) for note in found if note.is_for(email)]

    assert types(ANNA) == [("released_by_admin", "warning")]
    assert types(BORIS) == [("released", "info")]
    assert types(None) == [("released", "info")]


def test_what_only_follows_from_the_rest_of_a_change_is_not_told() -> None:
    """Joining a group right after being added, leaving one to be deleted, and emptying a group are no news."""
    moved: dict[str, Any] = {"at": NOW, "by": ADMIN, "vm_ids": ("a",)}

    assert [note.type for note in notes(VMAdded(at=NOW, vm_id="a"), VMsMoved(**moved, group=1))] == ["vm_added"]
    assert [
        note.type
        for note in notes(VMsMoved(**moved, group=None, left=(1,)), VMDeleted(at=NOW, by=ADMIN, vm_id="a"))
    ] == ["vm_deleted"]
    assert [
        note.type
        for note in notes(VMsMoved(**moved, group=None, left=(1,)), GroupDeleted(at=NOW, group_id=1, name="P"))
    ] == ["group_deleted"]


def test_many_vms_added_together_are_one_notification_with_the_right_plural() -> None:
    facts = [VMAdded(at=NOW, by=ADMIN, vm_id=f"vm-{number}") for number in range(22)]

    (english,) = told(*facts)
    (russian,) = told(*facts, lang="ru")
    assert english.type == "vm_added"
    assert english.vm_id is None
    assert english.msg == "admin@example.com added 22 VMs"
    assert russian.msg == "Администратор admin@example.com добавил 22 виртуальные машины"


def test_a_move_to_a_group_that_is_gone_names_it_by_its_number() -> None:
    (note,) = told(VMsMoved(at=NOW, by=ADMIN, vm_ids=("a",), group=9))

    assert note.msg == "admin@example.com moved a to the group “#9”"
