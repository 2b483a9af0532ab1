"""The archive: what was folded is remembered once, whatever dies on the way; damage costs memory only."""

import os
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loadzone.core import archive, folding
from loadzone.core.backwards import BLOCK, line_at, lines_backwards
from loadzone.core.data_file import archive_path, journal_path, read_state, sealed_path
from loadzone.core.journal import decode_line, encode_line
from loadzone.core.json_store import JSONStore
from loadzone.domain.facts import AnyFact, BookingReleased, Change, VMAdded
from loadzone.domain.model import Reason

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EMPTY = '{"vms": [], "groups": [], "users": {}}'


def line(seq: int, at: datetime = NOON, word: str = "vm") -> bytes:
    return encode_line(Change(seq=seq, facts=(VMAdded(at=at, vm_id=f"{word}-{seq}"),)))


def segment(first: int, last: int) -> bytes:
    """Return the lines of the changes `first` to `last`, both included."""
    return b"".join(map(line, range(first, last + 1)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    data = tmp_path / "data.json"
    data.write_text(EMPTY, encoding="utf-8")
    return data


def kept(path: Path) -> list[int]:
    """Return the numbers of the changes in the archive, in order."""
    return [decode_line(each).seq for each in archive_path(path).read_bytes().splitlines()]


def test_what_is_folded_stands_in_the_archive_line_for_line_for_its_owner_only(path: Path) -> None:
    sealed_path(path).write_bytes(segment(1, 3))
    folding.fold(path)
    sealed_path(path).write_bytes(segment(4, 5))
    folding.fold(path)
    assert archive_path(path).read_bytes() == segment(1, 5)
    assert archive_path(path).stat().st_mode & 0o777 == 0o600


def test_nothing_to_fold_makes_no_archive(path: Path) -> None:
    sealed_path(path).write_bytes(b"")
    folding.fold(path)
    assert not archive_path(path).exists()


def test_cut_at_any_byte_of_a_segment_the_archive_is_completed_and_nothing_doubled(path: Path) -> None:
    before, news = segment(1, 2), segment(3, 5)
    for cut in range(len(news) + 1):
        archive_path(path).write_bytes(before + news[:cut])
        archive.keep(path, news)
        assert archive_path(path).read_bytes() == before + news


def test_a_death_between_archive_and_rewriting_doubles_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise OSError(5, "Input/output error")

    sealed_path(path).write_bytes(segment(1, 3))
    monkeypatch.setattr(folding, "take_in", dies)
    with pytest.raises(OSError, match="Input/output"):
        folding.fold(path)
    monkeypatch.undo()
    assert kept(path) == [1, 2, 3]
    assert read_state(path).seq == 3
    folding.fold(path)
    assert kept(path) == [1, 2, 3]
    assert read_state(path).file_seq == 3


def test_an_archive_that_cannot_be_written_leaves_the_file_and_the_sealed_journal(path: Path) -> None:
    archive_path(path).mkdir()
    sealed_path(path).write_bytes(segment(1, 3))
    with pytest.raises(OSError, match="directory"):
        folding.fold(path)
    assert path.read_text(encoding="utf-8") == EMPTY
    assert read_state(path).seq == 3


def test_an_older_file_put_back_goes_on_behind_what_the_archive_knows_of_the_other_life(path: Path) -> None:
    archive.keep(path, segment(1, 9))
    second_life = line(4, word="other") + line(5, word="other")
    archive.keep(path, second_life)
    archive.keep(path, second_life)
    assert archive_path(path).read_bytes() == segment(1, 9) + second_life


def test_an_archive_that_has_gone_on_already_stays_as_it_is(path: Path) -> None:
    archive.keep(path, segment(1, 9))
    archive.keep(path, segment(3, 6))
    assert archive_path(path).read_bytes() == segment(1, 9)


def test_a_damaged_end_is_left_and_gone_on_behind(path: Path) -> None:
    damaged = line(2).replace(b"vm-2", b"vm-3")
    archive_path(path).write_bytes(line(1) + damaged)
    archive.keep(path, segment(3, 4))
    archive.keep(path, segment(3, 4))
    assert archive_path(path).read_bytes() == line(1) + damaged + segment(3, 4)


# Damage


async def damaged(path: Path) -> None:
    archive_path(path).write_bytes(segment(1, 3)[:-9] + b"zzzzzzzz\n" + os.urandom(500) + b"\n")


async def missing(path: Path) -> None:
    archive_path(path).unlink(missing_ok=True)


async def no_file(path: Path) -> None:
    archive_path(path).mkdir()


@pytest.mark.parametrize("spoil", [damaged, missing, no_file])
async def test_a_server_starts_whatever_has_become_of_the_archive(
    path: Path, spoil: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    await spoil(path)  # type: ignore[misc]  # a coroutine function in each case
    store = JSONStore(path)
    await store.load()
    await store.append([VMAdded(at=NOON, vm_id="a")], 0)
    await store.close()
    assert read_state(path).seq == 1
    assert ("data.json.log" in caplog.text) == (spoil is not missing)


def test_inspecting_counts_what_can_be_read_and_names_the_damaged_lines(path: Path) -> None:
    assert archive.inspect(path) == archive.Inspected()
    assert archive.ends_well(path)
    archive_path(path).write_bytes(line(1) + b"no change\n" + line(2) + b"\xff\xff\n" + line(3) + b'{"torn')
    assert archive.inspect(path) == archive.Inspected(changes=3, damaged=(2, 4))
    assert archive.ends_well(path)
    archive_path(path).write_bytes(line(1) + b"no change\n")
    assert not archive.ends_well(path)


# What is too old


def days(*ages: float) -> bytes:
    """Return one line a change, so many days before noon."""
    return b"".join(line(seq, NOON - timedelta(days=age)) for seq, age in enumerate(ages, start=1))


def test_what_is_too_old_is_dropped_and_the_rest_stays_as_it_was(path: Path) -> None:
    content = days(30, 20, 12, 9, 1)
    archive_path(path).write_bytes(content + b'{"torn')
    archive.forget(path, NOON - timedelta(days=10))
    assert archive_path(path).read_bytes() == content[content.index(b'{"seq":4') :] + b'{"torn'
    assert archive_path(path).stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in path.parent.iterdir()) == ["data.json", "data.json.log"]


def test_nothing_is_rewritten_before_a_whole_day_is_too_old(path: Path) -> None:
    archive_path(path).write_bytes(days(10.9, 10.5, 1))
    before = archive_path(path).stat()
    archive.forget(path, NOON - timedelta(days=10))
    assert os.path.samestat(before, archive_path(path).stat())
    assert kept(path) == [1, 2, 3]


def test_ends_that_were_met_late_do_not_make_newer_changes_old(path: Path) -> None:
    """A server that was off for long dates ends at their planned moments."""
    end: AnyFact = BookingReleased(
        at=NOON - timedelta(days=30), vm_id="a", user="ann@example.com", reason=Reason.EXPIRED
    )
    content = line(1, NOON - timedelta(days=15)) + line(2) + encode_line(Change(seq=3, facts=(end,))) + line(4)
    archive_path(path).write_bytes(content)
    archive.forget(path, NOON - timedelta(days=10))
    assert kept(path) == [2, 3, 4]


def test_forgetting_where_there_is_no_archive_makes_none(path: Path) -> None:
    archive.forget(path, NOON)
    assert not archive_path(path).exists()
    assert not journal_path(path).exists()


# Reading from the end


@pytest.mark.parametrize("longest", [3, 1000, 3 * BLOCK])
def test_lines_come_backwards_with_their_places_and_a_torn_tail_is_left_out(tmp_path: Path, longest: int) -> None:
    lines = [b"x" * random.randrange(longest) for _ in range(200 if longest < BLOCK else 20)]
    content = b"".join(each + b"\n" for each in lines)
    file = tmp_path / "lines"
    for torn in (b"", b"torn"):
        file.write_bytes(content + torn)
        with file.open("rb") as opened:
            found = list(lines_backwards(opened.fileno(), len(content + torn)))
            assert [each for _, each in reversed(found)] == lines
            assert all(line_at(opened.fileno(), begin) == each for begin, each in found)
            assert line_at(opened.fileno(), len(content)) is None


def test_of_a_block_that_is_not_worth_it_only_a_milestone_is_given(tmp_path: Path) -> None:
    lines = [b"%06d" % number for number in range(50_000)]
    file = tmp_path / "lines"
    file.write_bytes(b"".join(each + b"\n" for each in lines))
    with file.open("rb") as opened:
        found = list(lines_backwards(opened.fileno(), file.stat().st_size, lambda block: b"\n001234\n" in block))
        assert all(line_at(opened.fileno(), begin) == each for begin, each in found)
    assert b"001234" in dict.fromkeys(each for _, each in found)
    assert 1000 < len(found) < 20_000


def test_a_file_without_a_newline_has_no_lines(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    for content in (b"", b"torn", b"t" * 3 * BLOCK):
        file.write_bytes(content)
        with file.open("rb") as opened:
            assert list(lines_backwards(opened.fileno(), len(content))) == []
