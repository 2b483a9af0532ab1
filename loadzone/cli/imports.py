"""`loadzone import`: VMs from a CSV file, all or none, into a running server or into a data file."""

import asyncio
import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from msgspec import Struct

from loadzone.cli.common import data_options, server_options, settings_of, zone_of
from loadzone.cli.language import language, say, tell
from loadzone.cli.shape import command
from loadzone.cli.usage import UsageProblem
from loadzone.domain.errors import LoadZoneError
from loadzone.domain.model import Group
from loadzone.domain.wishes import AddVM, AddVMs

COLUMNS = ("id", "group", "internal_ip", "external_ip", "tags", "note")
_PLACE = re.compile(r"\bvms\[(\d+)\](\.)?")


class Row(Struct, frozen=True, kw_only=True):
    """A VM as a CSV file tells it: the line it ends at, its id, the name or id of its group, and details."""

    line: int
    id: str
    group: str
    details: Mapping[str, Any]


def read_rows(content: bytes, name: str) -> list[Row]:
    """Return the rows of a CSV file; raises LoadZoneError naming the line that is wrong."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise LoadZoneError("csv_not_utf8", path=name, line=line) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator(text), restkey="", strict=True)
    try:
        _check_columns(reader.fieldnames or (), name)
        return [_row(row, reader.line_num, name) for row in reader]
    except csv.Error as wrong:
        raise LoadZoneError("csv_malformed", path=name, line=reader.reader.line_num, detail=str(wrong)) from None


def separator(text: str) -> str:
    """Return what parts the columns' names: a spreadsheet may write semicolons or tabs, as the country has it."""
    names = text.partition("\n")[0]
    return next((each for each in ",;\t" if each in names), ",")


def _check_columns(columns: Iterable[str], name: str) -> None:
    found = list(columns)
    if "id" not in found:
        raise LoadZoneError("csv_no_id", path=name)
    for column in found:
        if column not in COLUMNS or found.count(column) > 1:
            raise LoadZoneError("csv_column", path=name, column=column, columns=", ".join(COLUMNS))


def _row(row: Mapping[str, Any], line: int, name: str) -> Row:
    if "" in row:
        raise LoadZoneError("csv_too_many_fields", path=name, line=line)
    given = {column: (value or "").strip() for column, value in row.items()}
    details: dict[str, Any] = {column: given[column] for column in COLUMNS[2:] if given.get(column)}
    if "tags" in details:
        details["tags"] = [tag.strip() for tag in details["tags"].split(";") if tag.strip()]
    return Row(line=line, id=given["id"], group=given.get("group", ""), details=details)


def to_wishes(rows: Iterable[Row], groups: Iterable[Group], name: str) -> tuple[AddVM, ...]:
    """Return a wish a row, with its group looked up by name (whatever its case) and then by id."""
    by_name = {group.name.casefold(): group.id for group in groups}
    by_id = {str(group.id): group.id for group in groups}
    wishes = []
    for row in rows:
        group_id = by_name.get(row.group.casefold(), by_id.get(row.group))
        if row.group and group_id is None:
            raise LoadZoneError("csv_group", path=name, line=row.line, group=row.group)
        details = {**row.details, "tags": tuple(row.details.get("tags", ()))}
        wishes.append(AddVM(id=row.id, group_id=group_id, **details))
    return tuple(wishes)


@command("import", told="cli-import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@server_options
@data_options
def import_vms(
    *,
    file: Path,
    url: str | None,
    token: str | None,
    email: str | None,
    data: str | None,
    assume_tz: str | None,
) -> None:
    """Add the VMs of the file, all or none."""
    if data is not None and url is not None:
        raise UsageProblem("cli-wrong-together", first="--data", second="--url")
    rows = read_rows(file.read_bytes(), file.name)
    try:
        if data is None and (url or os.environ.get("LOADZONE_URL")):
            _to_server(rows, file.name, url, token, email)
        else:
            settings = settings_of(data=data, assume_tz=assume_tz)
            asyncio.run(_to_file(rows, file.name, settings.data, ZoneInfo(settings.assume_tz)))
    except LoadZoneError as error:
        raise _with_lines(error, rows, file.name) from error
    click.echo(say("cli-imported", count=len(rows)))


def _to_server(rows: list[Row], name: str, url: str | None, token: str | None, email: str | None) -> None:
    with zone_of(url, token, email) as zone:
        wishes = to_wishes(rows, zone.fleet()[1], name)
        if wishes:
            zone.add_vms(wishes)


async def _to_file(rows: list[Row], name: str, path: Path, zone: ZoneInfo) -> None:
    from loadzone.core.accounts import OPERATOR
    from loadzone.core.engines import open_store
    from loadzone.core.service import Service

    service = Service(open_store(path, zone))
    await service.start()
    try:
        wishes = to_wishes(rows, service.fleet.groups.values(), name)
        if wishes:
            await service.grant(OPERATOR, AddVMs(vms=wishes))
    finally:
        await service.stop()


def _with_lines(error: LoadZoneError, rows: list[Row], name: str) -> LoadZoneError:
    """Return the error with the file's lines in place of the numbers of the VMs."""
    text = tell(error, language())
    if not _PLACE.search(text):
        return error

    def line(match: re.Match[str]) -> str:
        return say("cli-import-line", path=name, line=rows[int(match[1])].line) + (": " if match[2] else "")

    told = LoadZoneError("csv_refused", path=name)
    told.add_note(_PLACE.sub(line, text))
    return told
