"""`list`, `book`, `renew`, `release` and `import` against a running server."""

import json
import re
from pathlib import Path

from loadzone.core.data_file import read_state
from tests.conftest import LiveServer, Run


def test_a_vm_is_booked_renewed_and_released(live_server: LiveServer, loadzone: Run) -> None:
    where = {"LOADZONE_URL": live_server.url, "LOADZONE_TOKEN": live_server.alice_token}
    booked = loadzone("book", "server-02", "--hours", "1.5", "--purpose", "a test", **where)
    assert booked.returncode == 0
    assert re.fullmatch(r"server-02 is yours until \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n", booked.stdout)
    assert read_state(live_server.data).fleet.vms["server-02"].booked_by == "alice@example.com"
    listed = loadzone("list", **where).stdout
    assert re.search(r"^server-02 +Production +alice@example\.com +\S+ \S+ UTC +a test$", listed, re.MULTILINE)
    assert loadzone("renew", "server-02", "--hours", "2", **where).returncode == 0
    released = loadzone("release", "server-02", "--lang", "ru", **where)
    assert released.stdout == "server-02 свободна.\n"


def test_flags_say_where_and_who_over_the_environment(live_server: LiveServer, loadzone: Run) -> None:
    wrong = {"LOADZONE_URL": "http://127.0.0.1:9", "LOADZONE_TOKEN": "lz_wrong"}
    done = loadzone("list", "--json", "--url", live_server.url, "--token", live_server.read_token, **wrong)
    assert done.returncode == 0
    assert json.loads(done.stdout)[0]["id"] == "server-01"
    free = loadzone("list", "--free", "--url", live_server.url, "--token", live_server.read_token)
    assert "server-01" not in free.stdout
    assert "server-02" in free.stdout


def test_a_token_that_can_be_none_is_one_line_that_does_not_show_it(loadzone: Run) -> None:
    done = loadzone("list", "--url", "http://127.0.0.1:9", "--token", "lz_secret …")
    assert done.returncode == 1
    assert done.stderr.startswith("loadzone: token: This is no API token")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_a_stranger_is_told_of_the_options_that_log_in(live_server: LiveServer, loadzone: Run) -> None:
    for words in (("list",), ("book", "server-02", "--hours", "1"), ("report", "--out", "report.html")):
        done = loadzone(*words, "--url", live_server.url)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].endswith(
            "Nobody is logged in: give --token, or set LOADZONE_TOKEN. "
            "Where the server is in open mode, --email is enough."
        )


def test_a_taken_vm_is_refused_with_its_holder_in_the_reader_s_language(
    live_server: LiveServer, loadzone: Run
) -> None:
    where = {"LOADZONE_URL": live_server.url, "LOADZONE_TOKEN": live_server.alice_token}
    english = loadzone("book", "server-01", "--hours", "1", **where)
    russian = loadzone("book", "server-01", "--hours", "1", LOADZONE_LANG="ru", **where)
    for done in (english, russian):
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.count("\n") == 1
        assert "bob@example.com" in done.stderr
        assert "2099-01-01 00:00 UTC" in done.stderr
    assert re.search("[а-я]", russian.stderr)
    assert not re.search("[а-я]", english.stderr)


