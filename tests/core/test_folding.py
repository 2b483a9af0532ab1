"""Folding: the journal goes into the file; whatever dies on the way, nothing is lost; strangers' keys stay."""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loadzone.core import folding
from loadzone.core.data_file import State, read_state
from loadzone.core.journal import encode_line, read_journal
from loadzone.domain.facts import (
    AnyFact,
    BookingMade,
    BookingReleased,
    BookingRenewed,
    Change,
    GroupAdded,
    GroupRenamed,
    UserAdded,
    VMAdded,
    VMDeleted,
    VMsMoved,
)
from loadzone.domain.model import Reason

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = NOON + timedelta(hours=4)
ANN, BOB = "ann@example.com", "bob@example.com"

# Laid out as no program would, with keys that LoadZone does not know on every level.
BY_HAND = """{ "rack": {"room":  "Зал 1", "n": 1.50},
"vms": [ {"id":"a",  "group": 1, "booked_by": null, "expires_at": null, "cpu":   {"cores": 8}},
  {"id":"b", "group":1, "booked_by": "bob@example.com", "expires_at": "2026-11-23T18:00:00Z", "cpu": 4 } ],
"groups": [{"id": 1, "name": "One", "vm_ids": ["a", "b"], "colour":  "red"}],
"users": {"ann@example.com": {"phone":  "+7", "created": "2026-01-01T00:00:00Z", "bookings": [
 {"vm_id": "a","start": "2026-01-02T00:00:00Z", "end": "2026-01-03T00:00:00Z", "action": "book", "ticket":  "T-1"}
 ]}, "cat@example.com": {"bookings": [ ]}} }
"""

CHANGES: list[list[AnyFact]] = [
    [BookingMade(at=NOON, by=ANN, vm_id="a", user=ANN, end=END, purpose="tests")],
    [BookingRenewed(at=NOON, by=ANN, vm_id="a", user=ANN, end=END + timedelta(hours=1))],
    [UserAdded(at=NOON, user="new@example.com"), VMAdded(at=NOON, vm_id="c")],
    [BookingMade(at=NOON, by="new@example.com", vm_id="c", user="new@example.com", end=END)],
    [BookingReleased(at=END, by=BOB, vm_id="b", user=BOB, reason=Reason.CANCELLED)],
    [GroupAdded(at=END, group_id=2, name="Two"), VMsMoved(at=END, vm_ids=("b",), group=2, left=(1,))],
    [GroupRenamed(at=END, group_id=1, name="First"), VMAdded(at=END, vm_id="d"), VMDeleted(at=END, vm_id="d")],
]


