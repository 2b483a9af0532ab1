"""Data files of other programs: encodings, newer forms, keys that stand twice, and times that cannot be."""

import codecs
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loadzone.core import data_file, mending
from loadzone.core.auth_file import parse
from loadzone.core.data_file import read_state
from loadzone.core.journal import encode_line
from loadzone.core.json_store import JSONStore
from loadzone.domain import facts
from loadzone.domain.errors import DataError, StoreUnavailable
from loadzone.domain.facts import Change
from loadzone.history.reading import Collector
from loadzone.i18n import error_text
from tests.core.test_mending import NOON, RECORD, USER, put, said, whole

NULL_DATE = "0001-01-01T00:00:00Z"
TEXT = json.dumps(whole(), ensure_ascii=False)

Read = Callable[[Path], Any]
READ: list[Read] = [read_state, lambda path: read_state(path, take=Collector().take)]


def refusal(path: Path, read: Read) -> tuple[str, str]:
    """Return where and why a file is refused, and see that both languages can say it."""
    with pytest.raises(DataError) as refused:
        read(path)
    assert all(error_text(refused.value, lang) for lang in ("en", "ru"))
    return refused.value.data["place"], refused.value.data["problem"]


# Encodings


@pytest.mark.parametrize("read", READ)
async def test_a_byte_order_mark_is_read_and_the_next_write_drops_it(tmp_path: Path, read: Read) -> None:
    """Editors of other systems begin UTF-8 with a mark; everything that reads the file reads it."""
    path = tmp_path / "data.json"
    path.write_bytes(codecs.BOM_UTF8 + TEXT.encode())
    assert set(read(path).fleet.vms) == {"a", "b", "c"}
    assert mending.check(path) == []
    store = JSONStore(path)
    loaded = await store.load()
    await store.append([facts.VMAdded(at=NOON, vm_id="d")], loaded.seq)
    assert await store.close() is None
    assert path.read_bytes().startswith(b"{")
    assert json.loads(path.read_bytes())["site"] == "Berlin"


def test_a_file_with_a_byte_order_mark_can_be_mended(tmp_path: Path) -> None:
    """The mended file has no mark."""
    content = whole()
    content["vms"][2]["group"] = 9
    path, out = tmp_path / "data.json", tmp_path / "mended.json"
    path.write_bytes(codecs.BOM_UTF8 + json.dumps(content).encode())
    mending.repair(path, out)
    assert out.read_bytes().startswith(b"{")
    assert mending.check(out) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("read", READ)
def test_another_encoding_is_named(tmp_path: Path, encoding: str, read: Read) -> None:
    """UTF-16, as some editors save it, is no "malformed JSON" at line 1."""
    path = tmp_path / "data.json"
    path.write_bytes(TEXT.encode(encoding))
    assert refusal(path, read) == ("data.json", "file_not_utf8")
    assert said(mending.check(path)) == [("data.json", "file_not_utf8")]


# Forms


@pytest.mark.parametrize("schema", [2, 0, -1, 99])
@pytest.mark.parametrize("rest", [whole(), {"vms": {}}], ids=["same form", "other form"])
@pytest.mark.parametrize("read", READ)
def test_a_form_that_is_not_known_is_refused_and_never_rewritten(
    tmp_path: Path, schema: int, rest: dict[str, Any], read: Read
) -> None:
    """What a newer LoadZone wrote is left to it, even when its values have another form."""
    path = put(tmp_path, {**rest, "schema": schema})
    before = path.read_bytes()
    expected = ("data.json: schema", "schema_unknown")
    assert refusal(path, read) == expected
    assert said(mending.check(path)) == [expected]
    with pytest.raises(DataError):
        mending.repair(path, tmp_path / "mended.json")
    assert path.read_bytes() == before


# Keys that stand twice


def doubled(text: str, once: str, twice: str) -> str:
    assert once in text
    return text.replace(once, twice, 1)


DOUBLED = [
    ('"vms": [', '"vms": [{"id": "z", "group": null, "booked_by": null, "expires_at": null}], "vms": [', "vms"),
    ('"groups": [', '"groups": [{"id": 7, "name": "Seven", "vm_ids": []}], "groups": [', "groups"),
    ('"users": {', '"users": {"z@example.com": {"bookings": []}}, "users": {', "users"),
    ('"site": "Berlin"', '"site": "Berlin", "site": "Bonn"', "site"),
    ('"id": "b"', '"id": "y", "id": "b"', "vms[1].id"),
    ('"cpu": 8', '"cpu": 8, "cpu": 9', "vms[0].cpu"),
    ('"name": "Two"', '"name": "Twin", "name": "Two"', "groups[1].name"),
    ('"phone": "+7"', '"phone": "+7", "phone": "+8"', f'users["{USER}"].phone'),
    ('"bookings": [', '"bookings": [], "bookings": [', f'users["{USER}"].bookings'),
    ('"action": "book"', '"action": "renew", "action": "book"', f'users["{USER}"].bookings[0].action'),
    ('"vm_id": "a"', '"vm\\u005fid": "c", "vm_id": "a"', f'users["{USER}"].bookings[0].vm_id'),
]


