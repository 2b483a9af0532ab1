"""Telling by its text alone that a line of the journal is not asked for: decoding it costs ten times that."""

import re
from datetime import UTC
from typing import Final

import msgspec

from loadzone.core.store import LOADZONE, ChangeQuery

_encode = msgspec.json.Encoder().encode

# Moments stand in lines in UTC, so that their texts up to the minute have the order of the moments.
_AT: Final = re.compile(rb'"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d)')


class Sieve:
    """What the text of a line must hold to match a query. What does not match may pass, never the reverse."""

    def __init__(self, query: ChangeQuery) -> None:
        people = [each for each in (query.user, query.by) if each not in (None, LOADZONE)]
        # Old lines have the other addresses in another form.
        plain = [each for each in people if each is not None and each.isascii()]
        self._all = [_encode(each) for each in (*plain, query.vm_id) if each is not None]
        kinds = None if query.kinds is None else sorted(query.kinds)
        self._any = None if kinds is None else [b'"fact":' + _encode(kind) for kind in kinds]
        until = query.until
        self._until = None if until is None else f"{until.astimezone(UTC):%Y-%m-%dT%H:%M}".encode()

    def may_hold(self, text: bytes) -> bool:
        """Tell whether a block of lines may hold one that matches."""
        return all(needle in text for needle in self._all) and (
            self._any is None or any(kind in text for kind in self._any)
        )

    def may_match(self, line: bytes) -> bool:
        """Tell whether one line may match."""
        if not self.may_hold(line):
            return False
        return self._until is None or any(at <= self._until for at in _AT.findall(line))
