"""The journal: whole lines, or nothing; damage is named, never guessed away."""

import errno
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loadzone.core.journal import (
    JournalContent,
    JournalWriter,
    decode_line,
    encode_line,
    read_journal,
    salvage_journal,
)
from loadzone.domain.errors import DataError
from loadzone.domain.facts import BookingMade, Change, UserAdded, VMAdded

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def change(seq: int) -> Change:
    """Return a change with text of all kinds in it."""
    user = f"user{seq}@example.com"
    return Change(
        seq=seq,
        facts=(
            UserAdded(at=NOON, user=user),
            VMAdded(at=NOON, vm_id=f"vm-{seq}"),
            BookingMade(
                at=NOON, vm_id=f"vm-{seq}", user=user, end=NOON + timedelta(hours=seq), purpose='"тест"\n"crc":"'
            ),
        ),
    )


CHANGES = tuple(change(seq) for seq in range(4, 8))
LINES = [encode_line(one) for one in CHANGES]
WHOLE = b"".join(LINES)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the path of a journal with four changes."""
    journal = tmp_path / "data.json.journal"
    journal.write_bytes(WHOLE)
    return journal


def failing(monkeypatch: pytest.MonkeyPatch, call: str, times: int = 1) -> None:
    """Let an operation of the disk fail as a broken one does; there is no other way to see a failed sync."""
    real: Callable[..., None] = getattr(os, call)
    left = [times]

    def fails(*arguments: object) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise OSError(errno.EIO, "Input/output error")
        real(*arguments)

    monkeypatch.setattr(os, call, fails)


def test_a_line_holds_its_change_and_ends_with_the_only_newline() -> None:
    for one, line in zip(CHANGES, LINES, strict=True):
        assert line.index(b"\n") == len(line) - 1
        assert decode_line(line[:-1]) == one


def test_a_missing_journal_is_empty(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none") == JournalContent()
    assert salvage_journal(tmp_path / "none") == ([], None)


def test_cut_at_any_byte_the_journal_has_every_change_before_the_cut(path: Path) -> None:
    for cut in range(len(WHOLE) + 1):
        path.write_bytes(WHOLE[:cut])
        whole = WHOLE[:cut].count(b"\n")
        size = sum(map(len, LINES[:whole]))
        assert read_journal(path) == JournalContent(changes=CHANGES[:whole], lines=WHOLE[:size], torn=cut - size)


@pytest.mark.parametrize(
    "make", [lambda byte: byte ^ 1, lambda byte: byte ^ 0x80, lambda byte: 10, lambda byte: 0]
)
def test_damage_at_any_byte_is_refused_with_its_line(path: Path, make: Callable[[int], int]) -> None:
    for place, byte in enumerate(WHOLE[:-1]):
        if make(byte) == byte:
            continue
        damaged = WHOLE[:place] + bytes([make(byte)]) + WHOLE[place + 1 :]
        path.write_bytes(damaged)
        line = WHOLE[:place].count(b"\n") + 1
        with pytest.raises(DataError) as refused:
            read_journal(path)
        expected = {"place": f"data.json.journal:{line}", "problem": "journal_damaged", "line": line}
        assert refused.value.data == expected
        assert path.read_bytes() == damaged
        salvaged, damage = salvage_journal(path)
        assert tuple(salvaged) == CHANGES[: line - 1]
        assert damage is not None


@pytest.mark.parametrize(
    ("lines", "line", "expected", "found"),
    [
        ([LINES[0], LINES[2]], 2, 5, 6),
        ([LINES[0], LINES[1], LINES[1]], 3, 6, 5),
        ([LINES[1], LINES[0]], 2, 6, 4),
    ],
)
def test_lines_that_do_not_follow_each_other_are_refused(
    path: Path, lines: list[bytes], line: int, expected: int, found: int
) -> None:
    path.write_bytes(b"".join(lines))
    with pytest.raises(DataError) as refused:
        read_journal(path)
    assert refused.value.data == {
        "place": f"data.json.journal:{line}",
        "problem": "journal_gap",
        "line": line,
        "expected": expected,
        "found": found,
    }


def test_opening_cuts_off_what_is_torn_and_appending_goes_on_behind_the_rest(path: Path) -> None:
    path.write_bytes(WHOLE + b'{"seq":8,"fac')
    writer = JournalWriter(path)
    writer.open(read_journal(path).size)
    writer.append(encode_line(change(8)))
    writer.close()
    assert read_journal(path).changes == (*CHANGES, change(8))
    assert writer.size == path.stat().st_size


def test_a_failed_sync_leaves_no_trace_and_the_next_append_verifies_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = JournalWriter(path)
    writer.open(len(WHOLE))
    failing(monkeypatch, "fdatasync")
    with pytest.raises(OSError, match="Input/output"):
        writer.append(encode_line(change(8)))
    assert path.read_bytes() == WHOLE
    writer.append(encode_line(change(8)))
    assert read_journal(path).changes == (*CHANGES, change(8))
    writer.close()


@pytest.mark.parametrize(("call", "refused"), [("ftruncate", 3), ("fsync", 4)])
def test_while_reopening_fails_nothing_is_appended_behind_what_was_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str, refused: int
) -> None:
    writer = JournalWriter(path)
    writer.open(len(WHOLE))
    failing(monkeypatch, "fdatasync")
    failing(monkeypatch, call, times=3)
    for _ in range(refused):
        with pytest.raises(OSError, match="Input/output"):
            writer.append(encode_line(change(8)))
    writer.append(encode_line(change(8)))
    writer.close()
    assert read_journal(path).changes == (*CHANGES, change(8))


@pytest.mark.parametrize("calls", [["fdatasync", "ftruncate"], ["fdatasync", "fdatasync"]])
def test_a_refused_change_that_cannot_be_cut_off_is_not_there_after_a_crash(
    path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[str]
) -> None:
    """When sync and cutting fail, the file is replaced by one without the change, before the refusal is told."""
    path.chmod(0o640)
    writer = JournalWriter(path, like=path)
    writer.open(len(WHOLE))
    for call in set(calls):
        failing(monkeypatch, call, times=calls.count(call))
    with pytest.raises(OSError, match="Input/output"):
        writer.append(encode_line(change(8)))
    assert path.read_bytes() == WHOLE
    assert path.stat().st_mode & 0o777 == 0o640


def test_the_folder_is_synced_after_sealing_even_when_that_failed_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No change is acknowledged in a new journal before the names of the old and the new one are durable."""
    writer = JournalWriter(path)
    writer.open(len(WHOLE))
    synced: list[bool] = []
    real = os.fsync

    def fsync(file: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(file).st_mode)
        synced.append(is_folder)
        if is_folder and synced.count(True) == 1:
            raise OSError(errno.EIO, "Input/output error")
        real(file)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Input/output"):
        writer.seal(path.with_name("sealed"))
    assert synced.count(True) == 1
    writer.append(encode_line(change(8)))
    assert synced.count(True) == 2
    writer.close()