@pytest.mark.parametrize(("once", "twice", "place"), DOUBLED)
@pytest.mark.parametrize("read", READ)
def test_a_key_that_stands_twice_is_refused_with_its_place(
    tmp_path: Path, once: str, twice: str, place: str, read: Read
) -> None:
    """The decoder would drop the first of two equal keys without a word."""
    path = tmp_path / "data.json"
    path.write_text(doubled(TEXT, once, twice))
    assert refusal(path, read) == (place, "key_repeated")
    assert (place, "key_repeated") in said(mending.check(path))


@pytest.mark.parametrize(("once", "twice", "place"), DOUBLED)
def test_what_stands_twice_is_joined_where_it_can_be(tmp_path: Path, once: str, twice: str, place: str) -> None:
    """Of lists and people nothing is lost by a repair, of other values the last stays, as the decoder has it."""
    path, out = tmp_path / "data.json", tmp_path / "mended.json"
    path.write_text(doubled(TEXT, once, twice))
    mending.repair(path, out)
    assert mending.check(out) == []
    state = read_state(out)
    assert set(state.fleet.vms) >= {"a", "b", "c"}
    assert ("z" in state.fleet.vms) == (place == "vms")
    assert (7 in state.fleet.groups) == (place == "groups")
    assert ("z@example.com" in state.fleet.users) == (place == "users")
    assert len(state.histories.of(USER)) == len(read_state(put(tmp_path, whole())).histories.of(USER))


