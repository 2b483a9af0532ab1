"""What the Analytics page was told lately: worked out once for everybody who asks the same meanwhile."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from loadzone.i18n import translate
from loadzone.web.analyst import Analyst, AnalystGone

FRESH: Final = timedelta(minutes=1)
"""Bookings that run grow by time alone: an answer of the same state of the store is good for so long."""

KEPT: Final = 32


class Question(Struct, frozen=True, kw_only=True):
    """What is asked about: `since <= time < until`, a group's name, a user; the reader's clock and language."""

    since: datetime | None = None
    until: datetime | None = None
    group: str | None = None
    user: str | None = None
    tz: str = "UTC"
    lang: str = "en"


class Analysis:
    """The lines of one answer, as far as they have come; any number may read them at a time."""

    def __init__(self, made: datetime) -> None:
        self.made = made
        self.failed = False
        self._lines: list[bytes] = []
        self._ended = False
        self._more = asyncio.Event()

    def add(self, line: bytes) -> None:
        """Take the next line."""
        self._lines.append(line)
        self._wake()

    def end(self) -> None:
        """Take it that no line comes any more."""
        self._ended = True
        self._wake()

    def _wake(self) -> None:
        self._more.set()
        self._more = asyncio.Event()

    async def lines(self) -> AsyncIterator[bytes]:
        """Yield the lines from the first one on, waiting for those that are still to come."""
        place = 0
        while True:
            while place < len(self._lines):
                yield self._lines[place]
                place += 1
            if self._ended:
                return
            await self._more.wait()


class Analyses:
    """Answers by the number of the store's newest change and the question, the newest ones kept."""

    def __init__(self, analyst: Analyst) -> None:
        self.analyst = analyst
        self._kept: OrderedDict[tuple[int, Question], Analysis] = OrderedDict()
        self._working: set[asyncio.Task[None]] = set()

    def of(self, seq: int, question: Question, now: datetime) -> Analysis:
        """Return the answer on the state `seq`: one that is kept or under way, else a new one that is begun."""
        key = seq, question
        found = self._kept.get(key)
        if found is None or found.failed or now - found.made > FRESH:
            found = self._kept[key] = Analysis(now)
            task = asyncio.create_task(self._work(found, question, now), name="loadzone-analysis")
            self._working.add(task)
            task.add_done_callback(self._working.discard)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    async def _work(self, analysis: Analysis, question: Question, now: datetime) -> None:
        try:
            async for line in self.analyst.ask(msgspec.json.encode({"scope": question, "now": now})):
                analysis.add(line)
        except (AnalystGone, OSError):
            analysis.failed = True
            message = translate(question.lang, "analytics-page-broken")
            analysis.add(msgspec.json.encode({"kind": "problem", "message": message}) + b"\n")
        finally:
            analysis.end()

    async def close(self) -> None:
        """Break off what is under way and end the process."""
        for task in list(self._working):
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        await self.analyst.close()
