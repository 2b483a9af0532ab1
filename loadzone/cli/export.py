"""`loadzone export history`: the booking history of a data file, a server running on it or not, or of a server."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from loadzone.cli.common import (
    data_options,
    need_out,
    open_out,
    server_asked,
    server_options,
    settings_of,
    zone_of,
)
from loadzone.cli.progress import Progress, progress
from loadzone.cli.shape import Group, command, option

if TYPE_CHECKING:
    from loadzone.config import Settings
    from loadzone.history.columns import History

export = Group("export", told="cli-export", modules={"history": "loadzone.cli.export:history"})

_PIECE = 100_000
"""Records that are in memory as values at once; the API gives no more to one question either."""


@command("history", told="cli-export-history")
@option("--format", "kind", type=click.Choice(["csv", "parquet", "json"]), default="csv", told="cli-export-format")
@option("--out", type=click.Path(path_type=Path), metavar="FILE", told="cli-export-out")
@data_options
@server_options
def history(
    *,
    kind: str,
    out: Path | None,
    data: str | None,
    assume_tz: str | None,
    url: str | None,
    token: str | None,
    email: str | None,
) -> None:
    """Write all records, oldest first: user, vm_id, start, end, action, reason, by."""
    at_server = server_asked(data, url, token, email)
    settings = settings_of(data=data, assume_tz=assume_tz)
    need_out(out, settings.data)
    with progress() as told:
        told("export-reading")
        pieces = _server(url, token, email) if at_server else _file(settings)
        # What is wrong with the source is told before anything is written.
        first = next(pieces, None)

        from loadzone.history import files as history_files

        with open_out(out, None if at_server else settings.data) as file:
            history_files.WRITERS[kind](_counted(first, pieces, told), file)


def _counted(first: "History | None", rest: "Iterator[History]", told: Progress) -> "Iterator[History]":
    """Yield all pieces, and tell how many records were taken."""
    count = 0
    while first is not None:
        yield first
        count += len(first.user)
        told.count("export-written", count)
        first = next(rest, None)


def _file(settings: "Settings") -> "Iterator[History]":
    from loadzone.zones.file import read_history

    yield from read_history(settings.data, ZoneInfo(settings.assume_tz), with_by=True)[1].pieces(_PIECE)


def _server(url: str | None, token: str | None, email: str | None) -> "Iterator[History]":
    from loadzone.history.reading import of_entries
    from loadzone.zones.remote import RemoteZone

    with zone_of(url, token, email) as zone:
        assert isinstance(zone, RemoteZone)  # noqa: S101  # an address is never a file
        for page in zone.pages(_PIECE):
            yield of_entries(page)
