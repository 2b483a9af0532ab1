"""Mending: everything wrong is told, what can be mended is, into a new file, and the old one stays."""

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadzone.core import mending
from loadzone.core.data_file import read_state
from loadzone.core.journal import encode_line
from loadzone.domain.errors import Conflict, DataError
from loadzone.domain.facts import AnyFact, BookingReleased, Change, VMAdded
from loadzone.domain.model import Reason

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
USER = "user@example.com"
RECORD = {"vm_id": "a", "start": "2026-11-23T12:00:00Z", "end": "2026-11-23T18:00:00Z", "action": "book"}


def whole() -> dict[str, Any]:
    """Return the content of a file with nothing wrong."""
    return {
        "site": "Berlin",
        "vms": [
            {"id": "a", "group": 1, "booked_by": USER, "expires_at": "2026-11-23T18:00:00Z", "cpu": 8},
            {"id": "b", "group": 1, "booked_by": None, "expires_at": None},
            {"id": "c", "group": None, "booked_by": None, "expires_at": None},
        ],
        "groups": [
            {"id": 1, "name": "One", "vm_ids": ["a", "b"], "colour": "red"},
            {"id": 2, "name": "Two", "vm_ids": []},
        ],
        "users": {USER: {"created": "2026-01-09T08:00:00Z", "bookings": [RECORD], "phone": "+7"}},
    }


def put(folder: Path, content: object) -> Path:
    path = folder / "data.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def lines(*changes: tuple[int, AnyFact]) -> bytes:
    return b"".join(encode_line(Change(seq=seq, facts=(fact,))) for seq, fact in changes)


def said(found: list[DataError]) -> list[tuple[str, str]]:
    return [(error.data["place"], error.data["problem"]) for error in found]


def test_nothing_is_found_in_a_whole_file(tmp_path: Path) -> None:
    path = put(tmp_path, whole())
    path.with_name("data.json.journal").write_bytes(lines((1, VMAdded(at=NOON, vm_id="d"))))
    assert mending.check(path) == []


def drop_group(content: Any) -> None:
    content["vms"][2]["group"] = 9


def unlist(content: Any) -> None:
    content["groups"][0]["vm_ids"] = ["a"]


def list_missing(content: Any) -> None:
    content["groups"][1]["vm_ids"] = ["gone", "c", "a"]


def list_twice(content: Any) -> None:
    content["groups"][0]["vm_ids"] = ["a", "b", "a"]


def repeat_vm(content: Any) -> None:
    content["vms"].append({"id": "a", "group": 2, "booked_by": None, "expires_at": None})


def repeat_group(content: Any) -> None:
    content["groups"].append({"id": 1, "name": "Again", "vm_ids": ["c"]})


def half_book(content: Any) -> None:
    content["vms"][0] |= {"expires_at": None, "booked_at": "2026-11-23T12:00:00Z", "purpose": "x"}


BROKEN: list[tuple[Callable[[Any], None], list[tuple[str, str]], dict[str, int | None]]] = [
    (drop_group, [("vms[2].group", "group_missing")], {"a": 1, "b": 1, "c": None}),
    (unlist, [("vms[1].group", "group_lacks_vm")], {"a": 1, "b": 1, "c": None}),
    (
        list_missing,
        [
            ("groups[1].vm_ids[0]", "vm_missing"),
            ("groups[1].vm_ids[1]", "vm_not_of_group"),
            ("groups[1].vm_ids[2]", "vm_not_of_group"),
        ],
        {"a": 1, "b": 1, "c": 2},
    ),
    (list_twice, [("groups[0].vm_ids[2]", "repeated")], {"a": 1, "b": 1, "c": None}),
    (half_book, [("vms[0].expires_at", "half_booked")], {"a": 1, "b": 1, "c": None}),
]


@pytest.mark.parametrize(("break_it", "found", "groups"), BROKEN)
def test_each_problem_is_found_and_mended_into_a_new_file(
    tmp_path: Path,
    break_it: Callable[[Any], None],
    found: list[tuple[str, str]],
    groups: dict[str, int | None],
) -> None:
    content = whole()
    break_it(content)
    path = put(tmp_path, content)
    before = path.read_bytes()
    assert said(mending.check(path)) == found
    out = tmp_path / "mended.json"
    assert said(mending.repair(path, out)) == found
    assert path.read_bytes() == before
    assert mending.check(out) == []
    fleet = read_state(out).fleet
    assert {vm.id: vm.group for vm in fleet.vms.values()} == groups
    written = json.loads(out.read_bytes())
    assert (written["site"], written["vms"][0]["cpu"], written["groups"][0]["colour"]) == ("Berlin", 8, "red")
    assert written["users"][USER]["phone"] == "+7"
    assert written["users"][USER]["bookings"] == [RECORD]


