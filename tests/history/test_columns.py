"""A history read as columns is the history that the store gives."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import loadzone
from loadzone.core.data_file import journal_path, read_state
from loadzone.core.journal import encode_line
from loadzone.core.store import Entry, HistoryQuery, Page
from loadzone.domain.errors import DataError, InvalidInput
from loadzone.domain.facts import BookingMade, Change, UserAdded
from loadzone.history.files import WRITERS
from loadzone.web.history import csv_chunks
from loadzone.zones.file import FileZone, read_history

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def file(path: Path, users: dict[str, list[dict[str, Any]]]) -> Path:
    """Write a data file with those histories."""
    told = {email: {"created": "2026-01-01T00:00:00Z", "bookings": mine} for email, mine in users.items()}
    path.write_text(json.dumps({"vms": [], "groups": [], "users": told}), encoding="utf-8")
    return path


def record(at: str, action: str = "book", vm: str = "a", end: str | None = None, **more: str) -> dict[str, Any]:
    planned = None if action == "release" else end or "2026-03-02T00:00:00Z"
    return {"vm_id": vm, "start": at, "end": planned, "action": action, **more}


def expected(path: Path) -> list[tuple[Any, ...]]:
    """Return the records as the store's own history has them."""
    found = read_state(path).histories.matching(HistoryQuery(), None)
    return [(e.start, e.user, e.vm_id, e.action, e.end, e.reason) for e in found if e is not None]


def shown(zone: loadzone.client.Zone, **asked: Any) -> list[tuple[Any, ...]]:
    return [(e.start, e.user, e.vm_id, e.action, e.end, e.reason) for e in zone.records(**asked)]


moments = st.builds(
    lambda minute, kind: (DAY + timedelta(minutes=minute)).strftime(kind),
    st.integers(0, 4),
    # As LoadZone writes them, whole seconds or not; with an offset; without one, as older files have them.
    st.sampled_from(
        ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%dT%H:%M:%S"]
    ),
)
records = st.builds(
    record,
    moments,
    st.sampled_from(["book", "renew", "release"]),
    st.sampled_from(["a", "b"]),
    moments,
)


@given(st.dictionaries(st.sampled_from(["x@example.com", "Y@example.com", "y@example.com"]), st.lists(records)))
def test_records_of_any_order_and_form_come_as_the_store_gives_them(
    tmp_path_factory: pytest.TempPathFactory, users: dict[str, list[dict[str, Any]]]
) -> None:
    path = file(tmp_path_factory.mktemp("files") / "data.json", users)
    assert shown(FileZone(path)) == expected(path)


def test_what_stands_in_the_journal_follows(tmp_path: Path) -> None:
    path = file(tmp_path / "data.json", {"x@example.com": [record("2026-03-01T10:00:00Z")]})
    facts = (
        UserAdded(at=DAY, user="w@example.com"),
        BookingMade(at=DAY + timedelta(hours=11), vm_id="b", user="w@example.com", end=DAY + timedelta(days=1)),
    )
    plain = json.loads(path.read_text(encoding="utf-8"))
    plain["vms"] = [{"id": "b", "group": None, "booked_by": None, "expires_at": None}]
    path.write_text(json.dumps(plain), encoding="utf-8")
    journal_path(path).write_bytes(encode_line(Change(seq=1, facts=facts)))
    assert [row[1] for row in shown(FileZone(path))] == ["x@example.com", "w@example.com"]
    assert shown(FileZone(path)) == expected(path)


