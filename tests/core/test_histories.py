"""The history answers every question as a plain sort and filter would."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.core.histories import Histories
from loadzone.core.store import Entry, HistoryQuery
from loadzone.domain.facts import AnyFact, BookingMade, BookingReleased, BookingRenewed
from loadzone.domain.model import Action, Reason, Record

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
# Few moments, so that many records share one.
MOMENTS = st.integers(0, 6).map(lambda minutes: NOON + timedelta(minutes=minutes))
USERS = st.sampled_from(["ann@example.com", "bob@example.com", "cat@example.com"])
VMS = st.sampled_from(["a", "b", "c"])
FACTS = st.one_of(
    st.builds(BookingMade, at=MOMENTS, vm_id=VMS, user=USERS, end=MOMENTS),
    st.builds(BookingRenewed, at=MOMENTS, vm_id=VMS, user=USERS, end=MOMENTS),
    st.builds(BookingReleased, at=MOMENTS, vm_id=VMS, user=USERS, reason=st.just(Reason.EXPIRED)),
)
QUERIES = st.builds(
    HistoryQuery,
    since=st.none() | MOMENTS,
    until=st.none() | MOMENTS,
    user=st.none() | USERS,
    vm_ids=st.none() | st.frozensets(VMS),
)


def ask(histories: Histories, query: HistoryQuery) -> tuple[list[Entry], str | None]:
    async def read() -> tuple[list[Entry], str | None]:
        pages = [page async for page in histories.pages(query)]
        return [entry for page in pages for entry in page.entries], pages[-1].cursor if pages else None

    return asyncio.run(read())


def filled(facts: list[AnyFact]) -> Histories:
    histories = Histories()
    histories.add(facts)
    return histories


def asked_for(entry: Entry, query: HistoryQuery) -> bool:
    return (
        (query.since is None or query.since <= entry.start)
        and (query.until is None or entry.start < query.until)
        and (query.user is None or entry.user == query.user)
        and (query.vm_ids is None or entry.vm_id in query.vm_ids)
    )


@settings(deadline=None)
@given(st.lists(FACTS, max_size=30), QUERIES)
def test_an_answer_is_the_whole_history_filtered(facts: list[AnyFact], query: HistoryQuery) -> None:
    histories = filled(facts)
    everything, _ = ask(histories, HistoryQuery())
    assert len(everything) == len(histories) == len(facts)
    assert [entry.start for entry in everything] == sorted(fact.at for fact in facts)
    assert sorted(map(repr, ask(histories, query)[0])) == sorted(
        repr(entry) for entry in everything if asked_for(entry, query)
    )


@settings(deadline=None)
@given(st.lists(FACTS, max_size=30), QUERIES, st.integers(1, 7))
def test_walking_by_cursor_gives_the_same_as_asking_at_once(
    facts: list[AnyFact], query: HistoryQuery, limit: int
) -> None:
    histories = filled(facts)
    walked: list[Entry] = []
    cursor: str | None = None
    for _ in range(len(facts) + 1):
        asked = HistoryQuery(
            since=query.since, until=query.until, user=query.user, vm_ids=query.vm_ids, cursor=cursor, limit=limit
        )
        entries, cursor = ask(histories, asked)
        walked += entries
        if cursor is None:
            break
    assert walked == ask(histories, query)[0]


@given(st.lists(FACTS, max_size=30))
def test_one_users_records_are_by_moment_in_the_order_in_which_they_came(facts: list[AnyFact]) -> None:
    histories = filled(facts)
    for user in ("ann@example.com", "bob@example.com", "cat@example.com"):
        mine = [fact for fact in facts if getattr(fact, "user", None) == user]
        assert [one.start for one in histories.of(user)] == sorted(fact.at for fact in mine)
    assert histories.of("nobody@example.com") == []


def test_records_of_a_file_that_are_out_of_order_are_put_in_order() -> None:
    late, early = (
        Record(vm_id="a", start=NOON + timedelta(hours=hour), end=None, action=Action.RELEASE) for hour in (2, 1)
    )
    assert Histories({"ann@example.com": [late, early]}).of("ann@example.com") == [early, late]


def test_a_limit_of_zero_gives_nothing_but_a_cursor_to_the_beginning() -> None:
    histories = filled([BookingMade(at=NOON, vm_id="a", user="ann@example.com", end=NOON)])
    entries, cursor = ask(histories, HistoryQuery(limit=0))
    assert entries == []
    assert cursor is not None
    assert len(ask(histories, HistoryQuery(cursor=cursor))[0]) == 1
