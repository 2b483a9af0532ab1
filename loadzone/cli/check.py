"""`loadzone check`: is a data file whole, and what can be mended."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from loadzone.cli.common import data_options, settings_of
from loadzone.cli.language import language, say, tell
from loadzone.cli.shape import command, option
from loadzone.cli.usage import UsageProblem
from loadzone.domain.errors import Conflict, DataError, LoadZoneError, NotFound

DAMAGED_SHOWN = 10
DOUBTFUL_SHOWN = 100


@command("check", told="cli-check")
@data_options
@option("--repair", is_flag=True, told="cli-check-repair")
@option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", told="cli-check-out")
def check(data: str | None, assume_tz: str | None, repair: bool, out: Path | None) -> None:
    """Tell everything that is wrong, or mend it into a new file."""
    from loadzone.core import mending

    if out is not None and not repair:
        raise UsageProblem("cli-wrong-out-without-repair")
    settings = settings_of(data=data, assume_tz=assume_tz)
    path, zone = settings.data, ZoneInfo(settings.assume_tz)
    if not path.exists():
        raise NotFound("file_not_found", path=str(path))
    problems = mending.check(path, zone)
    if problems and repair:
        _repair(path, out or path.with_name(f"{path.stem}.repaired{path.suffix}"), zone)
    elif problems:
        _list(problems)
        raise LoadZoneError(
            "check_failed", path=str(path), count=len(problems), first=tell(problems[0], language())
        )
    else:
        _say_what_is_in_it(path, zone)
    _look_at_archive(path)


def _say_what_is_in_it(path: Path, zone: ZoneInfo) -> None:
    """Say what a file holds that is served, and name what in its history can hardly be."""
    from loadzone.core import mending
    from loadzone.core.data_file import read_state

    state = read_state(path, zone)
    counts = {"vms": len(state.fleet.vms), "users": len(state.fleet.users), "records": len(state.histories)}
    odd = list(mending.doubtful(path, datetime.now(UTC), zone))
    _list(odd[:DOUBTFUL_SHOWN])
    if len(odd) > DOUBTFUL_SHOWN:
        click.echo(say("cli-check-more-doubtful", count=len(odd) - DOUBTFUL_SHOWN))
    told = say("cli-check-doubtful", path=str(path), count=len(odd), **counts) if odd else None
    click.echo(told or say("cli-check-well", path=str(path), **counts))


def _look_at_archive(path: Path) -> None:
    """Say how the archive is. It is memory only: damage in it is told, and is no reason to fail."""
    from loadzone.core import archive
    from loadzone.core.data_file import archive_path

    kept = archive_path(path)
    if not kept.exists():
        return
    try:
        found = archive.inspect(path)
    except OSError as wrong:
        click.echo(say("cli-check-log-unreadable", path=str(kept), reason=wrong.strerror or str(wrong)))
        return
    if found.damaged:
        lines = ", ".join(map(str, found.damaged[:DAMAGED_SHOWN]))
        damage = {"count": len(found.damaged), "lines": lines}
        click.echo(say("cli-check-log-damaged", path=str(kept), changes=found.changes, **damage))
    else:
        click.echo(say("cli-check-log-well", path=str(kept), changes=found.changes))


def _repair(path: Path, out: Path, zone: ZoneInfo) -> None:
    from loadzone.core import mending
    from loadzone.core.data_file import journal_path, sealed_path

    if out.exists():
        raise Conflict("file_exists", path=str(out))
    mended = mending.repair(path, out, zone)
    for problem in mended:
        done = say(f"cli-mended-{problem.data['problem'].replace('_', '-')}")
        click.echo(f"{tell(problem, language())} → {done}")
    click.echo(say("cli-check-repaired", path=str(path), out=str(out), count=len(mended)))
    # What the journals hold is in the new file, as far as it could be saved; beside it they would still be read.
    old = [each for each in (path, sealed_path(path), journal_path(path)) if each.exists()]
    click.echo(say("cli-check-next", path=str(path), out=str(out), old=", ".join(map(str, old))))


def _list(problems: Sequence[DataError]) -> None:
    for problem in problems:
        click.echo(tell(problem, language()))
