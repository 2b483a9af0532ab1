"""`loadzone.connect`: a server by URL, a file by path, and the same errors as everywhere."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

import loadzone
from loadzone.client import Zone
from loadzone.core.data_file import journal_path
from loadzone.core.journal import encode_line
from loadzone.demo import fleet
from loadzone.domain.errors import (
    Conflict,
    DataError,
    InvalidInput,
    LoadZoneError,
    LoginRequired,
    NotAllowed,
    NotFound,
)
from loadzone.domain.facts import BookingMade, Change, UserAdded
from loadzone.domain.wishes import AddVM
from tests.conftest import LiveServer

HISTORY = ["at", "action", "vm_id", "user", "start", "end", "reason"]
UTC_TIME = "datetime64[us, UTC]"


@pytest.fixture
def admin(live_server: LiveServer) -> Iterator[Zone]:
    """Connect as the administrator."""
    with loadzone.connect(live_server.url, token=live_server.admin_token) as zone:
        yield zone


@pytest.fixture
def alice(live_server: LiveServer) -> Iterator[Zone]:
    """Connect as a user."""
    with loadzone.connect(live_server.url, token=live_server.alice_token) as zone:
        yield zone


# A server


def test_vms_and_groups_are_frames_indexed_by_id(alice: Zone) -> None:
    vms, groups = alice.vms(), alice.groups()
    assert vms.index.name == groups.index.name == "id"
    assert vms.loc["server-01", "booked_by"] == "bob@example.com"
    assert vms.loc["server-01", "expires_at"] == pd.Timestamp("2099-01-01", tz="UTC")
    assert str(vms["expires_at"].dtype) == UTC_TIME
    assert groups.loc[1, "name"] == "Production"
    assert groups["vm_ids"].tolist()[0][:2] == ("server-01", "server-02")


def test_a_booking_is_made_renewed_and_released_and_stands_in_the_history(alice: Zone) -> None:
    before = datetime.now(UTC)
    booked = alice.book("server-03", hours=2, purpose="a test")
    renewed = alice.renew("server-03", hours=1.5)
    released = alice.release("server-03")
    assert (booked.booked_by, booked.purpose) == ("alice@example.com", "a test")
    assert booked.expires_at is not None
    assert renewed.expires_at is not None
    assert (renewed.expires_at - booked.expires_at).total_seconds() == 1.5 * 3600
    assert released.booked_by is None
    history = alice.history(since=before)
    assert list(history.columns) == HISTORY
    assert list(history["action"]) == ["book", "renew", "release"]
    assert list(history["user"].unique()) == ["alice@example.com"]
    assert history["reason"].tolist()[-1] == "cancelled"


@pytest.mark.parametrize(
    "hours", [np.int64(2), np.float64(2), np.float32(2), np.uint8(2), timedelta(hours=2), pd.Timedelta("2h")]
)
def test_hours_may_be_a_number_of_numpy_or_a_length_of_time(hours: Any, alice: Zone) -> None:
    before = datetime.now(UTC)
    booked = alice.book(np.str_("server-03"), hours)
    alice.release("server-03")
    assert booked.expires_at is not None
    assert timedelta(hours=2) <= booked.expires_at - before < timedelta(hours=2, minutes=1)


def test_what_no_body_can_hold_is_refused_with_the_name_of_its_field(admin: Zone) -> None:
    class Strange:
        pass

    # As a whole number 120 minutes would be 120 hours.
    for hours in (np.timedelta64(120, "m"), pd.NaT, Strange(), np.array([1, 2])):
        with pytest.raises(InvalidInput, match="hours: wrong_value"):
            admin.book("server-03", hours)  # type: ignore[arg-type]  # the mistake
    with pytest.raises(InvalidInput, match="purpose: wrong_value"):
        admin.book("server-03", 1, "\udc80")
    with pytest.raises(InvalidInput, match="tags: wrong_value"):
        admin.edit_vm("server-03", tags=[Strange()])


def test_history_is_filtered_as_the_api_does(admin: Zone) -> None:
    early = admin.history(until="2026-01-11")
    assert list(early["vm_id"]) == ["server-02", "server-02"]
    assert admin.history(since="2026-01-10T12:00:00Z", until="2026-01-11")["action"].tolist() == ["release"]
    assert admin.history(vm="server-01", until="2026-02-01")["end"].tolist() == [
        pd.Timestamp("2099-01-01", tz="UTC")
    ]
    assert admin.history(user="nobody@example.com").empty
    assert str(early["at"].dtype) == UTC_TIME


def test_a_refusal_is_the_domain_error_that_it_was_on_the_server(alice: Zone) -> None:
    with pytest.raises(Conflict) as taken:
        alice.book("server-01", hours=1)
    assert taken.value.code == "vm_taken"
    assert taken.value.data["holder"] == "bob@example.com"
    assert "bob@example.com" in taken.value.__notes__[0]
    with pytest.raises(NotFound, match="vm_not_found"):
        alice.book("server-99", hours=1)
    with pytest.raises(InvalidInput) as wrong:
        alice.book("server-02", hours=-1)
    assert [(each.field, each.code) for each in wrong.value.fields] == [("hours", "hours_not_positive")]
    with pytest.raises(NotAllowed, match="admin_only"):
        alice.add_vm("server-98")


def test_the_messages_are_in_the_language_asked_for(live_server: LiveServer) -> None:
    with (
        loadzone.connect(live_server.url, token=live_server.alice_token, lang="ru") as zone,
        pytest.raises(NotFound) as caught,
    ):
        zone.book("server-99", hours=1)
    assert re.search("[а-я]", caught.value.__notes__[0])


def test_an_administrator_keeps_the_fleet(admin: Zone) -> None:
    vm = admin.add_vm("extra-01", 1, internal_ip="10.0.0.9", tags=["a", "b"])
    assert (vm.group, vm.internal_ip, vm.tags) == (1, "10.0.0.9", ("a", "b"))
    admin.add_vms([AddVM(id="extra-02"), AddVM(id="extra-03")])
    group = admin.add_group("Extra", ["extra-01", "extra-02"])
    assert group.vm_ids == ("extra-01", "extra-02")
    assert admin.add_to_group(group.id, ["extra-03"]).vm_ids[-1] == "extra-03"
    assert admin.rename_group(group.id, "Spare").name == "Spare"
    assert admin.edit_vm("extra-01", note="hi", internal_ip=None).internal_ip is None
    assert admin.remove_from_group("extra-03").group is None
    admin.book("extra-01", hours=1)
    with pytest.raises(Conflict, match="vm_booked"):
        admin.delete_vm("extra-01")
    admin.delete_vm("extra-01", force=True)
    admin.delete_group(group.id)
    assert "extra-01" not in admin.vms().index
    assert admin.vms()["group"].isna()["extra-02"]


def test_a_read_token_sees_and_changes_nothing(live_server: LiveServer) -> None:
    with loadzone.connect(live_server.url, token=live_server.read_token) as zone:
        assert "server-01" in zone.vms().index
        with pytest.raises(NotAllowed, match="read_only_token"):
            zone.book("server-02", hours=1)


def test_a_stranger_and_a_wrong_token_see_nothing(live_server: LiveServer) -> None:
    with loadzone.connect(live_server.url) as zone, pytest.raises(LoginRequired, match="login_required"):
        zone.vms()
    with loadzone.connect(live_server.url, token="lz_wrong") as zone, pytest.raises(LoginRequired, match="token"):
        zone.vms()


def test_email_and_password_log_in(live_server: LiveServer) -> None:
    with loadzone.connect(live_server.url, email="alice@example.com", password="correct horse battery") as zone:
        assert zone.book("server-03", hours=1).booked_by == "alice@example.com"
        zone.release("server-03")
    with pytest.raises(LoginRequired, match="wrong_login"):
        loadzone.connect(live_server.url, email="alice@example.com", password="something else")


def test_without_arguments_the_environment_says_where_and_who(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOADZONE_URL", live_server.url)
    monkeypatch.setenv("LOADZONE_TOKEN", live_server.alice_token)
    with loadzone.connect() as zone:
        assert len(zone.groups()) >= 1
    monkeypatch.delenv("LOADZONE_URL")
    with pytest.raises(LoadZoneError, match="no_target"):
        loadzone.connect()


def test_the_token_of_the_environment_is_sent_where_no_other_login_is_given(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOADZONE_TOKEN", live_server.alice_token)
    with loadzone.connect(live_server.url) as zone:
        assert zone.me()["email"] == "alice@example.com"  # type: ignore[attr-defined]  # a server's zone
    with loadzone.connect(live_server.url, token=live_server.admin_token) as zone:
        assert zone.me()["email"] == "admin@example.com"  # type: ignore[attr-defined]  # as above
    monkeypatch.setenv("LOADZONE_TOKEN", live_server.admin_token)
    with loadzone.connect(live_server.url, email="alice@example.com", password="correct horse battery") as zone:
        assert zone.me()["email"] == "alice@example.com"  # type: ignore[attr-defined]  # as above
    with loadzone.connect(live_server.url, token="") as zone, pytest.raises(LoginRequired):
        zone.vms()


@pytest.mark.parametrize("own", ["", 'token = "lz_file"'])
def test_the_url_of_a_file_gets_the_token_of_the_file_and_never_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    """A stranger's loadzone.toml in the working directory learns nothing; a URL that was named gets the token."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LOADZONE_URL", raising=False)
    monkeypatch.setenv("LOADZONE_TOKEN", "lz_secret")
    url = "http://127.0.0.1:9"
    Path("loadzone.toml").write_text(f'[client]\nurl = "{url}"\n{own}\n')

    def sent(zone: Zone) -> str | None:
        with zone:
            credentials: dict[str, str] = zone._credentials()  # type: ignore[attr-defined]  # a server's zone
            return credentials.get("Authorization")

    assert sent(loadzone.connect()) == ("Bearer lz_file" if own else None)
    assert sent(loadzone.connect("")) == ("Bearer lz_file" if own else None)
    assert sent(loadzone.connect(url)) == "Bearer lz_secret"
    monkeypatch.setenv("LOADZONE_URL", url)
    assert sent(loadzone.connect()) == "Bearer lz_secret"


