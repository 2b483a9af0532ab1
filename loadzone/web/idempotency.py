"""`Idempotency-Key`: a request that is sent again within a day gets the first answer.

The answer is remembered in memory; that of a request which changed something is also kept by the store, together
with the change, so that a server which died right after it still knows that it was answered.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

import msgspec
from msgspec import Raw

from loadzone.core.clock import Timer, monotonic
from loadzone.core.store import Receipt
from loadzone.domain.errors import Conflict, LoadZoneError, LoginRequired, StoreUnavailable, TooManyTries, invalid

KEY_MAX: Final = 255
_RECALLED: Final = ""
"""Whose the answers of before the start are: of the keys only digests were stored, which tell of no caller."""

Key = tuple[str, str, str]
"""Who asks (an e-mail address), the path, and the key."""

_encode = msgspec.json.Encoder().encode

# What may well be different the next time is not an answer worth keeping.
_PASSING = (LoginRequired, StoreUnavailable, TooManyTries)


class _Kept:
    """One request's first answer, or the wait for it."""

    __slots__ = ("answer", "fingerprint", "over", "refused", "until", "void", "whose")

    def __init__(self, whose: str, fingerprint: bytes, until: float) -> None:
        self.whose = whose
        self.fingerprint = fingerprint
        self.until = until
        self.over = asyncio.Event()
        self.answer: Any = None
        self.refused: LoadZoneError | None = None
        self.void = False


def receipt(key: Key, body: bytes, at: datetime, answer: Any) -> Receipt:
    """Return what the store keeps of a request and its answer; of the key itself only a digest."""
    return Receipt(request=_request(key), body=_fingerprint(body).hex(), at=at, answer=Raw(_encode(answer)))


def _request(key: Key) -> str:
    # None of the three can hold a zero, so nothing else gives the same.
    return blake2b("\0".join(key).encode(), digest_size=16).hexdigest()


def _fingerprint(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


class Replays:
    """First answers by (caller, path, key) in memory, `limit` for each caller, each for `keep` by `timer`.

    So what one caller sends lets no answer to another be forgotten. Where `most` are kept of all together, whoever
    has most of them loses the oldest.
    """

    def __init__(
        self,
        limit: int = 10_000,
        keep: timedelta = timedelta(days=1),
        timer: Timer = monotonic,
        most: int = 50_000,
    ) -> None:
        self.limit = limit
        self.keep = keep
        self._timer = timer
        self._most = most
        # Both have the oldest first; the second has the requests of each caller.
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._callers: dict[str, OrderedDict[str, None]] = {}

    def recall(self, receipts: Iterable[Receipt], now: datetime) -> None:
        """Take in what was answered before the server started, oldest first; the answers are JSON already."""
        for each in receipts:
            kept = _Kept(_RECALLED, bytes.fromhex(each.body), self._until(now - each.at))
            kept.answer = bytes(each.answer)
            kept.over.set()
            self._keep(each.request, kept)

    def __len__(self) -> int:
        return len(self._kept)

    def _until(self, age: timedelta = timedelta()) -> float:
        return self._timer() + (self.keep - age).total_seconds()

    async def once(self, key: Key, body: bytes, work: Callable[[], Awaitable[Any]]) -> Any:
        """Return what `work` gives, or what it gave when `key` (caller, path, key) came first.

        A repeat that comes while the first is under way waits for it. A refusal is kept like an answer; what
        is not the caller's doing (the store, throttling, a crash) is not, and then the next one tries itself.
        Raises InvalidInput for a malformed key, Conflict (`idempotency_key_reused`) for another body.
        """
        if not (0 < len(key[2]) <= KEY_MAX and key[2].isascii() and key[2].isprintable()):
            raise invalid("Idempotency-Key", "idempotency_key_malformed", max=KEY_MAX)
        request, fingerprint = _request(key), _fingerprint(body)
        while True:
            kept = self._find(request)
            if kept is None:
                return await self._first(request, _Kept(key[0], fingerprint, self._until()), work)
            if kept.fingerprint != fingerprint:
                raise Conflict("idempotency_key_reused")
            await kept.over.wait()
            if kept.refused is not None:
                raise _clean(kept.refused)
            if not kept.void:
                return kept.answer

    def _find(self, request: str) -> _Kept | None:
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest].until > self._timer():
                break
            self._drop(oldest)
        return self._kept.get(request)

    async def _first(self, request: str, kept: _Kept, work: Callable[[], Awaitable[Any]]) -> Any:
        if len(self._callers.get(kept.whose, ())) >= self.limit:
            self._drop_oldest(kept.whose)
        elif len(self._kept) >= self._most:
            self._drop_oldest(max(self._callers, key=lambda whose: len(self._callers[whose])))
        self._keep(request, kept)
        try:
            kept.answer = await work()
        except LoadZoneError as refusal:
            if isinstance(refusal, _PASSING):
                self._forget(request, kept)
            else:
                kept.refused = _clean(refusal)
            raise
        except BaseException:
            self._forget(request, kept)
            raise
        finally:
            kept.over.set()
        return kept.answer

    def _forget(self, request: str, kept: _Kept) -> None:
        kept.void = True
        if self._kept.get(request) is kept:
            self._drop(request)

    def _keep(self, request: str, kept: _Kept) -> None:
        self._kept[request] = kept
        self._callers.setdefault(kept.whose, OrderedDict())[request] = None

    def _drop_oldest(self, whose: str) -> None:
        self._drop(next(iter(self._callers[whose])))

    def _drop(self, request: str) -> None:
        whose = self._kept.pop(request).whose
        del self._callers[whose][request]
        if not self._callers[whose]:
            del self._callers[whose]


def _clean(error: LoadZoneError) -> LoadZoneError:
    """Return the same error without its traceback, which would keep a whole request in memory for a day."""
    clean = type(error).__new__(type(error), *error.args)
    clean.__dict__.update(error.__dict__)
    return clean
