"""The open connections of the server: how many there may be, for how long, and how slow a client may be.

A connection that waits for a request, or for the rest of its headers, is closed when it takes too long, and before
others when there is no room for a new one. A body and an answer must move on at a minimal rate.
"""

import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from loadzone.web.connection import Connection, CountedStream, Limits

_IPV6_NETWORK_BITS: Final = 64
# Going through all connections for one that can go takes up to a few milliseconds.
_LOOK_SECONDS: Final = 0.1


def is_loopback(address: str) -> bool:
    """Tell whether `address` is this machine, a unix socket included."""
    return not address or ip_address(_unmapped(address)).is_loopback


def address_of(peer: Any) -> str:
    """Return the address in what `accept` gives; empty for a unix socket."""
    return str(peer[0]) if isinstance(peer, tuple) else ""


def _unmapped(address: str) -> str:
    return address.partition("%")[0].removeprefix("::ffff:")


class Connections:
    """All connections. Those that wait, and go first when there is no room, are known from the oldest on.

    `exempt` tells which addresses may have any number.
    """

    def __init__(
        self,
        limits: Limits,
        exempt: Callable[[str], bool] = is_loopback,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = limits
        self._exempt = exempt
        self.clock = clock
        self._open: set[Connection] = set()
        self.waiting: OrderedDict[Connection, None] = OrderedDict()
        self._slow: deque[Connection] = deque()
        self._looked = -_LOOK_SECONDS
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def has_room_for(self, address: str | None) -> bool:
        """Tell whether one more may connect from the counted `address`; makes room when there is none in all."""
        if address is not None and self._by_address[address] >= self.limits.per_address:
            return False
        return len(self._open) < self.limits.connections or self._make_room()

    def counted_as(self, address: str) -> str | None:
        """Return what `address` is counted by, None when it may have any number: an IPv6 client has a network."""
        if self._exempt(address):
            return None
        parsed = ip_address(_unmapped(address))
        if isinstance(parsed, IPv6Address):
            return str(int(parsed) >> (128 - _IPV6_NETWORK_BITS))
        return str(parsed)

    def add(self, stream: CountedStream, address: str | None) -> None:
        """Count a new connection."""
        stream.connection = Connection(self, stream, address)
        self._open.add(stream.connection)
        if address is not None:
            self._by_address[address] += 1

    def remove(self, connection: Connection) -> None:
        """Forget a connection that is closed."""
        if connection not in self._open:
            return
        self._open.remove(connection)
        self.waiting.pop(connection, None)
        if connection.address is not None:
            self._by_address[connection.address] -= 1
            if not self._by_address[connection.address]:
                del self._by_address[connection.address]

    def sweep(self) -> None:
        """Close what is overdue."""
        now = self.clock()
        for each in [each for each in self._open if each.is_overdue(now, self.limits)]:
            each.stream.close()

    def close(self) -> None:
        """Close all."""
        for each in list(self._open):
            each.stream.close()

    def _make_room(self) -> bool:
        """Close the connection that has waited longest, else the oldest that may go, for a new one."""
        if self.waiting:
            next(iter(self.waiting)).stream.close()
            return True
        now = self.clock()
        if not self._slow and now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            self._slow = deque(sorted(filter(Connection.may_go, self._open), key=lambda each: each.since))
        while self._slow:
            if (found := self._slow.popleft()).may_go():
                found.stream.close()
                return True
        return False
