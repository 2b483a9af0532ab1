"""A zone in a data file with its journal: read-only, and needing no server."""

import os
import weakref
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from loadzone.client import Zone
from loadzone.core.data_file import State, journal_path, read_state, sealed_path
from loadzone.domain.errors import DataError, LoadZoneError, NotAllowed, NotFound, invalid
from loadzone.domain.model import VM, Group
from loadzone.history.columns import History
from loadzone.history.reading import Collector
from loadzone.zones.file_follow import FileFollower
from loadzone.zones.filters import Filters, Known, filters
from loadzone.zones.following import Hear
from loadzone.zones.frames import HistoryRow, columns_frame, columns_rows

if TYPE_CHECKING:
    from pandas import DataFrame

    from loadzone.zones.watch import Watch

_Stamp = tuple[tuple[int, int, int], ...]


class FileZone(Zone):
    """A data file; what a running server adds to it is seen at the next call."""

    def __init__(self, path: Path, assume_tz: str = "UTC", lang: str | None = None) -> None:
        self.path = path
        self.lang = lang
        self._zone = _clock(assume_tz)
        self._read: tuple[_Stamp, tuple[State, History]] | None = None
        self._followers: weakref.WeakSet[FileFollower[State]] = weakref.WeakSet()
        self._state()

    def close(self) -> None:
        """Let go of what was read, and end what follows the file."""
        for follower in list(self._followers):
            follower.close()
        self._read = None

    def fleet(self) -> tuple[Sequence[VM], Sequence[Group]]:
        """Return all VMs and all groups as the file has them now."""
        fleet = self._state().fleet
        return tuple(fleet.vms.values()), tuple(fleet.groups.values())

    def version(self) -> object:
        """Return what is another as soon as the file has changed."""
        self._state()
        return None if self._read is None else self._read[0]

    def records(
        self,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        *,
        vm: str | None = None,
        user: str | None = None,
        group: int | str | None = None,
    ) -> Sequence[HistoryRow]:
        """Return the matching history records, oldest first, as values."""
        return list(columns_rows(self._part(since, until, vm, user, group)))

    def history(
        self,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        *,
        vm: str | None = None,
        user: str | None = None,
        group: int | str | None = None,
    ) -> "DataFrame":
        """Return a row a record with `since <= at < until`, oldest first, as `Zone.history` says."""
        return columns_frame(self._part(since, until, vm, user, group))

    def _part(
        self,
        since: datetime | str | None,
        until: datetime | str | None,
        vm: str | None,
        user: str | None,
        group: int | str | None,
    ) -> History:
        known = Known(people=lambda: self._state().fleet.users, vms=lambda: self._state().fleet.vms)
        wanted = filters(since, until, vm=vm, user=user, group=group, groups=lambda: self.fleet()[1], known=known)
        return self._whole().part(wanted.since, wanted.until, user=wanted.user, vm_ids=_vm_ids(wanted))

    def watch(self, timeout: float | None = None) -> "Watch":
        """Refuse: a file tells nobody of what happens to it."""
        del timeout
        raise NotAllowed("file_watches_nothing", path=str(self.path))

    def follow(self, hear: Hear) -> FileFollower[State]:
        """Hand the whole fleet to `hear` as `load`, now and whenever the file has changed, from a thread."""
        follower = FileFollower(self._state, _snapshot, hear)
        follower.start()
        self._followers.add(follower)
        return follower

    def __repr__(self) -> str:
        return f"<LoadZone file {self.path}, read-only>"

    def _change(self, path: str, body: Mapping[str, Any], key: str | None = None) -> bytes:
        del path, body, key  # whatever it is
        raise NotAllowed("file_read_only", path=str(self.path))

    def _state(self) -> State:
        """Return the fleet as the file has it now; the records are in `_whole`."""
        return self._now()[0]

    def _whole(self) -> History:
        return self._now()[1]

    def _now(self) -> tuple[State, History]:
        stamp = tuple(_stamp(each) for each in (self.path, sealed_path(self.path), journal_path(self.path)))
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, read_history(self.path, self._zone)
        return self._read[1]


def _snapshot(state: State) -> dict[str, Any]:
    """Return the fleet in the form of `GET /vms`."""
    return {
        "vms": msgspec.to_builtins(list(state.fleet.vms.values())),
        "groups": msgspec.to_builtins(list(state.fleet.groups.values())),
        "seq": state.seq,
        "now": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
    }


def read_history(path: Path, assume_tz: tzinfo = UTC, *, with_by: bool = False) -> tuple[State, History]:
    """Return the fleet and the history of a data file with its journals.

    Raises DataError for a file that cannot be trusted, NotFound(`file_not_found`) and
    LoadZoneError(`file_unreadable`).
    """
    collected = Collector(assume_tz, with_by=with_by)
    try:
        state = read_state(path, assume_tz, collected.take)
    except DataError as wrong:
        raise _with_name(path, wrong) from wrong
    except FileNotFoundError:
        raise NotFound("file_not_found", path=str(path)) from None
    except OSError as problem:
        raise LoadZoneError("file_unreadable", path=str(path), detail=problem.strerror or "") from None
    for user, records in state.histories.by_user().items():
        collected.add(user, records)
    return state, collected.history()


def _with_name(path: Path, wrong: DataError) -> DataError:
    """Return the error with the file's name before the place in it: whoever reads files reads several."""
    told = dict(wrong.data)
    place, problem = str(told.pop("place")), str(told.pop("problem"))
    if not place.startswith(path.name):
        place = f"{path.name}: {place}"
    return DataError(place, problem, **told)


def _clock(assume_tz: str) -> tzinfo:
    try:
        return UTC if assume_tz == "UTC" else ZoneInfo(assume_tz)
    except (KeyError, ValueError, TypeError, OSError):
        raise invalid("assume_tz", "unknown_zone", zone=str(assume_tz)) from None


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return status.st_mtime_ns, status.st_size, status.st_ino


def _vm_ids(wanted: Filters) -> frozenset[str] | None:
    """Return the ids of the VMs asked for, None for all."""
    if wanted.group is None:
        return None if wanted.vm is None else frozenset({wanted.vm})
    vm_ids = frozenset(wanted.group.vm_ids)
    return vm_ids if wanted.vm is None else vm_ids & {wanted.vm}
