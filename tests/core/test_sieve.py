"""The sieve lets every line pass that matches, and few others."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loadzone.core.change_filter import matching
from loadzone.core.journal import encode_line
from loadzone.core.sieve import Sieve
from loadzone.core.store import ChangeQuery
from loadzone.domain.facts import AnyFact, BookingMade, Change, touched
from tests.domain.test_facts import TIMES, any_fact

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def questions(fact: AnyFact, until: datetime) -> list[dict[str, Any]]:
    """Return single conditions that `fact` may well meet."""
    vm_ids, group_ids = touched([fact])
    return [
        {"by": fact.by or "loadzone"},
        {"user": getattr(fact, "user", None)},
        {"until": until},
        {"until": fact.at + timedelta(microseconds=1)} if fact.at.year < 9999 else {},
        {"kinds": frozenset({str(fact.__struct_config__.tag)})},
        *({"vm_id": vm_id} for vm_id in vm_ids),
        *({"group_id": group_id} for group_id in group_ids),
    ]


@given(st.lists(any_fact(), min_size=1, max_size=3), TIMES, st.data())
def test_whatever_matches_passes(facts: list[AnyFact], until: datetime, data: st.DataObject) -> None:
    change = Change(seq=7, facts=tuple(facts))
    asked: dict[str, Any] = {}
    for each in data.draw(st.lists(st.sampled_from(questions(facts[0], until)), max_size=3)):
        asked |= each
    query = ChangeQuery(**asked)
    line = encode_line(change)[:-1]
    if matching(change, query) is not None:
        assert Sieve(query).may_match(line)
        assert Sieve(query).may_hold(line * 2)


def test_a_line_of_something_else_is_kept_back() -> None:
    made = BookingMade(at=NOON, by="ann@example.com", vm_id="a", user="ann@example.com", end=NOON)
    line = encode_line(Change(seq=7, facts=(made,)))
    for query in (
        ChangeQuery(by="bob@example.com"),
        ChangeQuery(user="bob@example.com"),
        ChangeQuery(vm_id="b"),
        ChangeQuery(kinds=frozenset({"vm_added"})),
        ChangeQuery(until=NOON - timedelta(minutes=1)),
    ):
        assert not Sieve(query).may_match(line)
