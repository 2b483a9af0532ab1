"""The data file: the base form loads, and what cannot be trusted is refused with its place."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loadzone.core.data_file import read_file, read_state
from loadzone.core.journal import encode_line
from loadzone.domain.errors import DataError
from loadzone.domain.facts import AnyFact, BookingMade, BookingReleased, Change, VMAdded
from loadzone.domain.model import VM, Action, Group, Reason, Record, User
from loadzone.i18n import error_text

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
USER = "user@example.com"


def base() -> dict[str, Any]:
    """Return a file in the base form, as somebody writes it by hand."""
    return {
        "vms": [
            {"id": "server-01", "group": 1, "booked_by": USER, "expires_at": "2026-11-23T18:00:00Z"},
            {"id": "server-02", "group": 1, "booked_by": None, "expires_at": None},
            {"id": "server-03", "group": None, "booked_by": None, "expires_at": None},
        ],
        "groups": [
            {"id": 1, "name": "Production", "vm_ids": ["server-01", "server-02"]},
            {"id": 2, "name": "Empty", "vm_ids": []},
        ],
        "users": {
            USER: {
                "created": "2026-01-09T08:00:00Z",
                "bookings": [
                    {
                        "vm_id": "server-01",
                        "start": "2026-11-23T12:00:00Z",
                        "end": "2026-11-23T18:00:00Z",
                        "action": "book",
                    }
                ],
            }
        },
    }


def put(folder: Path, content: object) -> Path:
    path = folder / "data.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=1).encode())
    return path


def test_a_file_in_the_base_form_loads(tmp_path: Path) -> None:
    state = read_state(put(tmp_path, base()))
    assert list(state.fleet.vms) == ["server-01", "server-02", "server-03"]
    assert state.fleet.vms["server-02"] == VM(id="server-02", group=1, booked_by=None, expires_at=None)
    assert state.fleet.vms["server-01"].expires_at == NOON + timedelta(hours=6)
    assert state.fleet.groups[1] == Group(id=1, name="Production", vm_ids=("server-01", "server-02"))
    assert state.fleet.users[USER] == User(email=USER, created=datetime(2026, 1, 9, 8, tzinfo=UTC))
    assert state.histories.of(USER) == [
        Record(vm_id="server-01", start=NOON, end=NOON + timedelta(hours=6), action=Action.BOOK)
    ]
    assert (state.seq, state.irregular) == (0, False)


def test_what_the_base_form_does_not_say_of_a_booking_is_taken_from_its_history(tmp_path: Path) -> None:
    assert read_state(put(tmp_path, base())).fleet.vms["server-01"].booked_at == NOON
    content = base()
    content["users"][USER]["bookings"] = []
    assert read_state(put(tmp_path, content)).fleet.vms["server-01"].booked_at is None


def test_a_finished_booking_says_nothing_of_a_running_one(tmp_path: Path) -> None:
    content = base()
    content["users"][USER]["bookings"] += [
        {"vm_id": "server-01", "start": "2026-11-23T13:00:00Z", "end": None, "action": "release"},
        {"vm_id": "server-02", "start": "2026-11-23T14:00:00Z", "end": "2026-11-23T15:00:00Z", "action": "book"},
    ]
    assert read_state(put(tmp_path, content)).fleet.vms["server-01"].booked_at is None


def test_who_holds_a_vm_is_a_user_even_when_the_file_does_not_list_them(tmp_path: Path) -> None:
    state = read_state(put(tmp_path, {**base(), "users": {}}))
    assert USER in state.fleet.users


def test_unknown_keys_anywhere_do_not_keep_a_file_from_loading(tmp_path: Path) -> None:
    content = base()
    content["rack"] = content["vms"][0]["rack"] = content["groups"][0]["rack"] = {"deep": [1, None]}
    content["users"][USER]["rack"] = content["users"][USER]["bookings"][0]["rack"] = 7
    assert len(read_state(put(tmp_path, content)).fleet.vms) == 3


def changed(place: list[str | int], value: object) -> dict[str, Any]:
    """Return the base file with the value at `place` changed."""
    content = base()
    inner: Any = content
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return content


FREE = {"id": "x", "group": None, "booked_by": None, "expires_at": None}

BROKEN: list[tuple[dict[str, Any], str, str]] = [
    (changed(["vms", 2, "group"], 9), "vms[2].group", "group_missing"),
    (changed(["vms", 2, "group"], 2), "vms[2].group", "group_lacks_vm"),
    (changed(["vms", 1, "group"], None), "groups[0].vm_ids[1]", "vm_not_of_group"),
    (changed(["groups", 1, "vm_ids"], ["server-03"]), "groups[1].vm_ids[0]", "vm_not_of_group"),
    (changed(["groups", 1, "vm_ids"], ["gone"]), "groups[1].vm_ids[0]", "vm_missing"),
    (changed(["groups", 0, "vm_ids"], ["server-01", "server-02", "server-01"]), "groups[0].vm_ids[2]", "repeated"),
    (changed(["vms", 2, "id"], "server-02"), "vms[2].id", "repeated"),
    (changed(["groups", 1, "id"], 1), "groups[1].id", "repeated"),
    (changed(["groups", 1, "name"], "Production"), "groups[1].name", "group_name_repeated"),
    (changed(["groups", 1, "name"], " PRODUCTION"), "groups[1].name", "group_name_repeated"),
    (changed(["seq"], -1), "seq", "wrong_value"),
    (changed(["vms", 0, "booked_by"], None), "vms[0].booked_by", "half_booked"),
    (changed(["vms", 1, "booked_by"], USER), "vms[1].expires_at", "half_booked"),
    (changed(["vms", 0, "expires_at"], "soon"), "vms[0].expires_at", "time_malformed"),
    (changed(["vms", 0, "group"], "1"), "vms[0].group", "wrong_type"),
    (changed(["vms", 1], {"id": "x"}), "vms[1].group", "required"),
    (changed(["vms"], {}), "vms", "wrong_type"),
    (changed(["groups", 1, "name"], None), "groups[1].name", "wrong_type"),
    (changed(["users", USER, "created"], 5), f'users["{USER}"].created', "time_malformed"),
    (
        changed(["users", USER, "bookings", 0, "action"], "eat"),
        f'users["{USER}"].bookings[0].action',
        "wrong_value",
    ),
    (changed(["users", USER, "bookings", 0], {}), f'users["{USER}"].bookings[0].vm_id', "required"),
    ({key: value for key, value in base().items() if key != "groups"}, "groups", "required"),
]


@pytest.mark.parametrize(("content", "place", "problem"), BROKEN)
def test_a_broken_file_is_refused_with_the_place_named_and_left_as_it_is(
    tmp_path: Path, content: dict[str, Any], place: str, problem: str
) -> None:
    path = put(tmp_path, content)
    before = path.read_bytes()
    with pytest.raises(DataError) as refused:
        read_state(path)
    assert refused.value.data["place"].startswith(place)
    assert refused.value.data["problem"] == problem
    assert path.read_bytes() == before
    for lang in ("en", "ru"):
        assert error_text(refused.value, lang).startswith(place)


def test_a_person_who_stands_there_twice_is_refused_by_name(tmp_path: Path) -> None:
    text = json.dumps(base()).replace('"users": {', f'"users": {{"{USER}": {{"bookings": []}}, ')
    with pytest.raises(DataError) as refused:
        read_state(put(tmp_path, text.encode()))
    assert error_text(refused.value, "en") == f'users["{USER}"]: {USER} stands here more than once'


def test_what_is_wrong_in_either_of_two_entries_of_a_person_is_named(tmp_path: Path) -> None:
    text = json.dumps(base()).replace('"users": {', f'"users": {{"{USER}": {{"created": 5}}, ')
    with pytest.raises(DataError) as refused:
        read_state(put(tmp_path, text.encode()))
    assert refused.value.data["place"] == f'users["{USER}"].created'


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        (b"", "data.json", "file_empty"),
        (b"[]", "data.json", "wrong_type"),
        (b'{"vms": [],\n "groups": [}', "data.json:2:13", "json_malformed"),
        (b'{"vms": [', "data.json:1:10", "json_malformed"),
        (b'{"vms": [{"id": "\xff"}]}', "data.json:1:18", "json_malformed"),
        (b"\x00\x01", "data.json:1:1", "json_malformed"),
        (b'{"vms": [], "groups": [], "users": {},\n "other": "\xff"}', "data.json:2:12", "json_malformed"),
        (b'{"vms": [], "groups": [], "users": {"a@b.c": {"created": 5}, ', "data.json:1:62", "json_malformed"),
        (b'{"deep": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "data.json", "json_malformed"),
    ],
)
def test_what_is_not_such_json_is_refused_with_line_and_column(
    tmp_path: Path, content: bytes, place: str, problem: str
) -> None:
    with pytest.raises(DataError) as refused:
        read_state(put(tmp_path, content))
    assert (refused.value.data["place"], refused.value.data["problem"]) == (place, problem)
    assert error_text(refused.value, "en")


@pytest.mark.parametrize(
    ("zone", "hour"), [(UTC, 18), (ZoneInfo("Europe/Moscow"), 15), (ZoneInfo("America/New_York"), 23)]
)
def test_times_without_an_offset_are_read_in_the_assumed_zone(tmp_path: Path, zone: ZoneInfo, hour: int) -> None:
    content = changed(["vms", 0, "expires_at"], "2026-11-23T18:00:00")
    content["vms"][0] |= {"booked_at": "2026-11-23T17:30:00", "warned_at": "2026-11-23T17:40:00"}
    content["users"][USER]["bookings"][0] |= {"start": "2026-11-23T17:30:00", "end": "2026-11-23T18:00:00"}
    content["users"][USER]["created"] = "2026-11-23T17:00:00"
    state = read_state(put(tmp_path, content), zone)
    end = datetime(2026, 11, 23, hour, tzinfo=UTC)
    vm = state.fleet.vms["server-01"]
    assert (vm.expires_at, vm.booked_at, vm.warned_at) == (
        end,
        end - timedelta(minutes=30),
        end - timedelta(minutes=20),
    )
    assert [(one.start, one.end) for one in state.histories.of(USER)] == [(vm.booked_at, end)]
    assert state.fleet.users[USER].created == end - timedelta(hours=1)
    assert state.irregular


@pytest.mark.parametrize("key", ["expires_at", "booked_at", "warned_at"])
def test_one_time_without_an_offset_is_enough_to_be_seen(tmp_path: Path, key: str) -> None:
    state = read_state(put(tmp_path, changed(["vms", 0, key], "2026-11-23T12:00:00")))
    assert state.irregular
    assert getattr(state.fleet.vms["server-01"], key) == NOON


def test_times_with_another_offset_come_to_utc(tmp_path: Path) -> None:
    state = read_state(put(tmp_path, changed(["vms", 0, "expires_at"], "2026-11-23T21:00:00+03:00")))
    at = state.fleet.vms["server-01"].expires_at
    assert at == NOON + timedelta(hours=6)
    assert at.tzinfo is UTC


def test_an_email_in_capitals_is_the_same_person(tmp_path: Path) -> None:
    content = changed(["vms", 0, "booked_by"], "User@Example.COM")
    content["users"]["USER@example.com"] = {
        "created": "2026-01-09T08:00:00Z",
        "bookings": [{"vm_id": "server-02", "start": "2026-11-22T12:00:00Z", "end": None, "action": "release"}],
    }
    state = read_state(put(tmp_path, content))
    assert state.fleet.vms["server-01"].booked_by == USER
    assert list(state.fleet.users) == [USER]
    assert [one.vm_id for one in state.histories.of(USER)] == ["server-02", "server-01"]


def line(seq: int, *facts: AnyFact) -> bytes:
    return encode_line(Change(seq=seq, facts=facts))


def test_the_state_is_the_file_then_the_sealed_journal_then_the_journal(tmp_path: Path) -> None:
    path = put(tmp_path, {**base(), "seq": 4})
    released = BookingReleased(at=NOON, vm_id="server-01", user=USER, reason=Reason.CANCELLED)
    booked = BookingMade(at=NOON, vm_id="server-03", user=USER, end=NOON)
    (tmp_path / "data.json.journal.sealed").write_bytes(
        line(4, VMAdded(at=NOON, vm_id="server-01")) + line(5, released)
    )
    (tmp_path / "data.json.journal").write_bytes(line(6, booked) + b"torn")
    state = read_state(path)
    assert (state.seq, state.file_seq, state.journal.torn) == (6, 4, 4)
    assert state.fleet.vms["server-01"].booked_by is None
    assert state.fleet.vms["server-03"].booked_by == USER
    assert len(state.histories.of(USER)) == 3


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (line(2, VMAdded(at=NOON, vm_id="x")), "journal_gap"),
        (line(1, VMAdded(at=NOON, vm_id="server-01")), "journal_mismatch"),
        (b"{}\n", "journal_damaged"),
    ],
)
def test_a_journal_that_does_not_belong_to_the_file_is_refused(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = put(tmp_path, base())
    (tmp_path / "data.json.journal").write_bytes(content)
    with pytest.raises(DataError) as refused:
        read_state(path)
    assert (refused.value.data["place"], refused.value.data["problem"]) == ("data.json.journal:1", problem)
    assert error_text(refused.value, "ru")


def test_what_is_not_utf8_is_refused_also_where_the_histories_are_read_apart(tmp_path: Path) -> None:
    path = put(tmp_path, b'{"vms": [], "groups": [], "users": {}, "other": "\xff"}')
    with pytest.raises(DataError) as refused:
        read_state(path, take=lambda _email, _history: None)
    assert refused.value.data["problem"] == "json_malformed"


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "data.json")
