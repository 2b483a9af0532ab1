"""What the Analytics page was told lately: worked out once for everybody who asks the same meanwhile.

One question is worked out at a time. People take turns, each may have a few questions open, and a question that
nobody waits for any more is given up.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from loadzone.core.clock import Timer, monotonic
from loadzone.i18n import translate
from loadzone.web.analyst import Analyst, AnalystGone
from loadzone.web.problems import RequestRefused
from loadzone.web.turns import Turns

FRESH_SECONDS: Final = 60.0
"""Bookings that run grow by time alone: an answer of the same state of the store is good for so long."""

KEPT: Final = 32
EACH: Final = 4
"""So many questions one person may have open; the next one is refused with 429."""
ALL: Final = 64
"""So many questions may be open in all; the next one is refused with 503."""
LIMIT_SECONDS: Final = 120.0
"""A question that takes longer is given up."""


class Question(Struct, frozen=True, kw_only=True):
    """What is asked about: `since <= time < until`, a group's name, a user; the reader's clock and language."""

    since: datetime | None = None
    until: datetime | None = None
    group: str | None = None
    user: str | None = None
    tz: str = "UTC"
    lang: str = "en"


_Key = tuple[int, Question]


class Analysis:
    """The lines of one answer, as far as they have come; any number may read them at a time."""

    def __init__(self, key: _Key, now: datetime, whose: str, made: float) -> None:
        self.key, self.now, self.whose, self.made = key, now, whose, made
        self.readers = 0
        self.failed = self.ended = False
        self.work: asyncio.Task[None] | None = None
        self._lines: list[bytes] = []
        self._more = asyncio.Event()

    def add(self, line: bytes) -> None:
        """Take the next line."""
        self._lines.append(line)
        self._wake()

    def fail(self, text: str) -> None:
        """Take it that the answer is not what it should be, for the reason that `text` says."""
        lang = self.key[1].lang
        self.failed = True
        self.add(msgspec.json.encode({"kind": "problem", "message": translate(lang, text)}) + b"\n")

    def end(self) -> None:
        """Take it that no line comes any more."""
        self.ended = True
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
            if self.ended:
                return
            await self._more.wait()


class Analyses:
    """Answers by the number of the store's newest change and the question, the newest ones kept."""

    def __init__(self, analyst: Analyst, timer: Timer = monotonic, limit: float = LIMIT_SECONDS) -> None:
        self.analyst = analyst
        self._timer, self._limit = timer, limit
        self._kept: OrderedDict[_Key, Analysis] = OrderedDict()
        self._open: set[Analysis] = set()
        self._turns: Turns[Analysis] = Turns()
        self._worker: asyncio.Task[None] | None = None

    async def answer(self, seq: int, question: Question, now: datetime, whose: str) -> AsyncGenerator[bytes]:
        """Yield the lines of the answer on the state `seq`: kept, under way, or begun now.

        Closing it gives the question up, unless others read the same answer. Raises RequestRefused, before the
        first line, when `whose` questions or those of all are too many.
        """
        analysis = self._find(seq, question) or self._begin(seq, question, now, whose)
        analysis.readers += 1
        try:
            async for line in analysis.lines():
                yield line
        finally:
            analysis.readers -= 1
            if not analysis.readers and not analysis.ended:
                self._give_up(analysis)

    def _find(self, seq: int, question: Question) -> Analysis | None:
        found = self._kept.get((seq, question))
        if found is None or found.failed or self._timer() - found.made > FRESH_SECONDS:
            return None
        self._kept.move_to_end(found.key)
        return found

    def _begin(self, seq: int, question: Question, now: datetime, whose: str) -> Analysis:
        if sum(each.whose == whose for each in self._open) >= EACH:
            raise RequestRefused(429, "too_many_questions", max=EACH)
        if len(self._open) >= ALL:
            raise RequestRefused(503, "analytics_busy")
        begun = Analysis((seq, question), now, whose, self._timer())
        self._kept[begun.key] = begun
        self._kept.move_to_end(begun.key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._open.add(begun)
        self._turns.put(whose, begun)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work_on(), name="loadzone-analyses")
        return begun

    async def _work_on(self) -> None:
        while (analysis := self._turns.take()) is not None:
            analysis.work = asyncio.create_task(self._work(analysis), name="loadzone-analysis")
            await asyncio.wait([analysis.work])

    async def _work(self, analysis: Analysis) -> None:
        asked = msgspec.json.encode({"scope": analysis.key[1], "now": analysis.now})
        try:
            async with asyncio.timeout(self._limit), aclosing(self.analyst.ask(asked)) as lines:
                async for line in lines:
                    analysis.add(line)
        except TimeoutError:
            analysis.fail("analytics-page-too-long")
        except (AnalystGone, OSError):
            analysis.fail("analytics-page-broken")
        finally:
            self._close(analysis)

    def _give_up(self, analysis: Analysis) -> None:
        if self._kept.get(analysis.key) is analysis:
            del self._kept[analysis.key]
        if self._turns.remove(analysis.whose, analysis):
            self._close(analysis)
        elif analysis.work is not None:
            analysis.work.cancel()

    def _close(self, analysis: Analysis) -> None:
        self._open.discard(analysis)
        analysis.end()

    async def close(self) -> None:
        """Break off what is under way and end the process."""
        await self.analyst.close()
        if self._worker is not None:
            await self._worker
