"""`loadzone demo`: a made-up fleet with a history, to try LoadZone on."""

from datetime import UTC, datetime
from pathlib import Path

import click

from loadzone.cli.common import write_out
from loadzone.cli.language import say
from loadzone.cli.shape import command, option
from loadzone.domain.errors import Conflict

_DATES = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@command("demo", told="cli-demo")
@option("--vms", type=click.IntRange(0, 1_000_000), default=40, told="cli-demo-vms")
@option("--days", type=click.IntRange(0, 36_500), default=60, told="cli-demo-days")
@option("--seed", type=click.IntRange(0), default=1, told="cli-demo-seed")
@option("--now", type=_DATES, metavar="DATE", told="cli-demo-now")
@option("--held-until", type=_DATES, metavar="DATE", told="cli-demo-held-until")
@option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", told="cli-demo-out")
def demo(
    *, vms: int, days: int, seed: int, now: datetime | None, held_until: datetime | None, out: Path | None
) -> None:
    """Write the data file; one that is there already is never replaced."""
    from loadzone.demo import fleet, this_hour

    journal = None if out is None else out.with_name(out.name + ".journal")
    for path in filter(None, (out, journal)):
        if path.exists() and path.stat().st_size:
            raise Conflict("file_exists", path=str(path))
    at = this_hour(datetime.now(UTC)) if now is None else now.replace(tzinfo=UTC)
    until = None if held_until is None else held_until.replace(tzinfo=UTC)
    write_out(out, [fleet(vms, days, seed, at, until)])
    if out is not None:
        click.echo(say("cli-demo-done", path=str(out), vms=vms, days=days))
