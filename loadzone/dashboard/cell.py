"""The live fleet in a notebook's cell: the page's application, which Python brings along and feeds."""

from pathlib import Path
from typing import Any, ClassVar, Final

import param

from loadzone.dashboard.assets import FOLDER
from loadzone.dashboard.bundle import bundle
from loadzone.dashboard.components import Part

_LOADER: Final = FOLDER / "cell" / "loader.js"


class Cell(Part):
    """The part with the fleet, which takes its modules, styles, texts, rows and changes from Python.

    `bundle` is the application as `loadzone.dashboard.bundle` packs it.
    """

    bundle = param.String()

    _esm: ClassVar[Path] = _LOADER  # type: ignore[assignment]  # Panel takes a text or a file


def cell(boot: dict[str, Any], **params: Any) -> Cell:
    """Return the cell of one zone; `boot` is what the application has to know before it starts."""
    return Cell(part="cell", boot=boot, bundle=bundle(boot["lang"]), **params)  # type: ignore[no-untyped-call]  # Panel's components have no types
