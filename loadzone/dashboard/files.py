"""Static files: LoadZone's own, BokehJS, Panel's extensions and components. Compressed once, then kept."""

import asyncio
import gzip
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Final

from bokeh.server.views.multi_root_static_handler import MultiRootStaticHandler
from bokeh.server.views.static_handler import StaticHandler
from panel.io.server import ComponentResourceHandler
from tornado.web import HTTPError, StaticFileHandler

from loadzone.dashboard.assets import Assets
from loadzone.dashboard.door import Guarded

_YEAR: Final = 365 * 24 * 3600
_COMPONENT_MODULES: Final = re.compile(r"(panel|panel_material_ui|loadzone)(\.\w+)*\Z")
_SQUEEZED_TYPES: Final = (".js", ".mjs", ".css", ".json", ".svg", ".map")


class AssetHandler(Guarded):
    """`GET /assets/<version>/<path>`; without a login, for there is nothing secret in it."""

    def initialize(self, assets: Assets) -> None:
        """Take the bundle to serve."""
        self.assets = assets

    async def get(self, version: str, path: str) -> None:
        """Answer with the file, gzipped where the browser takes it."""
        asset = self.assets.files.get(path)
        if asset is None:
            raise HTTPError(404)
        # A page of the release before may still ask for its own version: it gets today's file, but not for a year.
        current = version == self.assets.version
        self.set_header("Cache-Control", f"public, max-age={_YEAR}, immutable" if current else "no-cache")
        self.set_header("Content-Type", asset.content_type)
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.write(asset.squeezed)
        else:
            self.write(asset.plain)

    head = get


@lru_cache(maxsize=256)
def _squeezed(path: str, _modified: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)


class Squeezed(Guarded, StaticFileHandler):
    """Static files that are gzipped once and kept, instead of at every request."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Answer with the file, gzipped where that is possible."""
        if "\x00" in path:
            raise HTTPError(404)
        wanted = path.endswith(_SQUEEZED_TYPES) and "gzip" in self.request.headers.get("Accept-Encoding", "")
        if not wanted or not include_body or "Range" in self.request.headers:
            await super().get(path, include_body)
            return
        self.path = self.parse_url_path(path)
        absolute = self.validate_absolute_path(self.root, self.get_absolute_path(self.root, self.path))
        if absolute is None:
            raise HTTPError(404)
        self.absolute_path = absolute
        self.modified = self.get_modified_time()
        self.set_headers()
        self.set_header("Vary", "Accept-Encoding")
        if self.should_return_304():
            self.set_status(304)
            return
        self.set_header("Content-Encoding", "gzip")
        self.write(await asyncio.to_thread(_squeezed, absolute, str(self.modified)))

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002  # Tornado's signature
        """Let browsers keep what has a version after its `?`; they ask again for the rest, and get a 304."""
        self.set_header(
            "Cache-Control", f"public, max-age={_YEAR}, immutable" if self.request.query else "no-cache"
        )


class BokehFiles(Squeezed, StaticHandler):
    """`/static/…`: BokehJS."""


class ExtensionFiles(Squeezed, MultiRootStaticHandler):
    """`/static/extensions/…`: what Panel adds to BokehJS."""


class ComponentFiles(Squeezed, ComponentResourceHandler):
    """`/components/…`: the files of loaded components of listed packages; nothing is imported for a visitor."""

    def parse_url_path(self, path: str) -> str:
        """Return the file, or 404 for modules that are not listed or not loaded."""
        module = path.split("/", 1)[0]
        if not _COMPONENT_MODULES.match(module) or module not in sys.modules:
            raise HTTPError(404)
        return str(super().parse_url_path(path))
