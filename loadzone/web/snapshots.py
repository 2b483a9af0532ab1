"""The fleet as bytes for `GET /vms`, encoded once a change however many ask."""

from datetime import datetime

import msgspec

from loadzone.core.service import Service
from loadzone.domain.model import VM, Fleet

_encode = msgspec.json.Encoder().encode


class Snapshots:
    """Remembers what was worked out of the newest durable fleet; a newer fleet makes it forget."""

    def __init__(self) -> None:
        self._of: Fleet | None = None
        self._body: bytes | None = None
        self._held: dict[str, list[VM]] | None = None

    def body(self, service: Service, now: datetime) -> bytes:
        """Return the JSON answer of `GET /vms`."""
        fleet = self._newest(service)
        if self._body is None:
            vms, groups = _encode(list(fleet.vms.values())), _encode(list(fleet.groups.values()))
            self._body = b'{"vms":%b,"groups":%b,"seq":%d,"now":' % (vms, groups, service.seq)
        return self._body + _encode(now) + b"}"

    def held_by(self, service: Service, email: str) -> list[VM]:
        """Return the VMs that `email` holds, in the fleet's order."""
        fleet = self._newest(service)
        if self._held is None:
            self._held = {}
            for vm in fleet.vms.values():
                if vm.booked_by is not None:
                    self._held.setdefault(vm.booked_by, []).append(vm)
        return self._held.get(email, [])

    def _newest(self, service: Service) -> Fleet:
        # By identity: a fleet never changes, and it also covers a change that leaves the fleet as it was.
        if self._of is not service.fleet:
            self._of, self._body, self._held = service.fleet, None, None
        return service.fleet
