"""The archive beside the data file: the changes that the file has taken in, in the journal's own lines.

It is memory, not truth: nothing is loaded from it, and where it is missing or damaged only the memory is. It
holds more than the data file says, who changed accounts among it, so nobody but its owner may read it.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct

from loadzone.core.atomic_file import PRIVATE, replacing, sync_folder, write_all
from loadzone.core.backwards import lines_backwards
from loadzone.core.change_filter import recorded
from loadzone.core.data_file import archive_path
from loadzone.core.file_lock import lock
from loadzone.core.journal import decode_line

log = logging.getLogger(__name__)

_DAY: Final = timedelta(days=1)


def keep(path: Path, lines: bytes) -> None:
    """Append to the archive of `path` those of a journal's whole lines that it has not yet, and sync.

    Doing so again after a crash doubles nothing. A torn tail is cut off. Raises OSError.
    """
    if not lines:
        return
    with _held(path) as file:
        end, missing = _missing(file, lines)
        os.ftruncate(file, end)
        write_all(file, missing)
        os.fsync(file)
    sync_folder(archive_path(path))


def _missing(file: int, lines: bytes) -> tuple[int, bytes]:
    """Return where the last whole line of the archive ends, and what is missing behind it.

    The archive ends with a part of these lines, or it has none of them. It may have gone on behind them, in a
    copy that was taken later; and it may know higher numbers of another life, before an older data file was put
    back. So a line is known by its text, and its number only tells how far back to look.
    """
    end: int | None = None
    newest = _number(lines[:-1].rpartition(b"\n")[2])
    for begin, line in lines_backwards(file, os.fstat(file).st_size):
        end = begin + len(line) + 1 if end is None else end
        number = _number(line)
        if number is None or (newest is not None and number > newest):
            continue
        found = (b"\n" + lines).find(b"\n" + line + b"\n")
        return end, lines if found < 0 else lines[found + len(line) + 1 :]
    return end or 0, lines


def _number(line: bytes) -> int | None:
    """Return the number of the change in a line, None for a damaged one."""
    try:
        return decode_line(line).seq
    except ValueError:
        return None


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """Open the archive of `path`, made when missing, for one writer at a time over all processes."""
    kept = archive_path(path)
    while True:
        file = os.open(kept, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, PRIVATE)
        try:
            if not lock(file):
                log.warning("%s is locked by another program, going on without the lock", kept.name)
            if _is_still(kept, file):
                yield file
                return
        finally:
            os.close(file)


def _is_still(kept: Path, file: int) -> bool:
    """Tell whether an open file has kept its place: while it was waited for, a shorter one may have taken it."""
    try:
        return os.path.samestat(os.fstat(file), os.stat(kept))
    except FileNotFoundError:
        return False


# What is too old


def forget(path: Path, before: datetime) -> None:
    """Drop the changes that were recorded before a moment, once the oldest is a day older; raises OSError."""
    if not archive_path(path).exists():
        return
    with _held(path) as file:
        oldest = next(_recorded_forwards(file), None)
        if oldest is None or oldest[1] >= before - _DAY:
            return
        begin = next((begin for begin, at in _recorded_forwards(file) if at >= before), os.fstat(file).st_size)
        _rewrite(path, file, begin)


def _recorded_forwards(file: int) -> Iterator[tuple[int, datetime]]:
    """Yield where each line begins whose moment is known, and that moment."""
    with os.fdopen(os.dup(file), "rb") as content:
        begin = content.seek(0)
        for line in content:
            with suppress(ValueError):
                at = recorded(decode_line(line[:-1]))
                if at is not None:
                    yield begin, at
            begin += len(line)


def _rewrite(path: Path, file: int, begin: int) -> None:
    kept = archive_path(path)
    with replacing(kept, PRIVATE) as target, os.fdopen(os.dup(file), "rb") as source:
        source.seek(begin)
        shutil.copyfileobj(source, target, 1 << 20)


# Looking at it


class Inspected(Struct, frozen=True, kw_only=True):
    """How an archive is: how many changes it has, and the numbers of its damaged lines; a torn tail is none."""

    changes: int = 0
    damaged: tuple[int, ...] = ()


def inspect(path: Path) -> Inspected:
    """Read the whole archive of `path`, line by line; one that does not exist is empty. Raises OSError."""
    changes, damaged = 0, list[int]()
    with suppress(FileNotFoundError), archive_path(path).open("rb") as content:
        for number, line in enumerate(content, start=1):
            if not line.endswith(b"\n"):
                continue
            if _number(line[:-1]) is None:
                damaged.append(number)
            else:
                changes += 1
    return Inspected(changes=changes, damaged=tuple(damaged))


def ends_well(path: Path) -> bool:
    """Tell whether the last whole line of the archive is sound, or there is none; raises OSError."""
    with suppress(FileNotFoundError), archive_path(path).open("rb") as content:
        file = content.fileno()
        last = next(lines_backwards(file, os.fstat(file).st_size), None)
        return last is None or _number(last[1]) is not None
    return True
