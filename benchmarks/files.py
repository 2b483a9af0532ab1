"""Data files of any size for the benchmarks."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

USERS = 200


def data_file(path: Path, *, vms: int, records: int) -> None:
    """Write a data file with `vms` free VMs named `server-00001` on, and `records` history records."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    names = [f"server-{number + 1:05d}" for number in range(vms)]
    with path.open("w", encoding="utf-8") as out:
        out.write('{"schema": 1, "seq": 0, "vms": [\n')
        free = {"group": None, "booked_by": None, "expires_at": None}
        out.write(",\n".join(json.dumps({"id": name, **free}) for name in names))
        out.write('\n], "groups": [], "users": {\n')
        share = records // USERS
        for user in range(USERS):
            comma = "" if user == 0 else ",\n"
            head = '{"created": "2020-01-01T00:00:00Z", "bookings": ['
            out.write(f'{comma}"user-{user:03d}@example.com": {head}\n')
            lines = []
            for number in range(share):
                begin = start + timedelta(minutes=10 * number + user / 40)
                vm_id = names[(number * 7 + user) % vms]
                if number % 2:
                    lines.append(
                        f'{{"vm_id":"{vm_id}","start":"{begin:%Y-%m-%dT%H:%M:%S.%fZ}","end":null,'
                        '"action":"release","reason":"cancelled"}'
                    )
                else:
                    end = begin + timedelta(hours=4)
                    lines.append(
                        f'{{"vm_id":"{vm_id}","start":"{begin:%Y-%m-%dT%H:%M:%S.%fZ}",'
                        f'"end":"{end:%Y-%m-%dT%H:%M:%S.%fZ}","action":"book"}}'
                    )
            out.write(",\n".join(lines) + "]}")
        out.write("\n}}\n")
