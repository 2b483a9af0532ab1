"""What a page may say on its websocket, read before anything of Bokeh's parses it.

A page asks for its document once. What BokehJS tells besides, that the side panel was opened and so on, is of no
use to Python: it is read to its end and ignored. Everything else is unexpected and closes the socket.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from loadzone.core.clock import Timer, monotonic

FRAGMENT_MAX: Final = 16 * 1024
"""Bytes of the largest fragment; those of the page have some hundreds."""

_HEADER_MAX: Final = 256
_EMPTY: Final = "{}"
_PULL: Final = "PULL-DOC-REQ"
# A message costs one, a request for the document as much as it works the server more.
_PULL_COST: Final = 25.0
_SAVED_MAX: Final = 100.0
_SAVED_A_SECOND: Final = 5.0


class Unexpected(Exception):
    """A message that no page of ours sends; the text says in a few words what is wrong."""


class Flood(Unexpected):
    """More messages than a person at a page causes."""


class _Header(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first fragment of a message, which says what it is; with buffers would come more than three."""

    msgid: Annotated[str, Meta(pattern=r"\A[0-9A-Za-z-]{1,64}\Z")]
    msgtype: Literal["PULL-DOC-REQ", "PATCH-DOC", "ACK", "OK"]
    num_buffers: Literal[0] = 0


_header = msgspec.json.Decoder(_Header).decode


class Budget:
    """How much one page may cost: a stock that grows with time."""

    def __init__(self, timer: Timer = monotonic) -> None:
        self._timer = timer
        self._saved, self._at = _SAVED_MAX, timer()

    def spend(self, cost: float = 1.0) -> None:
        """Take `cost` from the stock; raises Flood when it is empty."""
        now = self._timer()
        self._saved = min(_SAVED_MAX, self._saved + (now - self._at) * _SAVED_A_SECOND) - cost
        self._at = now
        if self._saved < 0:
            raise Flood("too many messages")


class PageMessages:
    """Reads the fragments that come from one page. A message is a header, metadata and content, each one text."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._header: _Header | None = None
        self._has_metadata = False

    def heard(self, fragment: str | bytes) -> str | None:
        """Take one fragment; return the id of a request for the document when it is whole.

        Raises Unexpected, after which nothing more may be taken.
        """
        self._budget.spend(1 / 3)
        if not isinstance(fragment, str):
            raise Unexpected("a binary fragment")
        if self._header is None:
            self._header, self._has_metadata = _read(fragment), False
        elif not self._has_metadata:
            if fragment != _EMPTY:
                raise Unexpected("metadata")
            self._has_metadata = True
        else:
            header, self._header = self._header, None
            return self._whole(header, fragment)
        return None

    def _whole(self, header: _Header, content: str) -> str | None:
        if header.msgtype != _PULL:
            return None
        if content != _EMPTY:
            raise Unexpected("a request with content")
        self._budget.spend(_PULL_COST)
        return header.msgid


def _read(fragment: str) -> _Header:
    if len(fragment) > _HEADER_MAX:
        raise Unexpected("a long header")
    try:
        return _header(fragment)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        raise Unexpected("a header of another form") from None
