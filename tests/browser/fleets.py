"""Made-up fleets that the pages are shown with."""

from datetime import datetime, timedelta
from typing import Any

ANN, BEN, CAT = "ann@example.com", "ben@example.com", "cat@example.com"
MANY = 12


def stamp(moment: datetime) -> str:
    """Write a moment as the data file does."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def record(vm: str, action: str, start: datetime, end: datetime | None = None, **more: str) -> dict[str, Any]:
    """Make a record of the booking history."""
    told = None if end is None else stamp(end)
    return {"vm_id": vm, "start": stamp(start), "end": told, "action": action, **more}


def made_fleet(now: datetime) -> dict[str, Any]:
    """Make a fleet: a dozen VMs, the second ending within the hour, the third held before and free again."""
    hour = timedelta(hours=1)
    names = [f"server-{number:02}" for number in range(1, MANY + 1)]
    vms: list[dict[str, Any]] = [
        {"id": name, "group": 1 if place < MANY // 2 else 2, "booked_by": None, "expires_at": None}
        for place, name in enumerate(names)
    ]
    vms[0] |= {"tags": ["gpu"], "internal_ip": "10.1.2.3", "note": "on the left"}
    held = {"booked_by": BEN, "booked_at": stamp(now - hour), "expires_at": stamp(now + hour / 2)}
    vms[1] |= {**held, "purpose": "load test"}
    ben = [record("server-02", "book", now - hour, now + hour / 2)]
    cat = [
        record("server-03", "book", now - 30 * hour, now - 26 * hour),
        record("server-03", "renew", now - 29 * hour, now - 24 * hour),
        record("server-03", "release", now - 25 * hour, reason="cancelled", by=CAT),
    ]
    users = {who: {"created": stamp(now - 99 * hour), "bookings": had} for who, had in ((BEN, ben), (CAT, cat))}
    groups = [
        {"id": 1, "name": "Production", "vm_ids": names[: MANY // 2]},
        {"id": 2, "name": "Staging", "vm_ids": names[MANY // 2 :]},
    ]
    return {"vms": vms, "groups": groups, "users": users}
