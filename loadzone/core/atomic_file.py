"""Writing a file whole: under another name first, synced, then renamed. Every file is replaced in this way."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

PRIVATE: Final = 0o600
ORDINARY: Final = 0o666
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_BUFFER: Final = 1 << 20


class Mark(NamedTuple):
    """What tells one state of a file from another without reading it."""

    device: int
    inode: int
    size: int
    changed: int


def mark_of(file: Path | int) -> Mark | None:
    """Return the mark of a file, None where there is none; raises OSError when that cannot be found out."""
    try:
        found = os.stat(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Mark(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def mode_of(path: Path, default: int = ORDINARY) -> int:
    """Return who may read and write a file, `default` where there is none."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode) & 0o777
    except FileNotFoundError:
        return default


@contextmanager
def replacing(
    path: Path, mode: int = ORDINARY, *, exactly: bool = False, previous: Path | None = None, new: bool = False
) -> Iterator[BinaryIO]:
    """Give a file to write, which is at `path` whole and durable after the block, or not at all after an error.

    It has the permissions of `mode` that the umask leaves, from its first byte on, or `exactly` these. What was
    there stays as `previous`, when that is given. With `new` nothing is replaced: raises FileExistsError.
    """
    beside = path.with_name(path.name + ".tmp")
    beside.unlink(missing_ok=True)  # left by a crash; or a link, which must not be followed
    descriptor = os.open(beside, _NEW, mode & PRIVATE if exactly else mode)
    try:
        with os.fdopen(descriptor, "wb", buffering=_BUFFER) as file:
            yield file
            if exactly:
                os.fchmod(descriptor, mode)
            file.flush()
            os.fsync(descriptor)
            # Two at once have one name beside: the first must not put the half of the second in place.
            if not os.path.samestat(os.fstat(descriptor), os.lstat(beside)):
                raise FileExistsError(None, "another process writes the same file", str(path))
        if previous is not None:
            _keep(path, previous)
        if new:
            _name(beside, path)
        else:
            os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path)


def _keep(path: Path, previous: Path) -> None:
    # A second name for the same file, put in place atomically: at no moment is there no file at `path`.
    if path.exists():
        second = previous.with_name(previous.name + ".tmp")
        second.unlink(missing_ok=True)
        try:
            os.link(path, second)
        except OSError:
            # Some file systems have no second names; a copy is what they can do.
            copy(path, second, mode_of(path), exactly=True)
        os.replace(second, previous)


def put_in_place(beside: Path, path: Path) -> None:
    """Give a whole file its name; raises FileExistsError where there is one of that name already, OSError."""
    _name(beside, path)
    sync_folder(path)


def _name(beside: Path, path: Path) -> None:
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(None, os.strerror(errno.EEXIST), str(path)) from None
        os.replace(beside, path)
    else:
        beside.unlink()


def copy(source: Path, target: Path, mode: int, *, exactly: bool = False) -> None:
    """Copy what is in a file, whole; raises OSError, FileExistsError where `target` is there already."""
    with replacing(target, mode, exactly=exactly, new=True) as file, source.open("rb") as content:
        while piece := content.read(_BUFFER):
            file.write(piece)


def write_all(file: int, content: bytes) -> None:
    """Write all of `content` to an open file; raises OSError, part of it perhaps being written."""
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


def sync_folder(path: Path) -> None:
    """Make the names in the folder of `path` durable: a new or renamed file survives a power cut only then."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
