"""The account file as one process works with it: it looks for others' changes, writes, and tells who listens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from loadzone.core.accounts.recognition import Recognition
from loadzone.core.auth_file import AuthData, AuthFile, Mode
from loadzone.core.clock import Clock, Timer, monotonic, proven, system_clock
from loadzone.domain.account_facts import AnyAccountFact
from loadzone.domain.errors import LoadZoneError, StoreUnavailable
from loadzone.domain.permissions import Actor

log = logging.getLogger(__name__)

# How soon a change made by another process is noticed by those who are known already.
NOTICE_SECONDS: Final = 0.5
# Last uses are written down after so long, or after a tenth of the time without use after which a session ends.
USES_SECONDS: Final = 600.0

Decide = Callable[[AuthData], AuthData]


class AccountBook:
    """What all that is about accounts shares. Methods that change something raise as `Accounts` says."""

    def __init__(
        self,
        path: Path,
        clock: Clock = system_clock,
        *,
        mode: Mode,
        idle: timedelta,
        absolute: timedelta,
        monotonic: Timer = monotonic,
    ) -> None:
        self.mode: Final = mode
        self.now: Final = clock
        self._idle, self._monotonic = idle, monotonic
        self._file = AuthFile(path)
        self._recognition = Recognition(self._file, mode, idle, absolute)
        self._writing = asyncio.Lock()
        self._look_at = 0.0
        self._written_at = monotonic()
        self._listeners: list[Callable[[str], None]] = []
        self._tell: Callable[[], Awaitable[None]] | None = None
        self._live = self._recognition.live(clock())

    @property
    def data(self) -> AuthData:
        """What the file holds, as last seen."""
        return self._file.data

    # Being recognised: the hot path

    def session_actor(self, session_id: str, *, use: bool = True) -> Actor | None:
        """Return who is behind a session, which counts as a use of it unless told otherwise."""
        return self._recognise(self._recognition.session_actor, session_id, use=use)

    def token_actor(self, digest: str) -> Actor | None:
        """Return who is behind an API token, which counts as a use of it."""
        return self._recognise(self._recognition.token_actor, digest)

    def last_use(self, digest: str, written: datetime | None) -> datetime | None:
        """Return when a token was last used; `written` is what the file says of it."""
        return self._recognition.uses.get(digest, written)

    def _recognise(
        self, find: Callable[[str, datetime], Actor | None], digest: str, *, use: bool = True
    ) -> Actor | None:
        self._notice()
        now = self.now()
        actor = find(digest, now)
        if actor is None and self.look():
            actor = find(digest, now)
        if use and actor is not None:
            self._recognition.uses[digest] = now
        return actor

    # Seeing and making changes

    def look(self) -> bool:
        """Look at the file at once; tell whether it had changed."""
        self._look_at = self._monotonic() + NOTICE_SECONDS
        if not self._file.refresh():
            return False
        self._settle()
        return True

    async def watch(self) -> None:
        """Look at the file as a server does all the time, and tell what others have done; costs one `stat`."""
        if self.look() and self.data.untold and self._tell is not None:
            await self._tell()

    def _notice(self) -> None:
        """Look at the file, but not too often."""
        if self._monotonic() >= self._look_at:
            self.look()

    async def change(self, decide: Decide) -> AuthData:
        """Change the file and then the memory; return what is in both. Nothing changes when it raises."""
        data = await self._write(decide)
        if data.untold and self._tell is not None:
            await self._tell()
        return data

    async def _write(self, decide: Decide) -> AuthData:
        uses = self._recognition.uses
        written = dict(uses)
        async with self._writing:
            snapshot = await asyncio.to_thread(self._file.change, lambda data: decide(data.with_uses(written)))
            self._file.adopt(snapshot)
        self._written_at = self._monotonic()
        for key, at in written.items():
            if uses.get(key) == at:
                del uses[key]
        # Another process may have written since.
        self._file.refresh()
        self._settle()
        return snapshot.data

    async def sweep(self) -> None:
        """Forget the sessions and invites whose time is over, and write down last uses from time to time.

        What is over counts no more in any case; it is forgotten by a proven clock only.
        """
        self.look()
        now, data = proven(self.now), self.data
        waited = self._monotonic() - self._written_at
        due = self._recognition.uses and waited >= min(self._idle.total_seconds() / 10, USES_SECONDS)
        try:
            if due or self._file.is_gone() or (now is not None and self._swept(data, now) is not data):
                await self.change(lambda data: data if now is None else self._swept(data, now))
        finally:
            self._settle()

    def _swept(self, data: AuthData, now: datetime) -> AuthData:
        data = data.without_sessions(lambda key, each: self._recognition.is_over(key, each, now))
        invites = {key: each for key, each in data.invites.items() if each.expires > now}
        return data if len(invites) == len(data.invites) else replace(data, invites=invites)

    async def close(self) -> None:
        """Write down last uses, or all when the file was deleted; a disk that refuses the uses is logged only.

        Raises what is wrong with the file at the end: what memory knows of accounts ends with the process.
        """
        try:
            if self._recognition.uses or self._file.is_gone():
                await self.change(lambda data: data)
        except LoadZoneError as problem:
            log.warning("last uses of sessions were not written: %s", problem)
        if self._file.is_gone():
            raise StoreUnavailable("accounts_not_saved", path=str(self._file.path))
        await asyncio.to_thread(self._file.check)

    def cookie_secret(self) -> str:
        """Return the secret for signing page tokens, the same over restarts; the first call writes the file."""
        if self._file.snapshot.stamp is None:
            self._file.adopt(self._file.change(lambda data: data))
        return self.data.cookie_secret

    # Who listens

    def on_session_end(self, callback: Callable[[str], None]) -> None:
        """Call `callback` with the id of each session that ends, and of each API token that stops to count.

        It is also called when the owner's role changes: whatever was opened under the old one must go, and
        may come again. It is called on the event loop; one that raises is logged.
        """
        self._listeners.append(callback)

    def _settle(self) -> None:
        """Tell the listeners which sessions no longer are what they were."""
        before, self._live = self._live, self._recognition.live(self.now())
        for ended in [key for key, role in before.items() if self._live.get(key) is not role]:
            for listener in self._listeners:
                try:
                    listener(ended)
                except Exception:
                    log.exception("a listener failed on the end of a session")

    # What is to be told of all this

    def on_untold(self, tell: Callable[[], Awaitable[None]]) -> None:
        """Await `tell` after every change that leaves something to be told; it must not raise."""
        self._tell = tell

    def untold(self) -> tuple[AnyAccountFact, ...]:
        """Return what happened to accounts, in this process or another, and was not told yet, oldest first."""
        self.look()
        return self.data.untold

    async def told(self, facts: Collection[AnyAccountFact]) -> None:
        """Forget facts that have been told."""
        await self._write(
            lambda data: replace(data, untold=tuple(fact for fact in data.untold if fact not in facts))
        )
