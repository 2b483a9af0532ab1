"""What a command that takes long says on the standard error."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from loadzone.cli.language import language
from loadzone.i18n import translate

_PATIENCE: Final = 1.0
_BETWEEN: Final = 5.0


class Progress:
    """Says what is being done, once that has taken more than a second, and now and then how far it is."""

    def __init__(self) -> None:
        self._lang = language()
        self._timer: threading.Timer | None = None
        self._due = time.monotonic() + _PATIENCE

    def __call__(self, key: str) -> None:
        """Begin a step: the text of `key` is said if it takes long."""
        self.end()
        self._timer = threading.Timer(_PATIENCE, click.echo, [translate(self._lang, key)], {"err": True})
        self._timer.daemon = True
        self._timer.start()

    def count(self, key: str, count: int) -> None:
        """Say how many are done, at most every few seconds."""
        self.end()
        if time.monotonic() >= self._due:
            click.echo(translate(self._lang, key, count=count), err=True)
            self._due = time.monotonic() + _BETWEEN

    def end(self) -> None:
        """Say no more of the step."""
        if self._timer is not None:
            self._timer.cancel()


@contextmanager
def progress() -> Iterator[Progress]:
    """Give what says how far a command is, until it is done."""
    steps = Progress()
    try:
        yield steps
    finally:
        steps.end()
