"""The embedded store: what is acknowledged is on the disk, whatever happens next."""

import asyncio
import errno
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loadzone.core import compaction, folding
from loadzone.core.data_file import journal_path, read_state
from loadzone.core.journal import encode_line
from loadzone.core.json_store import JSONStore
from loadzone.core.service import Service
from loadzone.core.store import HistoryQuery
from loadzone.domain import facts
from loadzone.domain.errors import Conflict, DataError, StoreUnavailable
from loadzone.domain.facts import AnyFact, Change
from loadzone.domain.model import Reason
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import Book, Release

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
USER = "user@example.com"
ACTOR = Actor(email=USER, role=Role.USER)
BY_HAND: dict[str, Any] = {
    "site": "Berlin",
    "vms": [
        {"id": "server-01", "group": 1, "booked_by": USER, "expires_at": "2026-11-23T18:00:00Z", "cpu": 8},
        {"id": "server-02", "group": 1, "booked_by": None, "expires_at": None},
    ],
    "groups": [{"id": 1, "name": "Production", "vm_ids": ["server-01", "server-02"], "colour": "red"}],
    "users": {
        USER: {
            "created": "2026-01-09T08:00:00Z",
            "phone": "+7",
            "bookings": [
                {
                    "vm_id": "server-01",
                    "start": "2026-11-23T12:00:00Z",
                    "end": "2026-11-23T18:00:00Z",
                    "action": "book",
                    "ticket": "T-1",
                }
            ],
        }
    },
}

# Run as `python -c CHILD data.json seconds…`: books and releases for ever, and says each acknowledged number.
CHILD = """
import asyncio, sys
from pathlib import Path
from loadzone.core import compaction
from loadzone.core.json_store import JSONStore
from loadzone.core.service import Service
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddVM, Book, Release

compaction.SMALL_FILE, compaction.QUIET_SECONDS = 20_000, 0.01

async def busy(service, number):
    me = Actor(email=f"user{number}@example.com", role=Role.ADMIN)
    vm_id = f"vm-{number}"
    if vm_id not in service.fleet.vms:
        await service.grant(me, AddVM(id=vm_id))
    while True:
        held = service.fleet.vms[vm_id].booked_by is not None
        fleet = await service.grant(me, Release(vm_id=vm_id) if held else Book(vm_id=vm_id, hours=1))
        records = len(service._store._histories.of(me.email))
        sys.stdout.write(f"{me.email} {records}\\n")
        sys.stdout.flush()

async def main():
    service = Service(JSONStore(Path(sys.argv[1])))
    await service.start()
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    await asyncio.gather(*(busy(service, number) for number in range(8)))

asyncio.run(main())
"""


def put(folder: Path, content: object = None) -> Path:
    path = folder / "data.json"
    path.write_text(json.dumps(BY_HAND if content is None else content, indent=2), encoding="utf-8")
    return path


