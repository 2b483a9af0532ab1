"""`loadzone report`: one HTML file on how the fleet was used."""

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from loadzone.cli.common import (
    data_options,
    need_out,
    server_asked,
    server_options,
    settings_of,
    write_out,
    zone_of,
)
from loadzone.cli.language import language, say
from loadzone.cli.progress import progress
from loadzone.cli.shape import command, option
from loadzone.cli.usage import UsageProblem

if TYPE_CHECKING:
    from loadzone.client import Zone
    from loadzone.config import Settings

_DATES = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"])


@command("report", told="cli-report")
@option("--since", type=_DATES, metavar="DATE", told="cli-report-since")
@option("--until", type=_DATES, metavar="DATE", told="cli-report-until")
@option("--group", metavar="GROUP", told="cli-report-group")
@option("--user", metavar="EMAIL", told="cli-report-user")
@option("--tz", metavar="ZONE", default="UTC", told="cli-report-tz")
@option("--out", type=click.Path(path_type=Path), metavar="FILE", told="cli-report-out")
@data_options
@server_options
def report(
    *,
    since: datetime | None,
    until: datetime | None,
    group: str | None,
    user: str | None,
    tz: str,
    out: Path | None,
    data: str | None,
    assume_tz: str | None,
    url: str | None,
    token: str | None,
    email: str | None,
) -> None:
    """Write the report on a data file, or on a running server."""
    at_server = server_asked(data, url, token, email)
    zone = _clock(tz)
    settings = settings_of(data=data, assume_tz=assume_tz)
    need_out(out, settings.data)
    with progress() as step:
        step("report-loading")
        # What is wrong with the source is told before the drawing library is loaded.
        with zone_of(url, token, email) if at_server else _file(settings) as source:
            from loadzone.reports import report as reports

            scope = reports.Scope(
                since=_at(since, zone), until=_at(until, zone), group=group, user=user, tz=tz, lang=language()
            )
            html = reports.report(source, scope, datetime.now(UTC), step)
    write_out(out, [html.encode()], None if at_server else settings.data)
    if out is not None:
        click.echo(say("cli-report-done", path=str(out)))


def _file(settings: "Settings") -> "Zone":
    from loadzone.client import connect

    return connect(settings.data, assume_tz=settings.assume_tz)


def _clock(tz: str) -> tzinfo:
    try:
        return UTC if tz == "UTC" else ZoneInfo(tz)
    except (KeyError, ValueError, OSError):
        raise UsageProblem("cli-wrong-zone", zone=tz) from None


def _at(given: datetime | None, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC; without an offset it is by the clock of `zone`."""
    if given is None:
        return None
    try:
        return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        # At the ends of the calendar. No report is of a time so far away, and what is wrong is told by it.
        return given.replace(tzinfo=UTC)
