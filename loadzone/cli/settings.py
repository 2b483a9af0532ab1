"""`loadzone settings`: the table of settings as a page."""

import click

from loadzone.cli.language import language
from loadzone.cli.shape import command
from loadzone.config import settings_page


@command("settings", told="cli-settings")
def settings() -> None:
    """Print the page."""
    click.echo(settings_page(language()), nl=False)
