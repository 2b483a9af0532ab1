"""The way in for notebooks, scripts and the command line: `connect()` to a server, or to a file read-only."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import msgspec

from loadzone.domain.errors import LoadZoneError, invalid
from loadzone.domain.model import VM, Group
from loadzone.domain.wishes import AddVM
from loadzone.zones import settings
from loadzone.zones.csv_import import Imported, send

if TYPE_CHECKING:
    from pandas import DataFrame

    from loadzone.zones.dashboard import Cell
    from loadzone.zones.figures import Figures
    from loadzone.zones.following import Following, Hear
    from loadzone.zones.frames import HistoryRow
    from loadzone.zones.watch import Watch

_PANEL: Final = frozenset({"panel", "bokeh", "param", "pyviz_comms"})


class Zone(ABC):
    """A fleet and its history. Every method raises the domain errors of `loadzone.domain.errors`."""

    lang: str | None = None
    """The language that the connection was made with, for texts, figures and the dashboard; None: the system's."""

    # Seeing

    @abstractmethod
    def fleet(self) -> tuple[Sequence[VM], Sequence[Group]]:
        """Return all VMs and all groups as values."""

    @abstractmethod
    def records(
        self,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        *,
        vm: str | None = None,
        user: str | None = None,
        group: int | str | None = None,
    ) -> "Sequence[HistoryRow]":
        """Return the history records with `since <= start < until`, oldest first, as values."""

    @abstractmethod
    def _change(self, path: str, body: Mapping[str, Any], key: str | None = None) -> bytes:
        """Make the call that changes something and return its answer; with the same `key` it is made once."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what the connection holds."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def vms(self) -> "DataFrame":
        """Return a row a VM, indexed by `id`: group, booked_by, expires_at, booked_at and what is told of it."""
        from loadzone.zones.frames import vms_frame

        return vms_frame(self.fleet()[0])

    def groups(self) -> "DataFrame":
        """Return a row a group, indexed by `id`: name and vm_ids."""
        from loadzone.zones.frames import groups_frame

        return groups_frame(self.fleet()[1])

    def history(
        self,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        *,
        vm: str | None = None,
        user: str | None = None,
        group: int | str | None = None,
    ) -> "DataFrame":
        """Return a row a record with `since <= at < until`, oldest first.

        Columns: at, action (book, renew, release), vm_id, user, start, end (the planned one), reason. Times
        are aware, in UTC; `since` and `until` without an offset are taken as UTC. `group` is a name or an id,
        and means the VMs that are in it now.
        """
        from loadzone.zones.frames import history_frame

        return history_frame(self.records(since, until, vm=vm, user=user, group=group))

    @abstractmethod
    def watch(self, timeout: float | None = None) -> "Watch":
        """Return the live notifications of a server, from this moment on: `for note in zone.watch(): …`.

        Each has msg, type, vm_id, user, at, seq and level. Outages are survived and nothing is told twice. The
        loop ends when the watch is closed or, with `timeout`, when nothing was told for so many seconds. A
        file refuses with NotAllowed(`file_watches_nothing`).
        """

    @abstractmethod
    def follow(self, hear: "Hear") -> "Following":
        """Hand the whole fleet to `hear`, and from then on every event, as `zone.dashboard()` does."""

    @property
    def figures(self) -> "Figures":
        """The plots of this zone: `zone.figures.utilisation()`, demand, heatmap, timeline, top, idle and so on."""
        from loadzone.zones.figures import Figures

        return Figures(self)

    def dashboard(self, *, height: int = 560, lang: str | None = None) -> "Cell":
        """Return the live fleet for a notebook's cell, `height` pixels high: table, cards, timeline and groups.

        What is booked there is booked as the user of this zone; a file is shown read-only. `lang` (en, ru) is that
        of the connection if not given. Raises LoadZoneError `panel_missing` or `server_unreachable`.
        """
        try:
            from loadzone.zones.dashboard import dashboard
        except ImportError as missing:
            if (missing.name or "").partition(".")[0] not in _PANEL:
                raise
            raise _without_panel(missing, lang) from missing
        return dashboard(self, height=height, lang=lang)

    # Booking

    def book(self, vm_id: str, hours: float | timedelta, purpose: str | None = None) -> VM:
        """Hold a free VM for `hours` from now: a number, or a length of time."""
        return self._vm("/book", vm_id=vm_id, hours=_hours(hours), purpose=purpose)

    def renew(self, vm_id: str, hours: float | timedelta) -> VM:
        """Move the end of your booking by `hours`."""
        return self._vm("/renew", vm_id=vm_id, hours=_hours(hours))

    def release(self, vm_id: str) -> VM:
        """End a booking now: yours, or as an administrator anybody's."""
        return self._vm("/cancel", vm_id=vm_id)

    # Keeping the fleet, for administrators

    def add_vm(self, vm_id: str, group_id: int | None = None, **details: Any) -> VM:
        """Add a VM; `details` may be internal_ip, external_ip, tags (a list) and note."""
        return self._vm("/add-vm", id=vm_id, group_id=group_id, **details)

    def add_vms(self, vms: Iterable[AddVM]) -> None:
        """Add many VMs, all or none."""
        self._change("/import-vms", {"vms": tuple(vms)})

    def import_csv(self, content: bytes, *, create_groups: bool = False) -> Imported:
        """Add the VMs of a CSV file, all or none; with `create_groups` also the groups that it names.

        Raises InvalidInput with the line and column of everything that is wrong (`lines[5].group`).
        """
        return msgspec.json.decode(send(self._change, content, create_groups=create_groups), type=Imported)

    def edit_vm(self, vm_id: str, **changes: Any) -> VM:
        """Change what is given of a VM: group_id, internal_ip, external_ip, tags, note; None empties a field."""
        return msgspec.json.decode(self._change("/edit-vm", {"vm_id": vm_id, **changes}), type=VM)

    def delete_vm(self, vm_id: str, *, force: bool = False) -> None:
        """Take a VM out of the fleet; a booked one needs `force`."""
        self._change("/delete-vm", {"vm_id": vm_id, "force": force})

    def add_group(self, name: str, vm_ids: Sequence[str] = ()) -> Group:
        """Make a group; the VMs named move out of their old groups."""
        return self._group("/groups", name=name, vm_ids=list(vm_ids))

    def rename_group(self, group_id: int, name: str) -> Group:
        """Give a group another name."""
        return self._group("/rename-group", group_id=group_id, name=name)

    def add_to_group(self, group_id: int, vm_ids: Sequence[str]) -> Group:
        """Move VMs into a group, all or none."""
        return self._group(f"/groups/{group_id}/add-existing-vms", vm_ids=list(vm_ids))

    def remove_from_group(self, vm_id: str) -> VM:
        """Take a VM out of its group."""
        return self._vm("/remove-vm-from-group", vm_id=vm_id)

    def delete_group(self, group_id: int) -> None:
        """Delete a group; its VMs stay, in none."""
        self._change("/delete-group", {"group_id": group_id})

    def _repr_html_(self) -> str:
        from loadzone.zones.frames import zone_html

        try:
            vms, groups = self.fleet()
        except LoadZoneError:
            return f"<code>{escape(repr(self))}</code>"
        return zone_html(repr(self), vms, groups)

    def _vm(self, path: str, **body: Any) -> VM:
        given = {name: value for name, value in body.items() if value is not None}
        return msgspec.json.decode(self._change(path, given), type=VM)

    def _group(self, path: str, **body: Any) -> Group:
        return msgspec.json.decode(self._change(path, body), type=Group)


