"""Where `connect()` goes when it is not told: the environment, else `loadzone.toml` in the working directory."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from loadzone.domain.errors import LoadZoneError
from loadzone.domain.texts import NotUTF8, decoded

FILE: Final = "loadzone.toml"
TABLE: Final = "client"
KEYS: Final = ("url", "token")


def target() -> str:
    """Return the address; raises LoadZoneError `no_target`, or one that names what is wrong in the file."""
    if url := os.environ.get("LOADZONE_URL"):
        return url
    told = _in_file(Path(FILE))
    if not told.get("url"):
        raise LoadZoneError("no_target")
    return told["url"]


def target_is_from_file() -> bool:
    """Tell whether `target` gives the address that stands in the file."""
    return not os.environ.get("LOADZONE_URL")


def token_for(url: str, *, from_file: bool = False) -> str | None:
    """Return the token to send to a server: that of the environment, else the file's where the file names it.

    A file that lies in a folder says nothing about other servers, so none of them gets its token. And it may be
    somebody else's: an address that only it names (`from_file`) does not get the token of the environment. Raises
    what is wrong in the file, as `target` does.
    """
    if not from_file and (token := os.environ.get("LOADZONE_TOKEN")):
        return token
    told = _in_file(Path(FILE))
    return told.get("token") or None if _same(told.get("url", ""), url) else None


def _same(one: str, other: str) -> bool:
    return one.strip().rstrip("/").lower() == other.strip().rstrip("/").lower()


def _in_file(path: Path) -> dict[str, str]:
    try:
        read = tomllib.loads(decoded(path.read_bytes()))
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise LoadZoneError("setting_file_unreadable", place=str(path), detail=problem.strerror or "") from None
    except NotUTF8 as problem:
        code = "setting_file_utf16" if problem.utf16 else "setting_file_not_utf8"
        raise LoadZoneError(code, place=f"{path}:{problem.line}") from None
    except ValueError as problem:
        raise LoadZoneError("setting_file_malformed", place=str(path), detail=str(problem)) from None
    return checked(read.get(TABLE, {}), path)


def checked(table: Any, path: Path) -> dict[str, str]:
    """Return the table of the client in a settings file; raises LoadZoneError that names what is wrong in it."""
    if not isinstance(table, Mapping):
        raise LoadZoneError("setting_wrong", place=f"{path}, {TABLE}", value=str(table))
    for key, value in table.items():
        if key not in KEYS:
            raise LoadZoneError("setting_unknown", place=f"{path}, {TABLE}.{key}")
        if not isinstance(value, str):
            raise LoadZoneError("setting_wrong", place=f"{path}, {TABLE}.{key}", value=str(value))
    return dict(table)
