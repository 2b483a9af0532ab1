"""The page: a Material frame with three parts that one JavaScript application fills."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Template
from msgspec import Struct
from panel.viewable import Viewable
from panel_material_ui.template.base import Meta, Page

from loadzone.core.service import Service
from loadzone.dashboard.assets import Assets
from loadzone.dashboard.components import part
from loadzone.dashboard.visitors import Visitor
from loadzone.i18n import translate

TITLE: Final = "LoadZone"
# What the page's script imports, and the style sheets that it fetches before it can show anything.
_MODULES: Final = ("vendor/tabulator/tabulator_esm.min.mjs", "vendor/socket.io-client/socket.io.esm.min.js")
_SHEETS: Final = (
    "vendor/tabulator/tabulator.min.css",
    "app/parts.css",
    "app/views.css",
    "app/dialogs.css",
    "app/contrast.css",
)
_SIDE_WIDTH: Final = 260
_FLAT: Final = {"MuiPaper": {"styleOverrides": {"root": {"backgroundImage": "none"}}}}
# The same colours as in `assets/app/page.css`, where the parts have theirs from.
_PALETTE: Final = {
    "light": {"palette": {"primary": {"main": "#1d4ed8"}}, "components": _FLAT},
    "dark": {
        "palette": {"primary": {"main": "#93b4ff"}, "background": {"default": "#12161f", "paper": "#12161f"}},
        "components": _FLAT,
    },
}
# The application draws its own, translated buttons for the drawer and the theme.
_FRAME: Final = {
    "& header .MuiToolbar-root > button": {"display": "none"},
    # Spacers that would be headings without text, and a bar without a name, to a screen reader.
    "& .MuiToolbar-root > h5, & .MuiLinearProgress-root": {"display": "none"},
    # Nobody shall see the page open the side panel when the frame is drawn, and rows are laid out once.
    "@media (min-width: 600px)": {"& main.main, & .MuiDrawer-paper": {"transition": "none !important"}},
    "& header.header": {"background": "var(--lz-bar)", "color": "var(--lz-on-bar)"},
}


class Opening(Struct, frozen=True, kw_only=True):
    """One opening: who looks, in which language, and whether the page was dark when it was last seen."""

    visitor: Visitor
    lang: str
    dark: bool = False


class Application:
    """Builds the page for one opening after the other; `open_mode` makes it say that everybody administers."""

    def __init__(self, service: Service, assets: Assets, *, open_mode: bool = False) -> None:
        self._service = service
        self._assets = assets
        self._open_mode = open_mode

    def page(self, opening: Opening) -> Viewable:
        """Return the page."""
        shown: Viewable = Page(  # type: ignore[no-untyped-call]  # panel-material-ui has no types here
            header=[part("top", sizing_mode="stretch_width")],
            sidebar=[part("side", sizing_mode="stretch_width")],
            main=[part("fleet", sizing_mode="stretch_both")],
            sidebar_width=_SIDE_WIDTH,
            sidebar_resizable=False,
            # On a narrow screen it would cover the fleet and take the focus; the page opens it on a wide one.
            sidebar_open=False,
            theme_toggle=False,
            busy_indicator=None,
            dark_theme=opening.dark,
            theme_config=_PALETTE,
            sx=_FRAME,
            template=_template(),
            meta=_no_meta(),
        )
        return shown

    def variables(self, opening: Opening) -> dict[str, Any]:
        """Return what the page's HTML template needs besides what Bokeh gives it.

        Of these, `boot` is what the application in the browser has to know before it starts.
        """
        visitor, policy, assets = opening.visitor, self._service.policy, self._assets
        return {
            "lang": opening.lang,
            "assets": assets.url(),
            "boot": {
                "assets": assets.url(),
                "lang": opening.lang,
                "email": visitor.email,
                "role": visitor.role.value,
                "open": self._open_mode,
                "now": self._service.clock().isoformat(),
                "max_hours": min(policy.max_hours, policy.max_total_hours),
            },
            "modules": _MODULES,
            "fetched": (*map(assets.url, (*_SHEETS, f"texts/{opening.lang}.json")), "/vms"),
            "loading": translate(opening.lang, "dashboard-loading"),
        }


@cache
def _no_meta() -> Any:
    return Meta(title=TITLE)  # type: ignore[no-untyped-call]  # panel-material-ui has no types here


@cache
def _template() -> Template:
    from panel_material_ui.base import _env  # noqa: PLC0415  # the environment that pmui parses its own templates in

    text = (Path(__file__).parent / "templates" / "page.html").read_text(encoding="utf-8")
    parsed: Template = _env.from_string(text)
    return parsed
