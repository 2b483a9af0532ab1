"""The names, groups, tags and purposes of made-up fleets. Addresses and e-mails belong to nobody (RFC 5737)."""

from collections.abc import Iterator
from itertools import count, product
from typing import NamedTuple

import numpy as np


class Kind(NamedTuple):
    """A group of the fleet: its share of the VMs in percent, and what its VMs are like."""

    name: str
    share: int
    tags: tuple[tuple[str, ...], ...]
    note: str


KINDS = (
    Kind("Production", 26, (("linux", "debian-13", "8-cpu"), ("linux", "nginx", "4-cpu")), "Behind the balancer"),
    Kind("Staging", 26, (("linux", "debian-13", "4-cpu"), ("linux", "postgres-18", "8-cpu")), "Reset on Sundays"),
    Kind("Windows", 16, (("windows", "server-2025", "4-cpu"), ("windows", "11", "4-cpu")), "RDP only"),
    Kind("GPU", 12, (("linux", "gpu", "l40s"), ("linux", "gpu", "a100", "32-cpu")), "Shared with the ML team"),
    Kind("Load", 16, (("linux", "jmeter", "16-cpu"), ("linux", "k6", "8-cpu")), "10 Gbit/s uplink"),
)
PURPOSES = (
    "Release testing",
    "Load test",
    "Bug reproduction",
    "Training run",
    "Demo for a customer",
    "Upgrade rehearsal",
)
LONG_PURPOSES = ("Licence server", "Long-running soak test", "Build cache")

# fmt: off
_FIRST = (
    "anna", "boris", "chen", "dmitri", "elena", "felix", "grace", "hugo", "irina", "jonas", "karina", "lena",
    "marco", "nina", "oleg", "petra", "rosa", "samir", "tanya", "ugo", "vera", "wei", "yusuf", "zoe",
)
_LAST = (
    "abel", "berg", "conti", "dietz", "egorova", "fischer", "garcia", "hansen", "ivanov", "jansen", "kowalski",
    "lang", "meyer", "novak", "orlova", "petrov", "rossi", "sato", "tamm", "ueda", "vogel", "weber", "zimmer",
)
# fmt: on
_DOCUMENTATION_NETS = ("192.0.2", "198.51.100", "203.0.113")
_NET = 250  # addresses used of a net of 256
_EXTERNAL_SHARE = 0.4
_NOTED = 7  # every how many-th VM of a group has a note


def emails(random: np.random.Generator) -> Iterator[str]:
    """Yield e-mail addresses, each once, without end."""
    names = [f"{first}.{last}" for first, last in product(_FIRST, _LAST)]
    order = random.permutation(len(names))
    for again in count():
        yield from (f"{names[index]}{again or ''}@example.com" for index in order)


def vm_ids(vms: int) -> list[str]:
    """Return `server-01` and so on, with as many digits as the last one needs."""
    width = max(2, len(str(vms)))
    return [f"server-{number:0{width}}" for number in range(1, vms + 1)]


def details(kind: int, number: int, index: int, chance: float) -> dict[str, object]:
    """Return a VM's addresses, tags and note; `number` counts within its group, `index` in the fleet."""
    high, low = divmod(number, _NET)
    net = 20 + 32 * (kind % (len(KINDS) + 1)) + high // _NET
    told: dict[str, object] = {"internal_ip": f"10.{net}.{high % _NET}.{low + 4}"}
    if chance < _EXTERNAL_SHARE:
        told["external_ip"] = _external(index)
    if kind >= 0:
        tags = KINDS[kind].tags
        told["tags"] = tags[number % len(tags)]
        if number % _NOTED == 1:
            told["note"] = KINDS[kind].note
    return told


def _external(index: int) -> str:
    net, host = divmod(index, _NET)
    if net < len(_DOCUMENTATION_NETS):
        return f"{_DOCUMENTATION_NETS[net]}.{host + 1}"
    return f"2001:db8::{index >> 16:x}:{index & 0xFFFF:x}"
