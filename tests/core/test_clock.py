"""The server's clock, when somebody sets the clock of the machine."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadzone.core.clock import LARGE_STEP, PROOF_SECONDS, StepWatch, TrustedClock, proven

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Machine:
    """A machine whose wall clock can be set; `true` is what an undisturbed clock would tell."""

    def __init__(self) -> None:
        self.uptime = 1000.0
        self.step = timedelta()

    @property
    def true(self) -> datetime:
        return START + timedelta(seconds=self.uptime - 1000)

    def wall(self) -> datetime:
        return self.true + self.step

    def timer(self) -> float:
        return self.uptime

    def clock(self) -> TrustedClock:
        return TrustedClock(self.wall, self.timer)

    def run(self, clock: TrustedClock, seconds: float) -> None:
        """Let time go on, with a reading every minute."""
        for _ in range(int(seconds // 60)):
            self.uptime += 60
            clock()
        self.uptime += seconds % 60


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize("hours", [-24, -3, -1 / 12, 1 / 12, 3, 14, 24])
def test_a_step_of_up_to_a_day_is_followed_at_once(machine: Machine, hours: float) -> None:
    clock = machine.clock()
    machine.run(clock, 45)
    machine.step = timedelta(hours=hours)
    assert clock() == machine.wall()
    assert not clock.doubted


@pytest.mark.parametrize("days", [-25_000, -900, -2, 2, 900, 29_000])
def test_a_larger_step_is_not_followed_while_it_is_short(machine: Machine, days: int) -> None:
    clock = machine.clock()
    machine.run(clock, PROOF_SECONDS)
    machine.step = timedelta(days=days)
    for _ in range(9):
        machine.run(clock, 60)
        assert clock() == machine.true
        assert clock.doubted
        assert clock.proven() is None
    machine.step = timedelta()
    assert clock() == machine.true
    assert not clock.doubted
    assert clock.proven() == machine.true


@pytest.mark.parametrize("days", [-900, 900])
def test_a_larger_step_is_followed_when_the_clock_has_run_undisturbed_for_ten_minutes(
    machine: Machine, days: int
) -> None:
    clock = machine.clock()
    machine.step = timedelta(days=days)
    machine.run(clock, PROOF_SECONDS)
    assert clock() == machine.true
    machine.run(clock, 60)
    assert clock() == machine.wall()
    assert not clock.doubted


def test_a_clock_that_keeps_jumping_is_never_believed(machine: Machine) -> None:
    clock = machine.clock()
    for number in range(100):
        machine.step = timedelta(days=900 + number)
        machine.run(clock, PROOF_SECONDS / 2)
        assert clock() == machine.true
    assert clock.proven() is None


def test_many_small_steps_are_not_a_way_around_the_doubt(machine: Machine) -> None:
    """Steps of twenty hours, one a minute, are followed for the first day only."""
    clock = machine.clock()
    for _ in range(50):
        machine.step += timedelta(hours=20)
        machine.run(clock, 60)
    assert clock() - machine.true <= LARGE_STEP
    assert clock.doubted


def test_nothing_is_proven_by_a_clock_that_was_just_read_or_just_set(machine: Machine) -> None:
    """Forgetting goes by what an undisturbed clock told: three hours that came just now do not count."""
    clock = machine.clock()
    assert clock.proven() is None
    machine.run(clock, PROOF_SECONDS)
    assert clock.proven() == machine.true
    machine.step = timedelta(hours=3)
    assert clock.proven() == machine.true
    machine.run(clock, PROOF_SECONDS + 60)
    assert clock.proven() == machine.true + timedelta(hours=3)
    machine.step = timedelta()
    assert clock.proven() == machine.true


def test_two_readings_prove_nothing_when_the_clock_was_set_between_them(machine: Machine) -> None:
    """A process that stood still while the clock was set must read it again ten minutes later."""
    clock = machine.clock()
    machine.uptime += 2 * PROOF_SECONDS
    machine.step = timedelta(days=900)
    assert clock() == machine.true
    assert clock.proven() is None


def test_a_clock_far_before_the_newest_change_is_doubted_at_start(machine: Machine) -> None:
    """Time then goes on from the newest change, until the clock has run undisturbed for ten minutes."""
    newest, machine.step = START, timedelta(days=-20_000)
    clock = machine.clock()
    clock.not_before(newest)
    machine.run(clock, 60)
    assert clock() == newest + timedelta(minutes=1)
    assert clock.doubted
    machine.run(clock, PROOF_SECONDS)
    assert clock() == machine.wall()


def test_a_clock_before_the_newest_change_by_less_than_a_day_or_after_it_is_followed(machine: Machine) -> None:
    for ahead in (-900 * 24, 0, 23):
        clock = machine.clock()
        clock.not_before(machine.wall() + timedelta(hours=ahead))
        assert clock() == machine.wall()
        assert not clock.doubted


def test_suspend_is_no_step(machine: Machine) -> None:
    """The timer goes on while the machine is suspended, so 40 days of it are believed at once."""
    clock = machine.clock()
    machine.run(clock, PROOF_SECONDS)
    machine.uptime += 40 * 86_400
    assert clock() == machine.true
    assert not clock.doubted
    assert clock.proven() == machine.true


def test_the_log_says_what_is_not_followed_and_when_it_is_again(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    clock = machine.clock()
    machine.step = timedelta(days=900)
    machine.run(clock, 180)
    machine.step = timedelta()
    machine.run(clock, 180)
    doubted, trusted = caplog.messages
    assert "was set by 900 days" in doubted
    assert "is followed again" in trusted


def test_any_other_clock_proves_what_it_tells() -> None:
    assert proven(lambda: START) == START


@given(st.lists(st.integers(-20_000_000, 40_000_000).filter(bool), unique=True, max_size=30), st.data())
def test_a_clock_that_is_set_every_nine_minutes_moves_time_by_a_day_at_most(
    steps: list[int], data: st.DataObject
) -> None:
    machine = Machine()
    clock = machine.clock()
    for step in steps:
        machine.step = timedelta(seconds=2 * step)
        machine.run(clock, data.draw(st.floats(0, 540)))
        assert abs(clock() - machine.true) <= LARGE_STEP


def test_a_step_of_any_watched_clock_is_noticed_once() -> None:
    machine, other = Machine(), Machine()
    watch = StepWatch(machine.wall, other.wall, timer=machine.timer)
    assert not watch.stepped()
    other.uptime += 300
    machine.uptime += 300
    assert not watch.stepped()
    other.step = timedelta(minutes=-5)
    assert watch.stepped()
    assert not watch.stepped()
