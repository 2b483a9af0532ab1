"""The journal beside the data file: one line a change, and a checksum on each.

A line counts from the moment its newline is on the disk. `{"seq":7,"facts":[…],"crc":"1c291ca3"}`: the
checksum is the CRC-32 of everything before it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from zlib import crc32

import msgspec
from msgspec import Struct

from loadzone.core.atomic_file import PRIVATE, Mark, mark_of, mode_of, replacing, sync_folder, write_all
from loadzone.core.store import Receipt
from loadzone.domain.emails import with_canonical
from loadzone.domain.errors import DataError
from loadzone.domain.facts import Change

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Change)
PROBE_BYTES: Final = 1 << 16
_OPEN: Final = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC

RECEIPT = b',"receipt":'
_CRC = b',"crc":"'
_CRC_LENGTH = len(_CRC) + 8 + len(b'"}')


def encode_line(change: Change, receipt: Receipt | None = None) -> bytes:
    """Return the journal line of a change, newline included; whoever reads changes only passes over a receipt."""
    body = _encoder.encode(change)[:-1]
    if receipt is not None:
        body += RECEIPT + _encoder.encode(receipt)
    return b'%b,"crc":"%08x"}\n' % (body, crc32(body))


def decode_line(line: bytes) -> Change:
    """Return the change of a line without its newline; raises ValueError when it is damaged."""
    body, tail = line[:-_CRC_LENGTH], line[-_CRC_LENGTH:]
    if tail != b',"crc":"%08x"}' % crc32(body):
        raise ValueError("the checksum does not fit")
    try:
        change = _decoder.decode(body + b"}")
    except msgspec.MsgspecError as wrong:
        raise ValueError(str(wrong)) from wrong
    # It may be of a release that kept domains in their ASCII form.
    if body.isascii() and b"xn--" not in body:
        return change
    return msgspec.structs.replace(change, facts=tuple(map(with_canonical, change.facts)))


def checksum(line: bytes) -> str:
    """Return the checksum that a line without its newline carries, whether or not it fits."""
    return line[-10:-2].decode("ascii", errors="replace")


def last_seq(lines: bytes) -> int:
    """Return the number of the last change of whole lines, 0 where there is none."""
    return decode_line(lines[:-1].rpartition(b"\n")[2]).seq if lines else 0


class _Receipted(Struct):
    receipt: Receipt | None = None


def receipt_of(line: bytes) -> Receipt | None:
    """Return the receipt in a line without its newline, None where there is none or the line is damaged."""
    if RECEIPT not in line:
        return None
    with suppress(ValueError):
        decode_line(line)
        receipt = msgspec.json.decode(line, type=_Receipted).receipt
        # A copy: what is decoded points into its line, which would stay in memory with it.
        return None if receipt is None else msgspec.structs.replace(receipt, answer=receipt.answer.copy())
    return None


class JournalContent(Struct, frozen=True, kw_only=True):
    """What a journal holds: its changes, their lines as they stand, and how many torn bytes follow them."""

    changes: tuple[Change, ...] = ()
    lines: bytes = b""
    torn: int = 0

    @property
    def size(self) -> int:
        """The bytes that the changes take."""
        return len(self.lines)


def read_journal(path: Path) -> JournalContent:
    """Read a journal; one that does not exist is empty.

    Bytes behind the last newline are a change that never was acknowledged: they are counted as torn and
    left out. Raises DataError, naming the line, for damage anywhere before.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return JournalContent()
    size = content.rfind(b"\n") + 1
    lines = content[:size]
    return JournalContent(changes=tuple(_changes(path, lines)), lines=lines, torn=len(content) - size)


def salvage_journal(path: Path) -> tuple[list[Change], DataError | None]:
    """Return the changes before the first damage, and the damage."""
    whole: list[Change] = []
    try:
        whole.extend(_changes(path, path.read_bytes() if path.exists() else b""))
    except DataError as damage:
        return whole, damage
    return whole, None


def _changes(path: Path, content: bytes) -> Iterator[Change]:
    last: int | None = None
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            change = decode_line(line)
        except ValueError:
            raise DataError(f"{path.name}:{number}", "journal_damaged", line=number) from None
        if last is not None and change.seq != last + 1:
            raise DataError(
                f"{path.name}:{number}", "journal_gap", line=number, expected=last + 1, found=change.seq
            )
        last = change.seq
        yield change


