"""Guessing is slow for whoever guesses, and nobody who guesses locks anybody else out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.core import throttle as module
from loadzone.core.throttle import Allowance, Source, Throttle
from loadzone.domain.errors import TooManyTries

SOURCE = Allowance(failures=3, every=timedelta(seconds=60))
ACCOUNT = Allowance(failures=8, every=timedelta(seconds=30))
ADDRESS = Allowance(failures=12, every=timedelta(seconds=10))


class Hand:
    """A timer that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def stranger(account: str = "a@x", address: str | None = "1.1.1.1") -> Source:
    return Source(account=account, address=address)


def seconds(throttle: Throttle, source: Source) -> int:
    """Return how long the next try must wait."""
    try:
        throttle.check(source)
    except TooManyTries as refused:
        return int(refused.data["seconds"])
    return 0


@pytest.fixture
def timer() -> Hand:
    return Hand()


@pytest.fixture
def throttle(timer: Hand) -> Throttle:
    return Throttle(timer, SOURCE, ACCOUNT, ADDRESS, registration=SOURCE, registrations=ACCOUNT)


def test_an_account_has_its_allowance_from_each_address_and_then_waits(throttle: Throttle, timer: Hand) -> None:
    for _ in range(3):
        throttle.begin(stranger())
    assert seconds(throttle, stranger()) == 60
    assert seconds(throttle, stranger(address="2.2.2.2")) == 0
    assert seconds(throttle, stranger("b@x")) == 0
    timer.seconds += 59
    assert seconds(throttle, stranger()) == 1
    timer.seconds += 1
    throttle.begin(stranger())
    assert seconds(throttle, stranger()) == 60


def test_many_addresses_share_a_wider_allowance_for_one_account(throttle: Throttle) -> None:
    for number in range(8):
        throttle.begin(stranger(address=f"10.0.0.{number}"))
    assert seconds(throttle, stranger(address="2.2.2.2")) == 30
    assert seconds(throttle, stranger("b@x", "2.2.2.2")) == 0


def test_an_address_shares_a_wider_allowance_over_all_accounts(throttle: Throttle) -> None:
    for number in range(12):
        throttle.begin(stranger(f"{number}@x"))
    assert seconds(throttle, stranger("new@x")) == 10
    assert seconds(throttle, stranger("new@x", "1.1.1.2")) == 0


@pytest.mark.parametrize(
    "owner",
    [
        Source(account="a@x", address="1.1.1.1", own="device 1"),
        Source(account="a@x", address="9.9.9.9", known=True),
        Source(account="a@x", own="session 1"),
    ],
)
def test_what_the_owner_is_known_by_has_an_allowance_of_its_own(throttle: Throttle, owner: Source) -> None:
    """Whatever strangers do to the account and at the address, the owner may try, and owners' own slips count."""
    for number in range(8):
        throttle.begin(stranger(address=f"1.1.1.{number}"))
    for number in range(11):
        throttle.begin(stranger(f"{number}@x"))
    assert seconds(throttle, stranger()) > 0
    for _ in range(3):
        throttle.begin(owner)
    assert seconds(throttle, owner) == 60


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
    for _ in range(3):
        throttle.begin(stranger(address=one))
    assert (seconds(throttle, stranger(address=other)) > 0) is same


def test_getting_in_forgets_the_failures_of_where_one_got_in_and_no_others(throttle: Throttle) -> None:
    for number in range(6):
        throttle.begin(stranger(address=f"10.0.0.{number}"))
    for _ in range(2):
        throttle.begin(stranger())
    throttle.succeeded(stranger())
    assert throttle._sources.wait("a@x 1.1.1.1") <= -2 * 60
    throttle.begin(stranger(address="3.3.3.3"))
    assert seconds(throttle, stranger(address="2.2.2.2")) == 30


def test_a_try_that_was_no_guess_is_given_back(throttle: Throttle) -> None:
    for _ in range(50):
        throttle.begin(stranger())
        throttle.give_back(stranger())
    assert seconds(throttle, stranger()) == 0


def test_registrations_are_counted_for_each_address_and_all_together(throttle: Throttle, timer: Hand) -> None:
    for _ in range(3):
        throttle.begin_registration("1.1.1.1")
    with pytest.raises(TooManyTries):
        throttle.begin_registration("1.1.1.1")
    for number in range(5):
        throttle.begin_registration(f"10.0.0.{number}")
    with pytest.raises(TooManyTries):
        throttle.begin_registration("2.2.2.2")
    throttle.give_back_registration("10.0.0.1")
    throttle.begin_registration("2.2.2.2")


def test_memory_stays_bounded_and_keeps_the_newest(throttle: Throttle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 100)
    for number in range(1000):
        throttle.begin(stranger(f"{number}@x", f"10.0.{number // 250}.{number % 250}"))
    for _ in range(3):
        throttle.begin(stranger("last@x"))
    assert len(throttle._sources._forgotten_at) <= 101
    assert seconds(throttle, stranger("last@x")) == 60


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 200)), max_size=60))
def test_no_more_failures_fit_into_a_time_than_allowed(steps: list[tuple[bool, int]]) -> None:
    """Over any stretch of time no more tries pass than the allowance and what the time gave back."""
    timer = Hand()
    throttle = Throttle(timer, SOURCE, ACCOUNT, ADDRESS)
    passed: list[float] = []
    for tries, wait in steps:
        timer.seconds += wait
        if tries and seconds(throttle, stranger()) == 0:
            throttle.begin(stranger())
            passed.append(timer.seconds)
    for first in range(len(passed)):
        for last in range(first, len(passed)):
            given_back = (passed[last] - passed[first]) / SOURCE.every.total_seconds()
            assert last - first + 1 <= SOURCE.failures + given_back
