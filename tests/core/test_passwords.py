"""A password is hashed in one form, costs argon2 whether or not the account exists, and never more than that."""

import asyncio
import threading
import unicodedata
from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.core import passwords as module
from loadzone.core.passwords import PASSWORD_MAX, PASSWORD_MIN, Passwords, check_password
from loadzone.domain.fields import Fields

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec=None), min_size=8, max_size=60),
    st.text(st.characters(codec=None), min_size=8, max_size=60),
)
def test_any_password_fits_its_own_hash_and_no_other(password: str, other: str) -> None:
    """Any text, lone surrogates included, is verified by its own hash; another text is not."""

    async def tries() -> tuple[bool, bool]:
        passwords = Passwords(CHEAP)
        kept = await passwords.hash(password)
        assert kept.startswith("$argon2id$")
        return (
            await passwords.verify(kept, password, lambda: None),
            await passwords.verify(kept, other, lambda: None),
        )

    assert asyncio.run(tries()) == (True, module._normal(password) == module._normal(other))


async def test_long_and_composed_passwords_work() -> None:
    """1024 characters are verified to the last one, and a letter composed in another way is the same letter."""
    passwords = Passwords(CHEAP)
    kept = await passwords.hash("пароль--" * 128)
    assert await passwords.verify(kept, "пароль--" * 128, lambda: None)
    assert not await passwords.verify(kept, "пароль--" * 127 + "пароль-+", lambda: None)
    assert not await passwords.verify(kept, "пароль--" * 128 + "!", lambda: None)
    composed = await passwords.hash("mot de passé")
    assert await passwords.verify(composed, "mot de passe\u0301", lambda: None)


@settings(max_examples=300, deadline=None)
@given(st.text("aé\ufb01\u0301\u0316\u0344\u0345\u0323\u1f82\u1100\u1161\u11a8\uac00", max_size=30))
def test_a_password_is_kept_in_nfkc(password: str) -> None:
    """Whatever the order of its marks, a password is hashed in the form that the standard library gives it."""
    assert module._normal(password) == unicodedata.normalize("NFKC", password)


@pytest.mark.parametrize("text", ["\u0301\u0316", "\u0344\u0316", "\ufdfa", "a\u0316\u0301", "\u1112\u1161\u11ab"])
async def test_a_long_password_is_cut_before_it_is_normalised(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a bounded text whose marks are in order is normalised, for a new password as for one that is tried."""
    seen: list[str] = []
    plain = unicodedata.normalize

    def noting(form: Literal["NFC", "NFKD"], given: str) -> str:
        seen.append(given)
        return plain(form, given)

    passwords = Passwords(CHEAP)
    kept = await passwords.hash("a password")
    monkeypatch.setattr(unicodedata, "normalize", noting)
    fields = Fields()
    check_password(fields, text * 500_000)
    assert not await passwords.verify(kept, text * 500_000, lambda: None)
    assert [each.code for each in fields.errors] == ["password_too_long"]
    assert len(seen) < 10_000
    assert max(map(len, seen)) <= 4 * PASSWORD_MAX + 1
    assert all(plain("NFD", each) == each for each in seen if len(each) > 1)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("e\u0301" * 1024, None),
        ("\u1100\u1161\u11a8" * 1024, None),
        ("\u03b1\u0313\u0300\u0345" * 1024, None),
        ("\u03b1\u0313\u0300\u0345" * 1025, "password_too_long"),
        ("\u0301" * 1025, "password_too_long"),
        ("", "password_too_short"),
        ("seven77", "password_too_short"),
        ("eight888", None),
        ("восемьях", None),
        ("x" * 1024, None),
        ("x" * 1025, "password_too_long"),
    ],
)
def test_a_new_password_has_8_to_1024_characters(password: str, code: str | None) -> None:
    fields = Fields()
    check_password(fields, password)
    assert [(each.field, each.code) for each in fields.errors] == ([] if code is None else [("password", code)])
    for each in fields.errors:
        assert each.data in ({"min": PASSWORD_MIN}, {"max": PASSWORD_MAX})


class Watched(PasswordHasher):
    """Notes the costs of each verification and how many are under way, and holds them while `going` is not set."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.costs: list[Parameters] = []
        self.under_way = 0
        self.going = threading.Event()
        self.going.set()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # the base's name
        self.costs.append(extract_parameters(str(hash)))
        self.under_way += 1
        self.going.wait(10)
        return super().verify(hash, password)


async def test_an_unknown_account_costs_the_same_verification() -> None:
    hasher = Watched()
    passwords = Passwords(hasher)
    kept = await passwords.hash("a password")
    assert not await passwords.verify(kept, "another one", lambda: None)
    assert not await passwords.verify(None, "another one", lambda: None)
    assert hasher.costs == [extract_parameters(kept)] * 2


async def test_two_at_most_are_verified_at_once() -> None:
    hasher = Watched()
    passwords = Passwords(hasher)
    kept = await passwords.hash("a password")
    hasher.going.clear()
    tries = [asyncio.ensure_future(passwords.verify(kept, "a password", lambda: None)) for _ in range(4)]
    await asyncio.sleep(0)
    # Threads take their work in order: whatever was given to them before this has begun when it is done.
    await asyncio.to_thread(lambda: None)
    assert hasher.under_way == 2
    hasher.going.set()
    assert all(await asyncio.gather(*tries))
    assert hasher.under_way == 4