class JournalWriter:
    """Appends to a journal. All methods block; they belong to one thread.

    A new journal is as private as the file `like`, whose changes it holds. What the journal must hold is kept in
    memory too: a file that somebody deletes, cuts or replaces is noticed, and can be written anew.
    """

    def __init__(self, path: Path, like: Path | None = None) -> None:
        self._path = path
        self._like = like
        self._mode = PRIVATE
        self._file: int | None = None
        self._mark: Mark | None = None
        self._lines: list[bytes] = []
        self._folder_is_synced = False
        self.size = 0
        self.sealed = b""
        """The lines that were set aside and are not in the data file yet."""

    def open(self, size: int) -> None:
        """Open the journal, keep its first `size` bytes and cut off what follows; create it when missing."""
        self._reopen(size)
        assert self._file is not None  # noqa: S101 - it is open, or that has raised
        self._lines = [os.pread(self._file, size, 0)]

    def _reopen(self, size: int) -> None:
        self.close()
        file = self._opened()
        try:
            os.ftruncate(file, size)
            os.fsync(file)
            # Not when it is created only: the sync of the folder may have failed then.
            if not self._folder_is_synced:
                sync_folder(self._path)
                self._folder_is_synced = True
        except OSError:
            # Left open, it would take the next append behind bytes that were refused.
            os.close(file)
            raise
        self._file, self._mark, self.size = file, mark_of(file), size

    def _opened(self) -> int:
        if self._like is not None:
            self._mode = mode_of(self._like, self._mode)
        try:
            return os.open(self._path, _OPEN)
        except FileNotFoundError:
            self._folder_is_synced = False
            file = os.open(self._path, _OPEN | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, self._mode & PRIVATE)
            os.fchmod(file, self._mode)
            return file

    def append(self, lines: bytes) -> None:
        """Append whole lines and return when they are on the disk.

        Raises OSError, the lines being cut off again as far as that is possible; the journal must then be
        verified before the next append. Raises DataError when the journal is not what it was: the lines are
        nowhere then, and `restore` writes what was acknowledged before.
        """
        if self._file is None or mark_of(self._file) != self._mark:
            self.verify()
        assert self._file is not None  # noqa: S101 - verify has opened it or raised
        try:
            write_all(self._file, lines)
            os.fdatasync(self._file)
            mark = mark_of(self._file)
        except OSError:
            self._give_up(len(lines))
            raise
        if not self._is_in_place(mark, self.size + len(lines)):
            self._give_up(len(lines))
            raise DataError(self._path.name, "journal_replaced")
        self._mark = mark
        self._lines.append(lines)
        self.size += len(lines)

    def _is_in_place(self, mark: Mark | None, size: int) -> bool:
        there = mark_of(self._path)
        return there is not None and there == mark and there.size == size

    def check(self) -> None:
        """Look whether the journal is as it was left; raises DataError when it is not, OSError.

        One that was merely touched, or replaced by an equal one, is opened again.
        """
        if self._file is None or not self._is_in_place(self._mark, self.size):
            self.verify()

    def verify(self) -> None:
        """Reopen the file after a failure and make sure that what was acknowledged is still in it.

        After a failed sync the kernel may have dropped pages and called them clean, so the old descriptor
        proves nothing. Raises OSError or DataError.
        """
        size = self.size
        found = read_journal(self._path)
        if found.size < size:
            raise DataError(self._path.name, "journal_shrunk", expected=size)
        if found.lines[:size] != self._content():
            raise DataError(self._path.name, "journal_replaced")
        self._reopen(size)

    def restore(self) -> None:
        """Write the journal anew with what was acknowledged, from memory, and open it; raises OSError."""
        self.close()
        self._rewrite(self._path, self._content())
        self._reopen(self.size)

    def restore_sealed(self, sealed: Path) -> bool:
        """Write the sealed journal anew where it is not what it must be; tell whether it was. Raises OSError."""
        with suppress(FileNotFoundError, IsADirectoryError):
            if sealed.read_bytes() == self.sealed:
                return False
        self._rewrite(sealed, self.sealed)
        return True

    def _rewrite(self, path: Path, content: bytes) -> None:
        with replacing(path, self._mode, exactly=True) as file:
            file.write(content)

    def _content(self) -> bytes:
        content = b"".join(self._lines)
        self._lines = [content]
        return content

    def probe(self) -> None:
        """Find out, without a change at hand, whether appending would work; raises OSError or DataError."""
        self.verify()
        beside = self._path.with_name(self._path.name + ".probe")
        try:
            with replacing(beside, PRIVATE) as file:
                file.write(bytes(PROBE_BYTES))
        finally:
            beside.unlink(missing_ok=True)

    def _give_up(self, written: int) -> None:
        # Cut at once, and for good, so that a change that was refused does not come back after a crash.
        if self._file is not None:
            try:
                self._cut(self._file, written)
            except OSError:
                # A file that cannot be cut is replaced by one without the change.
                with suppress(OSError):
                    self._rewrite(self._path, self._content())
        self.close()

    def _cut(self, file: int, written: int) -> None:
        # Cut by somebody else it must not grow again, and what another process appended is not ours.
        if self.size < os.fstat(file).st_size <= self.size + written:
            os.ftruncate(file, self.size)
            os.fdatasync(file)

    def seal(self, sealed: Path) -> None:
        """Set the journal aside as `sealed` and go on with an empty one; raises OSError or DataError."""
        self.check()  # after a failure it may still hold a change that was refused
        self.close()
        os.rename(self._path, sealed)
        self.sealed, self._lines, self.size, self._folder_is_synced = self._content(), [], 0, False
        self._reopen(0)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