def test_a_server_that_is_not_there_is_told_as_such() -> None:
    """Its address and the system's words are told, not the number that the system has for them."""
    with loadzone.connect("http://127.0.0.1:9") as zone:
        with pytest.raises(LoadZoneError, match="server_unreachable") as refused:
            zone.vms()
        with pytest.raises(LoadZoneError, match="server_unreachable") as unheard:
            zone.watch(timeout=1)
    for each in (refused, unheard):
        assert each.value.data["url"] == "http://127.0.0.1:9"
        assert "Connection refused" in each.value.data["detail"]
        assert "Errno" not in each.value.data["detail"]


def test_an_answer_that_is_not_ours_is_told_as_such(alice: Zone, monkeypatch: pytest.MonkeyPatch) -> None:
    strange = httpx.MockTransport(lambda request: httpx.Response(502, text="<html>bad gateway</html>"))
    with httpx.Client(transport=strange, base_url="http://proxy.example.com") as http:
        monkeypatch.setattr(alice, "_http", http)
        with pytest.raises(LoadZoneError, match="server_strange"):
            alice.vms()


def test_a_closed_connection_says_so_and_is_still_shown(live_server: LiveServer) -> None:
    """Whatever is asked of it; the cell that shows it names the server."""
    zone = loadzone.connect(live_server.url, token=live_server.alice_token)
    zone.close()
    zone.close()
    for ask in (zone.vms, zone.history, zone.watch, zone.dashboard, lambda: zone.book("server-02", hours=1)):
        with pytest.raises(LoadZoneError, match="zone_closed"):
            ask()
    assert zone._repr_html_() == f"<code>&lt;LoadZone server {live_server.url}, closed&gt;</code>"


