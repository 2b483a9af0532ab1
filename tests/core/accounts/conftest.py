"""One account file, its people, and the processes that use it."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.domain.permissions import Actor, Role

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "correct horse"
ANN = Actor(email="ann@example.com", role=Role.ADMIN)
BOB = Actor(email="bob@example.com", role=Role.USER)


class World:
    """One auth file, a clock set by hand, and the processes that use it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data.auth.json"
        self.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
        self.seconds = 0.0

    def open(self, **options: Any) -> Accounts:
        """Start another process on the file."""
        return Accounts(
            self.path,
            options.pop("clock", lambda: self.now),
            hasher=options.pop("hasher", CHEAP),
            monotonic=lambda: self.seconds,
            **options,
        )

    def kept(self) -> dict[str, Any]:
        """Return what stands in the file."""
        plain: dict[str, Any] = json.loads(self.path.read_bytes())
        return plain


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture
async def accounts(world: World) -> Accounts:
    """Ann is administrator, Bob is a user."""
    accounts = world.open()
    await accounts.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    await accounts.add_person(OPERATOR, "bob@example.com", Role.USER, SECRET)
    return accounts


def ends(accounts: Accounts) -> list[str]:
    """Collect the ids of the sessions that end."""
    ended: list[str] = []
    accounts.on_session_end(ended.append)
    return ended


@contextmanager
def full_disk() -> Iterator[None]:
    """Let every file of this process end after a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
