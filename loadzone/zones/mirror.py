"""The fleet as pages show it: whole records by id, and the number of the last change."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from loadzone.core.clock import since_boot

Record = dict[str, Any]


class Mirror:
    """What a zone's fleet looks like now, kept by the events of a follower; times of the feed are texts."""

    def __init__(self) -> None:
        self.seq = 0
        self.vms: dict[str, Record] = {}
        self.groups: dict[int, Record] = {}
        self._told = datetime.now(UTC)
        self._told_at = since_boot()

    def load(self, snapshot: Mapping[str, Any]) -> None:
        """Take everything anew from what `GET /vms` answers."""
        self.seq = snapshot["seq"]
        self.vms = {vm["id"]: vm for vm in snapshot["vms"]}
        self.groups = {group["id"]: group for group in snapshot["groups"]}
        self._told, self._told_at = datetime.fromisoformat(snapshot["now"]), since_boot()

    def change(self, change: Mapping[str, Any]) -> bool:
        """Take in a `change` event; tell whether it was new."""
        if change["seq"] <= self.seq:
            return False
        self.seq = change["seq"]
        self.vms.update((vm["id"], vm) for vm in change["vms"])
        self.groups.update((group["id"], group) for group in change["groups"])
        for vm_id in change["removed_vms"]:
            self.vms.pop(vm_id, None)
        for group_id in change["removed_groups"]:
            self.groups.pop(group_id, None)
        return True

    def now(self) -> datetime:
        """Return the server's time; a clock on this machine that is wrong or set does not matter."""
        return self._told + timedelta(seconds=since_boot() - self._told_at)

    def snapshot(self) -> Record:
        """Return everything in the form of `GET /vms`."""
        return {
            "vms": list(self.vms.values()),
            "groups": list(self.groups.values()),
            "seq": self.seq,
            "now": self.now().isoformat().replace("+00:00", "Z"),
        }
