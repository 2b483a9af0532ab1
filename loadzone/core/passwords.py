"""Passwords: what a new one must be, and hashing with argon2id, which is slow on purpose and never on the loop."""

import asyncio
import base64
import itertools
import secrets
import unicodedata
from collections.abc import Callable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from loadzone.core.turns import OWN, Asker, Turns
from loadzone.domain.fields import Fields

PASSWORD_MIN: Final = 8
PASSWORD_MAX: Final = 1024
# No composed character stands for more than four, so whatever is longer when decomposed is too long composed.
_DECOMPOSED_MAX: Final = 4 * PASSWORD_MAX + 1


class Passwords:
    """Hashes and verifies passwords in threads, a few at a time, which saves memory, in the order of `Turns`."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = Turns()

    async def hash(self, password: str, asker: Asker = OWN) -> str:
        """Return the hash to keep; raises TooManyTries (`login_busy`) when too many strangers are waiting."""
        async with self._turns.turn(asker):
            return await asyncio.to_thread(self._hasher.hash, plain_bytes(_normal(password)))

    async def verify(
        self, kept: str | None, password: str, before: Callable[[], None], asker: Asker = OWN
    ) -> bool:
        """Tell whether `password` fits; without a kept hash the answer is no, after the same work.

        `before` is called when the turn has come and may raise. Raises TooManyTries as `hash` does.
        """
        async with self._turns.turn(asker):
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