def connect(
    target: str | Path | None = None,
    *,
    token: str | None = None,
    email: str | None = None,
    password: str | None = None,
    lang: str | None = None,
    assume_tz: str = "UTC",
) -> Zone:
    """Return the zone of a server (a URL) or of a data file (a path; read-only, no server needed).

    A server takes a `token`, or an `email` with its `password`; where it runs in open mode the e-mail alone.
    Where neither is given, `LOADZONE_TOKEN` is sent, or else `token` under `[client]` in `loadzone.toml`, and that
    only to the `url` which stands there too; `token=""` sends none. Without a target, `LOADZONE_URL` or that `url`
    says where; the `url` of the file never gets `LOADZONE_TOKEN`, as the file may be somebody else's. `lang` (en,
    ru; else `LOADZONE_LANG`) is the language of a server's messages, of figures, and of errors in a notebook;
    `assume_tz` is the zone of times without an offset in a file. Raises LoadZoneError `no_target`,
    `server_unreachable` or `file_not_found`, and what a login may raise.
    """
    lang = _language(lang)
    from_file = False
    if target is None or target == "":
        target, from_file = settings.target(), settings.target_is_from_file()
    if not isinstance(target, str | Path):
        raise invalid("target", "wrong_type", expected="str", got=type(target).__name__)
    if isinstance(target, str) and target.strip().lower().startswith(("http://", "https://")):
        from loadzone.zones.remote import RemoteZone

        if token is None and email is None:
            token = settings.token_for(target, from_file=from_file)
        zone = RemoteZone(target.strip(), token=token, lang=lang)
        if email is not None:
            try:
                zone.login(email, password)
            except BaseException:
                zone.close()
                raise
        return zone
    from loadzone.zones.file import FileZone

    return FileZone(Path(target), assume_tz, lang)


def _language(given: str | None) -> str | None:
    """Return the language of a connection, which is that of errors too from now on; None where none was chosen."""
    lang = given or os.environ.get("LOADZONE_LANG")
    if not lang:
        return None
    from loadzone.i18n import LANGUAGES
    from loadzone.zones.telling import choose

    if lang not in LANGUAGES:
        if given:
            raise invalid("lang", "not_one_of", choices=LANGUAGES)
        return None
    choose(lang)
    return lang


def _hours(given: float | timedelta) -> float:
    return given / timedelta(hours=1) if isinstance(given, timedelta) else given


def _without_panel(missing: ImportError, lang: str | None) -> LoadZoneError:
    from loadzone.i18n import error_text, system_language

    error = LoadZoneError("panel_missing", detail=str(missing))
    error.add_note(error_text(error, lang or system_language()))
    return error
