"""ES modules joined into one, so that a page fetches one script instead of forty.

Each module becomes a function that gives what the module exports, behind those that it imports; the entry comes
last, as it is. Modules of `vendor/` stay apart. What is imported later, by `import("./other.js")`, is joined too:
it is small, and must share its imports with the rest.
"""

import posixpath
import re
from collections.abc import Mapping
from typing import Final

VENDOR: Final = "vendor/"
_IMPORT: Final = re.compile(r'^import \{([^}]+)\} from "(\.{1,2}/[\w./-]+)"\n', re.MULTILINE)
_LATER: Final = re.compile(r'\bimport\("(\.{1,2}/[\w./-]+)"\)')
_EXPORT: Final = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
# A form of import or export that is not handled here.
_OTHER: Final = re.compile(r"^(?:import|export)\b.*|\bimport\(.*", re.MULTILINE)


def join(sources: Mapping[str, str], entry: str) -> str:
    """Return one module that does what `entry` does.

    `sources` are texts by path. Raises ValueError when modules import each other in a circle, or in a form that is
    not handled, and KeyError for a path that is not there.
    """
    joining = _Joining(sources)
    last = joining.linked(entry, ())
    parts = [f"// {path}\nmodules[{path!r}] = (() => {{\n{text}}})()\n" for path, text in joining.done.items()]
    return "".join([*joining.vendor, "const modules = {}\n", *parts, f"// {entry}\n{last}"])


class _Joining:
    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self.done: dict[str, str] = {}
        self.vendor: dict[str, None] = {}

    def linked(self, path: str, above: tuple[str, ...]) -> str:
        """Return a module whose imports are taken from what stands before it, and see that they do."""
        folder = posixpath.dirname(path)

        def taken(address: str) -> str:
            other = posixpath.normpath(posixpath.join(folder, address))
            self._add(other, (*above, path))
            return f"modules[{other!r}]"

        def imported(found: re.Match[str]) -> str:
            names, address = found.groups()
            if posixpath.normpath(posixpath.join(folder, address)).startswith(VENDOR):
                self.vendor[found[0]] = None
                return ""
            return f"const {{{names.replace(' as ', ': ')}}} = {taken(address)}\n"

        text = _IMPORT.sub(imported, self._sources[path])
        text = _LATER.sub(lambda found: f"Promise.resolve({taken(found[1])})", text)
        if other := _OTHER.search(_EXPORT.sub(r"\1", text)):
            raise ValueError(f"{path} has a form that is not handled: {other[0]}")
        return text

    def _add(self, path: str, above: tuple[str, ...]) -> None:
        if path in above:
            raise ValueError(f"{path} imports itself, through {above[above.index(path) :]}")
        if path in self.done:
            return
        text = self.linked(path, above)
        names = [found[2] for found in _EXPORT.finditer(text)]
        self.done[path] = _EXPORT.sub(r"\1", text) + f"\nreturn {{{', '.join(names)}}}\n"