def journal(first: int, last: int) -> bytes:
    """Return the journal lines of the changes `first` to `last`, both included."""
    return b"".join(encode_line(Change(seq=seq, facts=tuple(CHANGES[seq - 1]))) for seq in range(first, last + 1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a file written by hand, changes 1 to 4 in the sealed journal and 5 to 7 in the journal."""
    data = tmp_path / "data.json"
    data.write_text(BY_HAND, encoding="utf-8")
    (tmp_path / "data.json.journal.sealed").write_bytes(journal(1, 4))
    (tmp_path / "data.json.journal").write_bytes(journal(5, 7))
    return data


def seen(state: State) -> tuple[Any, ...]:
    """Return all that a state says, to compare."""
    users = dict(state.fleet.users)
    # Bob holds a VM in a file that has no entry of his: nobody knows when he was first seen.
    created = {email: user.created for email, user in users.items() if email != BOB}
    histories = {email: state.histories.of(email) for email in users}
    return state.fleet.vms, state.fleet.groups, created, state.seq, histories


def seal(path: Path) -> None:
    os.rename(path.with_name("data.json.journal"), path.with_name("data.json.journal.sealed"))


def test_folding_changes_where_the_state_is_and_nothing_of_it(path: Path) -> None:
    before = seen(read_state(path))
    size = folding.fold(path)
    assert size == path.stat().st_size
    assert (seen(read_state(path)), read_state(path).file_seq) == (before, 4)
    seal(path)
    folding.fold(path)
    assert (seen(read_state(path)), read_state(path).file_seq) == (before, 7)
    assert sorted(each.name for each in path.parent.iterdir()) == ["data.json", "data.json.bak", "data.json.log"]


def test_folding_with_nothing_sealed_touches_nothing(path: Path) -> None:
    folding.fold(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    folding.fold(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_unknown_keys_stay_on_every_level(path: Path) -> None:
    folding.fold(path)
    seal(path)
    folding.fold(path)
    content = json.loads(path.read_bytes())
    assert content["rack"] == {"room": "Зал 1", "n": 1.5}
    assert [vm.get("cpu") for vm in content["vms"]] == [{"cores": 8}, 4, None]
    assert [group.get("colour") for group in content["groups"]] == ["red", None]
    assert content["users"][ANN]["phone"] == "+7"
    assert content["users"][ANN]["bookings"][0]["ticket"] == "T-1"


def test_what_did_not_change_is_copied_byte_for_byte(path: Path) -> None:
    folding.fold(path)
    text = path.read_text(encoding="utf-8")
    for piece in (
        '{"room":  "Зал 1", "n": 1.50}',
        '{"id":"b", "group":1, "booked_by": "bob@example.com", "expires_at": "2026-11-23T18:00:00Z", "cpu": 4 }',
        '{"id": 1, "name": "One", "vm_ids": ["a", "b"], "colour":  "red"}',
        '"action": "book", "ticket":  "T-1"}',
    ):
        assert piece in text


def test_the_file_keeps_the_base_form_with_the_history_in_it(path: Path) -> None:
    folding.fold(path)
    content = json.loads(path.read_bytes())
    assert {"vms", "groups", "users", "schema", "seq", "rack"} == set(content)
    assert (content["schema"], content["seq"]) == (1, 4)
    vm = content["vms"][0]
    assert (vm["booked_by"], vm["expires_at"], vm["purpose"]) == (ANN, "2026-11-23T17:00:00Z", "tests")
    assert content["users"][ANN]["bookings"][1:] == [
        {"vm_id": "a", "start": "2026-11-23T12:00:00Z", "end": "2026-11-23T16:00:00Z", "action": "book"},
        {"vm_id": "a", "start": "2026-11-23T12:00:00Z", "end": "2026-11-23T17:00:00Z", "action": "renew"},
    ]
    assert content["users"]["new@example.com"]["created"] == "2026-11-23T12:00:00Z"


def test_the_previous_file_is_kept_and_the_mode_too(path: Path) -> None:
    path.chmod(0o640)
    folding.fold(path)
    assert path.with_name("data.json.bak").read_text(encoding="utf-8") == BY_HAND
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_change_without_facts_counts_too(path: Path) -> None:
    sealed = path.with_name("data.json.journal.sealed")
    sealed.write_bytes(encode_line(Change(seq=1, facts=())))
    path.with_name("data.json.journal").unlink()
    folding.fold(path)
    assert read_state(path).seq == 1


def died_while_sealing(path: Path) -> None:
    """Leave the journal under its new name, and no new one yet."""
    path.with_name("data.json.journal.sealed").unlink()
    path.with_name("data.json.journal").write_bytes(journal(1, 7))
    seal(path)


def died_while_writing(path: Path) -> None:
    """Leave half of the new file beside the old one."""
    path.with_name("data.json.tmp").write_bytes(path.read_bytes()[:100])


def died_before_keeping(path: Path) -> None:
    """Leave the new file whole but not in place, and the second name of the old one just made."""
    folded = path.with_name("elsewhere.json")
    shutil.copy(path, folded)
    shutil.copy(path.with_name("data.json.journal.sealed"), folded.with_name("elsewhere.json.journal.sealed"))
    folding.fold(folded)
    os.rename(folded, path.with_name("data.json.tmp"))
    os.link(path, path.with_name("data.json.bak.tmp"))


def died_before_replacing(path: Path) -> None:
    """Leave the old file with its second name `.bak`, and the new one not in place."""
    died_before_keeping(path)
    os.rename(path.with_name("data.json.bak.tmp"), path.with_name("data.json.bak"))


def died_after_replacing(path: Path) -> None:
    """Leave the new file in place, and the sealed journal still there."""
    sealed = path.with_name("data.json.journal.sealed")
    content = sealed.read_bytes()
    folding.fold(path)
    sealed.write_bytes(content)


@pytest.mark.parametrize(
    "die",
    [died_while_sealing, died_while_writing, died_before_keeping, died_before_replacing, died_after_replacing],
)
def test_a_death_at_any_step_loses_nothing(path: Path, die: Callable[[Path], None]) -> None:
    before = seen(read_state(path))
    die(path)
    assert seen(read_state(path)) == before
    folding.fold(path)
    assert seen(read_state(path)) == before
    if path.with_name("data.json.journal").exists():
        seal(path)
    folding.fold(path)
    assert (seen(read_state(path)), read_state(path).file_seq) == (before, 7)


def test_a_folding_that_outlives_its_server_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that folds goes on when its server is killed; a new server must not fold beside it."""
    before = seen(read_state(path))
    sealed = path.with_name("data.json.journal.sealed")
    asks = threading.Event()
    real = fcntl.flock

    def flock(file: int, how: int) -> None:
        asks.set()
        real(file, how)

    with sealed.open("rb") as orphans:
        real(orphans, fcntl.LOCK_EX)
        monkeypatch.setattr(fcntl, "flock", flock)
        newcomer = threading.Thread(target=folding.fold, args=(path,))
        newcomer.start()
        assert asks.wait(10)
        assert path.read_text(encoding="utf-8") == BY_HAND
        folding.take_in(path, read_journal(sealed).changes)
        sealed.unlink()
    newcomer.join(10)
    assert not newcomer.is_alive()
    assert seen(read_state(path)) == before


def test_a_file_that_cannot_be_written_stays_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(file: int) -> None:
        raise OSError(5, "Input/output error")

    before = seen(read_state(path))
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        folding.fold(path)
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == BY_HAND
    assert not path.with_name("data.json.tmp").exists()
    assert seen(read_state(path)) == before
    folding.fold(path)
    assert seen(read_state(path)) == before
