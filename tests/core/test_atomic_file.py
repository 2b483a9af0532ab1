"""A file is replaced whole, by nobody's link, and no wider than it may be from its first byte on."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from loadzone.core.atomic_file import PRIVATE, copy, mode_of, replacing


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    """What somebody else's link points to stays as it is."""
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "file.tmp").symlink_to(victim)
    with replacing(tmp_path / "file") as file:
        file.write(b"new")
    assert (victim.read_text(), (tmp_path / "file").read_text()) == ("precious", "new")
    assert not (tmp_path / "file").is_symlink()


def write(path: Path, content: bytes, meanwhile: Callable[[], object], *, new: bool = False) -> None:
    """Write a file, and do something else before it is in place."""
    with replacing(path, new=new) as file:
        file.write(content)
        meanwhile()


def test_after_an_error_the_old_file_is_there_and_nothing_else(tmp_path: Path) -> None:
    """Half a file is never in place."""
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError):
        write(path, b"half", lambda: 1 / 0)
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "old"


def test_of_two_that_write_one_file_at_once_neither_puts_the_half_of_the_other_in_place(tmp_path: Path) -> None:
    """The first one fails, the second one's file is whole."""
    path = tmp_path / "file"
    with pytest.raises(FileNotFoundError):
        write(path, b"first", lambda: write(path, b"second", lambda: None))
    assert path.read_text() == "second"


def test_a_new_file_replaces_none(tmp_path: Path) -> None:
    """Where a file must be new, one that appears meanwhile stays."""
    path = tmp_path / "file"
    with pytest.raises(FileExistsError):
        write(path, b"new", lambda: path.write_text("old"), new=True)
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(("mode", "exactly", "expected"), [(0o600, False, 0o600), (0o664, True, 0o664)])
def test_the_file_has_its_permissions_and_nobody_else_reads_it_before(
    tmp_path: Path, mode: int, exactly: bool, expected: int
) -> None:
    """Until it is whole nobody reads more of a file than its mode allows."""
    with replacing(tmp_path / "file", mode, exactly=exactly) as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077 == 0
    assert mode_of(tmp_path / "file") == expected


def test_a_copy_is_whole_and_private(tmp_path: Path) -> None:
    """A copy of a private file is private whatever the umask."""
    source = tmp_path / "source"
    source.write_bytes(b"x" * 3_000_000)
    copy(source, tmp_path / "copy", PRIVATE)
    assert (tmp_path / "copy").read_bytes() == source.read_bytes()
    assert mode_of(tmp_path / "copy") == 0o600
