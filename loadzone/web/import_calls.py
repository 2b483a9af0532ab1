"""The calls that add many VMs: as JSON, or as the CSV file of a spreadsheet. Long work is done in a thread."""

import asyncio
from os.path import commonprefix
from typing import Any, Final

from loadzone.core.vm_csv import Sheet, new_groups, read
from loadzone.domain import adding, wishes
from loadzone.domain.errors import FieldError, InvalidInput, invalid
from loadzone.domain.model import Fleet
from loadzone.web.bodies import CheckedCSV, CSVFile, CSVImported, CSVPiece, CSVRow, Done, ManyVMs
from loadzone.web.fleet_calls import DONE
from loadzone.web.route import Asked

ROWS_SHOWN: Final = 200


async def import_vms(asked: Asked) -> ManyVMs:
    """Add all VMs of the body, or none."""
    wish: wishes.AddVMs = asked.body
    checked = await asyncio.to_thread(adding.checked, wish)

    def show(fleet: Fleet) -> ManyVMs:
        return ManyVMs(vms=[fleet.vms[one.id] for one in wish.vms])

    return show(await asked.site.service.grant_large(asked.caller.actor, checked, asked.receipt(show)))


async def check_import(asked: Asked) -> Done:
    """Say only whether all VMs of the body could be added now."""
    checked = await asyncio.to_thread(adding.checked, asked.body)
    await asked.site.service.check(asked.caller.actor, checked)
    return DONE


async def upload_csv(asked: Asked) -> Done:
    """Keep one piece of a file."""
    body: CSVPiece = asked.body
    asked.site.uploads.add((asked.caller.actor.email or "", body.upload), body.piece, body.content)
    return DONE


async def check_csv(asked: Asked) -> CheckedCSV:
    """Show the VMs of a file as they were read; a refusal shows them too, and what is wrong with each line."""
    body: CSVFile = asked.body
    sheet, checked = await asyncio.to_thread(_read, _content(asked), create_groups=body.create_groups)
    faults = await _faults(asked, sheet, checked)
    groups = new_groups(sheet.rows, asked.site.service.fleet.groups.values())
    wrong = {fault.field.partition(".")[0] for fault in faults}
    rows = sorted(sheet.rows, key=lambda row: f"lines[{row.line}]" not in wrong)[:ROWS_SHOWN]
    told: dict[str, Any] = {
        "count": len(sheet.rows),
        "wrong": len(wrong),
        "rows": [CSVRow(line=row.line, cells=dict(row.cells)) for row in rows],
        "new_groups": groups,
    }
    if faults:
        raise InvalidInput(*faults, **told)
    return CheckedCSV(**told)


async def import_csv(asked: Asked) -> CSVImported:
    """Add all VMs of a file, and with `create_groups` the groups that it names, or nothing."""
    body: CSVFile = asked.body
    sheet, checked = await asyncio.to_thread(_read, _content(asked), create_groups=body.create_groups)
    if sheet.faults:
        raise InvalidInput(*await _faults(asked, sheet, checked))
    groups = new_groups(sheet.rows, asked.site.service.fleet.groups.values())
    common = commonprefix([row.cells.get("id", "") for row in sheet.rows])  # noqa: RUF071  # texts, no paths
    done = CSVImported(count=len(sheet.rows), common=common, groups=groups)
    try:
        await asked.site.service.grant_large(asked.caller.actor, checked, asked.receipt(lambda _: done))
    except InvalidInput as refused:
        raise sheet.located(refused) from None
    if body.upload is not None:
        asked.site.uploads.drop((asked.caller.actor.email or "", body.upload))
    return done


def _content(asked: Asked) -> bytes:
    body: CSVFile = asked.body
    if (body.content is None) == (body.upload is None):
        raise invalid("content", "csv_content_or_upload")
    if body.content is not None:
        return body.content
    return asked.site.uploads.content((asked.caller.actor.email or "", body.upload or ""))


def _read(content: bytes, *, create_groups: bool) -> tuple[Sheet, wishes.CheckedVMs]:
    sheet = read(content)
    return sheet, adding.checked(sheet.wish(create_groups=create_groups))


async def _faults(asked: Asked, sheet: Sheet, checked: wishes.CheckedVMs) -> list[FieldError]:
    """Return all that is wrong, by lines."""
    found = list(sheet.faults)
    try:
        await asked.site.service.check(asked.caller.actor, checked)
    except InvalidInput as refused:
        found += sheet.located(refused).fields
    return sorted(found, key=lambda fault: int(fault.field.removeprefix("lines[").partition("]")[0]))