@pytest.mark.parametrize("break_it", [repeat_vm, repeat_group])
def test_of_what_is_there_twice_the_first_stays(tmp_path: Path, break_it: Callable[[Any], None]) -> None:
    content = whole()
    break_it(content)
    path, out = put(tmp_path, content), tmp_path / "mended.json"
    assert "repeated" in [problem for _, problem in said(mending.repair(path, out))]
    assert [vm["id"] for vm in json.loads(out.read_bytes())["vms"]] == ["a", "b", "c"]
    fleet = read_state(out).fleet
    assert fleet.vms["a"].booked_by == USER
    assert fleet.groups[1].name == "One"
    assert (list(fleet.groups), sorted(fleet.vms)) == ([1, 2], ["a", "b", "c"])


def test_groups_of_one_name_stay_and_can_be_told_apart(tmp_path: Path) -> None:
    content = whole()
    content["groups"][1]["name"] = "one"
    content["groups"] += [{"id": 3, "name": "ONE", "vm_ids": ["c"]}, {"id": 4, "name": "one (2)", "vm_ids": []}]
    content["vms"][2]["group"] = 3
    path, out = put(tmp_path, content), tmp_path / "mended.json"
    found = [("groups[1].name", "group_name_repeated"), ("groups[2].name", "group_name_repeated")]
    assert said(mending.repair(path, out)) == found
    assert mending.check(out) == []
    names = {group.id: group.name for group in read_state(out).fleet.groups.values()}
    assert names == {1: "One", 2: "one (2) (2)", 3: "ONE (3)", 4: "one (2)"}


def test_a_long_name_stays_within_its_limit_when_it_is_told_apart(tmp_path: Path) -> None:
    content = whole()
    content["groups"][0]["name"] = content["groups"][1]["name"] = "x" * 80
    path, out = put(tmp_path, content), tmp_path / "mended.json"
    mending.repair(path, out)
    assert read_state(out).fleet.groups[2].name == "x" * 76 + " (2)"


def test_a_person_who_stands_there_twice_is_one_with_the_bookings_and_keys_of_both(tmp_path: Path) -> None:
    second = {"bookings": [{**RECORD, "vm_id": "b", "ticket": "T-1"}], "room": "4b"}
    text = json.dumps(whole()).replace('"users": {', f'"users": {{"{USER}": {json.dumps(second)}, ')
    path, out = tmp_path / "data.json", tmp_path / "mended.json"
    path.write_text(text, encoding="utf-8")
    assert said(mending.repair(path, out)) == [(f'users["{USER}"]', "user_repeated")]
    assert mending.check(out) == []
    user = json.loads(out.read_bytes())["users"][USER]
    assert (user["phone"], user["room"], user["created"]) == ("+7", "4b", "2026-01-09T08:00:00Z")
    assert user["bookings"] == [*second["bookings"], RECORD]


def test_a_vm_that_was_half_booked_is_wholly_free(tmp_path: Path) -> None:
    content = whole()
    half_book(content)
    out = tmp_path / "mended.json"
    mending.repair(put(tmp_path, content), out)
    vm = read_state(out).fleet.vms["a"]
    assert vm == vm.freed()


def test_times_and_emails_are_mended_by_the_way_and_no_key_of_two_spellings_is_lost(tmp_path: Path) -> None:
    content = whole()
    content["vms"][0] |= {"expires_at": "2026-11-23T21:00:00", "booked_by": "USER@example.com"}
    content["users"]["User@Example.com"] = {"bookings": [{**RECORD, "start": "2026-11-22T03:00:00"}], "desk": 4}
    out = tmp_path / "mended.json"
    assert mending.repair(put(tmp_path, content), out, ZoneInfo("Europe/Moscow")) == []
    written = json.loads(out.read_bytes())
    assert written["vms"][0]["expires_at"] == "2026-11-23T18:00:00Z"
    assert list(written["users"]) == [USER]
    user = written["users"][USER]
    assert (user["phone"], user["desk"], user["created"]) == ("+7", 4, "2026-01-09T08:00:00Z")
    assert [one["start"] for one in user["bookings"]] == ["2026-11-23T12:00:00Z", "2026-11-22T00:00:00Z"]


def test_of_a_damaged_journal_everything_before_the_damage_is_saved(tmp_path: Path) -> None:
    path, out = put(tmp_path, whole()), tmp_path / "mended.json"
    content = bytearray(lines(*((seq, VMAdded(at=NOON, vm_id=f"vm-{seq}")) for seq in range(1, 6))))
    content[content.index(b"vm-4")] ^= 1
    journal = path.with_name("data.json.journal")
    journal.write_bytes(content)
    assert said(mending.check(path)) == [("data.json.journal:4", "journal_damaged")]
    assert said(mending.repair(path, out)) == [("data.json.journal:4", "journal_damaged")]
    state = read_state(out)
    assert (state.seq, list(state.fleet.vms)) == (3, ["a", "b", "c", "vm-1", "vm-2", "vm-3"])
    assert journal.read_bytes() == content


def test_both_journals_are_taken_in(tmp_path: Path) -> None:
    path, out = put(tmp_path, whole()), tmp_path / "mended.json"
    path.with_name("data.json.journal.sealed").write_bytes(lines((1, VMAdded(at=NOON, vm_id="d"))))
    path.with_name("data.json.journal").write_bytes(
        lines((2, BookingReleased(at=NOON, vm_id="a", user=USER, reason=Reason.CANCELLED)))
    )
    assert mending.repair(path, out) == []
    state = read_state(out)
    assert (state.seq, state.fleet.vms["a"].booked_by, "d" in state.fleet.vms) == (2, None, True)
    assert len(state.histories.of(USER)) == 2