# A file


def test_a_file_shows_vms_groups_and_history(data_file: Path) -> None:
    zone = loadzone.connect(data_file)
    assert list(zone.vms().index) == ["server-01", "server-02", "server-03"]
    assert zone.vms().loc["server-02", "tags"] == ("linux",)
    assert zone.groups().loc[1, "vm_ids"] == ("server-01", "server-02")
    history = zone.history()
    assert list(history["action"]) == ["book", "release", "book"]
    assert history["at"].is_monotonic_increasing
    assert (history["at"] == history["start"]).all()
    assert zone.history(group=1, user="BOB@example.com", since="2026-01-10T08:00:01Z").shape == (2, 7)
    with pytest.raises(NotFound, match="group_not_found"):
        zone.history(group=9)


def test_what_a_running_server_adds_to_the_journal_is_seen_at_the_next_call(data_file: Path) -> None:
    zone = loadzone.connect(str(data_file))
    assert zone.vms()["booked_by"].isna()["server-03"]
    at, end = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)
    facts = (
        UserAdded(at=at, user="carol@example.com"),
        BookingMade(at=at, by="carol@example.com", vm_id="server-03", user="carol@example.com", end=end),
    )
    journal_path(data_file).write_bytes(encode_line(Change(seq=1, facts=facts)))
    assert zone.vms().loc["server-03", "booked_by"] == "carol@example.com"
    assert zone.history().iloc[-1]["user"] == "carol@example.com"


def test_a_file_is_read_only(data_file: Path) -> None:
    zone = loadzone.connect(data_file)
    before = data_file.read_bytes()
    for change in (
        lambda: zone.book("server-02", hours=1),
        lambda: zone.release("server-01"),
        lambda: zone.add_vm("server-04"),
        lambda: zone.delete_group(1),
    ):
        with pytest.raises(NotAllowed, match="file_read_only"):
            change()
    assert data_file.read_bytes() == before
    assert sorted(path.name for path in data_file.parent.iterdir()) == ["data.json"]


