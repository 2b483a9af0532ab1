"""Commands on data files: check, export, backup, demo, import, with no server and beside a running one."""

import csv
import io
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pandas as pd
import pytest

import loadzone as package
from loadzone import analytics
from loadzone.core.data_file import archive_path, journal_path, read_state, sealed_path
from loadzone.core.journal import encode_line
from loadzone.domain.facts import BookingMade, Change, UserAdded
from tests.conftest import LiveServer, Run

AT = datetime(2026, 2, 1, tzinfo=UTC)
COLUMNS = ["user", "vm_id", "start", "end", "action", "reason", "by"]


@pytest.fixture
def journal(data_file: Path) -> Path:
    """Leave a booking in the journal, as a running server does."""
    facts = (
        UserAdded(at=AT, user="carol@example.com"),
        BookingMade(at=AT, vm_id="server-03", user="carol@example.com", end=AT.replace(year=2099)),
    )
    path = journal_path(data_file)
    path.write_bytes(encode_line(Change(seq=1, facts=facts)))
    return path


# check


def test_check_of_a_sound_file_says_what_is_in_it(data_file: Path, journal: Path, loadzone: Run) -> None:
    done = loadzone("check")
    assert done.returncode == 0
    assert done.stdout == "data.json: 3 VMs, 2 users, 4 history records; all is well.\n"


def test_check_tells_how_the_audit_log_is_and_damage_in_it_is_no_failure(
    data_file: Path, journal: Path, loadzone: Run
) -> None:
    archive_path(data_file).write_bytes(journal.read_bytes())
    assert "data.json.log: 1 change in the audit log; all is well.\n" in loadzone("check").stdout
    archive_path(data_file).write_bytes(journal.read_bytes() + b"no change\n")
    done = loadzone("check")
    assert done.returncode == 0
    assert "damaged is line 2." in done.stdout


def broken(path: Path) -> None:
    plain = json.loads(path.read_text(encoding="utf-8"))
    plain["vms"][2]["group"] = 9
    plain["vms"][1]["booked_by"] = "x@example.com"
    plain["extra"] = {"kept": True}
    path.write_text(json.dumps(plain), encoding="utf-8")


def test_check_of_a_broken_file_names_every_place_and_changes_nothing(data_file: Path, loadzone: Run) -> None:
    broken(data_file)
    before = data_file.read_bytes()
    done = loadzone("check")
    assert done.returncode == 1
    assert "vms[2].group" in done.stdout
    assert "vms[1].expires_at" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "2 problems" in done.stderr
    assert data_file.read_bytes() == before


def test_check_names_records_that_can_hardly_be_and_ends_well(data_file: Path, loadzone: Run) -> None:
    """A null date of another system is named with its place; the file is served all the same."""
    plain = json.loads(data_file.read_text(encoding="utf-8"))
    email = next(iter(plain["users"]))
    plain["users"][email]["bookings"].append(
        {"vm_id": "old-vm", "start": "0001-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z", "action": "book"}
    )
    data_file.write_text(json.dumps(plain), encoding="utf-8")
    done = loadzone("check")
    assert (done.returncode, done.stderr) == (0, "")
    place, last = done.stdout.splitlines()
    assert place.startswith(f'users["{email}"].bookings[')
    assert "].start: " in place
    assert "1 entry" in last
    assert "all is well" not in last


def test_a_key_that_stands_twice_is_refused_with_its_place_and_mended_with_a_word(
    data_file: Path, loadzone: Run
) -> None:
    """Check and every command that reads the file name it; a repair says what became of it."""
    text = data_file.read_text(encoding="utf-8")
    data_file.write_text(text.replace('"vms"', '"vms": [], "vms"', 1), encoding="utf-8")
    assert "vms" in loadzone("check").stdout
    for line in (("export", "history"), ("backup",), ("check",)):
        done = loadzone(*line)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "vms" in done.stderr
    assert "→" in loadzone("check", "--repair").stdout


def test_repair_mends_into_a_new_file_and_says_what_it_did(data_file: Path, loadzone: Run, tmp_path: Path) -> None:
    broken(data_file)
    before = data_file.read_bytes()
    done = loadzone("check", "--repair", "--out", "mended.json")
    assert done.returncode == 0
    assert "vms[2].group" in done.stdout
    assert data_file.read_bytes() == before
    assert loadzone("check", "--data", "mended.json").returncode == 0
    assert json.loads((tmp_path / "mended.json").read_text(encoding="utf-8"))["extra"] == {"kept": True}
    again = loadzone("check", "--repair", "--out", "mended.json")
    assert again.returncode == 1
    assert "mended.json" in again.stderr