def test_a_large_file_is_looked_through_key_by_key_by_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server starts on a large file without reading each record twice; check reads all, and names the place."""
    monkeypatch.setattr(data_file, "EVERY_KEY_BYTES", 10)
    path = tmp_path / "data.json"
    path.write_text(doubled(TEXT, '"action": "book"', '"action": "renew", "action": "book"'))
    read_state(path)
    assert said(mending.check(path)) == [(f'users["{USER}"].bookings[0].action', "key_repeated")]


# Times


@pytest.mark.parametrize(
    "at", [NULL_DATE, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1900-01-01T00:00:00Z"]
)
@pytest.mark.parametrize(
    ("where", "place"),
    [
        (("vms", 0, "expires_at"), "vms[0].expires_at"),
        (("vms", 0, "booked_at"), "vms[0].booked_at"),
        (("vms", 0, "warned_at"), "vms[0].warned_at"),
        (("users", USER, "created"), f'users["{USER}"].created'),
    ],
)
@pytest.mark.parametrize("read", READ)
def test_a_time_of_the_state_in_an_unsupported_year_is_refused_and_mended(
    tmp_path: Path, at: str, where: tuple[Any, ...], place: str, read: Read
) -> None:
    """A server refuses at the start what it would fail on later, and check says the same."""
    content: Any = whole()
    content[where[0]][where[1]][where[2]] = at
    path, out = put(tmp_path, content), tmp_path / "mended.json"
    assert refusal(path, read) == (place, "time_unsupported")
    assert (place, "time_unsupported") in said(mending.check(path))
    mending.repair(path, out)
    assert mending.check(out) == []


@pytest.mark.parametrize("zone", ["Europe/Moscow", "America/New_York"])
@pytest.mark.parametrize("key", ["start", "end"])
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_record_whose_time_is_in_no_year_in_utc_is_refused_or_read_and_never_a_traceback(
    tmp_path: Path, zone: str, key: str, at: str
) -> None:
    """At the edges of the calendar an offset or the assumed zone may leave it."""
    content = whole()
    content["users"][USER]["bookings"][0] = {**RECORD, key: at}
    path, tz = put(tmp_path, content), ZoneInfo(zone)
    leaves = (at.startswith("0001")) == (zone == "Europe/Moscow")
    place = f'users["{USER}"].bookings[0].{key}'
    if leaves:
        assert refusal(path, lambda path: read_state(path, tz)) == (place, "time_unsupported")
        assert refusal(path, lambda path: read_state(path, tz, Collector(tz).take)) == (place, "time_unsupported")
        assert said(mending.check(path, tz)) == [(place, "time_unsupported")]
        mending.repair(path, tmp_path / "mended.json", tz)
        assert mending.check(tmp_path / "mended.json") == []
    else:
        read_state(path, tz)
        assert mending.check(path, tz) == []


def test_a_journal_with_a_time_in_an_unsupported_year_is_refused_at_its_line(tmp_path: Path) -> None:
    """Whoever wrote such a line, no server stumbles over it later."""
    path = put(tmp_path, whole())
    far = datetime(9999, 12, 31, tzinfo=UTC)
    booked = facts.BookingMade(at=NOON, vm_id="b", user=USER, end=far)
    path.with_name("data.json.journal").write_bytes(encode_line(Change(seq=1, facts=(booked,))))
    assert refusal(path, read_state) == ("data.json.journal:1", "journal_time")
    mending.repair(path, tmp_path / "mended.json")
    assert read_state(tmp_path / "mended.json").fleet.vms["b"].booked_by is None


async def test_nothing_is_acknowledged_that_no_start_would_read(tmp_path: Path) -> None:
    """While the clock is in an unsupported year changes are refused."""
    store = JSONStore(put(tmp_path, whole()))
    loaded = await store.load()
    with pytest.raises(StoreUnavailable):
        await store.append([facts.VMAdded(at=datetime(1, 1, 1, tzinfo=UTC), vm_id="d")], loaded.seq)
    assert (await store.append([facts.VMAdded(at=NOON, vm_id="d")], loaded.seq)).seq == loaded.seq + 1
    await store.close()


@pytest.mark.parametrize("year", [1966, 2106])
def test_years_that_a_clock_may_show_are_supported(tmp_path: Path, year: int) -> None:
    """A file written under a clock that was wrong by decades is read."""
    content = whole()
    content["vms"][0] |= {"expires_at": f"{year}-02-08T00:00:00Z", "booked_at": f"{year}-02-07T00:00:00Z"}
    assert mending.check(put(tmp_path, content)) == []


@pytest.mark.parametrize("field", ["created", "seen"])
@pytest.mark.parametrize("at", [NULL_DATE, "9999-12-31T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_an_account_file_with_a_time_in_an_unsupported_year_is_refused_with_its_place(field: str, at: str) -> None:
    """Lengths are added to the times of sessions: what leaves the calendar is refused at the start."""
    session = {
        "email": USER,
        "mode": "password",
        "created": "2026-01-01T00:00:00Z",
        "seen": "2026-01-01T00:00:00Z",
    }
    plain = {"schema": 1, "cookie_secret": "x" * 32, "sessions": {"0" * 64: {**session, field: at}}}
    with pytest.raises(DataError, match="time_unsupported") as refused:
        parse(json.dumps(plain).encode(), "data.auth.json")
    assert refused.value.data["place"] == f'data.auth.json: sessions["{"0" * 64}"].{field}'


# Records that are served, and can hardly be


@pytest.mark.parametrize(
    ("record", "key", "problem"),
    [
        ({"start": NULL_DATE}, "start", "time_unsupported"),
        ({"start": NULL_DATE, "end": None, "action": "release"}, "start", "time_unsupported"),
        ({"end": "9999-12-31T00:00:00Z", "start": "9998-12-31T00:00:00Z"}, "end", "time_unsupported"),
        ({"end": "2026-11-23T11:00:00Z"}, "end", "end_before_start"),
        ({"end": NULL_DATE}, "end", "end_before_start"),
        ({"end": None}, "end", "end_missing"),
        ({"end": None, "action": "renew"}, "end", "end_missing"),
        ({"end": "2046-11-23T12:00:00Z", "start": "2026-11-23T12:00:00Z"}, "end", "span_too_long"),
        ({"action": "release"}, "end", "end_needless"),
        ({"vm_id": "no such id"}, "vm_id", "vm_id_malformed"),
    ],
)
async def test_a_record_that_can_hardly_be_is_named_and_served(
    tmp_path: Path, record: dict[str, Any], key: str, problem: str
) -> None:
    """An old record of another system does not stop a server, and check names its place."""
    content = whole()
    content["users"][USER]["bookings"].insert(0, {**RECORD, **record})
    path = put(tmp_path, content)
    assert mending.check(path) == []
    odd = list(mending.doubtful(path, datetime(2036, 12, 1, tzinfo=UTC)))
    assert said(odd) == [(f'users["{USER}"].bookings[0].{key}', problem)]
    assert all(error_text(each, lang) for each in odd for lang in ("en", "ru"))
    store = JSONStore(path)
    await store.load()
    assert await store.close() is None
