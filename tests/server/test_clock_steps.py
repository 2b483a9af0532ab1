"""A server on a machine whose clock is set while it runs; elapsed time goes on as it does."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.ensure_packages import libfaketime
from tests.server.conftest import Process, Serve

LIBRARY = libfaketime()
SECONDS = 1 / 3600
HOUR = 3600.0
USER = "user@example.com"
PATIENCE = 60.0

pytestmark = pytest.mark.skipif(
    LIBRARY is None, reason="libfaketime is not installed (Debian: apt install faketime)"
)


class Machine:
    """A machine with one server on it, and its clock."""

    def __init__(self, serve: Serve, folder: Path) -> None:
        self._file = folder / "clock"
        self.set("+0")
        self.server: Process = serve(
            "--auth",
            "open",
            environment={
                "LD_PRELOAD": LIBRARY or "",
                "FAKETIME_TIMESTAMP_FILE": str(self._file),
                "FAKETIME_NO_CACHE": "1",
                "DONT_FAKE_MONOTONIC": "1",
            },
        ).start()

    def set(self, offset: str) -> None:
        """Set the clock so far from the right time, at once."""
        beside = self._file.with_suffix(".new")
        beside.write_text(offset, encoding="ascii")
        os.replace(beside, self._file)


@pytest.fixture
def machine(serve: Serve, tmp_path: Path) -> Iterator[Machine]:
    made = Machine(serve, tmp_path)
    yield made
    assert made.server.terminate() == 0


def until(happened: Callable[[], bool]) -> None:
    late = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < late, "it did not happen"
        time.sleep(0.1)


def ago(moment: str) -> float:
    """Return how many seconds ago a moment was, by the right clock."""
    return time.time() - datetime.fromisoformat(moment).timestamp()


def test_a_clock_that_is_set_back_for_some_seconds_makes_no_booking_end_late(machine: Machine) -> None:
    """Neither the sweep nor `/readyz` waits for the five minutes by which the clock was wrong."""
    with machine.server.client() as client:
        client.post("/book", json={"vm_id": "server-02", "hours": 4}).raise_for_status()
        booked = client.post("/book", json={"vm_id": "server-01", "hours": 3 * SECONDS}).json()

        def vms() -> Any:
            assert client.get("/readyz").json() == {"status": "ok"}
            return client.get("/vms").json()

        machine.set("-5m")
        until(lambda: ago(vms()["now"]) > 200)
        until(lambda: ago(booked["expires_at"]) > 0)
        machine.set("+0")
        until(lambda: vms()["vms"][0]["booked_by"] is None)
        assert vms()["vms"][1]["booked_by"] == USER


def test_a_clock_that_jumps_years_ends_no_booking_and_no_session(machine: Machine) -> None:
    """Time goes on as before, `/readyz` says why, new bookings end hours and not years from now."""
    with machine.server.client() as client:
        first = client.post("/book", json={"vm_id": "server-01", "hours": 4}).json()
        for step in ("+900d", "-900d", "+29000d", "-22000d"):
            machine.set(step)
            until(lambda: client.get("/readyz").json() == {"status": "ok", "reasons": ["clock_doubted"]})
            second = client.post("/book", json={"vm_id": "server-02", "hours": 4}).json()
            assert -4 * HOUR <= ago(second["expires_at"]) <= -3 * HOUR
            assert abs(ago(client.get("/vms").json()["now"])) < HOUR
            machine.set("+0")
            until(lambda: client.get("/readyz").json() == {"status": "ok"})
            assert client.get("/vms").json()["vms"][:2] == [first, second]
            assert client.get("/me").json()["email"] == USER
            client.post("/cancel", json={"vm_id": "server-02"}).raise_for_status()


def test_a_step_of_some_hours_is_followed_at_once(machine: Machine) -> None:
    """Three hours ahead a booking of two hours is over, and the server is ready all the time."""
    with machine.server.client() as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 2}).raise_for_status()
        machine.set("+3h")

        def free() -> bool:
            assert client.get("/readyz").json() == {"status": "ok"}
            return client.get("/vms").json()["vms"][0]["booked_by"] is None

        until(free)


def test_a_clock_from_before_the_newest_change_is_doubted_from_the_start(serve: Serve, tmp_path: Path) -> None:
    """A server that starts in 1980 goes on from its newest change, and a booking stays what it was."""
    machine = Machine(serve, tmp_path)
    with machine.server.client() as client:
        booked = client.post("/book", json={"vm_id": "server-01", "hours": 4}).json()
    assert machine.server.terminate() == 0
    machine.set("@1980-01-01 00:00:00")
    machine.server.start()
    with machine.server.client() as client:
        assert client.get("/readyz").json()["reasons"] == ["clock_doubted"]
        assert abs(ago(client.get("/vms").json()["now"])) < HOUR
        assert client.get("/vms").json()["vms"][0] == booked
    assert machine.server.terminate() == 0
