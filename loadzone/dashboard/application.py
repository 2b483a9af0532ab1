"""The page: a Material frame with three parts that one JavaScript application fills."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Template
from msgspec import Struct
from panel.viewable import Viewable
from panel_material_ui.template.base import Meta, Page

from loadzone.core.service import Service
from loadzone.dashboard.actions import Actions
from loadzone.dashboard.assets import Assets
from loadzone.dashboard.components import Part, part
from loadzone.dashboard.visitors import Visitor
from loadzone.i18n import translate

TITLE: Final = "LoadZone"
# What the page's script imports, and what it fetches as texts before it can show anything.
_MODULES: Final = ("vendor/tabulator/tabulator_esm.min.mjs", "vendor/socket.io-client/socket.io.esm.min.js")
_FETCHED: Final = (
    "vendor/tabulator/tabulator.min.css",
    "app/parts.css",
    "app/views.css",
    "app/dialogs.css",
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
    "& header.header": {"background": "var(--lz-bar)", "color": "var(--lz-on-bar)"},
}


class Opening(Struct, frozen=True, kw_only=True):
    """One opening: who looks, in which language and on what, and whether it is a mere wire.

    `dark` is what was last seen; on a `phone` the side panel would lie over the fleet, so it begins closed.
    """

    visitor: Visitor
    lang: str
    dark: bool = False
    phone: bool = False
    wire: bool = False


OpenPage = Callable[[Opening], Viewable]


def application(service: Service, assets: Assets, *, open_mode: bool = False) -> OpenPage:
    """Return the function that builds the page for one opening, or only the wire of a page that is open already.

    `open_mode` makes the page say that everybody here is an administrator.
    """

    def page(opening: Opening) -> Viewable:
        if opening.wire:
            return _heard(part("wire", assets.url("app/main.js")), service, opening)
        fleet = fleet_part(service, assets, opening, open_mode=open_mode)
        module = assets.url("app/main.js")
        shown: Viewable = Page(  # type: ignore[no-untyped-call]  # panel-material-ui has no types here
            header=[part("top", module, sizing_mode="stretch_width")],
            sidebar=[part("side", module, sizing_mode="stretch_width")],
            main=[fleet],
            sidebar_width=_SIDE_WIDTH,
            sidebar_resizable=False,
            sidebar_open=not opening.phone,
            theme_toggle=False,
            busy_indicator=None,
            dark_theme=opening.dark,
            theme_config=_PALETTE,
            sx=_FRAME,
            template=_template(),
            meta=_no_meta(),
        )
        return shown

    return page


def fleet_part(service: Service, assets: Assets, opening: Opening, *, open_mode: bool = False) -> Part:
    """Return the part with the table, whose messages are granted as the visitor."""
    visitor = opening.visitor
    boot: dict[str, Any] = {
        "assets": assets.url(),
        "lang": opening.lang,
        "email": visitor.email,
        "role": visitor.role.value,
        "open": open_mode,
        "max_hours": min(service.policy.max_hours, service.policy.max_total_hours),
    }
    fleet = part("fleet", assets.url("app/main.js"), boot=boot, sizing_mode="stretch_both")
    return _heard(fleet, service, opening)


def _heard(talking: Part, service: Service, opening: Opening) -> Part:
    """Let the messages of a part be granted as the visitor."""
    actions = Actions(service, opening.visitor.actor, opening.lang, talking.answer)

    async def on_message(event: Any) -> None:
        await actions.handle(event.data)

    talking.on_msg(on_message)
    return talking


def page_variables(assets: Assets, lang: str) -> dict[str, Any]:
    """Return what the page's HTML template needs besides what Bokeh gives it."""
    return {
        "lang": lang,
        "assets": assets.url(),
        "modules": _MODULES,
        "fetched": (*_FETCHED, f"texts/{lang}.json"),
        "loading": translate(lang, "dashboard-loading"),
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
