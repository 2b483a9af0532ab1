"""What tests of several parts share: the program as a process, and a server of it."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.data_file import auth_path
from loadzone.domain.permissions import Role

# No test is about time, and a busy machine is slow now and then.
settings.register_profile("loadzone", deadline=None)
settings.load_profile("loadzone")

ROOT = Path(__file__).parent.parent
ADMIN = "admin@example.com"
ALICE = "alice@example.com"
PASSWORD = "correct horse battery"
BASE_FILE = """{
  "vms": [
    {"id": "server-01", "group": 1, "booked_by": "bob@example.com", "expires_at": "2099-01-01T00:00:00Z"},
    {"id": "server-02", "group": 1, "booked_by": null, "expires_at": null, "tags": ["linux"]},
    {"id": "server-03", "group": null, "booked_by": null, "expires_at": null}
  ],
  "groups": [{"id": 1, "name": "Production", "vm_ids": ["server-01", "server-02"]}],
  "users": {
    "bob@example.com": {"created": "2026-01-09T08:00:00Z", "bookings": [
      {"vm_id": "server-02", "start": "2026-01-10T08:00:00Z", "end": "2026-01-10T12:00:00Z", "action": "book"},
      {"vm_id": "server-02", "start": "2026-01-10T12:00:00Z", "end": null, "action": "release"},
      {"vm_id": "server-01", "start": "2026-01-11T08:00:00Z", "end": "2099-01-01T00:00:00Z", "action": "book"}
    ]}
  }
}
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**variables: str) -> dict[str, str]:
    """Return the environment for a process of ours: nothing of LoadZone's but what the test gives."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("LOADZONE_")}
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        kept.pop(name, None)
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **variables}


@pytest.fixture
def loadzone(tmp_path: Path) -> Run:
    """Run `loadzone …` as a process in the test's own folder; variables of the environment are keywords."""

    def run(*arguments: str | Path, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-W", "error", "-m", "loadzone", *map(str, arguments)]
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=environment(**variables),
            timeout=60,
        )

    return run


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    """Write a small fleet in the base form, as `data.json` in the test's folder."""
    path = tmp_path / "data.json"
    path.write_text(BASE_FILE, encoding="utf-8")
    return path


@dataclass(frozen=True)
class LiveServer:
    """A server process in password mode on a small fleet of its own."""

    url: str
    data: Path
    admin_token: str
    alice_token: str
    read_token: str


@pytest.fixture(scope="module")
def live_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Run a server as a process; at the end SIGTERM ends it with exit code 0."""
    path = tmp_path_factory.mktemp("server") / "data.json"
    path.write_text(BASE_FILE, encoding="utf-8")
    admin, alice, read = asyncio.run(_tokens(auth_path(path)))
    command = [sys.executable, "-m", "loadzone", "serve", "--data", str(path), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment(), cwd=path.parent
    ) as process:
        try:
            yield LiveServer(_address(process), path, admin, alice, read)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=30)
    assert code == 0


async def _tokens(path: Path) -> tuple[str, str, str]:
    accounts = Accounts(path)
    for email, role in ((ADMIN, Role.ADMIN), (ALICE, Role.USER)):
        await accounts.add_person(OPERATOR, email, role, PASSWORD)
    wanted = ((ADMIN, Scope.WRITE), (ALICE, Scope.WRITE), (ALICE, Scope.READ))
    admin, alice, read = [(await accounts.add_token(OPERATOR, email, "test", scope))[0] for email, scope in wanted]
    return admin, alice, read


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+:\d+", line):
            return found[0]
    raise AssertionError("the server ended before it told its address")
