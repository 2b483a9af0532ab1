"""`loadzone backup`: a copy of the data file that holds everything acknowledged, while a server may be running."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from loadzone.cli.common import data_options, settings_of
from loadzone.cli.language import say
from loadzone.cli.shape import command, option
from loadzone.domain.errors import Conflict, NotFound

if TYPE_CHECKING:
    from loadzone.core.data_file import State


@command("backup", told="cli-backup")
@option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", told="cli-backup-out")
@option("--with-accounts", is_flag=True, told="cli-backup-with-accounts")
@data_options
def backup(out: Path | None, with_accounts: bool, data: str | None, assume_tz: str | None) -> None:
    """Write the copy and print where it is."""
    from loadzone.core.atomic_file import PRIVATE, copy
    from loadzone.core.data_file import archive_path, auth_path, read_state

    settings = settings_of(data=data, assume_tz=assume_tz)
    path = settings.data
    if not path.exists():
        raise NotFound("file_not_found", path=str(path))
    state = read_state(path, ZoneInfo(settings.assume_tz))
    folder = out or path.parent / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    target = folder / f"{name}{path.suffix}"
    if target.exists():
        raise Conflict("file_exists", path=str(target))
    _copy(path, state, target)
    _copy_archive(path, state, target)
    click.echo(say("cli-backed-up", path=str(target), vms=len(state.fleet.vms), records=len(state.histories)))
    if archive_path(target).exists():
        click.echo(say("cli-backed-up-log", path=str(archive_path(target))))
    if with_accounts and auth_path(path).exists():
        secrets = auth_path(target)
        copy(auth_path(path), secrets, PRIVATE)
        click.echo(say("cli-backed-up-accounts", path=str(secrets)))


def _copy(path: Path, state: "State", target: Path) -> None:
    """Copy the file and fold into the copy what the journals had before: a later file may have it already."""
    from loadzone.core import folding
    from loadzone.core.atomic_file import copy, mode_of, put_in_place
    from loadzone.core.data_file import read_file

    unfinished = target.with_name(f".{target.name}.unfinished")
    leftovers = (unfinished, unfinished.with_name(unfinished.name + ".bak"))
    try:
        unfinished.unlink(missing_ok=True)
        copy(path, unfinished, mode_of(path))
        folding.take_in(unfinished, [*state.sealed.changes, *state.journal.changes])
        read_file(unfinished)
        put_in_place(unfinished, target)
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)


def _copy_archive(path: Path, state: "State", target: Path) -> None:
    """Copy the archive and add to the copy what the journals had before: a later archive may have it already."""
    from loadzone.core import archive
    from loadzone.core.atomic_file import PRIVATE, copy
    from loadzone.core.data_file import archive_path

    if archive_path(path).exists():
        copy(archive_path(path), archive_path(target), PRIVATE)
    archive.keep(target, state.sealed.lines + state.journal.lines)
