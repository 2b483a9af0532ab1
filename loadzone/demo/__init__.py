"""Believable fleets with a history, of any size: the same for the same seed and moment.

People work in an office in Berlin: most bookings begin on weekday mornings and afternoons, some people book
far more than others, some renew, some release early, a few are released by an administrator.
"""

from datetime import UTC, datetime

from loadzone.demo.bookings import Plan, bookings
from loadzone.demo.writing import lines


def fleet(vms: int, days: int, seed: int, now: datetime, held_until: datetime | None = None) -> bytes:
    """Return a `data.json` of `vms` VMs with `days` days of history before `now` (aware).

    Some VMs are booked at `now`. With `held_until` a few stay booked until then, however late that is: a file
    that is to look alive long after it was made needs such. 10,000 VMs have a million records in 118 days.
    """
    plan = Plan(vms=vms, days=days, seed=seed, now=int(now.timestamp()))
    until = None if held_until is None else int(held_until.timestamp())
    return b"".join(lines(plan, bookings(plan, until)))


def this_hour(now: datetime) -> datetime:
    """Return `now` cut to its hour in UTC: two runs within an hour make the same file."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
