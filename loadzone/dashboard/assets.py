"""The files that pages load from `/assets/<version>/…`: read once, kept compressed, cached by browsers for a year.

The version is a digest of everything in the bundle, the texts of both languages included, so that a new
release has new addresses and an old one is never mixed into it.
"""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Final

from msgspec import Struct

from loadzone.dashboard.joining import join
from loadzone.i18n import LANGUAGES, texts

FOLDER: Final = Path(__file__).parent / "assets"
TEXT_PREFIX: Final = "dashboard-"
PAGES_PREFIX: Final = "admin-"
# The scripts that pages begin with; all other modules are joined into those that import them.
ENTRIES: Final = ("app/main.js", "app/cell.js", "pages/desk.js", "pages/form.js")
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Asset(Struct, frozen=True, kw_only=True):
    """One file: its bytes as they are and gzipped, and its content type."""

    plain: bytes
    squeezed: bytes
    content_type: str


class Assets(Struct, frozen=True, kw_only=True):
    """All files by their path below the version."""

    version: str
    files: dict[str, Asset]

    def url(self, path: str = "") -> str:
        """Return the address of one file, or of the folder."""
        return f"/assets/{self.version}/{path}"


def read_assets(folder: Path = FOLDER) -> Assets:
    """Read what browsers load from `folder`, join modules, and make `texts/*.json` of the language files."""
    contents = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
    }
    _join(contents)
    contents.update((f"texts/{lang}.json", _texts(lang)) for lang in LANGUAGES)
    contents.update((f"texts/pages-{lang}.json", _texts(lang, PAGES_PREFIX)) for lang in LANGUAGES)
    digest = hashlib.sha256()
    for name, content in contents.items():
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    files = {name: _asset(name, content) for name, content in contents.items()}
    return Assets(version=digest.hexdigest()[:16], files=files)


def _join(contents: dict[str, bytes]) -> None:
    """Put a whole script in the place of each entry; its parts stay there for who wants to try one alone."""
    sources = {path: content.decode() for path, content in contents.items() if path.endswith(".js")}
    for entry in ENTRIES:
        if entry in sources:
            contents[entry] = join(sources, entry).encode()


def _asset(name: str, content: bytes) -> Asset:
    squeezed = gzip.compress(content, mtime=0)
    return Asset(plain=content, squeezed=squeezed, content_type=_TYPES[Path(name).suffix])


def _texts(lang: str, further: str | None = None) -> bytes:
    """Return the dashboard's texts without their prefix, and those that begin with `further` as they are."""
    found = {key.removeprefix(TEXT_PREFIX): text for key, text in texts(lang, TEXT_PREFIX).items()}
    if further is not None:
        found |= texts(lang, further)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
