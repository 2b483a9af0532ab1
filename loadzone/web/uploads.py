"""Files that are too large for one request: sent in pieces, kept in memory until they are used or forgotten."""

from collections import OrderedDict
from typing import Final

from loadzone.core.clock import Timer, monotonic
from loadzone.domain.errors import NotFound, invalid
from loadzone.web.problems import RequestRefused

UPLOAD_MAX: Final = 8 * 1024 * 1024
"""The size of one file; the largest fleets that were measured are a fourth of it."""

_OF_ONE: Final = 2
_OF_ALL: Final = 8
_SECONDS: Final = 600.0

Key = tuple[str, str]
"""Whose upload, and its name."""


class Uploads:
    """Keeps at most two files a person and eight in all; the oldest goes first, and each after ten minutes."""

    def __init__(self, timer: Timer = monotonic) -> None:
        self._timer = timer
        self._kept: OrderedDict[Key, tuple[float, list[bytes]]] = OrderedDict()

    def add(self, key: Key, number: int, content: bytes) -> None:
        """Take piece `number` (from 0 on, which begins anew); the last one may be repeated."""
        self._forget()
        _, pieces = self._kept.pop(key, (0.0, []))
        pieces = pieces[:number]
        if len(pieces) != number:
            raise invalid("piece", "piece_out_of_order", expected=len(pieces))
        if sum(map(len, pieces)) + len(content) > UPLOAD_MAX:
            raise RequestRefused(413, "upload_too_large", max=UPLOAD_MAX)
        self._make_room(key[0])
        self._kept[key] = self._timer(), [*pieces, content]

    def content(self, key: Key) -> bytes:
        """Return the whole file; raises NotFound(`upload_not_found`)."""
        self._forget()
        if key not in self._kept:
            raise NotFound("upload_not_found")
        return b"".join(self._kept[key][1])

    def drop(self, key: Key) -> None:
        """Forget a file."""
        self._kept.pop(key, None)

    def _make_room(self, person: str) -> None:
        own = [key for key in self._kept if key[0] == person]
        for key in own[: max(0, len(own) - _OF_ONE + 1)]:
            del self._kept[key]
        while len(self._kept) >= _OF_ALL:
            self._kept.popitem(last=False)

    def _forget(self) -> None:
        before = self._timer() - _SECONDS
        for key in [key for key, (at, _) in self._kept.items() if at < before]:
            del self._kept[key]
