"""Made-up fleets: always a sound data file, always the same for the same seed, and believable."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadzone.core.data_file import DataFile, read_state
from loadzone.core.invariants import problems
from loadzone.demo import fleet, this_hour
from loadzone.domain.fields import VM_ID, Fields
from loadzone.domain.model import Record

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
FAR = datetime(2036, 1, 1, tzinfo=UTC)

sizes = {"vms": st.integers(0, 60), "days": st.integers(0, 40), "seed": st.integers(0, 2**32)}
moments = st.integers(1_577_836_800, 2_051_222_400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def decoded(content: bytes) -> DataFile:
    return msgspec.json.decode(content, type=DataFile)


def by_vm(data: DataFile) -> dict[str, list[tuple[str, Record]]]:
    """Each VM's records in order of time, releases first."""
    found: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    for email, user in data.users.items():
        for record in user.bookings:
            found[record.vm_id].append((email, record))
    for records in found.values():
        records.sort(key=lambda each: (each[1].start, each[1].action != "release"))
    return found


def held_at_the_end(records: list[tuple[str, Record]]) -> tuple[str, datetime] | None:
    """Replay a VM's records; fails where two bookings overlap or a record has no booking."""
    held: tuple[str, datetime] | None = None
    for email, record in records:
        if record.action == "book":
            assert held is None, "booked while it was taken"
            assert record.end is not None
            held = (email, record.end)
        else:
            assert held is not None
            assert held[0] == email
            assert record.start <= held[1]
            if record.action == "renew":
                assert record.end is not None
                assert record.end > held[1]
                held = (email, record.end)
            else:
                assert (record.reason == "expired") == (record.start == held[1])
                held = None
    return held


@settings(max_examples=40)
@given(now=moments, far=st.booleans(), **sizes)
def test_no_two_bookings_overlap_and_the_fleet_is_what_its_history_says(
    vms: int, days: int, seed: int, now: datetime, far: bool
) -> None:
    data = decoded(fleet(vms, days, seed, now, FAR if far else None))
    histories = by_vm(data)
    assert list(problems(data.vms, data.groups)) == []
    assert len(data.vms) == vms
    for vm in data.vms:
        held = held_at_the_end(histories.get(vm.id, []))
        assert held == (None if vm.booked_by is None else (vm.booked_by, vm.expires_at))
        if vm.expires_at is not None:
            assert vm.expires_at > now
            assert vm.booked_at is not None
            assert vm.booked_at <= now
    for email, user in data.users.items():
        assert email.endswith("@example.com")
        assert user.created is not None
        assert [record.start for record in user.bookings] == sorted(record.start for record in user.bookings)
        assert all(user.created < record.start <= now for record in user.bookings)


@settings(max_examples=10)
@given(**sizes)
def test_the_same_seed_and_moment_make_the_same_bytes(vms: int, days: int, seed: int) -> None:
    assert fleet(vms, days, seed, NOW) == fleet(vms, days, seed, NOW)


def test_another_seed_makes_another_fleet() -> None:
    assert fleet(20, 20, 1, NOW) != fleet(20, 20, 2, NOW)


@pytest.fixture(scope="module")
def year() -> dict[str, Any]:
    """Make a year of a middling fleet, as plain JSON values."""
    plain: dict[str, Any] = msgspec.json.decode(fleet(60, 365, 7, NOW))
    return plain


def each(plain: dict[str, Any], action: str) -> Iterator[dict[str, Any]]:
    for user in plain["users"].values():
        yield from (record for record in user["bookings"] if record["action"] == action)


def test_most_bookings_begin_in_working_hours_of_weekdays(year: dict[str, Any]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    starts = [datetime.fromisoformat(record["start"]).astimezone(zone) for record in each(year, "book")]
    working = [at for at in starts if at.weekday() < 5 and 6 <= at.hour < 18]
    assert len(starts) > 5000
    assert len(working) / len(starts) > 0.85


def test_some_book_far_more_than_others(year: dict[str, Any]) -> None:
    counts = sorted(len(user["bookings"]) for user in year["users"].values())
    assert counts[-1] > 5 * counts[len(counts) // 4]


def test_there_are_renewals_early_releases_expiries_and_forced_releases(year: dict[str, Any]) -> None:
    reasons = [record["reason"] for record in each(year, "release")]
    shares = {reason: reasons.count(reason) / len(reasons) for reason in set(reasons)}
    assert shares["expired"] > 0.5
    assert 0.25 < shares["cancelled"] < 0.5
    assert 0 < shares["forced"] < 0.05
    assert 0.1 < sum(1 for _ in each(year, "renew")) / sum(1 for _ in each(year, "book")) < 0.4


def test_ids_addresses_tags_and_notes_are_ones_that_the_rules_accept(year: dict[str, Any]) -> None:
    fields = Fields()
    addresses = []
    for vm in year["vms"]:
        assert VM_ID.match(vm["id"])
        addresses.append(fields.address("internal_ip", vm["internal_ip"]))
        fields.address("external_ip", vm.get("external_ip"))
        fields.tags(tuple(vm.get("tags", ())))
    fields.check()
    assert len(set(addresses)) == len(addresses)


def test_no_booking_without_renewal_is_longer_than_the_default_limit(year: dict[str, Any]) -> None:
    for record in each(year, "book"):
        length = datetime.fromisoformat(record["end"]) - datetime.fromisoformat(record["start"])
        assert timedelta(0) < length <= timedelta(hours=168)


def test_held_until_leaves_some_vms_booked_to_that_day_and_the_first_two_free_of_it() -> None:
    data = decoded(fleet(40, 30, 1, NOW, FAR))
    held = [vm.id for vm in data.vms if vm.expires_at == FAR]
    assert len(held) >= 2
    assert not {"server-01", "server-02"} & set(held)


def test_the_file_has_a_vm_and_a_record_a_line_and_loads(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(fleet(30, 20, 3, NOW))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum(line.lstrip().startswith('{"id":"server-') for line in lines) == 30
    state = read_state(path)
    assert not state.irregular
    assert sum('"action":' in line for line in lines) == len(state.histories)


def test_internal_addresses_stay_private_and_unique_in_a_large_fleet() -> None:
    plain = msgspec.json.decode(fleet(10_000, 0, 1, NOW))
    fields = Fields()
    addresses = {fields.address("internal_ip", vm["internal_ip"]) for vm in plain["vms"]}
    for vm in plain["vms"]:
        fields.address("external_ip", vm.get("external_ip"))
    fields.check()
    assert len(addresses) == 10_000


def test_this_hour_is_the_hour_in_utc() -> None:
    at = datetime(2026, 11, 23, 15, 59, 59, 5, tzinfo=ZoneInfo("Asia/Kolkata"))
    assert this_hour(at) == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
