"""The application in one piece, for places where no LoadZone serves its files: a notebook's cell.

Modules that run from blobs cannot name each other by relative addresses. So they stand in an order in which each
comes behind those that it imports, which it names by `loadzone:<path>`; `assets/cell/loader.js` puts the addresses
of the blobs in place of these names.
"""

import base64
import gzip
import json
import posixpath
import re
from functools import cache
from typing import Final

from loadzone.dashboard.assets import Assets, read_assets

ENTRY: Final = "app/cell.js"
SHEETS: Final = (
    "vendor/tabulator/tabulator.min.css",
    "app/page.css",
    "app/parts.css",
    "app/views.css",
    "app/dialogs.css",
    "app/cell.css",
)
# `from "./dom.js"` and `import("./table.js")`.
_IMPORT: Final = re.compile(r'(\bfrom |\bimport\()"(\.{1,2}/[\w./-]+)"')


@cache
def bundle(lang: str) -> str:
    """Return modules, style sheets and the texts of `lang`: JSON, gzipped, in base64."""
    assets = read_assets()
    content = {
        "modules": modules(assets),
        "sheets": [_text(assets, path) for path in SHEETS],
        "texts": json.loads(_text(assets, f"texts/{lang}.json")),
    }
    return base64.b64encode(gzip.compress(json.dumps(content).encode(), mtime=0)).decode()


def modules(assets: Assets, entry: str = ENTRY) -> list[tuple[str, str]]:
    """Return path and text of `entry` and all that it imports, at once or later, the entry last.

    Raises ValueError when modules import each other in a circle.
    """
    done: dict[str, str] = {}
    _collect(assets, entry, (), done)
    return list(done.items())


def _collect(assets: Assets, path: str, above: tuple[str, ...], done: dict[str, str]) -> None:
    if path in above:
        raise ValueError(f"{path} imports itself, through {above[above.index(path) :]}")
    if path in done:
        return
    folder, text = posixpath.dirname(path), _text(assets, path)

    def named(found: re.Match[str]) -> str:
        other = posixpath.normpath(posixpath.join(folder, found[2]))
        _collect(assets, other, (*above, path), done)
        return f'{found[1]}"loadzone:{other}"'

    # Those that it imports are collected by this; it stands behind them.
    done[path] = _IMPORT.sub(named, text)


def _text(assets: Assets, path: str) -> str:
    return assets.files[path].plain.decode()
