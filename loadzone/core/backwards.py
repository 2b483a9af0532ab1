"""Reading a file of lines from its end, in blocks: the newest lines cost nothing of what lies before them."""

import os
from collections.abc import Callable, Iterator
from typing import Final

BLOCK: Final = 1 << 16


def lines_backwards(
    file: int, end: int, worth: Callable[[bytes], bool] = lambda _: True
) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of an open file that end before byte `end`, last first: where each begins, and its text.

    What stands behind the last newline is torn and left out. Newlines are not part of the texts. Of a block of
    lines that is not `worth` it only the first is given, as a milestone.
    """
    place, rest = end, b""
    while place > 0:
        # A line longer than a block is read in ever larger pieces, so that it is not put together again and again.
        size = min(max(BLOCK, len(rest)), place)
        place -= size
        content = os.pread(file, size, place) + rest
        first, *others = content.split(b"\n")
        begin = place + len(content)
        if not others:
            rest = first
            continue
        begin -= len(others.pop())
        if len(others) > 1 and not worth(content):
            begin -= sum(map(len, others)) + len(others) - len(others[0]) - 1
            del others[1:]
        for line in reversed(others):
            begin -= len(line) + 1
            yield begin, line
        rest = first + b"\n"
    if rest.endswith(b"\n"):
        yield 0, rest[:-1]


def line_at(file: int, begin: int) -> bytes | None:
    """Return the line that begins at a byte of an open file, None where none ends behind it."""
    content, size = b"", BLOCK
    while b"\n" not in content:
        more = os.pread(file, size, begin + len(content))
        if not more:
            return None
        content, size = content + more, size * 2
    return content.partition(b"\n")[0]