def start(path: Path, script: str = CHILD) -> subprocess.Popen[str]:
    """Start a process that runs `script` on the data file."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[JSONStore]:
    """Give an opened store on the file written by hand."""
    opened = JSONStore(put(tmp_path))
    await opened.load()
    yield opened
    await opened.close()


def added(number: int) -> list[AnyFact]:
    return [facts.VMAdded(at=NOON, vm_id=f"vm-{number}")]


def files(path: Path) -> dict[str, bytes]:
    """Return every file in the folder of `path` but the lock."""
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if not each.name.endswith(".lock")}


# Files


async def test_a_missing_file_begins_as_an_empty_one(tmp_path: Path) -> None:
    store = JSONStore(tmp_path / "data.json")
    assert (await store.load()).seq == 0
    await store.close()
    content = json.loads((tmp_path / "data.json").read_bytes())
    assert (content["vms"], content["groups"], content["users"]) == ([], [], {})


async def test_a_missing_file_beside_a_journal_is_not_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "data.json.journal").write_bytes(encode_line(Change(seq=1, facts=())))
    with pytest.raises(DataError, match="file_missing"):
        await JSONStore(tmp_path / "data.json").load()
    assert sorted(files(tmp_path / "data.json")) == ["data.json.journal"]


async def test_after_bookings_and_closing_the_file_has_the_base_form_the_history_and_its_unknown_keys(
    tmp_path: Path,
) -> None:
    path = put(tmp_path)
    service = Service(JSONStore(path), clock=lambda: NOON + timedelta(hours=1))
    await service.start()
    await service.grant(ACTOR, Release(vm_id="server-01"))
    await service.grant(ACTOR, Book(vm_id="server-02", hours=2))
    await service.stop()
    content = json.loads(path.read_bytes())
    assert (content["site"], content["seq"]) == ("Berlin", 2)
    assert content["vms"] == [
        {"id": "server-01", "group": 1, "booked_by": None, "expires_at": None, "cpu": 8},
        {
            "id": "server-02",
            "group": 1,
            "booked_by": USER,
            "expires_at": "2026-11-23T15:00:00Z",
            "booked_at": "2026-11-23T13:00:00Z",
        },
    ]
    assert content["groups"] == BY_HAND["groups"]
    user = content["users"][USER]
    assert user["phone"] == "+7"
    assert user["bookings"] == [
        BY_HAND["users"][USER]["bookings"][0],
        {
            "vm_id": "server-01",
            "start": "2026-11-23T13:00:00Z",
            "end": None,
            "action": "release",
            "reason": "cancelled",
            "by": USER,
        },
        {"vm_id": "server-02", "start": "2026-11-23T13:00:00Z", "end": "2026-11-23T15:00:00Z", "action": "book"},
    ]
    assert path.with_name("data.json.journal").read_bytes() == b""


async def test_loading_alone_does_not_touch_a_file(tmp_path: Path) -> None:
    path = put(tmp_path)
    before = path.read_bytes()
    store = JSONStore(path)
    await store.load()
    await store.close()
    assert path.read_bytes() == before


async def test_times_without_offset_and_capitals_are_rewritten_once_in_the_assumed_zone(tmp_path: Path) -> None:
    content = json.loads(json.dumps(BY_HAND))
    content["vms"][0] |= {"booked_by": "User@Example.com", "expires_at": "2026-11-23T18:00:00"}
    content["users"] = {"USER@example.com": content["users"][USER]}
    path = put(tmp_path, content)
    for zone in (ZoneInfo("Europe/Moscow"), UTC):
        store = JSONStore(path, zone)
        loaded = await store.load()
        assert loaded.fleet.vms["server-01"].expires_at == datetime(2026, 11, 23, 15, tzinfo=UTC)
        await store.append([facts.BookingRenewed(at=NOON, vm_id="server-01", user=USER, end=NOON)], loaded.seq)
        await store.append(
            [facts.BookingRenewed(at=NOON, vm_id="server-01", user=USER, end=NOON + timedelta(hours=3))],
            loaded.seq + 1,
        )
        await store.close()
    written = json.loads(path.read_bytes())
    assert written["vms"][0]["expires_at"] == "2026-11-23T15:00:00Z"
    assert written["vms"][0]["cpu"] == 8
    assert written["site"] == "Berlin"
    assert list(written["users"]) == [USER]
    assert written["users"][USER]["phone"] == "+7"
    assert written["users"][USER]["bookings"][0]["ticket"] == "T-1"
    assert len(written["users"][USER]["bookings"]) == 5


async def test_a_holder_of_an_international_domain_is_one_person_in_whatever_form_files_have_them(
    tmp_path: Path,
) -> None:
    """In the data file, in the history, and in changes that a release of before wrote to the journal."""
    path = tmp_path / "data.json"
    ivan, ascii_ivan = "иван@пример.рф", "Иван@xn--e1afmkfd.xn--p1ai"
    free = {"group": None, "booked_by": None, "expires_at": None}
    booked = {"vm_id": "old", "start": "2026-11-20T12:00:00Z", "end": "2026-11-20T13:00:00Z", "action": "book"}
    path.write_text(
        json.dumps(
            {
                "vms": [
                    {"id": "one", **free, "booked_by": ivan, "expires_at": "2099-01-01T00:00:00Z"},
                    {"id": "two", **free, "booked_by": ascii_ivan, "expires_at": "2099-01-01T00:00:00Z"},
                    {"id": "three", **free},
                ],
                "groups": [],
                "users": {ivan: {"bookings": [booked]}, ascii_ivan: {"bookings": [booked]}},
            }
        )
    )
    made = facts.BookingMade(at=NOON, by=ascii_ivan, vm_id="three", user=ascii_ivan, end=NOON + timedelta(days=9))
    released = facts.BookingReleased(at=NOON, by=ivan, vm_id="one", user=ivan, reason=Reason.CANCELLED)
    journal_path(path).write_bytes(encode_line(Change(seq=1, facts=(made, released))))
    for _ in range(2):
        service = Service(JSONStore(path), clock=lambda: NOON)
        await service.start()
        try:
            assert list(service.fleet.users) == [ivan]
            assert [vm.booked_by for vm in service.fleet.vms.values()] == [None, ivan, ivan]
            pages = [page async for page in service.history(ACTOR, HistoryQuery(user=ivan))]
            assert len([entry for page in pages for entry in page.entries]) == 4
        finally:
            await service.stop()
        assert "xn--" not in path.read_text(encoding="utf-8")
        assert read_state(path).fleet.users.keys() == {ivan}


@pytest.mark.parametrize(
    ("break_it", "place"),
    [
        (lambda content: content["vms"][1].update(group=9), "vms[1].group"),
        (lambda content: content["vms"][0].update(expires_at=None), "vms[0].expires_at"),
        (lambda content: content["groups"][0]["vm_ids"].append("gone"), "groups[0].vm_ids[2]"),
    ],
)
async def test_a_broken_file_refuses_to_load_and_every_file_stays_as_it_is(
    tmp_path: Path, break_it: Callable[[Any], None], place: str
) -> None:
    content = json.loads(json.dumps(BY_HAND))
    break_it(content)
    path = put(tmp_path, content)
    path.with_name("data.json.journal").write_bytes(encode_line(Change(seq=1, facts=tuple(added(1)))) + b"torn")
    before = files(path)
    for _ in range(2):  # the lock is free again after the first refusal
        with pytest.raises(DataError) as refused:
            await JSONStore(path).load()
        assert refused.value.data["place"] == place
    assert files(path) == before


# The journal


async def test_a_reloaded_store_has_everything_and_goes_on_counting(tmp_path: Path) -> None:
    path = put(tmp_path)
    for run in range(3):
        store = JSONStore(path)
        loaded = await store.load()
        assert loaded.seq == 2 * run
        assert len(loaded.fleet.vms) == 2 + 2 * run
        await store.append(added(2 * run), loaded.seq)
        await store.append(added(2 * run + 1), loaded.seq + 1)
        if run == 1:
            await store.flush()
        await store.close()


async def test_cut_at_any_byte_of_its_last_changes_the_journal_loads_with_all_before(tmp_path: Path) -> None:
    path = put(tmp_path)
    lines = [encode_line(Change(seq=seq, facts=tuple(added(seq)))) for seq in range(1, 5)]
    content = b"".join(lines)
    for cut in range(len(content) - len(lines[-1]) - 20, len(content) + 1):
        path.with_name("data.json.journal").write_bytes(content[:cut])
        store = JSONStore(path)
        loaded = await store.load()
        whole = content[:cut].count(b"\n")
        assert loaded.seq == whole
        assert [vm_id for vm_id in loaded.fleet.vms if vm_id.startswith("vm-")] == [
            f"vm-{seq}" for seq in range(1, whole + 1)
        ]
        assert path.with_name("data.json.journal").read_bytes() == b"".join(lines[:whole])
        store._lock.release()
        store._thread.shutdown()
        assert store._writer is not None
        store._writer.cancel()
        store._compaction.stop()


async def test_damage_in_the_middle_refuses_to_load_naming_the_line_and_changes_no_file(tmp_path: Path) -> None:
    path = put(tmp_path)
    content = b"".join(encode_line(Change(seq=seq, facts=tuple(added(seq)))) for seq in range(1, 5))
    for place in range(0, len(content) - 1, 17):
        damaged = bytearray(content)
        damaged[place] ^= 4
        path.with_name("data.json.journal").write_bytes(damaged)
        before = files(path)
        with pytest.raises(DataError, match="journal_damaged") as refused:
            await JSONStore(path).load()
        assert refused.value.data["line"] == content[:place].count(b"\n") + 1
        assert files(path) == before


async def test_a_journal_that_the_file_has_already_does_not_spoil_what_comes_after(tmp_path: Path) -> None:
    path = put(tmp_path, {**BY_HAND, "seq": 5})
    path.with_name("data.json.journal").write_bytes(encode_line(Change(seq=2, facts=tuple(added(2)))))
    store = JSONStore(path)
    assert (await store.load()).seq == 5
    await store.append(added(6), 5)
    assert read_state(path).seq == 6
    await store.close()
    assert read_state(path).seq == 6


# The lock


async def test_a_journal_is_as_private_as_the_file_whose_changes_it_holds(tmp_path: Path) -> None:
    path = put(tmp_path)
    path.chmod(0o640)
    store = JSONStore(path)
    await store.load()
    assert journal_path(path).stat().st_mode & 0o777 == 0o640
    await store.close()


async def test_a_second_store_on_the_same_file_is_refused_naming_the_process(store: JSONStore) -> None:
    second = JSONStore(store.path)
    with pytest.raises(Conflict, match="store_locked") as refused:
        await second.load()
    assert refused.value.data["holder"].split()[1] == str(os.getpid())
    assert refused.value.data["path"] == str(store.path)
    await store.append(added(1), 0)


async def test_a_link_stays_a_link_and_what_it_stands_for_is_kept_and_locked(tmp_path: Path) -> None:
    path = put(tmp_path)
    link = tmp_path / "elsewhere" / "link.json"
    link.parent.mkdir()
    link.symlink_to(path)
    store = JSONStore(link)
    await store.load()
    with pytest.raises(Conflict, match="store_locked"):
        await JSONStore(path).load()
    await store.append(added(1), 0)
    assert read_state(link).seq == 1
    await store.close()
    assert link.is_symlink()
    assert read_state(path).file_seq == read_state(link).file_seq == 1
    assert [each.name for each in link.parent.iterdir()] == ["link.json"]


async def test_what_is_no_file_is_refused_naming_it_and_why(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="file_not_opened") as refused:
        await JSONStore(tmp_path).load()
    assert refused.value.data["path"] == str(tmp_path)
    assert "directory" in refused.value.data["detail"]


async def test_a_file_that_another_process_serves_is_refused_naming_that_process(tmp_path: Path) -> None:
    path = put(tmp_path)
    with start(path) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "ready\n"
            with pytest.raises(Conflict, match="store_locked") as refused:
                await JSONStore(path).load()
            assert refused.value.data["holder"].split()[1] == str(other.pid)
        finally:
            other.kill()
    store = JSONStore(path)
    await store.load()
    await store.close()


# Disks that fail


async def test_a_failed_sync_is_refused_rolled_back_and_forgotten(
    store: JSONStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fdatasync
    left = [1]

    def fails_once(file: int) -> None:
        if left:
            left.pop()
            raise OSError(errno.EIO, "Input/output error")
        real(file)

    await store.append(added(1), 0)
    monkeypatch.setattr(os, "fdatasync", fails_once)
    answers = await asyncio.gather(store.append(added(2), 1), store.append(added(3), 2), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable, StoreUnavailable]
    assert not store.health().writable
    assert read_state(store.path).seq == 1
    assert (await store.append(added(4), 1)).seq == 2
    assert store.health().writable
    state = read_state(store.path)
    assert [vm_id for vm_id in state.fleet.vms if vm_id.startswith("vm-")] == ["vm-1", "vm-4"]


FULL_DISK = """
import asyncio, resource, signal, sys
from pathlib import Path
from loadzone.core.json_store import JSONStore
from loadzone.core.service import Service
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddVM

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
admin = Actor(email="admin@example.com", role=Role.ADMIN)

