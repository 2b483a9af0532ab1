"""Facts: their fold, their history records, their JSON."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.domain import account_facts, facts
from loadzone.domain.account_facts import AnyAccountFact
from loadzone.domain.facts import AnyFact, Change, FactMismatch, apply, apply_all, record_of, touched
from loadzone.domain.model import Action, Details, Fleet, Reason, Record
from loadzone.domain.permissions import Role

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = NOON + timedelta(hours=4)
USER = "user@example.com"

TIMES = st.datetimes(timezones=st.just(UTC))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def any_account_fact() -> st.SearchStrategy[AnyAccountFact]:
    """Return a strategy of facts about accounts of every kind."""
    given_by = {"at": TIMES, "by": st.none() | TEXT, "user": TEXT}
    role, token = {"role": st.sampled_from(Role)}, {"token_id": TEXT, "name": TEXT}
    return st.one_of(
        st.builds(account_facts.PersonAdded, **given_by, **role),
        st.builds(account_facts.PersonInvited, **{**given_by, "user": st.none() | TEXT}, **role),
        st.builds(account_facts.PersonRegistered, **given_by, **role),
        st.builds(account_facts.RoleChanged, **given_by, **role),
        st.builds(account_facts.PersonDisabled, **given_by),
        st.builds(account_facts.PersonEnabled, **given_by),
        st.builds(account_facts.PersonApproved, **given_by),
        st.builds(account_facts.PersonRefused, **given_by),
        st.builds(account_facts.PasswordReset, **given_by),
        st.builds(account_facts.TokenAdded, **given_by, **token, scope=TEXT),
        st.builds(account_facts.TokenRevoked, **given_by, **token),
    )


def any_fact() -> st.SearchStrategy[AnyFact]:
    """Return a strategy of facts of every kind with every field filled at will."""
    integers = st.integers(-(2**63), 2**63 - 1)
    details = st.builds(Details, tags=st.lists(TEXT, max_size=3).map(tuple), note=st.none() | TEXT)
    common = {"at": TIMES, "by": st.none() | TEXT}
    return st.one_of(
        st.builds(facts.VMAdded, vm_id=TEXT, details=details, **common),
        st.builds(facts.VMEdited, vm_id=TEXT, details=details, **common),
        st.builds(facts.VMDeleted, vm_id=TEXT, **common),
        st.builds(facts.VMsMoved, vm_ids=st.lists(TEXT).map(tuple), group=st.none() | integers, **common),
        st.builds(facts.GroupAdded, group_id=integers, name=TEXT, **common),
        st.builds(facts.GroupRenamed, group_id=integers, name=TEXT, **common),
        st.builds(facts.GroupDeleted, group_id=integers, name=TEXT, **common),
        st.builds(facts.UserAdded, user=TEXT, **common),
        st.builds(facts.BookingMade, vm_id=TEXT, user=TEXT, end=TIMES, purpose=st.none() | TEXT, **common),
        st.builds(facts.BookingRenewed, vm_id=TEXT, user=TEXT, end=TIMES, **common),
        st.builds(facts.BookingReleased, vm_id=TEXT, user=TEXT, reason=st.sampled_from(Reason), **common),
        st.builds(facts.HolderWarned, vm_id=TEXT, user=TEXT, end=TIMES, **common),
        any_account_fact(),
    )


@given(st.lists(any_fact(), max_size=5))
def test_every_fact_survives_json(some: list[AnyFact]) -> None:
    change = Change(seq=7, facts=tuple(some))
    assert msgspec.json.decode(msgspec.json.encode(change), type=Change) == change


@given(any_account_fact())
def test_what_happens_to_accounts_leaves_the_fleet_as_it_is(fact: AnyAccountFact) -> None:
    assert apply(fleet(), fact) == fleet()
    assert touched([fact]) == ({}, {})
    assert record_of(fact) is None


def fleet() -> Fleet:
    """Return VM `a` in group 1 held by USER, and the free VM `b` in no group."""
    return apply_all(
        Fleet(),
        [
            facts.UserAdded(at=NOON, user=USER),
            facts.VMAdded(at=NOON, vm_id="a"),
            facts.VMAdded(at=NOON, vm_id="b"),
            facts.GroupAdded(at=NOON, group_id=1, name="One"),
            facts.VMsMoved(at=NOON, vm_ids=("a",), group=1),
            facts.BookingMade(at=NOON, vm_id="a", user=USER, end=END, purpose="load test"),
        ],
    )


def test_a_booking_sets_and_a_release_clears_everything_about_it() -> None:
    booked = fleet().vms["a"]
    assert (booked.booked_by, booked.expires_at, booked.booked_at, booked.purpose) == (
        USER,
        END,
        NOON,
        "load test",
    )
    warned = apply(fleet(), facts.HolderWarned(at=END, vm_id="a", user=USER, end=END))
    freed = apply(warned, facts.BookingReleased(at=END, vm_id="a", user=USER, reason=Reason.EXPIRED)).vms["a"]
    assert freed == msgspec.structs.replace(fleet().vms["b"], id="a", group=1)


@pytest.mark.parametrize(
    "fact",
    [
        facts.VMAdded(at=NOON, vm_id="a"),
        facts.VMEdited(at=NOON, vm_id="zz", details=Details()),
        facts.VMDeleted(at=NOON, vm_id="zz"),
        facts.VMDeleted(at=NOON, vm_id="a"),
        facts.VMsMoved(at=NOON, vm_ids=("zz",), group=1),
        facts.VMsMoved(at=NOON, vm_ids=("b",), group=9),
        facts.VMsMoved(at=NOON, vm_ids=("a",), group=None),
        facts.VMsMoved(at=NOON, vm_ids=("a",), group=None, left=(9,)),
        facts.GroupAdded(at=NOON, group_id=1, name="Again"),
        facts.GroupRenamed(at=NOON, group_id=9, name="None"),
        facts.GroupDeleted(at=NOON, group_id=9, name="None"),
        facts.GroupDeleted(at=NOON, group_id=1, name="One"),
        facts.UserAdded(at=NOON, user=USER),
        facts.BookingMade(at=NOON, vm_id="a", user=USER, end=END),
        facts.BookingMade(at=NOON, vm_id="b", user="nobody@example.com", end=END),
        facts.BookingMade(at=NOON, vm_id="zz", user=USER, end=END),
        facts.BookingRenewed(at=NOON, vm_id="b", user=USER, end=END),
        facts.BookingReleased(at=NOON, vm_id="a", user="nobody@example.com", reason=Reason.CANCELLED),
        facts.HolderWarned(at=NOON, vm_id="zz", user=USER, end=END),
    ],
)
def test_a_fact_that_cannot_have_happened_is_a_mismatch(fact: AnyFact) -> None:
    with pytest.raises(FactMismatch):
        apply(fleet(), fact)


def test_bookings_renewals_and_releases_leave_a_record_and_nothing_else_does() -> None:
    made = facts.BookingMade(at=NOON, by=USER, vm_id="a", user=USER, end=END)
    renewed = facts.BookingRenewed(at=NOON, by=USER, vm_id="a", user=USER, end=END)
    released = facts.BookingReleased(at=END, by="admin@x.org", vm_id="a", user=USER, reason=Reason.FORCED)
    assert record_of(made) == (USER, Record(vm_id="a", start=NOON, end=END, action=Action.BOOK))
    assert record_of(renewed) == (USER, Record(vm_id="a", start=NOON, end=END, action=Action.RENEW))
    assert record_of(released) == (
        USER,
        Record(vm_id="a", start=END, end=None, action=Action.RELEASE, reason=Reason.FORCED, by="admin@x.org"),
    )
    assert record_of(facts.VMAdded(at=NOON, vm_id="a")) is None


def test_touched_names_each_vm_and_group_once() -> None:
    vm_ids, group_ids = touched(
        [
            facts.VMAdded(at=NOON, vm_id="c"),
            facts.VMsMoved(at=NOON, vm_ids=("c", "a"), group=2, left=(1,)),
            facts.GroupDeleted(at=NOON, group_id=1, name="One"),
            facts.UserAdded(at=NOON, user=USER),
            facts.BookingMade(at=NOON, vm_id="c", user=USER, end=END),
        ]
    )
    assert list(vm_ids) == ["c", "a"]
    assert list(group_ids) == [1, 2]
