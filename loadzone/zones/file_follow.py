"""What happens to a data file, for a view that follows the fleet: it is looked at again and again."""

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from loadzone.domain.errors import LoadZoneError
from loadzone.zones.following import Hear, Snapshot

_EVERY: Final = 1.0  # seconds


Found = TypeVar("Found")


class FileFollower(Generic[Found]):
    """The thread that calls `look` every second and hands what is new to `hear`.

    `look` returns what is in the file, the same object as long as nothing changed; `form` makes a snapshot of it.
    While the file cannot be read it is `offline`.
    """

    def __init__(self, look: Callable[[], Found], form: Callable[[Found], Snapshot], hear: Hear) -> None:
        self._find = look
        self._form = form
        self._hear = hear
        self._seen: Found | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loadzone-follow-file", daemon=True)

    def start(self) -> None:
        """Read once, raising what is wrong with the file, and go on in the background."""
        self._look()
        self._thread.start()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._over.is_set()

    def close(self) -> None:
        """End the thread, and say so."""
        if not self.closed:
            self._over.set()
            self._hear("offline", LoadZoneError("zone_closed"))

    def _run(self) -> None:
        failed = False
        while not self._over.wait(_EVERY):
            try:
                self._look()
            except LoadZoneError as problem:
                if not failed:
                    self._hear("offline", problem)
                failed = True
            else:
                if failed:
                    self._hear("online", None)
                failed = False

    def _look(self) -> None:
        found = self._find()
        if found is not self._seen:
            self._seen = found
            self._hear("load", self._form(found))