def test_a_refused_change_is_never_sealed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = JournalWriter(path)
    writer.open(len(WHOLE))
    failing(monkeypatch, "fdatasync")
    failing(monkeypatch, "ftruncate")
    with pytest.raises(OSError, match="Input/output"):
        writer.append(encode_line(change(8)))
    sealed = path.with_name("sealed")
    writer.seal(sealed)
    writer.append(encode_line(change(8)))
    writer.close()
    assert read_journal(sealed).changes == CHANGES
    assert read_journal(path).changes == (change(8),)


def test_a_journal_that_lost_what_was_acknowledged_takes_no_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = JournalWriter(path)
    writer.open(len(WHOLE))
    failing(monkeypatch, "fdatasync")
    with pytest.raises(OSError, match="Input/output"):
        writer.append(encode_line(change(8)))
    os.truncate(path, len(WHOLE) - 1)
    with pytest.raises(DataError, match="journal_shrunk"):
        writer.append(encode_line(change(8)))
    damaged = bytes([WHOLE[0] ^ 1]) + WHOLE[1:]
    path.write_bytes(damaged)
    with pytest.raises(DataError, match="journal_damaged"):
        writer.append(encode_line(change(8)))
    assert path.read_bytes() == damaged


def test_sealing_sets_the_journal_aside_and_goes_on_with_an_empty_one(path: Path) -> None:
    writer = JournalWriter(path)
    writer.open(len(WHOLE))
    sealed = path.with_name("sealed")
    writer.seal(sealed)
    assert sealed.read_bytes() == WHOLE
    assert (writer.size, path.read_bytes()) == (0, b"")
    writer.append(encode_line(change(8)))
    writer.close()
    assert read_journal(path).changes == (change(8),)
