"""Servers that start fast: processes forked from one that has loaded the program already.

A start spends most of its time on loading libraries, and these tests start a server some seventy times. What runs
is the command line as a person types it, in a process of its own that can be killed. That a start from nothing
works is for the tests in tests/server.
"""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Final

from tests.server.conftest import ARGUMENTS, Process, Program

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "tests.browser.loaded"])


class Forked:
    """A command line that runs in a fork."""

    def __init__(self, arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
        told, telling = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_run, args=(telling, list(arguments), str(folder), environment))
        self._process.start()
        telling.close()
        self.stdout: IO[str] | None = os.fdopen(os.dup(told.fileno()), encoding="utf-8")
        self.stderr: IO[str] | None = None  # goes where the test's own does
        told.close()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal, of a process that has ended."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return the exit code, if there is one yet."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self._process.exitcode is None:
            os.kill(self.pid, number)

    def communicate(self, *, timeout: float) -> tuple[str, str]:
        """Wait for the end and return what it printed; what it complained of is among the test's own output."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"the server did not end within {timeout:g} s")
        assert self.stdout is not None
        with self.stdout as stdout:
            return stdout.read(), ""


def _run(telling: Connection, arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    from loadzone.cli import main  # noqa: PLC0415  # whoever only starts servers need not load them

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(telling.fileno(), 1)
    telling.close()
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # it is open as long as the process
    sys.exit(main(arguments))


class ForkedProcess(Process):
    """`loadzone serve`, from a program that is loaded already."""

    def _launch(self, *arguments: str) -> Program:
        return Forked([*ARGUMENTS, *arguments], self.folder, self.environment)
