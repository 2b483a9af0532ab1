"""A data file whose history is made a frame once for each state of the file, and then only narrowed."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from loadzone.domain.emails import canonical
from loadzone.domain.model import VM, Group
from loadzone.zones.file import FileZone


class KeptHistory:
    """For a reader that asks often: of a million records the frame costs seconds, and narrowing it little."""

    def __init__(self, zone: FileZone) -> None:
        self._zone = zone
        self._made: tuple[object, pd.DataFrame] | None = None

    def fleet(self) -> tuple[Sequence[VM], Sequence[Group]]:
        """Return all VMs and all groups as the file has them now."""
        return self._zone.fleet()

    def history(
        self, *, until: datetime | None = None, user: str | None = None, group: int | None = None
    ) -> pd.DataFrame:
        """Return what `Zone.history` does; `group` is one of those that the file has."""
        frame = self._whole()
        if until is not None:
            frame = frame[frame["at"] < pd.Timestamp(until)]
        if user is not None:
            frame = frame[frame["user"] == canonical(user.strip())]
        if group is not None:
            vm_ids = next(each.vm_ids for each in self._zone.fleet()[1] if each.id == group)
            frame = frame[frame["vm_id"].isin(vm_ids)]
        return frame

    def _whole(self) -> pd.DataFrame:
        version = self._zone.version()
        if self._made is None or self._made[0] != version:
            # The old one goes first: two of them would need twice the memory.
            self._made = None
            self._made = version, self._zone.history()
        return self._made[1]
