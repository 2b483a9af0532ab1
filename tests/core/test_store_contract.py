"""What every store promises, on every store."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Raw
from msgspec.structs import replace

from loadzone.core import follow
from loadzone.core.json_store import JSONStore
from loadzone.core.memory_store import MemoryStore
from loadzone.core.store import (
    LOADZONE,
    ChangePage,
    ChangeQuery,
    Entry,
    HistoryQuery,
    Page,
    Receipt,
    StaleState,
    Store,
    TooFarBack,
)
from loadzone.domain.errors import InvalidInput
from loadzone.domain.facts import (
    AnyFact,
    BookingMade,
    BookingReleased,
    Change,
    GroupAdded,
    UserAdded,
    VMAdded,
    VMsMoved,
    apply_all,
    record_of,
)
from loadzone.domain.model import Action, Fleet, Reason

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
USERS = ("ann@example.com", "bob@example.com", "cat@example.com")
ENGINES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda folder: MemoryStore(),
    "json": lambda folder: JSONStore(folder / "data.json"),
}


@pytest.fixture(params=ENGINES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Give an opened, empty store of each engine."""
    opened = ENGINES[request.param](tmp_path)
    await opened.load()
    yield opened
    await opened.close()


def opening(vms: int = 4) -> list[AnyFact]:
    """Return the facts that make some VMs and people."""
    people = [UserAdded(at=NOON, user=user) for user in USERS]
    return [*people, *(VMAdded(at=NOON, vm_id=f"vm-{number}") for number in range(vms))]


def held(vm: int, user: int, start: float, end: float) -> list[AnyFact]:
    """Return a booking and its release at moments in hours after noon."""
    who, vm_id = USERS[user], f"vm-{vm}"
    at, until = NOON + timedelta(hours=start), NOON + timedelta(hours=end)
    return [
        BookingMade(at=at, by=who, vm_id=vm_id, user=who, end=until),
        BookingReleased(at=until, vm_id=vm_id, user=who, reason=Reason.EXPIRED),
    ]


async def read(store: Store, query: HistoryQuery) -> tuple[list[Entry], list[Page]]:
    """Return the entries of an answer, and its pages."""
    pages = [page async for page in store.history(query)]
    return [entry for page in pages for entry in page.entries], pages


async def test_a_new_store_is_empty_and_at_change_zero(tmp_path: Path) -> None:
    for engine in ENGINES.values():
        store = engine(tmp_path)
        loaded = await store.load()
        assert (loaded.fleet, loaded.seq) == (Fleet(), 0)
        await store.close()


async def test_append_numbers_the_changes_and_returns_them(store: Store) -> None:
    facts = opening()
    assert await store.append(facts[:3], 0) == Change(seq=1, facts=tuple(facts[:3]))
    assert await store.append(facts[3:], 1) == Change(seq=2, facts=tuple(facts[3:]))


@pytest.mark.parametrize("expected", [0, 2, -1])
async def test_append_on_another_state_is_refused_and_stores_nothing(store: Store, expected: int) -> None:
    await store.append(opening(), 0)
    with pytest.raises(StaleState):
        await store.append(held(0, 0, 0, 1), expected)
    assert (await read(store, HistoryQuery()))[0] == []
    assert (await store.append(held(0, 0, 0, 1), 1)).seq == 2


async def test_of_two_appends_on_one_state_exactly_one_wins(store: Store) -> None:
    await store.append(opening(), 0)
    answers = await asyncio.gather(
        store.append(held(0, 0, 0, 1), 1), store.append(held(0, 1, 0, 1), 1), return_exceptions=True
    )
    assert isinstance(answers[0], Change)
    assert isinstance(answers[1], StaleState)
    assert {entry.user for entry in (await read(store, HistoryQuery()))[0]} == {USERS[0]}


async def test_appends_may_build_on_one_another_before_they_are_durable(store: Store) -> None:
    await store.append(opening(20), 0)
    appended = await asyncio.gather(*(store.append(held(vm, 0, 0, 1), vm + 1) for vm in range(20)))
    assert [change.seq for change in appended] == list(range(2, 22))


async def test_followers_have_each_change_in_order_before_append_returns(store: Store) -> None:
    seen: list[Change] = []

    async def follow_all() -> None:
        async for changes in store.follow(0):
            seen.extend(changes)

    async def append(vm: int) -> None:
        change = await store.append(held(vm, 0, 0, 1), vm + 1)
        assert change in seen

    follower = asyncio.create_task(follow_all())
    await asyncio.sleep(0)
    try:
        assert await store.append(opening(20), 0) in seen
        await asyncio.gather(*(append(vm) for vm in range(20)))
        assert [change.seq for change in seen] == list(range(1, 22))
    finally:
        follower.cancel()


