"""`Idempotency-Key`: a request that is sent again within a day gets the first answer."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from loadzone.domain.errors import Conflict, LoadZoneError, LoginRequired, StoreUnavailable, TooManyTries, invalid

KEY_MAX: Final = 255

# What may well be different the next time is not an answer worth keeping.
_PASSING = (LoginRequired, StoreUnavailable, TooManyTries)


class _Kept:
    """One request's first answer, or the wait for it."""

    __slots__ = ("answer", "at", "fingerprint", "over", "refused", "void")

    def __init__(self, fingerprint: bytes, at: datetime) -> None:
        self.fingerprint = fingerprint
        self.at = at
        self.over = asyncio.Event()
        self.answer: Any = None
        self.refused: LoadZoneError | None = None
        self.void = False


class Replays:
    """First answers by (caller, path, key), in memory, at most `limit` of them, each for `keep`."""

    def __init__(self, limit: int = 10_000, keep: timedelta = timedelta(days=1)) -> None:
        self._limit = limit
        self._keep = keep
        self._kept: OrderedDict[tuple[str, str, str], _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    async def once(
        self, key: tuple[str, str, str], body: bytes, now: datetime, work: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Return what `work` gives, or what it gave when `key` (caller, path, key) came first.

        A repeat that comes while the first is under way waits for it. A refusal is kept like an answer; what
        is not the caller's doing (the store, throttling, a crash) is not, and then the next one tries itself.
        Raises InvalidInput for a malformed key, Conflict (`idempotency_key_reused`) for another body.
        """
        if not (0 < len(key[2]) <= KEY_MAX and key[2].isascii() and key[2].isprintable()):
            raise invalid("Idempotency-Key", "idempotency_key_malformed", max=KEY_MAX)
        fingerprint = blake2b(body, digest_size=16).digest()
        while True:
            kept = self._find(key, now)
            if kept is None:
                return await self._first(key, _Kept(fingerprint, now), work)
            if kept.fingerprint != fingerprint:
                raise Conflict("idempotency_key_reused")
            await kept.over.wait()
            if kept.refused is not None:
                raise _clean(kept.refused)
            if not kept.void:
                return kept.answer

    def _find(self, key: tuple[str, str, str], now: datetime) -> _Kept | None:
        while self._kept:
            oldest = next(iter(self._kept))
            if now - self._kept[oldest].at < self._keep:
                break
            del self._kept[oldest]
        return self._kept.get(key)

    async def _first(self, key: tuple[str, str, str], kept: _Kept, work: Callable[[], Awaitable[Any]]) -> Any:
        if len(self._kept) >= self._limit:
            self._kept.popitem(last=False)
        self._kept[key] = kept
        try:
            kept.answer = await work()
        except LoadZoneError as refusal:
            if isinstance(refusal, _PASSING):
                self._forget(key, kept)
            else:
                kept.refused = _clean(refusal)
            raise
        except BaseException:
            self._forget(key, kept)
            raise
        finally:
            kept.over.set()
        return kept.answer

    def _forget(self, key: tuple[str, str, str], kept: _Kept) -> None:
        kept.void = True
        if self._kept.get(key) is kept:
            del self._kept[key]


def _clean(error: LoadZoneError) -> LoadZoneError:
    """Return the same error without its traceback, which would keep a whole request in memory for a day."""
    clean = type(error).__new__(type(error), *error.args)
    clean.__dict__.update(error.__dict__)
    return clean
