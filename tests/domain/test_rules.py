"""Each rule: what it grants, and what it refuses with which code."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.domain import facts, rules, wishes
from loadzone.domain.errors import Conflict, InvalidInput, LoadZoneError, LoginRequired, NotAllowed, NotFound
from loadzone.domain.facts import AnyFact, apply_all
from loadzone.domain.model import VM, Details, Fleet, Policy, Reason
from loadzone.domain.permissions import GUEST, STRANGER, Actor, Role

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANN = Actor(email="ann@example.com", role=Role.USER)
BOB = Actor(email="bob@example.com", role=Role.USER)
ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
POLICY = Policy()


def after(actor: Actor, *asked: wishes.AnyWish, fleet: Fleet | None = None, now: datetime = NOON) -> Fleet:
    """Return the fleet after the wishes of one actor, all granted at `now`."""
    fleet = fleet or Fleet()
    for wish in asked:
        fleet = apply_all(fleet, rules.decide(fleet, actor, wish, now, POLICY))
    return fleet


def small() -> Fleet:
    """Return VMs a and b in group 1 and c in none; Ann holds `a` until 16:00."""
    fleet = after(
        ADMIN,
        wishes.AddVMs(vms=(wishes.AddVM(id="a"), wishes.AddVM(id="b"), wishes.AddVM(id="c"))),
        wishes.AddGroup(name="One", vm_ids=("a", "b")),
    )
    return after(ANN, wishes.Book(vm_id="a", hours=4), fleet=fleet)


def decide(actor: Actor, wish: wishes.AnyWish, now: datetime = NOON, fleet: Fleet | None = None) -> rules.Facts:
    return rules.decide(fleet or small(), actor, wish, now, POLICY)


def kinds(some: rules.Facts) -> list[str]:
    return [type(fact).__name__ for fact in some]


REFUSALS: list[tuple[Actor, wishes.AnyWish, type[LoadZoneError], str]] = [
    (STRANGER, wishes.Book(vm_id="b", hours=1), LoginRequired, "login_required"),
    (GUEST, wishes.Book(vm_id="b", hours=1), LoginRequired, "login_required"),
    (BOB, wishes.Book(vm_id="a", hours=1), Conflict, "vm_taken"),
    (ANN, wishes.Book(vm_id="a", hours=1), Conflict, "vm_taken"),
    (BOB, wishes.Book(vm_id="zz", hours=1), NotFound, "vm_not_found"),
    (BOB, wishes.Book(vm_id="b", hours=0), InvalidInput, "hours_not_positive"),
    (BOB, wishes.Book(vm_id="b", hours=168.5), InvalidInput, "hours_too_many"),
    (BOB, wishes.Book(vm_id="b", hours=1, purpose="x" * 201), InvalidInput, "too_long"),
    (BOB, wishes.Renew(vm_id="a", hours=1), NotAllowed, "not_holder"),
    (ADMIN, wishes.Renew(vm_id="a", hours=1), NotAllowed, "not_holder"),
    (ANN, wishes.Renew(vm_id="b", hours=1), Conflict, "vm_not_booked"),
    (ANN, wishes.Renew(vm_id="zz", hours=1), NotFound, "vm_not_found"),
    (ANN, wishes.Renew(vm_id="a", hours=169), InvalidInput, "hours_too_many"),
    (BOB, wishes.Release(vm_id="a"), NotAllowed, "not_holder"),
    (BOB, wishes.Release(vm_id="b"), Conflict, "vm_not_booked"),
    (BOB, wishes.Release(vm_id="zz"), NotFound, "vm_not_found"),
    (BOB, wishes.AddVM(id="new"), NotAllowed, "admin_only"),
    (STRANGER, wishes.AddVM(id="new"), LoginRequired, "login_required"),
    (ADMIN, wishes.AddVM(id="a"), Conflict, "vm_exists"),
    (ADMIN, wishes.AddVM(id="?"), InvalidInput, "vm_id_malformed"),
    (ADMIN, wishes.AddVM(id="new", group_id=9), NotFound, "group_not_found"),
    (ADMIN, wishes.AddVM(id="new", internal_ip="ten"), InvalidInput, "address_malformed"),
    (BOB, wishes.EditVM(vm_id="a", note="x"), NotAllowed, "admin_only"),
    (ADMIN, wishes.EditVM(vm_id="zz"), NotFound, "vm_not_found"),
    (ADMIN, wishes.EditVM(vm_id="a", group_id=9), NotFound, "group_not_found"),
    (BOB, wishes.DeleteVM(vm_id="b"), NotAllowed, "admin_only"),
    (ADMIN, wishes.DeleteVM(vm_id="zz"), NotFound, "vm_not_found"),
    (ADMIN, wishes.DeleteVM(vm_id="a"), Conflict, "vm_booked"),
    (BOB, wishes.AddGroup(name="Two"), NotAllowed, "admin_only"),
    (ADMIN, wishes.AddGroup(name=" one "), Conflict, "group_exists"),
    (ADMIN, wishes.AddGroup(name=""), InvalidInput, "required"),
    (ADMIN, wishes.AddGroup(name="Two", vm_ids=("c", "zz")), NotFound, "vm_not_found"),
    (ADMIN, wishes.RenameGroup(group_id=9, name="Two"), NotFound, "group_not_found"),
    (ADMIN, wishes.AddVMsToGroup(group_id=9, vm_ids=("a",)), NotFound, "group_not_found"),
    (ADMIN, wishes.AddVMsToGroup(group_id=1, vm_ids=("c", "zz")), NotFound, "vm_not_found"),
    (ADMIN, wishes.RemoveVMFromGroup(vm_id="c"), Conflict, "vm_not_in_group"),
    (ADMIN, wishes.RemoveVMFromGroup(vm_id="a", group_id=9), NotFound, "group_not_found"),
    (ADMIN, wishes.RemoveVMFromGroup(vm_id="zz"), NotFound, "vm_not_found"),
    (ADMIN, wishes.DeleteGroup(group_id=9), NotFound, "group_not_found"),
    (BOB, wishes.DeleteGroup(group_id=1), NotAllowed, "admin_only"),
    (ADMIN, wishes.Welcome(email="nobody"), InvalidInput, "email_malformed"),
]


@pytest.mark.parametrize(("actor", "wish", "kind", "code"), REFUSALS)
def test_a_wish_is_refused_with_its_code(
    actor: Actor, wish: wishes.AnyWish, kind: type[LoadZoneError], code: str
) -> None:
    with pytest.raises(kind) as refused:
        decide(actor, wish)
    error = refused.value
    assert (error.fields[0].code if isinstance(error, InvalidInput) else error.code) == code


def test_taken_says_who_holds_the_vm_and_until_when() -> None:
    with pytest.raises(Conflict) as refused:
        decide(BOB, wishes.Book(vm_id="a", hours=1))
    assert refused.value.data == {"vm_id": "a", "holder": "ann@example.com", "until": NOON + 4 * HOUR}


def test_a_first_booking_also_notes_the_person() -> None:
    some = decide(BOB, wishes.Book(vm_id="b", hours=0.5, purpose=" tests "))
    assert some == (
        facts.UserAdded(at=NOON, by="bob@example.com", user="bob@example.com"),
        facts.BookingMade(
            at=NOON, by="bob@example.com", vm_id="b", user="bob@example.com", end=NOON + HOUR / 2, purpose="tests"
        ),
    )


def test_a_renewal_counts_from_the_old_end() -> None:
    (renewed,) = decide(ANN, wishes.Renew(vm_id="a", hours=2), now=NOON + HOUR)
    assert isinstance(renewed, facts.BookingRenewed)
    assert renewed.end == NOON + 6 * HOUR


def test_a_booking_may_be_renewed_to_its_whole_length_and_not_beyond() -> None:
    fleet = small()
    for hours in (168.0, 168.0, 168.0, 168.0, 44.0):
        fleet = after(ANN, wishes.Renew(vm_id="a", hours=hours), fleet=fleet)
    assert fleet.vms["a"].expires_at == NOON + 720 * HOUR
    with pytest.raises(InvalidInput) as refused:
        decide(ANN, wishes.Renew(vm_id="a", hours=0.01), fleet=fleet)
    assert [(each.field, each.code, each.data) for each in refused.value.fields] == [
        ("hours", "hours_total_too_many", {"max": 720, "left": 0})
    ]


@given(st.lists(st.floats(0.01, 168), max_size=6), st.floats(0.01, 160))
def test_what_a_refused_renewal_says_is_left_is_granted_and_a_little_more_is_not(
    before: list[float], hours: float
) -> None:
    fleet = small()
    for each in before:
        with suppress(InvalidInput):
            fleet = after(ANN, wishes.Renew(vm_id="a", hours=each), fleet=fleet)
    try:
        decide(ANN, wishes.Renew(vm_id="a", hours=hours), fleet=fleet)
    except InvalidInput as refused:
        left = refused.fields[0].data["left"]
        assert 0 <= left < hours
        if left > 0:
            decide(ANN, wishes.Renew(vm_id="a", hours=left), fleet=fleet)
        with pytest.raises(InvalidInput, match="hours_total_too_many"):
            decide(ANN, wishes.Renew(vm_id="a", hours=left + 0.011), fleet=fleet)


def test_a_renewal_beyond_the_end_of_the_calendar_is_refused_not_crashed() -> None:
    forever = datetime(9999, 12, 31, 23, tzinfo=UTC)
    held = VM(id="x", group=None, booked_by="ann@example.com", expires_at=forever)
    fleet = Fleet(vms=small().vms.put("x", held), users=small().users)
    with pytest.raises(InvalidInput, match="hours"):
        decide(ANN, wishes.Renew(vm_id="x", hours=5), fleet=fleet)


def test_an_overdue_booking_stands_in_nobodys_way() -> None:
    released, *others, made = decide(BOB, wishes.Book(vm_id="a", hours=1), now=NOON + 5 * HOUR)
    assert released == facts.BookingReleased(
        at=NOON + 4 * HOUR, vm_id="a", user="ann@example.com", reason=Reason.EXPIRED
    )
    assert kinds(tuple(others)) == ["UserAdded"]
    assert isinstance(made, facts.BookingMade)


@pytest.mark.parametrize("wish", [wishes.Renew(vm_id="a", hours=1), wishes.Release(vm_id="a")])
def test_from_its_planned_end_on_a_booking_can_be_neither_renewed_nor_released(wish: wishes.AnyWish) -> None:
    with pytest.raises(Conflict, match="vm_not_booked"):
        decide(ANN, wish, now=NOON + 4 * HOUR)


@pytest.mark.parametrize(("actor", "reason"), [(ANN, Reason.CANCELLED), (ADMIN, Reason.FORCED)])
def test_a_release_says_who_did_it_and_why(actor: Actor, reason: Reason) -> None:
    assert decide(actor, wishes.Release(vm_id="a"), now=NOON + HOUR) == (
        facts.BookingReleased(at=NOON + HOUR, by=actor.email, vm_id="a", user="ann@example.com", reason=reason),
    )


def test_a_clock_set_back_ends_no_booking_before_it_began() -> None:
    (released,) = decide(ANN, wishes.Release(vm_id="a"), now=NOON - HOUR)
    assert released.at == NOON


def test_expiry_is_dated_at_the_planned_end_and_happens_once_even_when_asked_twice() -> None:
    fleet = small()
    assert rules.expire(fleet, ["a", "b", "gone"], NOON + 4 * HOUR - timedelta(microseconds=1)) == ()
    some = rules.expire(fleet, ["a", "b", "gone", "a"], NOON + 9 * HOUR)
    assert [(fact.at, kinds((fact,))) for fact in some] == [(NOON + 4 * HOUR, ["BookingReleased"])]
    assert rules.expire(apply_all(fleet, some), ["a", "b"], NOON + 9 * HOUR) == ()


def test_each_warning_is_given_once_and_none_that_the_booking_is_too_short_for() -> None:
    fleet = small()
    given: list[AnyFact] = []
    for minutes in range(0, 5 * 60, 5):
        some = rules.warn(fleet, ["a", "b", "a"], NOON + timedelta(minutes=minutes), POLICY)
        fleet = apply_all(fleet, some)
        given.extend(some)
    assert [fact.at - NOON for fact in given] == [3 * HOUR, timedelta(hours=3, minutes=50)]
    short = after(ANN, wishes.Book(vm_id="b", hours=0.5), fleet=small())
    assert rules.next_deadline(short.vms["b"], POLICY) == NOON + timedelta(minutes=20)
    assert rules.next_deadline(short.vms["c"], POLICY) is None


def test_an_added_vm_may_go_into_a_group_at_once() -> None:
    fleet = after(ADMIN, wishes.AddVM(id="new", group_id=1, tags=("gpu",), note="x"), fleet=small())
    assert fleet.vms["new"] == VM(id="new", group=1, booked_by=None, expires_at=None, tags=("gpu",), note="x")
    assert fleet.groups[1].vm_ids == ("a", "b", "new")


def test_adding_many_vms_is_all_or_nothing_and_names_each_bad_one() -> None:
    vms = (
        wishes.AddVM(id="n1"),
        wishes.AddVM(id="?"),
        wishes.AddVM(id="n1"),
        wishes.AddVM(id="a"),
        wishes.AddVM(id="n2", group_id=9),
    )
    with pytest.raises(InvalidInput) as refused:
        decide(ADMIN, wishes.AddVMs(vms=vms))
    assert [(each.field, each.code) for each in refused.value.fields] == [
        ("vms[1].id", "vm_id_malformed"),
        ("vms[2]", "vm_exists"),
        ("vms[3]", "vm_exists"),
        ("vms[4]", "group_not_found"),
    ]


def test_an_edit_changes_the_given_fields_only() -> None:
    fleet = after(ADMIN, wishes.EditVM(vm_id="a", note="n", tags=("t",), internal_ip="10.0.0.1"), fleet=small())
    fleet = after(ADMIN, wishes.EditVM(vm_id="a", note=None, group_id=None), fleet=fleet)
    vm = fleet.vms["a"]
    assert (vm.note, vm.tags, vm.internal_ip, vm.group) == (None, ("t",), "10.0.0.1", None)
    assert vm.booked_by == "ann@example.com"
    assert fleet.groups[1].vm_ids == ("b",)


@pytest.mark.parametrize(
    "wish",
    [
        wishes.EditVM(vm_id="a"),
        wishes.EditVM(vm_id="a", group_id=1, note=None),
        wishes.RenameGroup(group_id=1, name="One"),
        wishes.AddVMsToGroup(group_id=1, vm_ids=("a", "b")),
        wishes.Welcome(email="Ann@example.com"),
        wishes.AddVMs(vms=()),
    ],
)
def test_a_wish_for_what_is_so_already_gives_no_facts(wish: wishes.AnyWish) -> None:
    assert decide(ADMIN, wish) == ()


def test_a_forced_deletion_ends_the_booking_leaves_the_group_and_takes_the_vm() -> None:
    some = decide(ADMIN, wishes.DeleteVM(vm_id="a", force=True), now=NOON + HOUR)
    assert kinds(some) == ["BookingReleased", "VMsMoved", "VMDeleted"]
    assert isinstance(some[0], facts.BookingReleased)
    assert some[0].reason is Reason.VM_DELETED
    fleet = apply_all(small(), some)
    assert "a" not in fleet.vms
    assert fleet.groups[1].vm_ids == ("b",)


def test_an_overdue_booking_does_not_keep_a_vm_from_being_deleted() -> None:
    some = decide(ADMIN, wishes.DeleteVM(vm_id="a"), now=NOON + 4 * HOUR)
    assert isinstance(some[0], facts.BookingReleased)
    assert some[0].reason is Reason.EXPIRED


def test_vms_named_for_a_new_group_leave_their_old_one() -> None:
    fleet = after(ADMIN, wishes.AddGroup(name="Two", vm_ids=("b", "c", "b")), fleet=small())
    assert fleet.groups[1].vm_ids == ("a",)
    assert fleet.groups[2].vm_ids == ("b", "c")
    assert [vm.group for vm in fleet.vms.values()] == [1, 2, 2]


def test_a_group_may_change_the_case_of_its_own_name() -> None:
    assert after(ADMIN, wishes.RenameGroup(group_id=1, name="ONE"), fleet=small()).groups[1].name == "ONE"


def test_a_deleted_group_leaves_its_vms_ungrouped() -> None:
    fleet = after(ADMIN, wishes.DeleteGroup(group_id=1), fleet=small())
    assert not fleet.groups
    assert {vm.group for vm in fleet.vms.values()} == {None}


def test_details_of_a_new_vm_are_cleaned() -> None:
    some = decide(ADMIN, wishes.AddVM(id="n", internal_ip=" 10.0.0.1 ", tags=(" a ", "a"), note="  "))
    assert isinstance(some[0], facts.VMAdded)
    assert some[0].details == Details(internal_ip="10.0.0.1", tags=("a",))