def test_repair_says_what_to_move_before_the_server_starts_again(data_file: Path, loadzone: Run) -> None:
    broken(data_file)
    journal = data_file.with_name(data_file.name + ".journal")
    journal.write_bytes(b"damaged\nand more\n")
    *done, _, told = loadzone("check", "--repair").stdout.splitlines()
    assert any("vms[2].group" in line and "→ the VM is in the group that names it" in line for line in done)
    assert any("data.json.journal:1" in line and "→ what came before is saved" in line for line in done)
    assert f"move {data_file.name}, {journal.name} aside" in told
    assert "rename data.repaired.json to" in told


def test_check_of_what_is_no_json_names_the_file(data_file: Path, loadzone: Run) -> None:
    data_file.write_text("{", encoding="utf-8")
    done = loadzone("check", "--repair")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert data_file.read_text(encoding="utf-8") == "{"


# export


def test_csv_has_all_records_with_the_columns_of_the_api(data_file: Path, journal: Path, loadzone: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(loadzone("export", "history").stdout.removeprefix("\ufeff"))))
    assert list(rows[0]) == COLUMNS
    assert [row["action"] for row in rows] == ["book", "release", "book", "book"]
    assert rows[-1]["user"] == "carol@example.com"
    assert rows[0]["start"] == "2026-01-10T08:00:00Z"


def test_json_is_a_list_of_records(data_file: Path, loadzone: Run, tmp_path: Path) -> None:
    assert loadzone("export", "history", "--format", "json", "--out", "h.json").returncode == 0
    records = json.loads((tmp_path / "h.json").read_text(encoding="utf-8"))
    assert len(records) == 3
    assert records[0]["user"] == "bob@example.com"
    (tmp_path / "data.json").write_text('{"vms": [], "groups": [], "users": {}}', encoding="utf-8")
    assert json.loads(loadzone("export", "history", "--format", "json").stdout) == []


def test_parquet_is_read_back_as_the_same_records(data_file: Path, loadzone: Run, tmp_path: Path) -> None:
    assert loadzone("export", "history", "--format", "parquet", "--out", "h.parquet").returncode == 0
    frame = pd.read_parquet(tmp_path / "h.parquet")
    assert list(frame.columns) == COLUMNS
    assert frame["start"][0] == pd.Timestamp("2026-01-10T08:00:00Z")
    assert frame["end"].isna().tolist() == [False, True, False]
    assert frame["reason"].isna().all()
    assert {str(frame[name].dtype) for name in ("user", "vm_id", "action")} == {"category"}
    now = "2026-02-01"
    pd.testing.assert_frame_equal(
        analytics.bookings(frame, now), analytics.bookings(package.connect(data_file).history(), now)
    )


def test_an_empty_history_has_the_columns_too(tmp_path: Path, loadzone: Run) -> None:
    (tmp_path / "data.json").write_text('{"vms": [], "groups": [], "users": {}}', encoding="utf-8")
    assert loadzone("export", "history", "--format", "parquet", "--out", "h.parquet").returncode == 0
    assert list(pd.read_parquet(tmp_path / "h.parquet").columns) == COLUMNS
    assert loadzone("export", "history").stdout.splitlines() == ["\ufeff" + ",".join(COLUMNS)]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_server_gives_the_same_export_as_its_file(kind: str, live_server: LiveServer, loadzone: Run) -> None:
    asked = ("export", "history", "--format", kind)
    from_server = loadzone(*asked, "--url", live_server.url, "--token", live_server.read_token)
    assert from_server.returncode == 0, from_server.stderr
    assert from_server.stdout == loadzone(*asked, "--data", live_server.data).stdout
    if kind == "csv":
        headers = {"Authorization": f"Bearer {live_server.read_token}"}
        api = httpx.get(f"{live_server.url}/history?format=csv", headers=headers)
        assert from_server.stdout == api.text.replace("\r\n", "\n")


def test_parquet_of_a_server_has_its_records(live_server: LiveServer, loadzone: Run, tmp_path: Path) -> None:
    variables = {"LOADZONE_URL": live_server.url, "LOADZONE_TOKEN": live_server.read_token}
    assert loadzone("export", "history", "--format", "parquet", "--out", "h.parquet", **variables).returncode == 0
    assert pd.read_parquet(tmp_path / "h.parquet")["action"].tolist() == ["book", "release", "book"]


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("--data nowhere.json", 1, "There is no file nowhere.json."),
        ("--out no/folder/h.csv", 1, "There is no folder no/folder."),
        ("--url http://127.0.0.1:9", 1, "127.0.0.1:9"),
        ("--data data.json --url http://127.0.0.1:9", 2, "do not go together"),
    ],
)
def test_an_export_that_cannot_be_is_told_in_one_line_and_leaves_no_file(
    *, line: str, code: int, told: str, data_file: Path, loadzone: Run, tmp_path: Path
) -> None:
    before = sorted(tmp_path.iterdir())
    done = loadzone("export", "history", *line.split(), *(() if "--out" in line else ("--out", "h.csv")))
    assert (done.returncode, done.stdout) == (code, "")
    # Before it there may stand what was being done, where that took long.
    assert told in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("command", [("export", "history"), ("report",)], ids=" ".join)
