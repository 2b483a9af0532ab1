"""Looking back over changes, newest first: the journal, the sealed one, then the archive, each from its end.

Files are read, not memory, in blocks: the first page costs what it shows, however long the archive is. What
blocks runs in threads.
"""

import asyncio
import errno
import logging
import os
import re
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from loadzone.core.backwards import line_at, lines_backwards
from loadzone.core.change_filter import is_before_all, matching
from loadzone.core.data_file import archive_path, journal_path, sealed_path
from loadzone.core.journal import checksum, decode_line, receipt_of
from loadzone.core.sieve import Sieve
from loadzone.core.store import ChangePage, ChangeQuery, Receipt
from loadzone.domain.errors import invalid
from loadzone.domain.facts import Change

log = logging.getLogger(__name__)

_CURSOR: Final = re.compile(r"(\d{1,18})\.([0-9a-f]{8})\.(\d{1,18})?\Z", re.ASCII)
# After so many lines that did not match, whoever waits may go away, and other threads have their turn.
BREATH: Final = 2000
PAGE: Final = 1000
MILESTONE: Final = 100


class Sources(NamedTuple):
    """What is open for reading: each file with its size, None where there is none."""

    journal: tuple[int, int] | None
    sealed: tuple[int, int] | None
    archive: tuple[int, int] | None


class Place(NamedTuple):
    """Where a change was found, so that one can go on behind it.

    `seq` and `crc` know it again; `begin` is where its line begins in the archive, None elsewhere. That is a
    hint: when the archive has been shortened since, the line is looked for.
    """

    seq: int
    crc: str
    begin: int | None

    @property
    def cursor(self) -> str:
        """This place as a text for whoever asks."""
        return f"{self.seq}.{self.crc}.{'' if self.begin is None else self.begin}"


class Line(NamedTuple):
    """A line of any of the files; `begin` as in `Place`."""

    text: bytes
    begin: int | None


def read_cursor(cursor: str) -> Place:
    """Return the place that a cursor stands for; raises InvalidInput for one that is not ours."""
    found = _CURSOR.match(cursor)
    if found is None:
        raise invalid("cursor", "cursor_malformed")
    return Place(int(found[1]), found[2], None if found[3] is None else int(found[3]))


@contextmanager
def opened(path: Path) -> Iterator[Sources]:
    """Open the files of `path` as they belong together; raises OSError."""
    names = journal_path(path), sealed_path(path)
    while True:
        # Lines move from the journal to the sealed one to the archive, never back: opened in that order they
        # leave no gap. Had one moved meanwhile, lines would be met twice: then it is done again.
        files = [*map(_open, names), _open_archive(archive_path(path))]
        try:
            if all(map(_is_still, names, files)):
                yield Sources(*(None if file is None else (file, os.fstat(file).st_size) for file in files))
                return
        finally:
            for file in files:
                if file is not None:
                    os.close(file)


def _open(name: Path) -> int | None:
    try:
        return os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None


def _open_archive(name: Path) -> int | None:
    """Open the archive; where that is not possible only its memory is missing, and that is told."""
    try:
        file = _open(name)
        if file is not None and not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise OSError(errno.EINVAL, "it is no file")
    except OSError as wrong:
        log.warning("%s cannot be read: %s", name.name, wrong.strerror or wrong)
        return None
    return file


def _is_still(name: Path, file: int | None) -> bool:
    """Tell whether what was opened under a name (None: nothing) is what is there now."""
    try:
        there = os.stat(name)
    except FileNotFoundError:
        return file is None
    return file is not None and os.path.samestat(there, os.fstat(file))


def lines(sources: Sources, behind: Place | None, worth: Callable[[bytes], bool]) -> Iterator[Line]:
    """Yield the lines of all files, newest first, or those before the line at `behind`.

    Of blocks that are not `worth` it, milestones only.
    """
    if behind is None:
        yield from _lines(sources, worth)
        return
    if behind.begin is not None and sources.archive is not None:
        file, size = sources.archive
        text = line_at(file, behind.begin) if behind.begin < size else None
        if text is not None and _is_at(text, behind):
            yield from (Line(text, begin) for begin, text in lines_backwards(file, behind.begin, worth))
            return
    found = False
    for line in _lines(sources):
        if found:
            yield line
        else:
            found = _is_at(line.text, behind)


