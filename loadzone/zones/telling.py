"""How a notebook's reader is told of an error: in one sentence and in the reader's language."""

import os
import re
from typing import Final

from loadzone.domain.errors import LoadZoneError
from loadzone.i18n import LANGUAGES, error_text, system_language

# What Python writes before the system's own words.
_NUMBER: Final = re.compile(r"^\[Errno -?\d+\] ")
_chosen: list[str] = []


def choose(lang: str) -> None:
    """Tell errors in `lang` from now on; a notebook has one reader, who chose it for the newest connection."""
    _chosen[:] = [lang]


def reader() -> str:
    """Return the language of this process's reader: the one chosen, else `LOADZONE_LANG`, else the system's."""
    wishes = (*_chosen, os.environ.get("LOADZONE_LANG", ""))
    return next((wish for wish in wishes if wish in LANGUAGES), None) or system_language()


def unreachable(url: str, problem: Exception) -> LoadZoneError:
    """Return the error that a server cannot be reached, with the system's own words for it."""
    return LoadZoneError("server_unreachable", url=url, detail=_NUMBER.sub("", str(problem)))


def sentence(error: LoadZoneError) -> str:
    """Return what to tell of `error`: the server's own sentence where it came from a server."""
    notes = getattr(error, "__notes__", ())
    try:
        text = str(notes[0]) if notes else error_text(error, reader())
    except KeyError:
        text = str(error)
    return " ".join(text.split())
