"""Looking back: each change once, whatever moves between the files meanwhile, and no more read than is shown."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Raw

from loadzone.core import archive, compaction, lookback
from loadzone.core.data_file import archive_path, journal_path, sealed_path
from loadzone.core.journal import encode_line
from loadzone.core.json_store import JSONStore
from loadzone.core.store import ChangePage, ChangeQuery, Receipt
from loadzone.domain.facts import Change, UserAdded, VMAdded

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def line(seq: int, at: datetime = NOON) -> bytes:
    return encode_line(Change(seq=seq, facts=(VMAdded(at=at, vm_id=f"vm-{seq}"),)))


def segment(first: int, last: int) -> bytes:
    return b"".join(map(line, range(first, last + 1)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give changes 1 to 4 in the archive, 3 to 6 in the sealed journal, as in folding, 7 and 8 in the journal."""
    archive_path(tmp_path / "data.json").write_bytes(segment(1, 4))
    sealed_path(tmp_path / "data.json").write_bytes(segment(3, 6))
    journal_path(tmp_path / "data.json").write_bytes(segment(7, 8))
    return tmp_path / "data.json"


async def pages_of(path: Path, query: ChangeQuery, durable: int = 99) -> list[ChangePage]:
    return [page async for page in lookback.pages(path, query, durable)]


async def seqs(path: Path, query: ChangeQuery | None = None, durable: int = 99) -> list[int]:
    pages = await pages_of(path, query or ChangeQuery(), durable)
    return [change.seq for page in pages for change in page.changes]


async def test_while_a_journal_is_folded_each_change_is_told_once(path: Path) -> None:
    assert await seqs(path) == [8, 7, 6, 5, 4, 3, 2, 1]
    archive.keep(path, segment(3, 6))
    assert await seqs(path) == [8, 7, 6, 5, 4, 3, 2, 1]
    sealed_path(path).unlink()
    assert await seqs(path) == [8, 7, 6, 5, 4, 3, 2, 1]


async def test_a_change_that_is_not_durable_yet_is_not_told(path: Path) -> None:
    journal_path(path).write_bytes(segment(7, 8) + b'{"seq":9')
    assert (await seqs(path, durable=7))[0] == 7


async def test_damaged_lines_are_left_out_and_told_in_the_log(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sealed_path(path).unlink()
    archive_path(path).write_bytes(line(1) + line(2).replace(b"vm-2", b"vm-9") + b"\xff\n" + line(4))
    assert await seqs(path) == [8, 7, 4, 1]
    assert caplog.text.count("damaged") == 1


async def test_without_an_archive_that_can_be_read_the_rest_is_told(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    archive_path(path).unlink()
    assert await seqs(path) == [8, 7, 6, 5, 4, 3]
    archive_path(path).mkdir()
    assert await seqs(path) == [8, 7, 6, 5, 4, 3]
    assert "data.json.log" in caplog.text


async def test_a_cursor_goes_on_in_an_archive_that_was_shortened_meanwhile(path: Path) -> None:
    for each in (sealed_path(path), journal_path(path)):
        each.unlink()
    old = b"".join(line(seq, NOON - timedelta(days=30)) for seq in range(1, 4))
    archive_path(path).write_bytes(old + segment(4, 9))
    (page,) = await pages_of(path, ChangeQuery(limit=2))
    archive.forget(path, NOON - timedelta(days=10))
    assert await seqs(path, ChangeQuery(cursor=page.cursor)) == [7, 6, 5, 4]
    archive_path(path).write_bytes(segment(20, 21))
    assert await seqs(path, ChangeQuery(cursor=page.cursor)) == []


async def test_the_first_page_reads_the_end_of_the_archive_only(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive_path(path).write_bytes(segment(1, 50_000))
    real, read = os.pread, list[int]()

    def counts(file: int, size: int, place: int) -> bytes:
        read.append(size)
        return real(file, size, place)

    monkeypatch.setattr(os, "pread", counts)
    await pages_of(path, ChangeQuery(limit=100))
    assert sum(read) < archive_path(path).stat().st_size / 10


async def test_what_is_asked_since_a_moment_reads_no_further_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = b"".join(line(seq, NOON - timedelta(days=30)) for seq in range(1, 50_000))
    archive_path(path).write_bytes(old + line(50_000))
    real, read = os.pread, list[int]()

    def counts(file: int, size: int, place: int) -> bytes:
        read.append(size)
        return real(file, size, place)

    monkeypatch.setattr(os, "pread", counts)
    found = await seqs(path, ChangeQuery(since=NOON, vm_id="vm-50000"))
    assert found == [50_000]
    assert sum(read) < archive_path(path).stat().st_size / 5


def test_receipts_of_the_last_day_are_found_without_reading_the_whole_archive(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Receipt(request="11", body="22", at=NOON, answer=Raw(b"{}"))
    change = Change(seq=50_001, facts=(VMAdded(at=NOON, vm_id="a"),))
    old = b"".join(line(seq, NOON - timedelta(days=30)) for seq in range(1, 50_000))
    damaged = encode_line(change, kept).replace(b'"22"', b'"23"')
    archive_path(path).write_bytes(old + line(50_000) + encode_line(change, kept) + damaged)
    real, read = os.pread, list[int]()

    def counts(file: int, size: int, place: int) -> bytes:
        read.append(size)
        return real(file, size, place)

    monkeypatch.setattr(os, "pread", counts)
    assert lookback.receipts(path, NOON - timedelta(days=1), 10) == [kept]
    assert sum(read) < archive_path(path).stat().st_size / 10


@pytest.fixture(params=[1 << 20, 0], ids=["in a thread", "in a process"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[JSONStore]:
    monkeypatch.setattr(compaction, "SMALL_FILE", request.param)
    opened = JSONStore(tmp_path / "data.json")
    await opened.load()
    yield opened
    await opened.close()


async def test_whoever_looks_back_while_changes_are_made_and_folded_misses_none(store: JSONStore) -> None:
    over = asyncio.Event()
    seq = 0

    async def change() -> None:
        nonlocal seq
        while not over.is_set():
            seq = (await store.append([UserAdded(at=NOON, user=f"{seq}@example.com")], seq)).seq

    async def fold() -> None:
        for _ in range(15):
            await store.flush()
        over.set()

    async def look() -> None:
        while not over.is_set():
            least = seq
            found = [change.seq async for page in store.changes(ChangeQuery()) for change in page.changes]
            assert found == list(range(len(found), 0, -1))
            assert len(found) >= least

    await asyncio.gather(change(), fold(), look(), look())
