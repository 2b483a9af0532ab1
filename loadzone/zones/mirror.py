"""The fleet as pages show it: whole records by id, and the number of the last change."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Record = dict[str, Any]


class Mirror:
    """What a zone's fleet looks like now, kept by the events of a follower; times of the feed are texts."""

    def __init__(self) -> None:
        self.seq = 0
        self.vms: dict[str, Record] = {}
        self.groups: dict[int, Record] = {}
        self._ahead = timedelta()

    def load(self, snapshot: Mapping[str, Any]) -> None:
        """Take everything anew from what `GET /vms` answers."""
        self.seq = snapshot["seq"]
        self.vms = {vm["id"]: vm for vm in snapshot["vms"]}
        self.groups = {group["id"]: group for group in snapshot["groups"]}
        self._ahead = datetime.fromisoformat(snapshot["now"]) - datetime.now(UTC)

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
        """Return the server's time; a wrong clock on this machine does not matter."""
        return datetime.now(UTC) + self._ahead

    def snapshot(self) -> Record:
        """Return everything in the form of `GET /vms`."""
        return {
            "vms": list(self.vms.values()),
            "groups": list(self.groups.values()),
            "seq": self.seq,
            "now": self.now().isoformat().replace("+00:00", "Z"),
        }
