"""What makes guessing passwords slow: failures are counted, and every try counts as one until it is right.

Tries of an account are counted apart for each address, and for each device and session of the account's owner, so
that nobody locks anybody else out. Who comes from a device, a session or an address that the owner has logged in
with has that count only. All others share two more, which are wider: one for the account, over all addresses, and
one for the address, over all accounts.
"""

import ipaddress
import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from msgspec import Struct

from loadzone.core.clock import Timer, monotonic
from loadzone.domain.errors import TooManyTries

# More callers than this are not remembered; those whose failures are oldest are forgotten first.
_REMEMBERED = 20_000
_EVERYBODY: Final = "everybody"


class Allowance(Struct, frozen=True, kw_only=True):
    """`failures` may come at once; after that, one more each `every`."""

    failures: int
    every: timedelta


SOURCE: Final = Allowance(failures=10, every=timedelta(minutes=1))
# Many addresses may guess the password of one account; more than a few wrong ones in a day are no slips.
ACCOUNT: Final = Allowance(failures=50, every=timedelta(minutes=1))
# A whole office can stand behind one address.
ADDRESS: Final = Allowance(failures=300, every=timedelta(seconds=5))
# Accounts that people make for themselves without an invitation: a team in one room, and the whole company.
REGISTRATION: Final = Allowance(failures=20, every=timedelta(seconds=30))
REGISTRATIONS: Final = Allowance(failures=40, every=timedelta(seconds=30))


class Source(Struct, frozen=True, kw_only=True):
    """Where a try to get into `account` comes from.

    `own` names the device or the session that proves to be the owner's; `known` says that the owner has logged in
    from this address.
    """

    account: str
    address: str | None = None
    own: str | None = None
    known: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there is reason to take the caller for the owner."""
        return self.known or self.own is not None


class Ledger:
    """For each key the moment at which its failures will be forgotten."""

    def __init__(self, allowance: Allowance, timer: Timer = monotonic) -> None:
        self._every = allowance.every.total_seconds()
        self._most = self._every * allowance.failures
        self._timer = timer
        self._forgotten_at: dict[str, float] = {}

    def wait(self, key: str) -> float:
        """Return how many seconds `key` must wait before the next try; zero or less means not at all."""
        return self._debt(key) + self._every - self._most

    def charge(self, key: str) -> None:
        """Count one try."""
        until = self._timer() + self._debt(key) + self._every
        # Put at the end of the order: the front is what is forgotten first.
        self._forgotten_at.pop(key, None)
        self._forgotten_at[key] = until
        if len(self._forgotten_at) > _REMEMBERED:
            self._thin_out()

    def give_back(self, key: str) -> None:
        """Count one try less."""
        if key in self._forgotten_at:
            self._forgotten_at[key] -= self._every

    def clear(self, key: str) -> None:
        """Forget all tries."""
        self._forgotten_at.pop(key, None)

    def _debt(self, key: str) -> float:
        return max(self._forgotten_at.get(key, 0.0) - self._timer(), 0.0)

    def _thin_out(self) -> None:
        now = self._timer()
        live = [(key, until) for key, until in self._forgotten_at.items() if until > now]
        self._forgotten_at = dict(live[-_REMEMBERED // 2 :])


class Throttle:
    """Refuses tries that come too soon after too many failures.

    It knows nothing of which accounts exist, so it cannot tell. A refused try counts for nothing.
    """

    def __init__(
        self,
        timer: Timer = monotonic,
        source: Allowance = SOURCE,
        account: Allowance = ACCOUNT,
        address: Allowance = ADDRESS,
        *,
        registration: Allowance = REGISTRATION,
        registrations: Allowance = REGISTRATIONS,
    ) -> None:
        self._sources = Ledger(source, timer)
        self._accounts = Ledger(account, timer)
        self._addresses = Ledger(address, timer)
        self._registration = Ledger(registration, timer)
        self._registrations = Ledger(registrations, timer)

    def check(self, source: Source) -> None:
        """Raise TooManyTries, with the `seconds` to wait, when the next try comes too soon."""
        demand_patience(*(ledger.wait(key) for ledger, key in self._counts(source)))

    def begin(self, source: Source) -> None:
        """Count a try before it is made, so that none of many at once slips through; raises as `check` does."""
        self.check(source)
        for ledger, key in self._counts(source):
            ledger.charge(key)

    def give_back(self, source: Source) -> None:
        """Count a try no longer that was no guess."""
        for ledger, key in self._counts(source):
            ledger.give_back(key)

    def succeeded(self, source: Source) -> None:
        """Forget the failures of where the owner got in; those of others stay."""
        self.give_back(source)
        self._sources.clear(_source_key(source))

    def begin_registration(self, address: str | None) -> None:
        """Count a registration from `address`, whether or not it succeeds; raises TooManyTries."""
        place = network(address or "")
        demand_patience(self._registration.wait(place), self._registrations.wait(_EVERYBODY))
        self._registration.charge(place)
        self._registrations.charge(_EVERYBODY)

    def give_back_registration(self, address: str | None) -> None:
        """Count a registration no longer that made nothing and told nothing."""
        self._registration.give_back(network(address or ""))
        self._registrations.give_back(_EVERYBODY)

    def _counts(self, source: Source) -> Iterator[tuple[Ledger, str]]:
        yield self._sources, _source_key(source)
        if not source.is_known:
            yield self._accounts, source.account
            if source.address is not None:
                yield self._addresses, network(source.address)


def demand_patience(*waits: float) -> None:
    """Raise TooManyTries with the longest of `waits` in whole seconds, when that is more than none."""
    if (longest := max(waits)) > 0:
        raise TooManyTries("too_many_tries", seconds=math.ceil(longest))


def _source_key(source: Source) -> str:
    return source.own or f"{source.account} {network(source.address or '')}"


def network(address: str) -> str:
    """Return whom an address stands for: one subscriber has a whole /64 of IPv6 addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return address