def test_nothing_of_the_store_is_ever_replaced_by_what_is_written_out(
    command: tuple[str, ...], data_file: Path, journal: Path, loadzone: Run, tmp_path: Path
) -> None:
    """Neither by its name, nor by a link to it, nor where the server's file only would be there later."""
    (tmp_path / "data.auth.json").write_text("{}")
    (tmp_path / "soft.json").symlink_to(data_file)
    (tmp_path / "hard.json").hardlink_to(data_file)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    own = ["data.json", journal.name, "data.json.bak", "data.json.log", "data.auth.json", "soft.json", "hard.json"]
    for name in own:
        done = loadzone(*command, "--out", name)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"{name} belongs to the data file" in done.stderr
    assert "is a folder" in loadzone(*command, "--out", ".").stderr
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


# backup


def test_a_backup_holds_what_the_journal_had_and_leaves_both_alone(
    data_file: Path, journal: Path, loadzone: Run, tmp_path: Path
) -> None:
    data_file.write_text(data_file.read_text(encoding="utf-8").replace('"users"', '"mine": 1, "users"'), "utf-8")
    before = data_file.read_bytes(), journal.read_bytes()
    done = loadzone("backup", "--out", "copies")
    assert done.returncode == 0
    (copy,) = (tmp_path / "copies").glob("*.json")
    assert str(copy.name) in done.stdout
    assert archive_path(copy).read_bytes() == journal.read_bytes()
    assert archive_path(copy).name in done.stdout
    state = read_state(copy)
    assert (state.seq, len(state.histories)) == (1, 4)
    assert state.fleet.vms["server-03"].booked_by == "carol@example.com"
    assert json.loads(copy.read_bytes())["mine"] == 1
    assert (data_file.read_bytes(), journal.read_bytes()) == before


def test_a_backup_takes_the_audit_log_along_for_its_owner_only(
    data_file: Path, journal: Path, loadzone: Run, tmp_path: Path
) -> None:
    """Also where the archive has what the sealed journal holds already."""
    earlier = encode_line(Change(seq=9, facts=(UserAdded(at=AT, user="dan@example.com"),)))
    line = journal.read_bytes()
    journal.rename(sealed_path(data_file))
    archive_path(data_file).write_bytes(earlier + line)
    loadzone("backup", "--out", "copies")
    (copy,) = (tmp_path / "copies").glob("*.log")
    assert copy.read_bytes() == earlier + line
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_accounts_are_copied_only_when_asked_for_and_stay_private(
    data_file: Path, loadzone: Run, tmp_path: Path
) -> None:
    loadzone("user", "add", "a@example.com", "--no-password")
    loadzone("backup", "--out", "plain")
    loadzone("backup", "--out", "whole", "--with-accounts")
    assert [path.suffixes for path in (tmp_path / "plain").iterdir()] == [[".json"]]
    (secret,) = (tmp_path / "whole").glob("*.auth.json")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_trusted_is_not_backed_up(data_file: Path, loadzone: Run, tmp_path: Path) -> None:
    broken(data_file)
    assert loadzone("backup", "--out", "copies").returncode == 1
    assert not (tmp_path / "copies").exists()


# demo


