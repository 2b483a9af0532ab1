"""The accounts behind `loadzone user` and `loadzone token`, and how their lists are printed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from loadzone.cli.common import settings_of
from loadzone.domain.texts import for_terminal, one_line

if TYPE_CHECKING:
    from loadzone.core.accounts import Accounts


def accounts_of(data: str | None, auth: str | None = None) -> "Accounts":
    """Return the accounts beside a data file; a server that runs on it notices every change at once."""
    from loadzone.core.accounts import Accounts
    from loadzone.core.data_file import auth_path

    settings = settings_of(data=data, auth=auth)
    return Accounts(auth_path(settings.data), mode=settings.auth)


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns; the first row is the heading."""
    rows = [[for_terminal(one_line(text)) for text in row] for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
