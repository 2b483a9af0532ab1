"""The process that works out the Analytics page: started when first needed, let go when nobody asks any more.

It has an interpreter of its own, so that the event loop never waits for its lock (`loadzone/reports/analyst.py` is
what runs in it). One question is answered at a time. One that is given up is stopped between two lines of its
answer, so that what the process has read stays read; a process that does not stop is killed.
"""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import suppress
from typing import Final

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 300.0
"""After so long without a question its memory is given back."""

_LINE_BYTES: Final = 1 << 26
_END: Final = b'{"kind":"end"}'
_STOP: Final = b'{"stop":true}\n'
STOP_SECONDS: Final = 3.0
_PATIENCE: Final = 5.0


class AnalystGone(Exception):
    """The process ended before its answer did."""


class Analyst:
    """Asks the process that `command` starts; see `loadzone.reports.analyst` for the lines that go to and fro."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: Process | None = None
        self._asking = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._closed = False

    async def warm(self) -> None:
        """Start the process if there is none: it loads its libraries while the browser loads its own."""
        if self._closed or self._asking.locked():
            return
        async with self._asking:
            # Whoever asks next learns what is the matter.
            with suppress(OSError):
                await self._started()
                self._rest_later()

    async def ask(self, question: bytes) -> AsyncGenerator[bytes]:
        """Yield the lines of the answer to one line of JSON; raises AnalystGone when the process dies."""
        async with self._asking:
            process = await self._started()
            whole = False
            try:
                async for line in _answer(process, question):
                    whole = line.rstrip() == _END
                    yield line
            except AnalystGone:
                await self._end()
                raise
            except BaseException:
                # Half an answer may still be on its way, which the next question must not get.
                if not whole:
                    await self._stop(process)
                raise
            finally:
                self._rest_later()

    async def _stop(self, process: Process) -> None:
        """Have the process stop in the middle of an answer, or end it."""
        try:
            async with asyncio.timeout(0 if self._closed else STOP_SECONDS):
                async for _ in _answer(process, _STOP):
                    pass
        except (TimeoutError, AnalystGone):
            await self._end()

    async def close(self) -> None:
        """End the process."""
        self._closed = True
        if self._idle is not None:
            self._idle.cancel()
        await self._end()

    async def _started(self) -> Process:
        if self._closed:
            raise AnalystGone
        if self._idle is not None:
            self._idle.cancel()
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                limit=_LINE_BYTES,
                # It must find this package as this process did: perhaps only because of where it was started.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return self._process

    def _rest_later(self) -> None:
        def rest() -> None:
            if self._process is not None and self._process.stdin is not None and not self._asking.locked():
                self._process.stdin.close()  # the end of its input ends it

        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, rest)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await process.wait()


async def _answer(process: Process, question: bytes) -> AsyncIterator[bytes]:
    if process.stdin is None or process.stdout is None:
        raise AnalystGone
    try:
        process.stdin.write(question.rstrip() + b"\n")
        await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError) as gone:
        raise AnalystGone from gone
    while (line := await process.stdout.readline()).rstrip() != _END:
        if not line.endswith(b"\n"):
            log.warning("the analyst ended in the middle of an answer, with %s", process.returncode)
            raise AnalystGone
        yield line
    yield line
