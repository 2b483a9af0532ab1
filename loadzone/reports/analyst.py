"""`python -m loadzone.reports.analyst DATA ZONE`: answers the Analytics page, in a process of its own.

A million records keep the interpreter's lock, in a thread too, and the server's loop would wait for it. So it
starts this process and sends a question as a line of JSON to its standard input: `{"scope": …, "now": …}`. The
answer is lines of JSON on the standard output, each with its `kind`: a `head` with the numbers, a `figure` as
soon as it is drawn, or a `problem` in the words of the reader; the last line is the `end`. The server sends
`{"stop":true}` when nobody waits for the answer any more: then the end comes next. The process ends when its
input does.

It reads the data file as a notebook does, read-only, while the server writes it.
"""

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final

import msgspec
from bokeh.embed import json_item
from msgspec import Struct

from loadzone.analytics.figures import Chart
from loadzone.analytics.figures.look import LOOKS
from loadzone.domain.errors import LoadZoneError, outward
from loadzone.history.kept import KeptHistory
from loadzone.i18n import error_text, translate
from loadzone.reports.drawings import drawn, numbers, wanted
from loadzone.reports.findings import Found, Scope, find
from loadzone.zones.file import FileZone

log = logging.getLogger(__name__)

# What happens to the VMs now is shown by the dashboard itself, live.
_LEFT_OUT: Final = frozenset({"timeline"})
_PEOPLE: Final = 500
_NICENESS: Final = 5
_ARGUMENTS: Final = 2

Line = dict[str, Any]
STOP: Final = b'{"stop":true}'
END: Final[Line] = {"kind": "end"}


class Question(Struct, frozen=True, kw_only=True):
    """What is asked about, and the moment that counts as now."""

    scope: Scope
    now: datetime


class Analyst:
    """Answers questions to one data file, which is read anew when it has changed."""

    def __init__(self, path: Path, assume_tz: str) -> None:
        self._path = path
        self._assume_tz = assume_tz
        self._zone: KeptHistory | None = None

    def answer(self, question: Question) -> Iterator[Line]:
        """Yield the lines of an answer; the last one is the end, also after a problem."""
        scope = question.scope
        try:
            if self._zone is None:
                self._zone = KeptHistory(FileZone(self._path, self._assume_tz))
            found = find(self._zone, scope, question.now)
            names = [] if found.bookings.empty else [name for name in wanted(scope) if name not in _LEFT_OUT]
            yield head(found, scope, names)
            yield from map(figure, drawn(found, scope, names))
        except LoadZoneError as problem:
            yield {"kind": "problem", "message": _told(problem, scope.lang)}
        yield END


def _told(problem: LoadZoneError, lang: str) -> str:
    """Return what readers of the page may learn: what is wrong with a file of the server stands in its log."""
    if outward(problem) is problem:
        return error_text(problem, lang)
    log.error("no analysis: %s", problem)
    return translate(lang, "analytics-page-unreadable")


class Questions:
    """The lines of the input, read in a thread of its own, so that one is heard while an answer is worked out."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._asked: SimpleQueue[Question | None] = SimpleQueue()
        self._read = self._answered = self._stopped = 0
        Thread(target=self._listen, args=(lines,), daemon=True).start()

    def _listen(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            if line.rstrip() == STOP:
                # A stop that comes after the end of the answer concerns no later question.
                self._stopped = self._read
            else:
                self._read += 1
                self._asked.put(msgspec.json.decode(line, type=Question))
        self._asked.put(None)

    def next(self) -> Question | None:
        """Wait for the next question; None at the end of the input."""
        self._answered += 1
        return self._asked.get()

    def stopped(self) -> bool:
        """Tell whether the answer to the last question is no longer wanted."""
        return self._stopped >= self._answered


def head(found: Found, scope: Scope, names: list[str]) -> Line:
    """Return the first line: the numbers, who there is to ask about, how many figures come, and their colours.

    `begun` is false where nothing was ever booked, so that no other question would find more.
    """
    narrowed = any(each is not None for each in (scope.until, scope.group, scope.user))
    return {
        "kind": "head",
        "numbers": numbers(found, scope.lang),
        "people": sorted(map(str, found.bookings["user"].unique()))[:_PEOPLE],
        "figures": len(names),
        "remark": translate(scope.lang, "bookings-left-out", count=found.left_out) if found.left_out else "",
        "begun": narrowed or not found.past.empty,
        "looks": msgspec.to_builtins(LOOKS),
    }


def figure(chart: Chart) -> Line:
    """Return the line of one figure: its words, the plot as BokehJS takes it, and the table as HTML."""
    return {
        "kind": "figure",
        "name": chart.name,
        "title": chart.title,
        "note": chart.note,
        "plot": json_item(chart.plot),
        "table": chart.table_html(),
    }


def main(arguments: list[str]) -> int:
    """Answer until the input ends; returns 2 without a path and a zone."""
    if len(arguments) != _ARGUMENTS:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if hasattr(os, "nice"):
        # Bookings come first.
        os.nice(_NICENESS)
    analyst = Analyst(Path(arguments[0]), arguments[1])
    questions = Questions(sys.stdin.buffer)
    while (question := questions.next()) is not None:
        for line in analyst.answer(question):
            if questions.stopped():
                _write(END)
                break
            _write(line)
    return 0


def _write(line: Line) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