def test_demo_writes_a_sound_file_and_replaces_none(loadzone: Run, tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.touch()  # an empty file is none
    assert loadzone("demo", "--vms", "12", "--days", "10", "--seed", "3", "--out", path).returncode == 0
    assert loadzone("check").returncode == 0
    before = path.read_bytes()
    again = loadzone("demo", "--vms", "1", "--out", path)
    assert again.returncode == 1
    assert path.read_bytes() == before


def test_demo_counts_one_as_one(loadzone: Run) -> None:
    """One VM and one day are not told as several."""
    done = loadzone("demo", "--vms", "1", "--days", "1", "--out", "one.json")
    assert done.stdout == "one.json: 1 VM with 1 day of history.\n"


def test_demo_with_the_same_seed_and_moment_makes_the_same_file(loadzone: Run) -> None:
    line = ("demo", "--vms", "5", "--days", "5", "--seed", "9", "--now", "2026-11-23T10:00:00Z")
    first, second = loadzone(*line), loadzone(*line, "--held-until", "2036-01-01")
    assert first.stdout == loadzone(*line).stdout
    assert "2036-01-01T00:00:00Z" in second.stdout


# import

GOOD = "id,group,internal_ip,external_ip,tags,note\nnew-1,production,10.0.0.1,,a;b,hi\nnew-2,1,,,,\nnew-3,,,,,\n"


def test_import_adds_all_vms_of_the_file(data_file: Path, loadzone: Run, tmp_path: Path) -> None:
    (tmp_path / "vms.csv").write_text("\ufeff" + GOOD, encoding="utf-8")
    done = loadzone("import", "vms.csv", "--data", "data.json")
    assert (done.returncode, done.stdout) == (0, "3 VMs added.\n")
    vms = read_state(data_file).fleet.vms
    assert (vms["new-1"].group, vms["new-1"].internal_ip, vms["new-1"].tags) == (1, "10.0.0.1", ("a", "b"))
    assert (vms["new-2"].group, vms["new-3"].group) == (1, None)
    assert not journal_path(data_file).exists() or journal_path(data_file).stat().st_size == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD + "bad id,,,,,\n", "vms.csv, line 5: id:"),
        (GOOD + "new-1,,,,,\n", "vms.csv, line 5: id: There is already a VM new-1"),
        (GOOD + "server-01,,,,,\n", "vms.csv, line 5: id: There is already a VM server-01"),
        (GOOD + "new-4,,10.0.0,,,\n", "vms.csv, line 5: internal_ip:"),
        (
            GOOD + "new-4,Nowhere,,,,\n",
            "vms.csv, line 5: group: There is no group “Nowhere”. With --create-groups",
        ),
        (GOOD + "new-4,,,,,,more\n", "vms.csv, line 5: There are more fields than columns"),
        (GOOD + 'new-4,"x\n', "vms.csv, line 5: A quote is opened here"),
        ("name\nnew-1\n", "id among them"),
        ("id,ip\nnew-1,10.0.0.1\n", "“ip” is unknown"),
        ("id,id\nnew-1,x\n", "“id” is unknown or there twice"),
        ("", "id among them"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_added(
    content: str, told: str, data_file: Path, loadzone: Run, tmp_path: Path
) -> None:
    before = read_state(data_file).fleet
    (tmp_path / "vms.csv").write_text(content, encoding="utf-8")
    done = loadzone("import", "vms.csv", "--data", "data.json")
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
    assert read_state(data_file).fleet == before


def test_what_is_imported_is_seen_by_connect(data_file: Path, loadzone: Run, tmp_path: Path) -> None:
    (tmp_path / "vms.csv").write_text(GOOD, encoding="utf-8")
    loadzone("import", "vms.csv")
    assert "new-3" in package.connect(data_file).vms().index


def test_what_is_written_from_a_private_file_is_as_private(
    data_file: Path, journal: Path, loadzone: Run, tmp_path: Path
) -> None:
    """Backup, repair, export and report of a file with mode 0600 have mode 0600, whatever was there before."""
    data_file.chmod(0o600)
    (tmp_path / "seen.csv").touch(mode=0o666)
    for line in (
        ("backup", "--out", "kept"),
        ("export", "history", "--out", "seen.csv"),
        ("report", "--out", "seen.html"),
    ):
        assert loadzone(*line).returncode == 0
    broken(data_file)
    assert loadzone("check", "--repair", "--out", "mended.json").returncode == 0
    written = [*(tmp_path / "kept").iterdir(), *(tmp_path / f for f in ("seen.csv", "seen.html", "mended.json"))]
    assert {stat.S_IMODE(each.stat().st_mode) for each in written} == {0o600}
    assert len(written) == 5


def test_every_fault_has_its_line_and_nothing_is_added_until_groups_may_be_created(
    data_file: Path, loadzone: Run, tmp_path: Path
) -> None:
    """Then the groups come with the VMs."""
    before = read_state(data_file).fleet
    (tmp_path / "vms.csv").write_bytes(b"sep=;\r\nID;Group;Internal IP\r\na;GPU;1\r\nSERVER-01;Lab;\r\n")
    done = loadzone("import", "vms.csv", "--data", "data.json")
    assert done.returncode == 1
    places = [line.split(": ")[1:3] for line in done.stderr.splitlines()]
    three, four = "vms.csv, line 3", "vms.csv, line 4"
    assert places == [[three, "internal_ip"], [three, "group"], [four, "id"], [four, "group"]]
    assert "There is already a VM server-01" in done.stderr
    (tmp_path / "vms.csv").write_text("id;group\na;GPU\nb;gpu\nc;Lab\n")
    done = loadzone("import", "vms.csv", "--data", "data.json")
    assert done.stderr.count("There is no group") == 3
    assert read_state(data_file).fleet == before
    done = loadzone("import", "vms.csv", "--data", "data.json", "--create-groups")
    assert (done.returncode, done.stdout) == (0, "Groups created: GPU, Lab.\n3 VMs added.\n")
    fleet = read_state(data_file).fleet
    assert [group.vm_ids for group in fleet.groups.values() if group.name in {"GPU", "Lab"}] == [
        ("a", "b"),
        ("c",),
    ]
