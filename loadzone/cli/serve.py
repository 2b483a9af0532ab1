"""`loadzone serve`: its options are the table of settings."""

from typing import Any

import click

from loadzone.cli.common import settings_of
from loadzone.cli.language import language
from loadzone.cli.shape import Command, Option
from loadzone.config import Settings, choices, default_text, fields, flag, hint, variable
from loadzone.domain.errors import LoadZoneError


def _option(name: str) -> Option:
    names = [flag(name)]
    attributes: dict[str, Any] = {"metavar": "|".join(choices(name)) or name.rpartition("_")[2].upper()}
    if Settings.model_fields[name].annotation is bool:
        names, attributes = [f"{flag(name)}/--no-{flag(name)[2:]}"], {}
    return Option(
        names,
        default=None,
        told=lambda: hint(name, language(), variable(name), default_text(name)),
        **attributes,
    )


def _serve(**flags: Any) -> int:
    settings = settings_of(**flags)
    if settings.auth == "open" and not settings.loopback() and not settings.trust_network:
        raise LoadZoneError("open_needs_trust", host=settings.host)
    from loadzone import server

    return server.serve(settings)


serve: click.Command = Command(
    "serve", told="cli-serve", callback=_serve, params=[_option(name) for name, _ in fields()], own_lang=True
)
