"""One chromium, servers as real processes, and people who come to them."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Route, ViewportSize, expect, sync_playwright

from tests.browser.fleets import made_fleet
from tests.browser.forked import ForkedProcess
from tests.browser.people import LOCAL, PATIENCE, Person
from tests.ensure_packages import found
from tests.server.conftest import BASE, Process, path, serve, write

__all__ = ["path", "serve"]  # the fixtures of a server for one test

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name of an outside host is ever looked up.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
DESK = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
LOCALES = {"en": "en-GB", "ru": "ru-RU"}

Arrive = Callable[..., Person]

ANN: Final = "ann@example.com"
BEN: Final = "ben@example.com"
PASSWORD: Final = "correct horse battery"  # of people who live for one test


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start chromium, once for all browser tests."""
    where = found()
    if where is None:
        pytest.skip("no chromium here: install it (Debian: apt install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(FLAGS), timeout=2 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def arrive(chromium: Browser) -> Iterator[Arrive]:
    """Bring people to a server; in the end no page has broken and no browser has asked an outside host."""
    people: list[Person] = []

    def come(server: Process, lang: str = "en", *, phone: bool = False, **options: Any) -> Person:
        context = chromium.new_context(
            viewport=PHONE if phone else DESK, locale=LOCALES[lang], has_touch=phone, is_mobile=phone, **options
        )
        context.set_default_timeout(PATIENCE)
        context.route(lambda address: not LOCAL.match(address), _refuse)
        people.append(Person(context, server.url, lang))
        return people[-1]

    yield come
    for person in people:
        person.context.close()
    assert [each for person in people for each in person.broken] == []
    assert [each for person in people for each in person.asked if not LOCAL.match(each)] == []


def _refuse(route: Route) -> None:
    route.abort("internetdisconnected")


@pytest.fixture
def kind() -> type[Process]:
    """Return how servers are started: from a program that is loaded already."""
    return ForkedProcess


@pytest.fixture
def port() -> int:
    """Return a port that is free now, for a server that must come back at the same address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve a small fleet in open mode to the tests of one module."""
    path = tmp_path_factory.mktemp("desk") / "data.json"
    write(path, BASE)
    server = ForkedProcess(path, "--auth", "open").start()
    try:
        yield server
    finally:
        code = server.terminate()
    assert code == 0


@contextmanager
def admitted(folder: Path) -> Iterator[Process]:
    """Serve a fleet with accounts to Ann, its administrator, and Ben."""
    path = folder / "data.json"
    write(path, BASE)
    server = ForkedProcess(path, "--auth", "password", "--registration", "invite").start()
    try:
        key = re.search(r"/setup\?key=(\S+)", "\n".join(server.told(3)))
        assert key is not None
        with httpx.Client(base_url=server.url, timeout=60) as client:
            client.post("/setup", json={"key": key[1], "email": ANN, "password": PASSWORD}).raise_for_status()
            client.post("/add-user", json={"email": BEN, "role": "user", "password": PASSWORD}).raise_for_status()
        yield server
    finally:
        server.terminate()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Process]:
    """Serve a fleet with accounts of its own to a test."""
    with admitted(tmp_path) as server:
        yield server


@contextmanager
def served(folder: Path, fleet: Any) -> Iterator[Process]:
    """Serve a fleet in open mode."""
    path = folder / "data.json"
    write(path, fleet)
    server = ForkedProcess(path, "--auth", "open").start()
    try:
        yield server
    finally:
        server.terminate()


@pytest.fixture(scope="module")
def still_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve one fleet to all tests of a module that only look at it."""
    with served(tmp_path_factory.mktemp("lab"), made_fleet(datetime.now(UTC))) as server:
        yield server


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Process]:
    """Serve a fleet of its own to a test that changes it."""
    with served(tmp_path, made_fleet(datetime.now(UTC))) as server:
        yield server
