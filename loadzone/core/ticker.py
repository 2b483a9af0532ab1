"""Work that is repeated: the pauses are elapsed time, which no change of the wall clock moves."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Ticker:
    """Awaits `work` again and again, with a pause of `seconds` before each time; one that raises is logged."""

    def __init__(self, work: Callable[[], Awaitable[None]], seconds: float, name: str) -> None:
        self._work, self._seconds, self._name = work, seconds, name
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with a pause; needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name=f"loadzone-{self._name}")

    def stop(self) -> None:
        """Break off."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            try:
                await self._work()
            except Exception:
                log.exception("%s failed; it is tried again in %g s", self._name, self._seconds)