async def test_whoever_follows_later_gets_what_was_before_and_goes_on(store: Store) -> None:
    await store.append(opening(), 0)
    await store.append(held(0, 0, 0, 1), 1)
    seen: list[Change] = []
    follower = store.follow(1)
    seen.extend(await anext(follower))
    later = asyncio.ensure_future(anext(follower))
    await store.append(held(1, 0, 0, 1), 2)
    seen.extend(await later)
    assert [change.seq for change in seen] == [2, 3]


@pytest.fixture
def few_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let stores keep only three changes for those who follow late."""
    monkeypatch.setattr(follow, "_KEPT", 3)


async def test_following_from_too_long_ago_is_refused(few_kept: None, store: Store) -> None:
    await store.append(opening(), 0)
    for vm in range(4):
        await store.append(held(vm, 0, 0, 1), vm + 1)
    assert [change.seq for change in await anext(store.follow(2))] == [3, 4, 5]
    with pytest.raises(TooFarBack):
        await anext(store.follow(1))


async def filled(store: Store) -> list[Entry]:
    """Append bookings, some of them at the same moments, and return their entries in the promised order."""
    facts = [*held(0, 2, 0, 1), *held(1, 1, 0, 1), *held(2, 0, 1, 2), *held(0, 0, 1, 3), *held(3, 1, 1.5, 4)]
    await store.append(opening(), 0)
    # Told late, as an expiry is that was swept late: history is by moment all the same.
    in_order_of_telling = sorted(facts, key=lambda fact: (isinstance(fact, BookingReleased), fact.at))
    for number, fact in enumerate(fits(in_order_of_telling), start=1):
        await store.append([fact], number)
    entries = [
        Entry(
            user=left[0], vm_id=left[1].vm_id, start=left[1].start, end=left[1].end, action=left[1].action,
            reason=left[1].reason, by=left[1].by,
        )
        for left in map(record_of, facts) if left is not None
    ]  # fmt: skip
    return sorted(entries, key=lambda entry: (entry.start, entry.action is not Action.RELEASE, entry.user))


def fits(facts: Sequence[AnyFact]) -> list[AnyFact]:
    """Return the facts in an order in which they can have happened to a fleet, as near to theirs as may be."""
    left, fleet, told = list(facts), apply_all(Fleet(), opening()), list[AnyFact]()
    while left:
        for fact in left:
            try:
                fleet = apply_all(fleet, [fact])
            except ValueError:
                continue
            told.append(fact)
            left.remove(fact)
            break
    return told


async def test_history_is_by_moment_then_releases_first_then_by_user(store: Store) -> None:
    expected = await filled(store)
    assert (await read(store, HistoryQuery()))[0] == expected


QUERIES = [
    HistoryQuery(since=NOON + timedelta(hours=1)),
    HistoryQuery(until=NOON + timedelta(hours=1)),
    HistoryQuery(since=NOON + timedelta(hours=1), until=NOON + timedelta(hours=2)),
    HistoryQuery(since=NOON + timedelta(hours=2), until=NOON + timedelta(hours=1)),
    HistoryQuery(user=USERS[0]),
    HistoryQuery(user="nobody@example.com"),
    HistoryQuery(vm_ids=frozenset({"vm-0", "vm-3"})),
    HistoryQuery(vm_ids=frozenset()),
    HistoryQuery(user=USERS[1], vm_ids=frozenset({"vm-1"}), since=NOON + timedelta(hours=1)),
]


def wanted(entry: Entry, query: HistoryQuery) -> bool:
    return (
        (query.since is None or query.since <= entry.start)
        and (query.until is None or entry.start < query.until)
        and (query.user is None or entry.user == query.user)
        and (query.vm_ids is None or entry.vm_id in query.vm_ids)
    )


@pytest.mark.parametrize("query", QUERIES)
async def test_history_gives_exactly_the_entries_asked_for(store: Store, query: HistoryQuery) -> None:
    expected = [entry for entry in await filled(store) if wanted(entry, query)]
    entries, pages = await read(store, query)
    assert entries == expected
    assert all(page.cursor is None for page in pages)


@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10, 11])
@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("query", [HistoryQuery(), *QUERIES])
async def test_walking_by_cursor_gives_the_same_as_asking_at_once(
    store: Store, query: HistoryQuery, limit: int, newest_first: bool
) -> None:
    """In either order each record comes once, and the newest first is just the other order."""
    expected = [entry for entry in await filled(store) if wanted(entry, query)]
    walked: list[Entry] = []
    cursor: str | None = None
    while True:
        asked = replace(query, cursor=cursor, limit=limit, newest_first=newest_first)
        entries, pages = await read(store, asked)
        walked += entries
        assert all(page.cursor is None for page in pages[:-1])
        cursor = pages[-1].cursor if pages else None
        if cursor is None:
            break
        assert len(entries) == limit
    assert walked == (expected[::-1] if newest_first else expected)


@pytest.mark.parametrize("cursor", ["", "x", "!!!!", "é", "bm90IG91cnM", "IC0x", "MjAyNi0xMS0yMyAx", "IA"])
async def test_a_cursor_that_is_not_ours_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(InvalidInput, match="cursor: cursor_malformed"):
        await read(store, HistoryQuery(cursor=cursor))


async def test_pages_are_short_and_what_arrives_meanwhile_disturbs_no_reader(store: Store) -> None:
    await store.append(opening(), 0)
    await store.append([fact for hour in range(1500) for fact in held(0, hour % 3, hour, hour + 0.5)], 1)
    pages: list[Page] = []
    async for page in store.history(HistoryQuery()):
        if not pages:
            await store.append(held(1, 0, 100, 101), 2)
        pages.append(page)
    entries = [entry for page in pages for entry in page.entries]
    assert max(len(page.entries) for page in pages) <= 1000
    assert len(entries) == 3000
    assert entries == sorted(entries, key=lambda entry: entry.start)
    assert {entry.vm_id for entry in entries} == {"vm-0"}


async def test_a_loaded_store_is_writable_and_flushing_changes_nothing_that_is_seen(store: Store) -> None:
    expected = await filled(store)
    await store.flush()
    assert store.health().writable
    assert store.health().figures["history_records"] == len(expected)
    assert (await read(store, HistoryQuery()))[0] == expected
    assert (await store.append([UserAdded(at=NOON, user="new@example.com")], 11)).seq == 12


# Changes, newest first


async def looked_back(store: Store, query: ChangeQuery) -> tuple[list[Change], list[ChangePage]]:
    """Return the changes of an answer, and its pages."""
    pages = [page async for page in store.changes(query)]
    return [change for page in pages for change in page.changes], pages


async def told(store: Store) -> list[Change]:
    """Append changes of several kinds, some folded between, and return them newest first."""
    booked = held(0, 0, 1, 2) + held(1, 1, 1, 3) + held(2, 0, 2, 5)
    group: list[AnyFact] = [
        GroupAdded(at=NOON, by=USERS[2], group_id=1, name="One"),
        VMsMoved(at=NOON, by=USERS[2], vm_ids=("vm-0", "vm-3"), group=1),
    ]
    appended = [opening(), group, *([fact] for fact in booked), [*held(3, 2, 6, 7), *held(3, 0, 8, 9)]]
    for seq, facts in enumerate(appended):
        await store.append(facts, seq)
        if seq in (2, 5):
            await store.flush()
    changes = [Change(seq=seq, facts=tuple(facts)) for seq, facts in enumerate(appended, start=1)]
    return changes[::-1]


CHANGE_QUERIES: list[tuple[ChangeQuery, Callable[[AnyFact], bool]]] = [
    (ChangeQuery(), lambda fact: True),
    (ChangeQuery(since=NOON + timedelta(hours=2)), lambda fact: fact.at >= NOON + timedelta(hours=2)),
    (ChangeQuery(since=NOON + timedelta(days=9)), lambda fact: False),
    (ChangeQuery(until=NOON + timedelta(hours=2)), lambda fact: fact.at < NOON + timedelta(hours=2)),
    (ChangeQuery(by=USERS[0]), lambda fact: fact.by == USERS[0]),
    (ChangeQuery(by=LOADZONE), lambda fact: fact.by is None),
    (ChangeQuery(user=USERS[0]), lambda fact: getattr(fact, "user", None) == USERS[0]),
    (
        ChangeQuery(vm_id="vm-3"),
        lambda fact: getattr(fact, "vm_id", None) == "vm-3" or "vm-3" in getattr(fact, "vm_ids", ()),
    ),
    (ChangeQuery(group_id=1), lambda fact: isinstance(fact, GroupAdded | VMsMoved)),
    (ChangeQuery(kinds=frozenset({"booking_made"})), lambda fact: isinstance(fact, BookingMade)),
    (ChangeQuery(kinds=frozenset()), lambda fact: False),
    (
        ChangeQuery(kinds=frozenset({"booking_made", "vm_added"}), vm_id="vm-0", by=USERS[0]),
        lambda fact: isinstance(fact, BookingMade) and fact.vm_id == "vm-0",
    ),
]


def left(changes: list[Change], asked_for: Callable[[AnyFact], bool]) -> list[Change]:
    """Return the changes with those of their facts that are asked for, as far as they have any."""
    kept = [Change(seq=each.seq, facts=tuple(filter(asked_for, each.facts))) for each in changes]
    return [change for change in kept if change.facts]


@pytest.mark.parametrize(("query", "asked_for"), CHANGE_QUERIES)
async def test_changes_gives_exactly_the_facts_asked_for_newest_first(
    store: Store, query: ChangeQuery, asked_for: Callable[[AnyFact], bool]
) -> None:
    expected = left(await told(store), asked_for)
    found, pages = await looked_back(store, query)
    assert found == expected
    assert all(page.cursor is None for page in pages)


@pytest.mark.parametrize("limit", [1, 2, 3, 9, 10])
@pytest.mark.parametrize(("query", "asked_for"), CHANGE_QUERIES)
async def test_walking_back_by_cursor_gives_the_same_as_asking_at_once(
    store: Store, query: ChangeQuery, asked_for: Callable[[AnyFact], bool], limit: int
) -> None:
    """Also when what was in the journal is folded between two questions."""
    expected = left(await told(store), asked_for)
    walked: list[Change] = []
    cursor: str | None = None
    while True:
        found, pages = await looked_back(store, replace(query, cursor=cursor, limit=limit))
        walked += found
        assert all(page.cursor is None for page in pages[:-1])
        cursor = pages[-1].cursor if pages else None
        if cursor is None:
            break
        assert len(found) == limit
        await store.flush()
    assert walked == expected


@pytest.mark.parametrize("cursor", ["", "x", "é", "1.2.3", "-1", "1\n", "9" * 30])
async def test_a_cursor_of_changes_that_is_not_ours_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(InvalidInput, match="cursor: cursor_malformed"):
        await looked_back(store, ChangeQuery(cursor=cursor))


async def test_many_changes_come_in_short_pages_and_each_once(store: Store) -> None:
    await store.append(opening(), 0)
    await asyncio.gather(*(store.append(held(0, 0, 1, 2), seq) for seq in range(1, 2500)))
    await store.flush()
    await asyncio.gather(*(store.append(held(0, 0, 1, 2), seq) for seq in range(2500, 2600)))
    found, pages = await looked_back(store, ChangeQuery())
    assert [change.seq for change in found] == list(range(2600, 0, -1))
    assert max(len(page.changes) for page in pages) <= 1000


async def test_an_end_that_was_met_late_hides_nothing_that_came_before_it(store: Store) -> None:
    made, late = held(0, 0, -1, 0)
    await store.append([*opening(), made], 0)
    await store.append([UserAdded(at=NOON + timedelta(days=9), user="new@example.com")], 1)
    await store.append([late], 2)
    found, _ = await looked_back(store, ChangeQuery(since=NOON + timedelta(days=8)))
    assert [change.seq for change in found] == [2]


async def test_what_is_forgotten_is_no_longer_told_and_the_history_keeps_it(store: Store) -> None:
    await store.append(opening(), 0)
    await store.append(held(0, 0, 0, 1), 1)
    await store.append([UserAdded(at=NOON + timedelta(days=9), user="new@example.com")], 2)
    await store.flush()
    await store.forget(NOON + timedelta(days=9))
    assert [change.seq for change in (await looked_back(store, ChangeQuery()))[0]] == [3]
    assert len((await read(store, HistoryQuery()))[0]) == 2


# Receipts


def receipt(number: int) -> Receipt:
    at = NOON + timedelta(minutes=number)
    return Receipt(request=f"{number:032x}", body=f"{number:032x}", at=at, answer=Raw(b'{"vm":%d}' % number))


async def test_a_receipt_is_kept_with_its_change_and_disturbs_nobody_who_reads_changes(store: Store) -> None:
    await store.append(opening(), 0)
    for number in range(1, 7):
        change = await store.append(
            held(0, 0, number, number + 1), number, receipt(number) if number % 2 else None
        )
        assert change == Change(seq=number + 1, facts=tuple(held(0, 0, number, number + 1)))
        if number == 3:
            await store.flush()
    assert await store.receipts(NOON, 10) == [receipt(1), receipt(3), receipt(5)]
    assert await store.receipts(NOON, 2) == [receipt(3), receipt(5)]
    assert await store.receipts(NOON + timedelta(minutes=2), 10) == [receipt(3), receipt(5)]
    assert [change.seq for change in (await looked_back(store, ChangeQuery()))[0]] == [7, 6, 5, 4, 3, 2, 1]


async def test_what_is_refused_leaves_no_receipt(store: Store) -> None:
    await store.append(opening(), 0)
    with pytest.raises(StaleState):
        await store.append(held(0, 0, 0, 1), 5, receipt(1))
    assert await store.receipts(NOON, 10) == []
