"""Everything that a server's feed tells, for a view of the fleet: changes too, not notifications alone."""

from collections.abc import Callable
from typing import Any

import msgspec
import websocket

from loadzone.domain.errors import LoadZoneError
from loadzone.zones.following import Hear, Snapshot
from loadzone.zones.watch import Headers, Notification, Reader


class Follower(Reader):
    """The thread that hands each event of the feed to `hear`.

    Where the feed can no longer tell what was missed, `read` returns the whole fleet anew.
    """

    def __init__(
        self, url: str, headers: Headers, *, since: int, lang: str | None, hear: Hear, read: Callable[[], Snapshot]
    ) -> None:
        super().__init__(url, headers, since=since, lang=lang)
        self._hear = hear
        self._reread = read

    def close(self) -> None:
        """Leave the feed and end the thread, and say so."""
        first = not self.closed
        super().close()
        if first:
            self._hear("offline", LoadZoneError("zone_closed"))

    def _dial(self) -> None:
        super()._dial()
        self._hear("online", None)

    def _hang_up(self) -> None:
        was_there = self._socket is not None
        super()._hang_up()
        if was_there and not self._over.is_set():
            self._hear("offline", None)

    def _heard(self, event: str, data: dict[str, Any]) -> None:
        if event == "reset":
            # First, so that where it fails the next connection begins at the old number and is reset again.
            self._hear("load", self._whole())
        super()._heard(event, data)
        if event == "change":
            self._hear(event, data)

    def _whole(self) -> Snapshot:
        try:
            return self._reread()
        except LoadZoneError as problem:
            raise websocket.WebSocketConnectionClosedException(str(problem)) from problem

    def _tell(self, told: Notification | LoadZoneError) -> None:
        if isinstance(told, LoadZoneError):
            self._hear("refused", told)
        elif told.type != "missed":
            self._hear("notification", msgspec.to_builtins(told))