def test_a_file_that_is_not_there_or_broken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="file_not_found"):
        loadzone.connect(tmp_path / "data.json")
    (tmp_path / "data.json").write_text('{"vms": [], "groups": []', encoding="utf-8")
    with pytest.raises(DataError):
        loadzone.connect(tmp_path / "data.json")


def test_times_without_an_offset_are_read_in_the_zone_named(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text(
        '{"vms": [], "groups": [], "users": {"a@example.com": {"created": "2026-01-01T00:00:00", "bookings": ['
        '{"vm_id": "x", "start": "2026-07-01T12:00:00", "end": "2026-07-01T14:00:00", "action": "book"}]}}}',
        encoding="utf-8",
    )
    assert loadzone.connect(path).history()["at"][0] == pd.Timestamp("2026-07-01T12:00", tz="UTC")
    berlin = loadzone.connect(path, assume_tz="Europe/Berlin").history()["at"][0]
    assert berlin == pd.Timestamp("2026-07-01T10:00", tz="UTC")


def test_an_empty_file_has_the_same_columns_and_dtypes_as_a_full_one(tmp_path: Path) -> None:
    empty, full = tmp_path / "empty.json", tmp_path / "full.json"
    empty.write_text('{"vms": [], "groups": [], "users": {}}', encoding="utf-8")
    full.write_bytes(fleet(30, 20, 1, datetime(2026, 11, 23, tzinfo=UTC)))
    few, many = loadzone.connect(empty), loadzone.connect(full)
    for name in ("vms", "groups", "history"):
        none, some = getattr(few, name)(), getattr(many, name)()
        assert none.empty
        assert not some.empty
        assert none.dtypes.equals(some.dtypes)
        assert none.index.dtype == some.index.dtype or name == "history"


def test_a_file_can_be_read_in_a_notebook_whose_loop_runs(data_file: Path) -> None:
    script = (
        "import asyncio, loadzone\n"
        "async def cell(): return loadzone.connect('data.json').history()\n"
        "assert len(asyncio.run(cell())) == 3\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=data_file.parent)


def test_a_zone_says_what_it_is_and_shows_its_groups_in_a_notebook(data_file: Path, alice: Zone) -> None:
    zone = loadzone.connect(data_file)
    assert repr(zone) == f"<LoadZone file {data_file}, read-only>"
    html = zone._repr_html_()
    assert "<th>Production</th>" in html
    assert html.index("<td>3</td>") < html.rindex("<td>1</td>")
    assert alice.url in repr(alice)  # type: ignore[attr-defined]  # a server's zone


def test_a_server_that_is_gone_is_still_shown_by_its_name() -> None:
    with loadzone.connect("http://127.0.0.1:9") as zone:
        assert zone._repr_html_() == "<code>&lt;LoadZone server http://127.0.0.1:9&gt;</code>"


def test_a_zone_draws_its_own_figures_with_its_own_capacity(data_file: Path) -> None:
    zone = loadzone.connect(data_file)
    assert "of 3 VMs" in zone.figures.demand(until="2026-02-01").note
    assert "of 2 VMs" in zone.figures.demand(group="Production", until="2026-02-01").note
    assert zone.figures.top(by="group").table.index.tolist() == ["Production"]
    assert zone.figures.timeline(since="2026-01-12", lang="ru").note.startswith("Показано: 1 бронь")
    assert zone.figures.heatmap(user="nobody@example.com").note == "There are no bookings in this range."
    assert zone.figures.idle(until="2026-02-01").table.index.tolist() == ["server-03"]
    assert zone.figures.hoarding(until="2026-02-01").table.index.tolist() == ["bob@example.com"]
    assert zone.figures.lengths(since="2026-01-11", until="2026-02-01").table["lasted"].sum() == 1
    assert zone.figures.leads(until="2026-02-01").note == "No VM was booked twice in this range."
    assert "there are 3" in zone.figures.forecast(until="2026-02-01").note
    assert zone.figures.utilisation("7D", since="2026-01-10", until="2026-02-01").table.shape[0] >= 3
    with pytest.raises(InvalidInput, match="since_after_until"):
        zone.figures.top(since="2026-02-01", until="2026-01-01")


# The package


def test_completion_offers_what_is_not_loaded_yet() -> None:
    script = "import loadzone; assert 'connect' in dir(loadzone)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_importing_the_package_or_the_client_loads_nothing_heavy() -> None:
    script = (
        "import sys, loadzone\n"
        "heavy = {'pandas', 'numpy', 'httpx', 'panel', 'bokeh', 'tornado', 'click', 'pydantic'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "loadzone.connect\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_package_has_no_other_name_than_it_says() -> None:
    with pytest.raises(AttributeError, match="no attribute 'disconnect'"):
        loadzone.disconnect  # noqa: B018  # the look-up is the test
