"""`loadzone export history`: the booking history of a data file, with or without a server running on it."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import click

from loadzone.cli.common import data_options, settings_of, write_out
from loadzone.cli.shape import Group, command, option
from loadzone.cli.usage import UsageProblem
from loadzone.domain.errors import LoadZoneError, NotFound

if TYPE_CHECKING:
    from loadzone.core.data_file import State
    from loadzone.core.store import Entry, Page

export = Group("export", told="cli-export", modules={"history": "loadzone.cli.export:history"})


@command("history", told="cli-export-history")
@option("--format", "kind", type=click.Choice(["csv", "parquet", "json"]), default="csv", told="cli-export-format")
@option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", told="cli-export-out")
@data_options
def history(kind: str, out: Path | None, data: str | None, assume_tz: str | None) -> None:
    """Write all records, oldest first: user, vm_id, start, end, action, reason, by."""
    from loadzone.core.data_file import read_state

    settings = settings_of(data=data, assume_tz=assume_tz)
    path = settings.data
    if not path.exists():
        raise NotFound("file_not_found", path=str(path))
    if out is not None and out.exists() and out.samefile(path):
        raise UsageProblem("cli-wrong-out-is-data", path=str(path))
    state = read_state(path, ZoneInfo(settings.assume_tz))
    if kind == "parquet":
        _parquet(state, out)
    else:
        write_out(out, asyncio.run(_collected(state, _csv if kind == "csv" else _json)))


Chunks = Callable[[AsyncGenerator["Page"]], AsyncGenerator[bytes]]


async def _collected(state: "State", chunks: Chunks) -> list[bytes]:
    from loadzone.core.store import HistoryQuery

    return [chunk async for chunk in chunks(cast("AsyncGenerator[Page]", state.histories.pages(HistoryQuery())))]


async def _csv(pages: AsyncGenerator["Page"]) -> AsyncGenerator[bytes]:
    from loadzone.web.history import csv_chunks  # the very columns of the API

    async for chunk in csv_chunks(pages):
        yield chunk


async def _json(pages: AsyncGenerator["Page"]) -> AsyncGenerator[bytes]:
    import msgspec

    before = b"[\n"
    async for page in pages:
        for entry in page.entries:
            yield before + msgspec.json.encode(entry)
            before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _parquet(state: "State", out: Path | None) -> None:
    """Write Apache Parquet; raises LoadZoneError(`parquet_needs_pyarrow`) where that library is missing."""
    import io

    from loadzone.zone_frames import entries_frame

    async def entries() -> list["Entry"]:
        from loadzone.core.store import HistoryQuery

        return [entry async for page in state.histories.pages(HistoryQuery()) for entry in page.entries]

    written = io.BytesIO()
    try:
        entries_frame(asyncio.run(entries())).to_parquet(written, engine="pyarrow", index=False)
    except ImportError:
        raise LoadZoneError("parquet_needs_pyarrow") from None
    write_out(out, [written.getvalue()])
