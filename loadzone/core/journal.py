"""The journal beside the data file: one line a change, and a checksum on each.

A line counts from the moment its newline is on the disk. `{"seq":7,"facts":[…],"crc":"1c291ca3"}`: the
checksum is the CRC-32 of everything before it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec import Struct

from loadzone.core.store import Receipt
from loadzone.domain.emails import with_canonical
from loadzone.domain.errors import DataError
from loadzone.domain.facts import Change

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Change)
PROBE_BYTES = 1 << 16

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


def sync_folder(path: Path) -> None:
    """Make the names in the folder of `path` durable: a new or renamed file survives a power cut only then."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_all(file: int, content: bytes) -> None:
    """Write all of `content` to an open file; raises OSError, part of it perhaps being written."""
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]


class JournalWriter:
    """Appends to a journal. All methods block; they belong to one thread.

    A new journal is as private as the file `like`, whose changes it holds.
    """

    def __init__(self, path: Path, like: Path | None = None) -> None:
        self._path = path
        self._like = like
        self._file: int | None = None
        self.size = 0

    def open(self, size: int) -> None:
        """Open the journal, keep its first `size` bytes and cut off what follows; create it when missing."""
        self.close()
        existed = self._path.exists()
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            if not existed and self._like is not None:
                os.fchmod(self._file, self._like.stat().st_mode & 0o777)
            os.ftruncate(self._file, size)
            os.fsync(self._file)
            if not existed:
                sync_folder(self._path)
        except OSError:
            # Left open, it would take the next append behind bytes that were refused.
            self.close()
            raise
        self.size = size

    def append(self, lines: bytes) -> None:
        """Append whole lines and return when they are on the disk.

        Raises OSError, the lines being cut off again as far as that is possible; the journal must then
        be verified before the next append.
        """
        if self._file is None:
            self.verify()
        assert self._file is not None  # noqa: S101 - verify has opened it or raised
        try:
            write_all(self._file, lines)
            os.fdatasync(self._file)
        except OSError:
            self._give_up()
            raise
        self.size += len(lines)

    def verify(self) -> None:
        """Reopen the file after a failure and make sure that what was acknowledged is still in it.

        After a failed sync the kernel may have dropped pages and called them clean, so the old descriptor
        proves nothing. Raises OSError or DataError.
        """
        size = self.size
        if read_journal(self._path).size < size:
            raise DataError(self._path.name, "journal_shrunk", expected=size)
        self.open(size)

    def probe(self) -> None:
        """Find out, without a change at hand, whether appending would work; raises OSError or DataError."""
        self.verify()
        beside = self._path.with_name(self._path.name + ".probe")
        try:
            with beside.open("wb") as file:
                file.write(bytes(PROBE_BYTES))
                file.flush()
                os.fsync(file.fileno())
        finally:
            beside.unlink(missing_ok=True)

    def _give_up(self) -> None:
        # Cut at once, so that a change that was refused does not come back after a crash.
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, self.size)
        self.close()

    def seal(self, sealed: Path) -> None:
        """Set the journal aside as `sealed` and go on with an empty one; raises OSError or DataError."""
        if self._file is None:
            self.verify()  # after a failure it may still hold a change that was refused
        self.close()
        os.rename(self._path, sealed)
        self.size = 0
        self.open(0)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