def test_a_server_that_is_not_there_is_one_line(loadzone: Run) -> None:
    done = loadzone("list", "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert re.fullmatch(r"loadzone: The server http://127\.0\.0\.1:9 cannot be reached[^\n]+\n", done.stderr)


def test_an_address_of_no_server_is_told_and_not_taken_for_a_file(loadzone: Run) -> None:
    """What `--url` names is like http://localhost:5000; anything else is one line that says so."""
    done = loadzone("list", "--url", "localhost:5000")
    assert done.returncode == 1
    assert done.stderr == (
        "loadzone: localhost:5000 is no address of a server: such an address is like http://localhost:5000 or "
        "https://loadzone.example.com.\n"
    )


def test_an_import_into_a_server_is_all_or_nothing(live_server: LiveServer, loadzone: Run, tmp_path: Path) -> None:
    where = {"LOADZONE_URL": live_server.url, "LOADZONE_TOKEN": live_server.admin_token}
    file = tmp_path / "vms.csv"
    file.write_text("id,group,tags\ncsv-1,Production,a;b\ncsv-2,,\nbad id,,\n", encoding="utf-8")
    refused = loadzone("import", file, **where)
    assert refused.returncode == 1
    assert "vms.csv, line 4: id:" in refused.stderr
    assert "csv-1" not in read_state(live_server.data).fleet.vms
    file.write_text("id,group,tags\ncsv-1,Production,a;b\ncsv-2,,\n", encoding="utf-8")
    assert loadzone("import", file, **where).returncode == 0
    vms = read_state(live_server.data).fleet.vms
    assert (vms["csv-1"].group, vms["csv-1"].tags, vms["csv-2"].group) == (1, ("a", "b"), None)


def test_a_large_file_goes_to_a_server_in_pieces(live_server: LiveServer, loadzone: Run, tmp_path: Path) -> None:
    """Of 8,000 VMs one is wrong, and none is added; then all are, in one change, with their group."""
    where = {"LOADZONE_URL": live_server.url, "LOADZONE_TOKEN": live_server.admin_token}
    rows = "".join(f"large-{number:05};Лаб;{'x' * 120}\r\n" for number in range(8000))
    file = tmp_path / "vms.csv"
    file.write_bytes(f"sep=;\r\nID;Group;Note\r\n{rows}LARGE-00001;Лаб;\r\n".encode("utf-8-sig"))
    refused = loadzone("import", file, "--create-groups", **where)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "vms.csv, line 8003: id: There is already a VM large-00001" in refused.stderr
    file.write_bytes(f"sep=;\r\nID;Group;Note\r\n{rows}".encode("utf-8-sig"))
    done = loadzone("import", file, "--create-groups", **where)
    assert (done.returncode, done.stdout) == (0, "Group created: Лаб.\n8,000 VMs added.\n")
    fleet = read_state(live_server.data).fleet
    assert len(next(group.vm_ids for group in fleet.groups.values() if group.name == "Лаб")) == 8000


def test_an_import_into_the_file_of_a_running_server_is_refused(
    live_server: LiveServer, loadzone: Run, tmp_path: Path
) -> None:
    (tmp_path / "vms.csv").write_text("id\ncsv-9\n", encoding="utf-8")
    done = loadzone("import", "vms.csv", "--data", live_server.data)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "csv-9" not in read_state(live_server.data).fleet.vms


def test_a_backup_beside_a_running_server_holds_what_it_acknowledged(
    live_server: LiveServer, loadzone: Run, tmp_path: Path
) -> None:
    where = {"LOADZONE_URL": live_server.url, "LOADZONE_TOKEN": live_server.alice_token}
    assert loadzone("book", "server-03", "--hours", "1", **where).returncode == 0
    assert loadzone("backup", "--data", live_server.data, "--out", "copies").returncode == 0
    (copy,) = (tmp_path / "copies").glob("*.json")
    assert read_state(copy).fleet.vms["server-03"].booked_by == "alice@example.com"
    assert loadzone("release", "server-03", **where).returncode == 0


def test_a_user_added_beside_a_running_server_may_come_in_at_once(live_server: LiveServer, loadzone: Run) -> None:
    data = ("--data", live_server.data)
    assert loadzone("user", "add", "dave@example.com", "--no-password", *data).returncode == 0
    token = loadzone("token", "create", "dave@example.com", *data).stdout.strip()
    assert loadzone("list", "--url", live_server.url, "--token", token).returncode == 0
    assert loadzone("user", "disable", "dave@example.com", *data).returncode == 0
    assert loadzone("list", "--url", live_server.url, "--token", token).returncode == 1
