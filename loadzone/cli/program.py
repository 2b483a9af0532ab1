"""The program: its table of commands, and how it ends. 0 is well, 1 a domain error, 2 bad usage."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TextIO

import click

from loadzone.cli import usage
from loadzone.cli.language import choose, tell
from loadzone.cli.shape import Group
from loadzone.domain.errors import LoadZoneError
from loadzone.i18n import translate

COMMANDS: Final = {
    "serve": "loadzone.cli.serve:serve",
    "settings": "loadzone.cli.settings:settings",
    "check": "loadzone.cli.check:check",
    "user": "loadzone.cli.user:user",
    "token": "loadzone.cli.token:token",
    "export": "loadzone.cli.export:export",
    "report": "loadzone.cli.report:report",
    "import": "loadzone.cli.imports:import_vms",
    "backup": "loadzone.cli.backup:backup",
    "demo": "loadzone.cli.demo:demo",
    "list": "loadzone.cli.booking:list_vms",
    "book": "loadzone.cli.booking:book",
    "renew": "loadzone.cli.booking:renew",
    "release": "loadzone.cli.booking:release",
}
FAILED: Final = 1
BAD_USAGE: Final = 2
INTERRUPTED: Final = 130


def program() -> Group:
    """Return the root of the commands."""
    return Group("loadzone", told="cli-program", modules=COMMANDS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (by default the process's own) and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = choose(given, os.environ)
    _be_lenient(sys.stdout)
    try:
        code = program().main(args=given, prog_name="loadzone", standalone_mode=False, obj=lang)
        sys.stdout.flush()
        return int(code or 0)
    except click.ClickException as wrong:
        return _fail(usage.told(wrong, lang), BAD_USAGE)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough.
        _write_no_more()
        return FAILED
    except LoadZoneError as error:
        return _fail(tell(error, lang), BAD_USAGE if error.kind == "setting" else FAILED)
    except OSError as problem:
        detail = problem.strerror or str(problem)
        if problem.filename is not None:
            return _fail(translate(lang, "error-os", path=str(problem.filename), detail=detail), FAILED)
        _write_no_more()
        return _fail(translate(lang, "cli-not-written", detail=detail), FAILED)


def _write_no_more() -> None:
    """Let Python's own flush at exit not complain again of an output that takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(text: str, code: int) -> int:
    if text:
        click.echo(f"loadzone: {text}", err=True)
    return code


def _be_lenient(stream: TextIO) -> None:
    """Let a terminal that cannot show a letter show its number: better than to fail."""
    with suppress(AttributeError, ValueError):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[attr-defined]  # what a test replaced has none