def _is_at(text: bytes, place: Place) -> bool:
    return text.startswith(b'{"seq":%d,' % place.seq) and checksum(text) == place.crc


def _lines(sources: Sources, worth: Callable[[bytes], bool] = lambda _: True) -> Iterator[Line]:
    if sources.journal is not None:
        yield from (Line(text, None) for _, text in lines_backwards(*sources.journal))
    if sources.sealed is not None:
        # While it is folded, the archive may have all of it, or its beginning.
        archived = None if sources.archive is None else next(lines_backwards(*sources.archive), None)
        for _, text in lines_backwards(*sources.sealed):
            if archived is not None and text == archived[1]:
                break
            yield Line(text, None)
    if sources.archive is not None:
        yield from (Line(text, begin) for begin, text in lines_backwards(*sources.archive, worth))


def find(sources: Sources, query: ChangeQuery, durable: int) -> Iterator[tuple[Change, Place] | None]:
    """Yield the matching changes, newest first, each with its place, and None now and then for a breath.

    `durable` is the number of the newest change that is true: the journal may hold one that will be refused.
    """
    sieve = Sieve(query)
    behind = None if query.cursor is None else read_cursor(query.cursor)
    damaged = 0
    for number, line in enumerate(lines(sources, behind, sieve.may_hold), start=1):
        if number % BREATH == 0:
            yield None
        wanted = sieve.may_match(line.text)
        # Most lines of a question that matches little are not decoded; now and then one tells how far back it is.
        change = _decoded(line.text) if wanted or number % MILESTONE == 0 else None
        if wanted and change is None:
            damaged += 1
            if damaged == 1:
                log.warning("a line of the audit log is damaged and left out; loadzone check names all")
        if change is None or (line.begin is None and change.seq > durable):
            continue
        if is_before_all(change, query.since):
            return
        told = matching(change, query)
        if told is not None:
            yield told, Place(change.seq, checksum(line.text), line.begin)


def receipts(path: Path, since: datetime, limit: int) -> list[Receipt]:
    """Return the receipts of a moment or later, the newest `limit` of them, oldest first; raises OSError."""
    found: list[Receipt] = []
    with opened(path) as sources:
        for number, line in enumerate(_lines(sources), start=1):
            receipt = receipt_of(line.text)
            if receipt is not None and receipt.at >= since:
                found.append(receipt)
            # Most lines have none and are not decoded; now and then one tells whether it is far enough.
            change = _decoded(line.text) if number % MILESTONE == 0 else None
            if len(found) >= limit or (change is not None and is_before_all(change, since)):
                break
    return found[::-1]


async def pages(path: Path, query: ChangeQuery, durable: int) -> AsyncIterator[ChangePage]:
    """Yield what `find` finds in pages; raises InvalidInput for a cursor that is not ours, OSError."""
    if query.cursor is not None:
        read_cursor(query.cursor)
    left, page, place, ended = query.limit, list[Change](), None, False
    with ExitStack() as open_files:
        sources = await asyncio.to_thread(open_files.enter_context, opened(path))
        found = find(sources, query, durable)
        while not ended:
            news, ended = await asyncio.to_thread(_take, found, PAGE if left is None else min(PAGE, left + 1))
            for change, at in news:
                if left == 0 and place is not None:
                    yield ChangePage(changes=page, cursor=place.cursor)
                    return
                page.append(change)
                place = at
                left = None if left is None else left - 1
            # The last page waits until it is known whether more is left.
            if page and (ended or left != 0):
                yield ChangePage(changes=page)
                page = []


def _take(found: Iterator[tuple[Change, Place] | None], most: int) -> tuple[list[tuple[Change, Place]], bool]:
    """Return up to `most` of what is found before the next breath, and whether that was the end."""
    taken: list[tuple[Change, Place]] = []
    for each in found:
        if each is None:
            return taken, False
        taken.append(each)
        if len(taken) >= most:
            return taken, False
    return taken, True


def _decoded(text: bytes) -> Change | None:
    try:
        return decode_line(text)
    except ValueError:
        return None
