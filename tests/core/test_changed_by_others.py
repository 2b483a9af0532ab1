"""Files under a running store that other programs delete, cut or replace: nothing acknowledged is lost unsaid."""

import fcntl
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loadzone.core import file_lock, folding
from loadzone.core.data_file import archive_path, journal_path, lock_path, read_state, sealed_path
from loadzone.core.json_store import JSONStore
from loadzone.core.service import Service
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddVM, Book
from tests.core.test_json_store import BY_HAND, put

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)

Spoil = Callable[[Path], None]


def deleted(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"x" * path.stat().st_size)


def replaced(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"{}\n")
    other.replace(path)


def made_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def older_put_back(path: Path) -> None:
    shutil.copy(path.with_name("older"), path)


def older_renamed_back(path: Path) -> None:
    shutil.copy(path.with_name("older"), path.with_name("copy"))
    path.with_name("copy").replace(path)


SPOILS: list[Spoil] = [deleted, emptied, cut, overwritten, replaced, older_put_back, older_renamed_back]


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """Give a service on a data file with change 1 folded in, and changes 2 and 3 in the journal."""
    path = put(tmp_path)
    service = Service(JSONStore(path), clock=lambda: NOON)
    await service.start()
    shutil.copy(path, tmp_path / "older")
    await add(service, 1)
    await service._store.flush()
    await add(service, 2)
    await add(service, 3)
    yield service
    if service._follower is not None and not service._follower.done():
        await service.stop()


async def add(service: Service, number: int) -> None:
    await service.grant(ADMIN, AddVM(id=f"vm-{number}"))


def numbers(path: Path) -> list[int]:
    return [int(vm_id[3:]) for vm_id in read_state(path).fleet.vms if vm_id.startswith("vm-")]


def store_of(service: Service) -> JSONStore:
    assert isinstance(service._store, JSONStore)
    return service._store


def path_of(service: Service) -> Path:
    return store_of(service).path


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("find", [journal_path, lambda path: path], ids=["journal", "data file"])
async def test_what_was_acknowledged_is_in_the_file_after_the_stop_whatever_was_done_to_a_file_before(
    service: Service, find: Callable[[Path], Path], spoil: Spoil
) -> None:
    """The next change and the stop write from memory what somebody took away."""
    path = path_of(service)
    spoil(find(path))
    await add(service, 4)
    await service.stop()
    assert service.unsaved is None
    assert numbers(path) == [1, 2, 3, 4]
    assert read_state(path).file_seq == 4
    assert not read_state(path).journal.lines


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("find", [journal_path, lambda path: path], ids=["journal", "data file"])
async def test_without_another_change_the_stop_alone_writes_what_somebody_took_away(
    service: Service, find: Callable[[Path], Path], spoil: Spoil
) -> None:
    """A server that nobody books on any more does not end well with a file that lacks something."""
    path = path_of(service)
    spoil(find(path))
    await service.stop()
    assert service.unsaved is None
    assert (numbers(path), read_state(path).file_seq) == ([1, 2, 3], 3)


@pytest.mark.parametrize("spoil", [deleted, emptied, cut, replaced, older_put_back])
async def test_a_change_acknowledged_after_the_journal_was_spoilt_survives_a_crash(
    service: Service, spoil: Spoil
) -> None:
    """A change is in a journal that the next start reads before it is acknowledged."""
    path = path_of(service)
    spoil(journal_path(path))
    await add(service, 4)
    assert numbers(path) == [1, 2, 3, 4]


