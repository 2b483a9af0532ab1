"""`zone.dashboard()`: the live fleet of a zone in a notebook's cell, and as a page of `panel serve`."""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary, finalize

import msgspec
import panel as pn
from panel.viewable import Viewable

from loadzone.analytics.checks import need_count
from loadzone.client import Zone, connect
from loadzone.dashboard.cell import Cell, cell
from loadzone.domain.errors import LoadZoneError, invalid
from loadzone.domain.permissions import Role
from loadzone.i18n import LANGUAGES, reader_language, system_language
from loadzone.zones.desk import AnyAsk, Desk, said
from loadzone.zones.file import FileZone
from loadzone.zones.remote import RemoteZone

__all__ = ["Cell", "dashboard", "page"]

HEIGHT: Final = 560
# One follower of a server or a file serves all its cells; whoever still shows one keeps it.
_desks: Final[WeakValueDictionary[tuple[Zone, str], Desk]] = WeakValueDictionary()


def dashboard(zone: Zone, *, height: int = HEIGHT, lang: str | None = None) -> Cell:
    """Return the live fleet of `zone`, which a notebook shows where it is the value of a cell.

    It is `height` pixels high and as wide as there is room. `lang` is en or ru: that of the connection if not
    given, else the system's. What is booked in it is booked as the zone's user; a file is only shown. Raises
    LoadZoneError with its sentence as a note, `server_unreachable` for one.
    """
    lang = lang or zone.lang or system_language()
    try:
        if lang not in LANGUAGES:
            raise invalid("lang", "not_one_of", choices=LANGUAGES)
        height = need_count(height, "height")
        shown = _shown(zone, lang, height=height, sizing_mode="stretch_width")
    except LoadZoneError as error:
        if not getattr(error, "__notes__", ()):
            error.add_note(said(error, lang))
        raise
    _bring_panel()
    return shown


def page(file: str | Path) -> Viewable:
    """Return what `panel serve` shows to one visitor: the server of LOADZONE_URL, else the data file, read-only.

    Every visitor books as the user of LOADZONE_TOKEN. What stands in the way is told in the page.
    """
    asked = (pn.state.headers or {}).get("Accept-Language")
    lang = reader_language(None, asked if isinstance(asked, str) else None, system_language())
    try:
        return _shown(_served(Path(file)), lang, sizing_mode="stretch_both")
    except LoadZoneError as error:
        return pn.pane.Str(said(error, lang))  # type: ignore[no-untyped-call]  # Panel has no types here


@cache
def _served(file: Path) -> Zone:
    return connect() if os.environ.get("LOADZONE_URL") else connect(file)


def _shown(zone: Zone, lang: str, **size: Any) -> Cell:
    desk = _desk(zone, lang)
    shown = cell(_boot(zone, lang), **size)

    async def on_message(event: Any) -> None:
        try:
            ask = msgspec.convert(event.data, AnyAsk)
        except msgspec.ValidationError:
            return  # messages of other kinds are ignored
        shown.answer(await desk.answer(ask))

    shown.on_msg(on_message)
    desk.listen(shown)
    return shown


def _desk(zone: Zone, lang: str) -> Desk:
    desk = _desks.get((zone, lang))
    if desk is None or desk.closed:
        desk = _desks[zone, lang] = _made(zone, lang)
    return desk


def _made(zone: Zone, lang: str) -> Desk:
    if not isinstance(zone, RemoteZone):
        return Desk(zone, lang)
    own = zone.speaking(lang)
    try:
        desk = Desk(own, lang)
    except BaseException:
        own.close()
        raise
    finalize(desk, own.close)
    return desk


def _boot(zone: Zone, lang: str) -> dict[str, Any]:
    """Return what the application has to know: who asks, of what; nobody where nothing can be changed."""
    # A server tells its longest booking only in what it refuses.
    boot = {"lang": lang, "email": None, "role": Role.GUEST.value, "file": True, "max_hours": None}
    if isinstance(zone, RemoteZone):
        me = zone.me()
        return {**boot, "email": me["email"], "role": me["role"], "file": False, "where": zone.url}
    assert isinstance(zone, FileZone)  # noqa: S101  # there is no third kind
    return {**boot, "where": zone.path.name}


def _bring_panel() -> None:
    """In a notebook, bring Panel's scripts along: there may be no internet, and the browser's page may be new."""
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython  # noqa: PLC0415  # only where it is there already

    if hasattr(get_ipython(), "kernel"):
        pn.extension(inline=True)