def test_a_journal_that_does_not_fit_is_told_as_a_start_would_tell_it(tmp_path: Path) -> None:
    path = put(tmp_path, whole())
    misfit = lines((1, VMAdded(at=NOON, vm_id="d")), (2, VMAdded(at=NOON, vm_id="a")))
    path.with_name("data.json.journal").write_bytes(misfit)
    with pytest.raises(DataError) as refused:
        read_state(path)
    (found,) = mending.check(path)
    assert found.data == refused.value.data
    assert (found.data["place"], found.data["line"]) == ("data.json.journal:2", 2)
    out = tmp_path / "mended.json"
    assert said(mending.repair(path, out)) == [("data.json.journal:2", "journal_mismatch")]
    assert list(read_state(out).fleet.vms) == ["a", "b", "c", "d"]


def test_a_file_that_only_a_person_can_mend_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    path, out = tmp_path / "data.json", tmp_path / "mended.json"
    path.write_text('{"vms": [')
    assert said(mending.check(path)) == [("data.json:1:10", "json_malformed")]
    with pytest.raises(DataError, match="json_malformed"):
        mending.repair(path, out)
    assert not out.exists()


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = put(tmp_path, whole())
    out = tmp_path / "mended.json"
    out.write_text("precious")
    with pytest.raises(Conflict, match="file_exists"):
        mending.repair(path, out)
    assert out.read_text() == "precious"


def test_mending_leaves_one_new_file_and_nothing_else(tmp_path: Path) -> None:
    path = put(tmp_path, whole())
    path.with_name("data.json.journal").write_bytes(lines((1, VMAdded(at=NOON, vm_id="d"))))
    mending.repair(path, tmp_path / "mended.json")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data.json", "data.json.journal", "mended.json"]


VALUES: list[Any] = [None, True, -1, 1, 9, 1.5, "", "a", "x", "One", "ONE", USER, USER.upper(), [], {}, ["a", "a"]]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Draw a file in which values are gone, doubled, or something else, and whose end may be missing."""
    content = deepcopy(whole())
    for _ in range(draw(st.integers(1, 4))):
        value: Any = content
        while isinstance(value, dict | list) and value:
            place = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
            holder, value = value, value[place]
            if draw(st.booleans()):
                break
        else:
            continue
        match draw(st.sampled_from(["gone", "doubled", "other"])):
            case "gone":
                del holder[place]
            case "doubled" if isinstance(holder, list):
                holder.append(value)
            case _:
                holder[place] = deepcopy(draw(st.sampled_from(VALUES)))
    text = json.dumps(content).encode()
    return text[: draw(st.integers(1, len(text)))] if draw(st.booleans()) else text


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=broken())
def test_however_a_file_is_broken_it_is_told_and_mended_or_left_to_a_person(tmp_path: Path, text: bytes) -> None:
    path, out = tmp_path / "data.json", tmp_path / "mended.json"
    path.write_bytes(text)
    for old in tmp_path.glob("mended.json*"):
        old.unlink()
    found = mending.check(path)
    if not found:
        read_state(path)
        return
    with pytest.raises(DataError) as refused:
        read_state(path)
    assert refused.value.data["place"] == found[0].data["place"]
    try:
        mending.repair(path, out)
    except DataError:
        assert not out.exists()
    else:
        assert mending.check(out) == []
    assert path.read_bytes() == text


# Killed on the way

KILLED = """
import os, sys
from pathlib import Path
from loadzone.core import mending
from loadzone.core.data_file import read_state

path, out = map(Path, sys.argv[1:])
before = path.read_bytes()

def die_after(steps):
    def dying(real):
        def call(*arguments, **options):
            nonlocal steps
            steps -= 1
            if steps < 0:
                os._exit(9)
            return real(*arguments, **options)
        return call
    for name in ("open", "fsync", "link", "replace", "rename", "unlink", "write"):
        setattr(os, name, dying(getattr(os, name)))
    mending.repair(path, out)
    os._exit(0)

for steps in range(1000):
    child = os.fork() or die_after(steps)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert path.read_bytes() == before
    assert mending.check(path)
    assert out.exists() or ended
    if out.exists():
        assert "d" in read_state(out).fleet.vms
        assert mending.check(out) == []
        out.unlink()
    if not ended:
        break
print(steps)
"""


def test_killed_at_any_step_a_repair_leaves_the_whole_new_file_or_none(tmp_path: Path) -> None:
    """No file at `out` passes for mended that lacks what the journal had, and the damaged one stays as it was."""
    content = whole()
    content["vms"][0]["group"] = 9
    path = put(tmp_path, content)
    path.with_name("data.json.journal").write_bytes(lines((1, VMAdded(at=NOON, vm_id="d"))))
    line = [sys.executable, "-c", KILLED, str(path), str(tmp_path / "mended.json")]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 5
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data.json", "data.json.journal"]
