"""The application in one piece, for places where no LoadZone serves its files: a notebook's cell.

Modules that run from blobs cannot name each other by relative addresses. So the application comes behind those
that it imports, which it names by `loadzone:<path>`; `assets/cell/loader.js` puts the addresses of the blobs in
place of these names.
"""

import base64
import gzip
import json
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
    "app/contrast.css",
    "app/cell.css",
)
_VENDOR: Final = re.compile(r'(?<= from )"\.\./(vendor/[\w./-]+)"')


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


def modules(assets: Assets) -> list[tuple[str, str]]:
    """Return path and text of what the application imports and of the application, which names those by path."""
    text = _text(assets, ENTRY)
    vendor = [(path, _text(assets, path)) for path in dict.fromkeys(_VENDOR.findall(text))]
    return [*vendor, (ENTRY, _VENDOR.sub(r'"loadzone:\1"', text))]


def _text(assets: Assets, path: str) -> str:
    return assets.files[path].plain.decode()
