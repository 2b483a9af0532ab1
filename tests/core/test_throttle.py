"""Guessing passwords is slow: failures are counted, and every guess costs an argon2 verification."""

import asyncio
import threading
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.core import throttle as module
from loadzone.core.throttle import PASSWORD_MAX, PASSWORD_MIN, Allowance, Passwords, Throttle, check_password
from loadzone.domain.errors import TooManyTries
from loadzone.domain.fields import Fields

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ACCOUNT = Allowance(failures=3, every=timedelta(seconds=60))
ADDRESS = Allowance(failures=5, every=timedelta(seconds=10))


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def seconds(throttle: Throttle, account: str | None, address: str | None) -> int:
    """Return how long the next try must wait."""
    try:
        throttle.check(account, address)
    except TooManyTries as refused:
        return int(refused.data["seconds"])
    return 0


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def throttle(clock: Hand) -> Throttle:
    return Throttle(clock, ACCOUNT, ADDRESS)


def test_an_account_has_its_allowance_and_then_waits(throttle: Throttle, clock: Hand) -> None:
    for _ in range(3):
        assert seconds(throttle, "a@x", "1.1.1.1") == 0
        throttle.failed("a@x", "1.1.1.1")
    assert seconds(throttle, "a@x", "2.2.2.2") == 60
    assert seconds(throttle, "b@x", "1.1.1.1") == 0
    clock.now += timedelta(seconds=59)
    assert seconds(throttle, "a@x", None) == 1
    clock.now += timedelta(seconds=1)
    assert seconds(throttle, "a@x", None) == 0
    throttle.failed("a@x", None)
    assert seconds(throttle, "a@x", None) == 60


def test_an_address_has_its_allowance_over_all_accounts(throttle: Throttle) -> None:
    for number in range(5):
        throttle.failed(f"{number}@x", "1.1.1.1")
    assert seconds(throttle, "new@x", "1.1.1.1") == 10
    assert seconds(throttle, "new@x", "1.1.1.2") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:1.1.1.1", "1.1.1.1", True),
        ("/run/socket", "/run/socket", True),
    ],
)
def test_an_ipv6_subscriber_is_one_address(throttle: Throttle, one: str, other: str, same: bool) -> None:
    for _ in range(5):
        throttle.failed(None, one)
    assert (seconds(throttle, None, other) > 0) is same


def test_getting_in_forgets_the_failures_of_the_account_only(throttle: Throttle) -> None:
    for _ in range(5):
        throttle.failed("a@x", "1.1.1.1")
    throttle.succeeded("a@x")
    assert seconds(throttle, "a@x", "2.2.2.2") == 0
    assert seconds(throttle, "a@x", "1.1.1.1") == 10


def test_a_clock_set_back_keeps_nobody_out_for_long(throttle: Throttle, clock: Hand) -> None:
    for _ in range(3):
        throttle.failed("a@x", None)
    clock.now -= timedelta(days=1)
    assert seconds(throttle, "a@x", None) == 60
    throttle.failed("b@x", None)
    assert seconds(throttle, "b@x", None) == 0


def test_memory_stays_bounded_and_keeps_the_newest(
    throttle: Throttle, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 100)
    for number in range(1000):
        throttle.failed(f"{number}@x", None)
    for _ in range(3):
        throttle.failed("last@x", None)
    assert len(throttle._accounts._forgotten_at) <= 101
    assert seconds(throttle, "last@x", None) == 60


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 200)), max_size=60))
def test_no_more_failures_fit_into_a_time_than_allowed(steps: list[tuple[bool, int]]) -> None:
    """Over any stretch of time no more tries pass than the allowance and what the time gave back."""
    clock = Hand()
    throttle = Throttle(clock, ACCOUNT, ADDRESS)
    passed: list[datetime] = []
    for tries, wait in steps:
        clock.now += timedelta(seconds=wait)
        if tries and seconds(throttle, "a@x", None) == 0:
            throttle.failed("a@x", None)
            passed.append(clock.now)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            given_back = (passed[last] - passed[first]) / ACCOUNT.every
            assert last - first + 1 <= ACCOUNT.failures + given_back


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
