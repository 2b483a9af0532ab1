"""The reader's language: `--lang` over `LOADZONE_LANG` over the system's locale."""

from collections.abc import Iterable, Mapping

import click

from loadzone.domain.errors import LoadZoneError
from loadzone.domain.texts import for_terminal
from loadzone.i18n import LANGUAGES, error_text, system_language, translate


def choose(arguments: Iterable[str], environment: Mapping[str, str]) -> str:
    """Return the language for a call, before anything of it is parsed: mistakes are told in it too."""
    wishes = (_asked(list(arguments)), environment.get("LOADZONE_LANG", ""))
    return next((wish for wish in wishes if wish in LANGUAGES), None) or system_language()


def _asked(arguments: list[str]) -> str:
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang":
            return next(iter(arguments[place + 1 : place + 2]), "")
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return ""


def language() -> str:
    """Return the language of the command that runs."""
    return str(click.get_current_context().find_root().obj)


def say(key: str, /, **data: object) -> str:
    """Return the text of `key` for the reader of the command that runs."""
    return for_terminal(translate(language(), key, **data))


def tell(error: LoadZoneError, lang: str) -> str:
    """Return the one line that tells an error: the server's own sentence where it came from a server."""
    notes = getattr(error, "__notes__", ())
    if error.code == "store_unavailable" and "reason" in error.data and not notes:
        # Who works on the machine itself can do something about it.
        return translate(lang, "cli-not-saved", reason=error.data["reason"])
    if error.code == "login_required":
        # Its note says what to write in Python.
        return translate(lang, "cli-login-required")
    try:
        text = notes[0] if notes else error_text(error, lang)
    except KeyError:
        text = str(error)
    return for_terminal(" ".join(str(text).split()))
