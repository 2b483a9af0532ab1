"""`loadzone import`: VMs from a CSV file, all or none, into a running server or into a data file."""

import asyncio
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from loadzone.cli.common import data_options, server_options, settings_of, zone_of
from loadzone.cli.language import language, say
from loadzone.cli.shape import command, option
from loadzone.cli.usage import UsageProblem
from loadzone.domain.errors import FieldError, InvalidInput
from loadzone.domain.texts import for_terminal

if TYPE_CHECKING:
    from loadzone.zones.csv_import import Imported

FAULTS_SHOWN: Final = 50
_FAILED: Final = 1


@command("import", told="cli-import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--create-groups", is_flag=True, told="cli-import-create-groups")
@server_options
@data_options
def import_vms(
    *,
    file: Path,
    create_groups: bool,
    url: str | None,
    token: str | None,
    email: str | None,
    data: str | None,
    assume_tz: str | None,
) -> None:
    """Add the VMs of the file, all or none."""
    if data is not None and url is not None:
        raise UsageProblem("cli-wrong-together", first="--data", second="--url")
    content = file.read_bytes()
    try:
        if data is None and (url or os.environ.get("LOADZONE_URL")):
            with zone_of(url, token, email) as zone:
                done = zone.import_csv(content, create_groups=create_groups)
        else:
            settings = settings_of(data=data, assume_tz=assume_tz)
            zone_info = ZoneInfo(settings.assume_tz)
            done = asyncio.run(_to_file(content, settings.data, zone_info, create_groups=create_groups))
    except InvalidInput as refused:
        _refuse(refused, file.name)
    if done.groups:
        click.echo(say("cli-import-groups", count=len(done.groups), groups=", ".join(done.groups)))
    click.echo(say("cli-imported", count=done.count))


async def _to_file(content: bytes, path: Path, zone: ZoneInfo, *, create_groups: bool) -> "Imported":
    from loadzone.core.accounts import OPERATOR
    from loadzone.core.engines import open_store
    from loadzone.core.service import Service
    from loadzone.core.vm_csv import new_groups, read
    from loadzone.domain import adding
    from loadzone.zones.csv_import import Imported

    sheet = read(content)
    checked = adding.checked(sheet.wish(create_groups=create_groups))
    service = Service(open_store(path, zone))
    await service.start()
    try:
        groups = new_groups(sheet.rows, service.fleet.groups.values())
        try:
            await service.check(OPERATOR, checked)
        except InvalidInput as refused:
            raise InvalidInput(*sheet.faults, *sheet.located(refused).fields) from None
        if sheet.faults:
            raise InvalidInput(*sheet.faults)
        await service.grant(OPERATOR, checked)
    finally:
        await service.stop()
    return Imported(count=len(sheet.rows), groups=groups)


def _refuse(refused: InvalidInput, name: str) -> None:
    """Tell each fault in a line of its own, with its line and column, and end the command."""
    from loadzone.i18n import field_text

    lang = language()
    for fault in refused.fields[:FAULTS_SHOWN]:
        text = fault.data.get("message") or field_text(fault, lang)
        if fault.code == "group_unknown":
            text = f"{text} {say('cli-import-try-create-groups')}"
        place = f"{_place(fault, name)}: " if fault.field else ""
        click.echo(for_terminal(f"loadzone: {place}{' '.join(str(text).split())}"), err=True)
    left_out = len(refused.fields) - FAULTS_SHOWN + int(refused.data.get("errors_left_out", 0))
    if left_out > 0:
        click.echo(f"loadzone: {say('cli-import-more-faults', count=left_out)}", err=True)
    raise click.exceptions.Exit(_FAILED)


def _place(fault: FieldError, name: str) -> str:
    found = re.match(r"lines\[(\d+)\](?:\.(.+))?\Z", fault.field)
    if found is None:
        return f"{name}: {fault.field}"
    line = say("cli-import-line", path=name, line=int(found[1]))
    return f"{line}: {found[2]}" if found[2] else line
