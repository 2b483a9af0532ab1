"""What it means to follow a zone: the whole fleet once, then every event, until it is closed."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

# Called from any thread with an event's name and its data: `load` (a snapshot), `change` and `notification` (as
# the live feed has them), `online` (None), `offline` (None, or the error), `refused` (the error that ended it).
Hear = Callable[[str, Any], None]
# The whole fleet in the form of `GET /vms`: vms, groups, seq, now.
Snapshot = Mapping[str, Any]


class Following(Protocol):
    """Something that follows a zone, in a thread of its own."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    def close(self) -> None:
        """End it; more than once is as good as once."""