def test_a_range_takes_its_first_moment_and_leaves_its_last(tmp_path: Path) -> None:
    hours = [record(f"2026-03-01T{hour:02}:00:00Z", vm="ab"[hour % 2]) for hour in range(10, 15)]
    zone = FileZone(file(tmp_path / "data.json", {"x@example.com": hours, "y@example.com": hours[:1]}))
    found = shown(zone, since="2026-03-01T11:00", until="2026-03-01T13:00Z")
    assert [row[0].hour for row in found] == [11, 12]
    assert shown(zone, since="2026-03-01T11:00", until="2026-03-01T11:00") == []
    assert {row[2] for row in shown(zone, vm="b")} == {"b"}
    assert len(shown(zone, user=" Y@Example.com ")) == 1
    assert shown(zone, vm="nowhere") == shown(zone, user="nobody@example.com") == []


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"since": "2026-03-02", "until": "2026-03-01"}, "since", "since_after_until"),
        ({"since": "the other day"}, "since", "time_malformed"),
        ({"until": object()}, "until", "time_malformed"),
        ({"until": ""}, "until", "time_malformed"),
    ],
)
def test_a_range_that_is_none_is_refused(asked: Any, field: str, code: str, tmp_path: Path) -> None:
    zone = FileZone(file(tmp_path / "data.json", {}))
    with pytest.raises(InvalidInput) as caught:
        zone.history(**asked)
    assert [(each.field, each.code) for each in caught.value.fields] == [(field, code)]


def test_times_with_an_offset_and_without_one_are_brought_to_utc(tmp_path: Path) -> None:
    mine = [record("2026-07-01T12:00:00"), record("2026-07-01T12:00:00+03:00"), record("2026-07-01T12:00:00Z")]
    path = file(tmp_path / "data.json", {"x@example.com": mine})
    berlin = FileZone(path, "Europe/Berlin").history()["at"]
    assert berlin.dt.hour.tolist() == [9, 10, 12]
    assert berlin[1] == pd.Timestamp(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")))
    assert berlin[0] == pd.Timestamp(datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=3))))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (record("yesterday"), 'users["x@example.com"].bookings[1].start'),
        (record("2026-02-30T00:00:00Z"), 'users["x@example.com"].bookings[1].start'),
        (record("2026-03-01T00:00:00Z", "take"), 'users["x@example.com"].bookings[1].action'),
        ({"vm_id": "a"}, 'users["x@example.com"].bookings[1].start'),
    ],
)
def test_a_wrong_record_is_named_as_the_server_names_it(wrong: Any, place: str, tmp_path: Path) -> None:
    path = file(tmp_path / "data.json", {"x@example.com": [record("2026-03-01T00:00:00Z"), wrong]})
    with pytest.raises(DataError) as ours:
        FileZone(path)
    with pytest.raises(DataError) as theirs:
        read_state(path)
    # Who reads files reads several, and is told which one it is too.
    assert ours.value.data == {**theirs.value.data, "place": f"data.json: {theirs.value.data['place']}"}
    assert theirs.value.data["place"] == place


def test_who_made_a_record_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    mine = [record("2026-03-01T10:00:00Z"), record("2026-03-01T11:00:00Z", "release", reason="forced", by="boss")]
    path = file(tmp_path / "data.json", {"x@example.com": mine})
    history = read_history(path, with_by=True)[1]
    assert [history.bys[code] if code >= 0 else None for code in history.columns.by] == [None, "boss"]


def test_a_booking_of_an_old_file_has_its_beginning_from_the_history(data_file: Path) -> None:
    vms = loadzone.connect(data_file).vms()
    assert vms.loc["server-01", "booked_at"] == pd.Timestamp("2026-01-11T08:00Z")


@given(st.dictionaries(st.sampled_from(["x@example.com", '"y@example.com', "=z@example.com"]), st.lists(records)))
def test_csv_and_json_are_what_the_api_would_give(
    tmp_path_factory: pytest.TempPathFactory, users: dict[str, list[dict[str, Any]]]
) -> None:
    path = file(tmp_path_factory.mktemp("files") / "data.json", users)
    entries = [one for one in read_state(path).histories.matching(HistoryQuery(), None) if one is not None]
    history = read_history(path, with_by=True)[1]
    written = {}
    for kind in ("csv", "json"):
        out = io.BytesIO()
        WRITERS[kind](history.pieces(3), out)
        written[kind] = out.getvalue()
    lines = [msgspec.json.encode(one) for one in entries]
    assert written["json"] == (b"[\n" + b",\n".join(lines) + b"\n]\n" if lines else b"[]\n")
    assert written["csv"] == asyncio.run(api_csv(entries))


async def api_csv(entries: list[Entry]) -> bytes:
    async def pages() -> AsyncGenerator[Page]:
        yield Page(entries=entries)

    return b"".join([chunk async for chunk in csv_chunks(pages())])
