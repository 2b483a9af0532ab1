"""What several commands share: the options for a data file and for a server, and writing a file whole."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from loadzone.cli.language import language
from loadzone.cli.shape import Handler, option
from loadzone.cli.usage import UsageProblem
from loadzone.domain.errors import LoadZoneError, NotFound

if TYPE_CHECKING:
    from loadzone.client import Zone
    from loadzone.config import Settings


def data_options(command: Handler) -> Handler:
    """Give a command `--data` and `--assume-tz`."""
    options = (
        option("--data", metavar="FILE", told="setting-data"),
        option("--assume-tz", metavar="ZONE", told="setting-assume-tz"),
    )
    return reduce(lambda done, each: each(done), reversed(options), command)


def server_options(command: Handler) -> Handler:
    """Give a command `--url`, `--token` and `--email`."""
    options = (
        option("--url", metavar="URL", told="cli-option-url"),
        option("--token", metavar="TOKEN", told="cli-option-token"),
        option("--email", metavar="EMAIL", told="cli-option-email"),
    )
    return reduce(lambda done, each: each(done), reversed(options), command)


def settings_of(**flags: Any) -> "Settings":
    """Return the settings with those flags that were given; raises SettingError."""
    from loadzone.config import load

    return load({name: value for name, value in flags.items() if value is not None})


def zone_of(url: str | None, token: str | None, email: str | None) -> "Zone":
    """Return the server that the options or the environment name."""
    from loadzone.client import connect

    url = (url or os.environ.get("LOADZONE_URL") or "http://127.0.0.1:5000").strip()
    if not url.lower().startswith(("http://", "https://")):
        # It would be taken for a data file, of which none of these commands can do anything.
        raise LoadZoneError("url_malformed", url=url)
    return connect(url, token=token, email=email, lang=language())


def server_asked(data: str | None, url: str | None, token: str | None, email: str | None) -> bool:
    """Tell whether the options mean a server and not the data file; raises UsageProblem where they mean both."""
    if data is not None and url is not None:
        raise UsageProblem("cli-wrong-together", first="--data", second="--url")
    return data is None and bool(url or token or email or os.environ.get("LOADZONE_URL"))


def need_out(out: Path | None, data: Path) -> None:
    """Look, better before the work than after, whether a result may be written to `out`.

    Raises NotFound(`folder_not_found`) where there is no folder for it, and UsageProblem where it is a folder, or
    one of the files that hold the fleet and the accounts of the data file `data`.
    """
    from loadzone.core.data_file import store_files

    if out is None:
        return
    if not out.parent.is_dir():
        raise NotFound("folder_not_found", path=str(out.parent))
    if out.is_dir():
        raise UsageProblem("cli-wrong-out-is-folder", path=str(out))
    for own in store_files(data):
        if out.resolve() == own.resolve() or (out.exists() and own.exists() and out.samefile(own)):
            raise UsageProblem("cli-wrong-out-is-data", path=str(out))


def write_out(out: Path | None, pieces: Iterable[bytes], source: Path | None = None) -> None:
    """Write as `open_out` does; raises OSError."""
    with open_out(out, source) as file:
        file.writelines(pieces)


@contextmanager
def open_out(out: Path | None, source: Path | None = None) -> Iterator[BinaryIO]:
    """Give a file to write, which is at `out` whole or not at all; without `out` the standard output.

    Nobody may read it who may not read the file `source`, which it was made from. A device or pipe is written to.
    What the system says of writing to a file names it: it does so only of opening one.
    """
    if out is None:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from loadzone.core.atomic_file import ORDINARY, mode_of, replacing

    mode = mode_of(out) & (ORDINARY if source is None else mode_of(source))
    is_special = out.exists() and not out.is_file()
    try:
        with out.open("wb") if is_special else replacing(out, mode) as file:
            yield file
    except OSError as problem:
        if problem.filename is None:
            problem.filename = str(out)
        raise