async def add(service, number):
    try:
        await service.grant(admin, AddVM(id=f"vm-{number}", note="x" * 100))
    except StoreUnavailable:
        assert f"vm-{number}" not in service.fleet.vms
        return False
    assert f"vm-{number}" in service.fleet.vms
    return True

async def main():
    service = Service(JSONStore(Path(sys.argv[1])))
    await service.start()
    limit = 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    told = []
    for group in range(20):  # many at once, so that the disk is full in the middle of a line
        numbers = range(group * 10, group * 10 + 10)
        answers = await asyncio.gather(*(add(service, number) for number in numbers))
        told += [number for number, good in zip(numbers, answers) if good]
    assert 0 < len(told) < 200, told
    last = 500
    while await add(service, last):  # what is left of the space
        told.append(last)
        last += 1
    assert not service.store_health().writable
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert await add(service, 999)
    assert service.store_health().writable
    print(*told, 999, flush=True)
    if sys.argv[2:] == ["die"]:
        import os
        os._exit(0)
    await service.stop()

asyncio.run(main())
"""


@pytest.mark.parametrize("end", ["stop", "die"])
def test_a_full_disk_is_refused_and_nothing_acknowledged_is_lost(tmp_path: Path, end: str) -> None:
    path = put(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path), end],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.returncode == 0, done.stderr
    state = read_state(path)
    assert [vm_id for vm_id in state.fleet.vms if vm_id.startswith("vm-")] == [
        f"vm-{number}" for number in done.stdout.split()
    ]
    assert state.journal.torn == 0


async def test_a_folding_that_fails_is_tried_again_and_bookings_go_on(
    store: JSONStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = folding.fold
    tried, folded = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def fails_once(path: Path) -> int:
        if not tried.is_set():
            loop.call_soon_threadsafe(tried.set)
            raise OSError(errno.ENOSPC, "No space left on device")
        size = real(path)
        loop.call_soon_threadsafe(folded.set)
        return size

    monkeypatch.setattr(folding, "fold", fails_once)
    monkeypatch.setattr(compaction, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(compaction, "RETRY_SECONDS", 0.0)
    await store.append(added(1), 0)
    await asyncio.wait_for(tried.wait(), 10)
    await store.append(added(2), 1)
    await asyncio.wait_for(folded.wait(), 10)
    assert read_state(store.path).seq == 2


async def test_a_closed_store_takes_nothing_more(tmp_path: Path) -> None:
    store = JSONStore(put(tmp_path))
    await store.load()
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.append(added(1), 0)


async def test_closing_waits_for_what_is_on_its_way(tmp_path: Path) -> None:
    store = JSONStore(put(tmp_path))
    await store.load()
    under_way = [asyncio.ensure_future(store.append(added(number), number)) for number in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert [change.seq for change in await asyncio.gather(*under_way)] == list(range(1, 51))
    assert (read_state(store.path).file_seq, read_state(store.path).seq) == (50, 50)


# Folding beside bookings


@pytest.mark.parametrize("small", [1 << 20, 0], ids=["in a thread", "in a process"])
async def test_readers_see_whole_states_only_while_bookings_are_made_and_folded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(compaction, "SMALL_FILE", small)
    path = put(tmp_path, {"vms": [], "groups": [], "users": {}})
    store = JSONStore(path)
    await store.load()
    await store.append([facts.UserAdded(at=NOON, user=USER)], 0)
    done = asyncio.Event()

    async def book() -> int:
        seq = 1
        while not done.is_set():
            vm_id = f"vm-{seq}"
            made = facts.BookingMade(at=NOON, vm_id=vm_id, user=USER, end=NOON)
            seq = (await store.append([facts.VMAdded(at=NOON, vm_id=vm_id), made], seq)).seq
        return seq

    async def fold() -> None:
        for _ in range(3 if small == 0 else 30):
            await store.flush()
        done.set()

    async def read() -> int:
        last = reads = 0
        while not done.is_set():
            state = await asyncio.to_thread(read_state, path)
            assert state.seq >= last
            assert len(state.fleet.vms) == len(state.histories) == max(state.seq - 1, 0)
            last, reads = state.seq, reads + 1
        return reads

    seq, _, reads, _ = await asyncio.gather(book(), fold(), read(), read())
    assert reads > 1
    await store.close()
    state = read_state(path)
    assert (state.seq, state.file_seq, len(state.histories)) == (seq, seq, seq - 1)


async def test_flushing_many_times_at_once_folds_everything_once(store: JSONStore) -> None:
    for number in range(5):
        await store.append(added(number), number)
        await asyncio.gather(*(store.flush() for _ in range(4)))
    assert read_state(store.path).file_seq == 5
    pages = [page async for page in store.history(HistoryQuery())]
    assert len(pages[0].entries) == 1


async def test_after_a_quiet_moment_a_small_file_is_folded_by_itself(
    store: JSONStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = folding.fold
    folded = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tells(path: Path) -> int:
        size = real(path)
        loop.call_soon_threadsafe(folded.set)
        return size

    monkeypatch.setattr(folding, "fold", tells)
    monkeypatch.setattr(compaction, "QUIET_SECONDS", 0.0)
    await store.append(added(1), 0)
    await asyncio.wait_for(folded.wait(), 10)
    assert read_state(store.path).file_seq == 1


# Sudden death


def test_whatever_a_killed_process_acknowledged_is_there(tmp_path: Path) -> None:
    """Ten processes in turn are killed under load at random moments, while they book and fold."""
    path = put(tmp_path, {"vms": [], "groups": [], "users": {}})
    acknowledged: dict[str, int] = {}
    for _ in range(10):
        with start(path) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            for _ in range(random.randint(1, 400)):
                _take_in(acknowledged, child.stdout.readline())
            child.send_signal(signal.SIGKILL)
            for line in child.stdout:
                _take_in(acknowledged, line)
        state = read_state(path)
        for user, records in acknowledged.items():
            assert len(state.histories.of(user)) >= records
    assert sum(acknowledged.values()) > 100


def _take_in(acknowledged: dict[str, int], line: str) -> None:
    if line.endswith("\n"):
        user, records = line.split()
        acknowledged[user] = max(acknowledged.get(user, 0), int(records))
