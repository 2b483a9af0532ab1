"""What makes guessing passwords slow: argon2id, and a throttle that counts failures.

The throttle counts failures only, per account and per address, in memory.
"""

import asyncio
import base64
import ipaddress
import itertools
import math
import secrets
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from msgspec import Struct

from loadzone.core.clock import Clock, system_clock
from loadzone.domain.errors import TooManyTries
from loadzone.domain.fields import Fields

PASSWORD_MIN: Final = 8
PASSWORD_MAX: Final = 1024
# No composed character stands for more than four, so whatever is longer when decomposed is too long composed.
_DECOMPOSED_MAX: Final = 4 * PASSWORD_MAX + 1

# More callers than this are not remembered; those whose failures are oldest are forgotten first.
_REMEMBERED = 20_000


class Allowance(Struct, frozen=True, kw_only=True):
    """`failures` may come at once; after that, one more each `every`."""

    failures: int
    every: timedelta


ACCOUNT = Allowance(failures=10, every=timedelta(minutes=1))
# A whole office can stand behind one address.
ADDRESS = Allowance(failures=50, every=timedelta(seconds=10))


class _Ledger:
    """For each key the moment at which its failures will be forgotten."""

    def __init__(self, allowance: Allowance) -> None:
        self._every = allowance.every
        self._most = allowance.every * allowance.failures
        self._forgotten_at: dict[str, datetime] = {}

    def wait(self, key: str, now: datetime) -> timedelta:
        """Return how long `key` must wait before the next try; zero or less means not at all."""
        return self._debt(key, now) + self._every - self._most

    def failed(self, key: str, now: datetime) -> None:
        debt = self._debt(key, now) + self._every
        # Put at the end of the order: the front is what is forgotten first.
        self._forgotten_at.pop(key, None)
        self._forgotten_at[key] = now + debt
        if len(self._forgotten_at) > _REMEMBERED:
            self._thin_out(now)

    def clear(self, key: str) -> None:
        self._forgotten_at.pop(key, None)

    def _debt(self, key: str, now: datetime) -> timedelta:
        # A clock that was set back must not keep anybody out for longer than a full allowance takes.
        return min(max(self._forgotten_at.get(key, now) - now, timedelta()), self._most)

    def _thin_out(self, now: datetime) -> None:
        live = [(key, until) for key, until in self._forgotten_at.items() if until > now]
        self._forgotten_at = dict(live[-_REMEMBERED // 2 :])


class Throttle:
    """Refuses tries of an account or from an address that failed too often.

    It knows nothing of which accounts exist, so it cannot tell. A refused try counts for nothing.
    """

    def __init__(
        self, clock: Clock = system_clock, account: Allowance = ACCOUNT, address: Allowance = ADDRESS
    ) -> None:
        self._clock = clock
        self._accounts = _Ledger(account)
        self._addresses = _Ledger(address)

    def check(self, account: str | None, address: str | None) -> None:
        """Raise TooManyTries, with the `seconds` to wait, when the next try comes too soon."""
        now = self._clock()
        waits = [timedelta()]
        if account is not None:
            waits.append(self._accounts.wait(account, now))
        if address is not None:
            waits.append(self._addresses.wait(_network(address), now))
        if (longest := max(waits)) > timedelta():
            raise TooManyTries("too_many_tries", seconds=math.ceil(longest.total_seconds()))

    def failed(self, account: str | None, address: str | None) -> None:
        """Count a failure."""
        now = self._clock()
        if account is not None:
            self._accounts.failed(account, now)
        if address is not None:
            self._addresses.failed(_network(address), now)

    def succeeded(self, account: str) -> None:
        """Forget the failures of an account whose owner got in; those of the address stay."""
        self._accounts.clear(account)


def _network(address: str) -> str:
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


class Passwords:
    """Hashes and verifies passwords with argon2id, off the event loop, two at a time for the sake of memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turn = asyncio.Semaphore(2)

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, plain_bytes(_normal(password)))

    async def verify(self, kept: str | None, password: str, before: Callable[[], None]) -> bool:
        """Tell whether `password` fits; without a kept hash the answer is no, after the same work.

        `before` is called when the turn has come and may raise.
        """
        async with self._turn:
            before()
            return await asyncio.to_thread(self._fits, kept or self._nobodys(), password) and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _fits(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, plain_bytes(_normal(password)))
        except VerificationError:
            return False

    def _nobodys(self) -> str:
        """Return a hash that no password fits, and that costs as much to verify as a new one."""
        by = self._hasher
        costs = f"m={by.memory_cost},t={by.time_cost},p={by.parallelism}"
        salt, digest = (base64.b64encode(secrets.token_bytes(size)) for size in (by.salt_len, by.hash_len))
        return f"$argon2id$v=19${costs}${salt.decode().rstrip('=')}${digest.decode().rstrip('=')}"


def check_password(fields: Fields, password: str) -> None:
    """Note in `fields` what is wrong with a new password."""
    length = len(_normal(password))
    if length < PASSWORD_MIN:
        fields.wrong("password", "password_too_short", min=PASSWORD_MIN)
    elif length > PASSWORD_MAX:
        fields.wrong("password", "password_too_long", max=PASSWORD_MAX)


def plain_bytes(text: str) -> bytes:
    """Return any text, a lone surrogate included, as bytes."""
    return text.encode("utf-8", "surrogatepass")


def _normal(password: str) -> str:
    """Return a password in NFKC, as keyboards differ in how they compose the same letter.

    One that is too long is cut to one character too many: nobody has such a password. The text is bounded before
    it is normalised, and the marks of a letter are sorted here: `unicodedata` takes a time that grows with the
    square of their number, and holds the interpreter's lock meanwhile.
    """
    if not password.isascii():
        apart = "".join(unicodedata.normalize("NFKD", each) for each in password[:_DECOMPOSED_MAX])
        password = unicodedata.normalize("NFC", _in_order(apart[:_DECOMPOSED_MAX]))
    return password[: PASSWORD_MAX + 1]


def _in_order(decomposed: str) -> str:
    """Return decomposed text with the marks of each letter in the canonical order."""
    runs = itertools.groupby(decomposed, lambda each: unicodedata.combining(each) > 0)
    # Letters have the class 0, and sorting is stable, so that only marks move.
    return "".join(each for _, run in runs for each in sorted(run, key=unicodedata.combining))
