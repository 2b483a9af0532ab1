"""Devices that an account's owner has been in with: a cookie proves it, and addresses are remembered in memory.

The cookie holds a mark for each of the last accounts that were used in the browser. A mark is signed together with
the account and its password, so that another password makes every device a stranger again, and it tells nobody
which account it is of.
"""

import hashlib
import hmac
import re
import secrets
from collections import OrderedDict
from typing import Final

from loadzone.core.accounts.book import AccountBook
from loadzone.core.throttle import Source, network

MARKS_MAX: Final = 5
_NAME_BYTES: Final = 9
_ADDRESSES_MAX: Final = 10_000
_SEPARATOR: Final = "~"
_MARK: Final = re.compile(r"[A-Za-z0-9_-]{12}\.[0-9a-f]{48}\Z")
# Five marks are 300 characters; whatever is longer was not made here.
_COOKIE_MAX: Final = 500


class Devices:
    """Tells from where an owner may be expected, and what a device is to remember."""

    def __init__(self, book: AccountBook) -> None:
        self._book = book
        # The password with which an owner has logged in, by account and address; the oldest come first.
        self._addresses: OrderedDict[tuple[str, str], str] = OrderedDict()

    def source(self, email: str, kept: str | None, address: str | None, cookie: str | None) -> Source:
        """Return where a try comes from; `kept` is the hash of the account's password, if there is one."""
        own = next((f"device {name}" for name, _ in self._marks(email, kept, cookie)), None)
        known = address is not None and kept is not None and self._addresses.get(_place(email, address)) == kept
        return Source(account=email, address=address, own=own, known=known)

    def remember(self, email: str, kept: str, address: str | None, cookie: str | None) -> str:
        """Note that the owner is in and return the cookie for their device; it keeps the marks of others."""
        if address is not None:
            self._addresses[_place(email, address)] = kept
            self._addresses.move_to_end(_place(email, address))
            if len(self._addresses) > _ADDRESSES_MAX:
                self._addresses.popitem(last=False)
        own = dict(self._marks(email, kept, cookie))
        others = [mark for mark in _split(cookie) if mark not in own.values()]
        name = next(iter(own), None) or secrets.token_urlsafe(_NAME_BYTES)
        return _SEPARATOR.join([self._mark(name, email, kept), *others][:MARKS_MAX])

    def _marks(self, email: str, kept: str | None, cookie: str | None) -> list[tuple[str, str]]:
        """Return the marks in `cookie` that are of this account, by their names, with the same work for all."""
        named = [(mark.partition(".")[0], mark) for mark in _split(cookie)]
        right = [
            (name, mark) for name, mark in named if hmac.compare_digest(self._mark(name, email, kept or ""), mark)
        ]
        return right if kept is not None else []

    def _mark(self, name: str, email: str, kept: str) -> str:
        key = hashlib.sha256(b"device " + self._book.data.cookie_secret.encode()).digest()
        signed = hmac.digest(key, f"{name}\0{email}\0{kept}".encode(), "sha256")
        return f"{name}.{signed[:24].hex()}"


def _split(cookie: str | None) -> list[str]:
    if cookie is None or len(cookie) > _COOKIE_MAX:
        return []
    return [mark for mark in cookie.split(_SEPARATOR) if _MARK.match(mark)][:MARKS_MAX]


def _place(email: str, address: str) -> tuple[str, str]:
    return email, network(address)
