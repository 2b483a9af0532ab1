"""`zone.watch()`: live notifications of a real server, over outages, until it is closed."""

import gc
import itertools
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import loadzone
from loadzone.client import Zone
from loadzone.domain.errors import InvalidInput, LoadZoneError, LoginRequired, NotAllowed
from loadzone.zones.watch import Notification, Seen, Watch
from tests.conftest import BASE_FILE, LiveServer, environment

SOON = 20.0
Start = Callable[[], "subprocess.Popen[str]"]


def note(seq: int, vm_id: str = "a") -> Notification:
    return Notification(msg="m", type="booked", vm_id=vm_id, at=datetime(2026, 1, 1, tzinfo=UTC), seq=seq)


@pytest.fixture
def alice(live_server: LiveServer) -> Iterator[Zone]:
    """Connect as a user."""
    with loadzone.connect(live_server.url, token=live_server.alice_token) as zone:
        yield zone


def watchers() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "loadzone-watch"]


# With a server


def test_what_happens_after_watch_is_told_in_order(alice: Zone) -> None:
    with alice.watch(timeout=SOON) as watch:
        alice.book("server-02", hours=2)
        alice.renew("server-02", hours=1)
        alice.release("server-02")
        told = list(itertools.islice(watch, 3))
    assert [each.type for each in told] == ["booked", "renewed", "released"]
    assert [each.vm_id for each in told] == ["server-02"] * 3
    assert {each.user for each in told} == {"alice@example.com"}
    assert [each.seq for each in told] == sorted({each.seq for each in told})
    assert "server-02" in str(told[0])
    assert told[0].at.tzinfo is not None


@pytest.mark.parametrize("timeout", ["x", float("nan"), float("inf"), 0, -1])
def test_a_timeout_is_a_number_of_seconds(timeout: Any, alice: Zone) -> None:
    with pytest.raises(InvalidInput, match="timeout: not_above_zero"):
        alice.watch(timeout)
    assert not watchers()


def test_what_happens_while_the_line_is_cut_is_told_once_it_is_back(alice: Zone) -> None:
    with alice.watch(timeout=SOON) as watch:
        alice.book("server-02", hours=2)
        assert next(watch).type == "booked"
        line = watch._reader._socket
        assert line is not None
        line.abort()
        alice.renew("server-02", hours=1)
        alice.release("server-02")
        told = list(itertools.islice(watch, 2))
        assert [each.type for each in told] == ["renewed", "released"]
        watch.timeout = 0.2
        assert list(watch) == []


def test_messages_are_in_the_language_of_the_connection(live_server: LiveServer) -> None:
    with (
        loadzone.connect(live_server.url, token=live_server.alice_token, lang="ru") as zone,
        zone.watch(timeout=SOON) as watch,
    ):
        zone.book("server-02", hours=2)
        zone.release("server-02")
        assert "бронир" in next(watch).msg


def test_a_loop_with_a_timeout_ends_when_nothing_is_told(alice: Zone) -> None:
    assert list(alice.watch(timeout=0.05)) == []


def test_closing_ends_the_loop_and_the_thread(alice: Zone) -> None:
    watch = alice.watch()
    closing = threading.Timer(0.1, watch.close)
    closing.start()
    assert list(watch) == []
    closing.join()
    assert watch.closed
    assert watchers() == []
    assert "closed" in repr(watch)


def test_a_watch_that_nobody_holds_any_more_ends(alice: Zone) -> None:
    watch = alice.watch()
    assert len(watchers()) == 1
    del watch
    gc.collect()
    assert watchers() == []


def test_closing_the_zone_ends_what_watches_it(live_server: LiveServer) -> None:
    with loadzone.connect(live_server.url, token=live_server.alice_token) as zone:
        watch = zone.watch()
    assert watch.closed
    assert watchers() == []


def test_who_may_not_see_the_fleet_may_not_watch(live_server: LiveServer) -> None:
    with loadzone.connect(live_server.url) as zone, pytest.raises(LoginRequired):
        zone.watch()


def test_a_server_that_is_not_there_is_told_as_such() -> None:
    with loadzone.connect("http://127.0.0.1:9") as zone, pytest.raises(LoadZoneError, match="server_unreachable"):
        zone.watch()


def test_a_file_cannot_be_watched(data_file: Path) -> None:
    with pytest.raises(NotAllowed, match="file_watches_nothing"):
        loadzone.connect(data_file).watch()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Start]]:
    """Give the address of a server in open mode, and how to start it: again and again at the same place."""
    path = tmp_path / "data.json"
    path.write_text(BASE_FILE, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started: list[subprocess.Popen[str]] = []

    def start() -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "loadzone", "serve", "--auth", "open", "--data", str(path)]
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=path.parent,
        )
        started.append(process)
        assert process.stdout is not None
        while "http://" not in process.stdout.readline():
            assert process.poll() is None
        return process

    yield f"http://127.0.0.1:{port}", start
    for process in started:
        with process:
            process.kill()


def test_a_watch_survives_that_the_server_is_killed_and_started_again(server: tuple[str, Start]) -> None:
    url, start = server
    first = start()
    with (
        loadzone.connect(url, email="alice@example.com") as zone,
        zone.watch(timeout=SOON) as watch,
    ):
        zone.book("server-02", hours=2)
        assert next(watch).type == "booked"
        first.kill()
        first.wait()
        second = start()
        # The new server knows the old one's changes: what was told already does not come again.
        zone.book("server-03", hours=1)
        assert next(watch).vm_id == "server-03"
        second.send_signal(signal.SIGTERM)
        second.wait()
    assert watchers() == []


# What was told so far


def test_what_came_before_the_outage_does_not_come_again() -> None:
    seen = Seen(5)
    seen.change(7)
    assert seen.is_new(note(6))
    assert seen.begin() == 5
    seen.change(8)
    assert [seen.is_new(note(seq)) for seq in (6, 7, 8)] == [False, True, True]


def test_only_the_next_change_completes_the_one_before() -> None:
    seen = Seen(5)
    seen.change(6)
    assert seen.begin() == 5
    seen.change(6)
    seen.change(9)
    assert seen.begin() == 6


def test_a_server_started_again_that_stands_where_it_stood_has_nothing_to_tell() -> None:
    seen = Seen(5)
    seen.at = 100.0
    seen.change(6)
    seen.lost(now=130.0)
    assert seen.begin() == 5
    assert not seen.reset(6)
    assert seen.begin() == 6


def test_a_change_that_may_have_been_cut_short_is_told_as_missed() -> None:
    seen = Seen(5)
    seen.at = 100.0
    seen.change(6)
    seen.lost(now=100.1)
    assert seen.reset(6)


def test_a_reset_to_another_number_is_told_as_missed() -> None:
    seen = Seen(5)
    seen.at = 100.0
    seen.lost(now=130.0)
    assert seen.reset(9)


def test_a_watch_is_an_iterator() -> None:
    assert issubclass(Watch, Iterator)
