"""A real server process on a data file of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

import httpx
import pytest

BASE = {
    "vms": [
        {"id": "server-01", "group": 1, "booked_by": None, "expires_at": None},
        {"id": "server-02", "group": 1, "booked_by": None, "expires_at": None},
        {"id": "server-03", "group": None, "booked_by": None, "expires_at": None},
    ],
    "groups": [{"id": 1, "name": "Production", "vm_ids": ["server-01", "server-02"]}],
    "users": {},
}


ARGUMENTS = ("--lang", "en")
COMMAND = (sys.executable, "-m", "loadzone", *ARGUMENTS)


class Program(Protocol):
    """What is asked of a process, however it was started; as a `subprocess.Popen` does it."""

    stdout: IO[str] | None
    stderr: IO[str] | None

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def send_signal(self, number: int, /) -> None: ...

    def communicate(self, *, timeout: float) -> tuple[str, str]: ...


class Process:
    """`loadzone serve` as a person starts it, in open mode unless told otherwise."""

    def __init__(self, path: Path, *flags: str, environment: dict[str, str] | None = None) -> None:
        self.path = path
        self.flags = flags or ("--auth", "open")
        self.folder = next(folder for folder in path.parents if folder.is_dir())
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LOADZONE_")},
            **(environment or {}),
        }
        self.lines: list[str] = []
        self.url = ""
        self._process: Program | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> "Process":
        """Start and wait for the address; what it says meanwhile is in `lines`."""
        self._process = self._launch("serve", "--data", str(self.path), "--port", "0", *self.flags)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
            if found := re.search(r"http://\S+", line):
                self.url = found[0].replace("localhost", "127.0.0.1")
                break
        return self

    def _launch(self, *arguments: str) -> Program:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            cwd=self.folder,
        )

    def told(self, count: int) -> list[str]:
        """Return the first lines that it prints."""
        assert self._process is not None
        assert self._process.stdout is not None
        while len(self.lines) < count:
            self.lines.append(self._process.stdout.readline().rstrip("\n"))
        return self.lines

    def refused(self) -> tuple[int, str]:
        """Start, expecting an end at once; return the exit code and what was said on standard error."""
        self.start()
        assert self._process is not None
        _, told = self._process.communicate(timeout=60)
        assert self._process.returncode is not None
        return self._process.returncode, told

    @contextmanager
    def client(self, email: str = "user@example.com") -> Iterator[httpx.Client]:
        """Give an HTTP client that is logged in, in open mode."""
        with httpx.Client(base_url=self.url, timeout=60) as client:
            client.post("/auth", json={"email": email}).raise_for_status()
            yield client

    def kill(self) -> None:
        """Kill without a word."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """Ask to stop and return the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int:
        assert self._process is not None
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        self._process.communicate(timeout=60)
        assert self._process.returncode is not None
        return self._process.returncode

    def ended(self, number: int | None = None) -> tuple[int, str]:
        """Wait for the end, after a signal when one is given; return the exit code and what was said."""
        assert self._process is not None
        if number is not None:
            self._process.send_signal(number)
        told = self._process.communicate(timeout=60)
        assert self._process.returncode is not None
        return self._process.returncode, "".join(told)

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None


Serve = Callable[..., Process]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a data file in the base form, as a person would."""
    path = tmp_path / "data.json"
    write(path, BASE)
    return path


@pytest.fixture
def kind() -> type[Process]:
    """Return how servers are started: from nothing."""
    return Process


@pytest.fixture
def serve(path: Path, kind: type[Process]) -> Iterator[Serve]:
    """Start servers; those still running at the end are killed."""
    started: list[Process] = []

    def start(*flags: str, at: Path = path, environment: dict[str, str] | None = None) -> Process:
        process = kind(at, *flags, environment=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.running():
            process.kill()


def write(path: Path, content: Any) -> None:
    """Write JSON as a person does."""
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