@pytest.mark.parametrize("spoil", [*SPOILS, made_a_folder])
async def test_a_sealed_journal_is_folded_from_memory_whatever_was_done_to_it(
    service: Service, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes that wait to be folded are not lost with the file that they wait in."""
    path = path_of(service)

    def fails(path: Path) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(folding, "fold", fails)
        with pytest.raises(OSError, match="No space"):
            await service._store.flush()
    spoil(sealed_path(path))
    if spoil is made_a_folder:
        sealed_path(path).rmdir()
    await service.stop()
    assert service.unsaved is None
    assert (numbers(path), read_state(path).file_seq) == ([1, 2, 3], 3)


@pytest.mark.parametrize("spoil", [deleted, emptied, replaced, made_a_folder])
async def test_the_files_that_hold_no_truth_may_go(service: Service, spoil: Spoil) -> None:
    """Without `.bak` nothing is lost, whatever becomes of it while the server runs."""
    path = path_of(service)
    spoil(path.with_name("data.json.bak"))
    await add(service, 4)
    await service.stop()
    assert numbers(path) == [1, 2, 3, 4]
    assert (service.unsaved is None) == (read_state(path).file_seq == 4)


async def test_all_files_deleted_at_once_come_back(service: Service) -> None:
    """`rm data.json*` under a running server costs the previous file and the audit log's past, no booking."""
    path = path_of(service)
    for each in path.parent.glob("data.json*"):
        each.unlink()
    await add(service, 4)
    assert lock_path(path).exists()
    await service.stop()
    assert service.unsaved is None
    assert (numbers(path), read_state(path).file_seq) == ([1, 2, 3, 4], 4)


async def test_a_file_written_from_memory_keeps_unknown_keys_and_its_permissions(service: Service) -> None:
    """What LoadZone does not know is taken from the file that is there, or from the previous one."""
    path = path_of(service)
    path.chmod(0o600)
    await service._store.flush()
    path.unlink()
    await service.grant(Actor(email="new@example.com", role=Role.USER), Book(vm_id="server-02", hours=1))
    await service.stop()
    content: Any = json.loads(path.read_bytes())
    assert content["site"] == BY_HAND["site"]
    assert content["vms"][0]["cpu"] == 8
    assert content["groups"][0]["colour"] == "red"
    assert content["users"]["user@example.com"]["bookings"][0]["ticket"] == "T-1"
    assert content["users"]["new@example.com"]["bookings"][0]["vm_id"] == "server-02"
    assert path.stat().st_mode & 0o777 == 0o600


async def test_an_older_data_file_put_back_is_kept_beside_the_one_written_from_memory(service: Service) -> None:
    """Nobody's file is thrown away: what was put there is the previous file."""
    path = path_of(service)
    older_put_back(path)
    there = path.read_bytes()
    await store_of(service)._compaction.look()
    assert read_state(path).file_seq == 3
    assert path.with_name("data.json.bak").read_bytes() == there


async def test_in_a_folder_that_was_moved_away_a_change_is_refused_and_the_end_says_so(service: Service) -> None:
    """Where the files cannot be written nothing is acknowledged; when the folder is back all goes on."""
    path = path_of(service)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    with pytest.raises(StoreUnavailable):
        await add(service, 4)
    assert not service.store_health().writable
    assert numbers(away / "data.json") == [1, 2, 3]
    away.rename(path.parent)
    await add(service, 5)
    assert service.store_health().writable
    path.parent.rename(away)
    await service.stop()
    assert isinstance(service.unsaved, StoreUnavailable)
    assert service.unsaved.code == "store_not_saved"
    assert numbers(away / "data.json") == [1, 2, 3, 5]


@pytest.mark.parametrize("spoil", [deleted, replaced])
async def test_a_lock_that_is_gone_is_taken_again(service: Service, spoil: Spoil) -> None:
    """Between a deleted lock and the next change there is one writer only, and it stays the one."""
    path = path_of(service)
    spoil(lock_path(path))
    await add(service, 4)
    second = JSONStore(path)
    with pytest.raises(Exception, match="store_locked"):
        await second.load()
    await service.stop()
    assert service.unsaved is None


async def test_a_server_whose_files_another_has_taken_refuses_writes_nothing_and_ends(service: Service) -> None:
    """Of two servers that a deleted lock lets in, the first one gives up at its next change."""
    path = path_of(service)
    store = store_of(service)
    told: list[bool] = []
    store.on_lost = lambda: told.append(True)
    lock_path(path).unlink()
    second = Service(JSONStore(path), clock=lambda: NOON)
    await second.start()
    with pytest.raises(StoreUnavailable):
        await add(service, 4)
    with pytest.raises(StoreUnavailable):
        await add(service, 4)
    assert told
    assert not service.store_health().writable
    await add(second, 5)
    before = path.read_bytes()
    await service.stop()
    assert service.unsaved is not None
    assert service.unsaved.code == "store_taken"
    assert path.read_bytes() == before
    await second.stop()
    assert second.unsaved is None
    assert set(numbers(path)) >= {1, 2, 3, 5}


async def test_an_idle_store_looks_after_its_files_by_itself(service: Service) -> None:
    """What was deleted is there again before anybody books, for the case of a crash."""
    path = path_of(service)
    store = store_of(service)
    for each in (path, journal_path(path), lock_path(path)):
        each.unlink()
    await store._try_disk()
    assert (numbers(path), lock_path(path).exists()) == ([1, 2, 3], True)


async def test_a_journal_that_was_only_touched_stays_the_same_file(service: Service) -> None:
    """A look that finds everything in the file writes nothing."""
    path = path_of(service)
    os.utime(journal_path(path))
    before = journal_path(path).stat().st_ino
    store = store_of(service)
    await store._try_disk()
    assert journal_path(path).stat().st_ino == before


async def test_without_its_archive_a_store_folds_and_loses_no_change(service: Service) -> None:
    """The audit log is memory: deleting it under a running server costs its past only."""
    path = path_of(service)
    archive_path(path).unlink()
    await service.stop()
    assert service.unsaved is None
    assert read_state(path).file_seq == 3


@pytest.mark.parametrize("how", [fcntl.LOCK_SH, fcntl.LOCK_EX], ids=["shared", "exclusive"])
async def test_locks_of_other_programs_on_the_files_stop_neither_changes_nor_the_end(
    service: Service, how: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever locks the journal, the data file or the audit log while reading it does not stop folding."""
    monkeypatch.setattr(file_lock, "WAIT_SECONDS", 0.0)
    path = path_of(service)
    with ExitStack() as files:
        for each in (path, journal_path(path), archive_path(path)):
            fcntl.flock(files.enter_context(each.open("rb")), how | fcntl.LOCK_NB)
        await add(service, 4)
        await service.stop()
    assert service.unsaved is None
    assert read_state(path).file_seq == 4


def test_a_reader_s_lock_is_not_waited_for_and_a_writer_s_for_a_while(tmp_path: Path) -> None:
    """A shared lock lets a writer go on at once, an exclusive one when the time is over."""
    path = tmp_path / "file"
    path.touch()
    ticks = iter(range(1000))
    for how, locked in ((fcntl.LOCK_SH, True), (fcntl.LOCK_EX, False)):
        with path.open("rb") as other, path.open("rb") as own:
            fcntl.flock(other, how)
            assert file_lock.lock(own.fileno(), 3.0, lambda: float(next(ticks))) is locked


async def test_a_store_that_has_nothing_to_write_says_at_the_end_that_it_was_taken(tmp_path: Path) -> None:
    """A server that another one replaced while nobody booked does not end as if all were well."""
    path = put(tmp_path)
    store = JSONStore(path)
    await store.load()
    lock_path(path).unlink()
    second = JSONStore(path)
    await second.load()
    await store._try_disk()
    left = await store.close()
    assert left is not None
    assert left.code == "store_taken"
    assert await second.close() is None
