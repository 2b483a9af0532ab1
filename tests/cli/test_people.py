"""`loadzone user` and `loadzone token`: accounts beside the data file."""

import asyncio
import re
import stat
from pathlib import Path

import pytest

from loadzone.core.accounts import Accounts
from loadzone.domain.errors import LoginRequired
from tests.conftest import PASSWORD, Run

ALICE = "alice@example.com"


def accounts(folder: Path) -> Accounts:
    return Accounts(folder / "data.auth.json")


def test_an_added_user_can_log_in_with_the_password_of_the_standard_input(loadzone: Run, tmp_path: Path) -> None:
    done = loadzone(
        "user", "add", "Alice@Example.com", "--role", "admin", "--password-stdin", stdin=PASSWORD + "\n"
    )
    assert (done.returncode, done.stdout) == (0, "alice@example.com may log in now; role: admin.\n")
    login = asyncio.run(accounts(tmp_path).login(ALICE, PASSWORD, None))
    assert login.actor.role == "admin"
    assert stat.S_IMODE((tmp_path / "data.auth.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("given", ["\ufeff" + PASSWORD + "\r\n", PASSWORD + "\r\nmore\n"])
def test_a_byte_order_mark_and_the_lines_end_are_no_part_of_a_password(
    given: str, loadzone: Run, tmp_path: Path
) -> None:
    loadzone("user", "add", ALICE, "--password-stdin", stdin=given)
    assert asyncio.run(accounts(tmp_path).login(ALICE, PASSWORD, None))


def test_a_password_in_another_encoding_is_refused_in_one_line(loadzone: Run, tmp_path: Path) -> None:
    utf16 = "".join(f"{letter}\0" for letter in PASSWORD)
    done = loadzone("user", "add", ALICE, "--password-stdin", stdin=utf16)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "not UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [("alice", PASSWORD, "email:"), (ALICE, "short", "password:"), (ALICE, "", "password:")],
)
def test_a_bad_address_or_password_is_refused_in_one_line(
    email: str, password: str, told: str, loadzone: Run, tmp_path: Path
) -> None:
    done = loadzone("user", "add", email, "--password-stdin", stdin=password)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert accounts(tmp_path).token("lz_") is None


def test_a_user_is_added_once(loadzone: Run) -> None:
    assert loadzone("user", "add", ALICE, "--no-password").returncode == 0
    again = loadzone("user", "add", ALICE, "--no-password")
    assert again.returncode == 1
    assert ALICE in again.stderr


def test_who_registered_is_approved_or_refused(loadzone: Run, tmp_path: Path) -> None:
    door = Accounts(tmp_path / "data.auth.json", registration="domain", registration_domains=["example.com"])
    for email in (ALICE, "eve@example.com"):
        asyncio.run(door.register(email, PASSWORD))
    assert re.search(rf"^{ALICE} +user +waits for approval ", loadzone("user", "list").stdout, re.MULTILINE)
    assert loadzone("user", "approve", ALICE).stdout == f"{ALICE} may log in now.\n"
    assert asyncio.run(accounts(tmp_path).login(ALICE, PASSWORD, None))
    assert loadzone("user", "refuse", "eve@example.com").returncode == 0
    again = loadzone("user", "refuse", "eve@example.com")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "eve@example.com" not in loadzone("user", "list").stdout


def test_users_are_listed_disabled_and_enabled(loadzone: Run, tmp_path: Path) -> None:
    loadzone("user", "add", ALICE, "--password-stdin", stdin=PASSWORD)
    assert loadzone("user", "disable", ALICE).returncode == 0
    assert re.search(rf"^{ALICE} +user +disabled ", loadzone("user", "list").stdout, re.MULTILINE)
    with pytest.raises(LoginRequired):
        asyncio.run(accounts(tmp_path).login(ALICE, PASSWORD, None))
    assert loadzone("user", "enable", ALICE).returncode == 0
    assert loadzone("user", "password", ALICE, "--password-stdin", stdin="another " + PASSWORD).returncode == 0
    assert asyncio.run(accounts(tmp_path).login(ALICE, "another " + PASSWORD, None))
    assert loadzone("user", "disable", "nobody@example.com").returncode == 1


def test_a_token_is_printed_alone_listed_without_its_secret_and_revoked(loadzone: Run, tmp_path: Path) -> None:
    loadzone("user", "add", ALICE, "--no-password")
    made = loadzone("token", "create", ALICE, "--name", "nightly")
    secret = made.stdout.strip()
    assert re.fullmatch(r"lz_[\w-]+", secret)
    known = accounts(tmp_path).token(secret)
    assert known is not None
    assert (known[0].email, known[0].read_only) == (ALICE, False)
    listed = loadzone("token", "list").stdout
    assert secret not in listed
    assert "nightly" in listed
    token_id = next(line.split()[0] for line in listed.splitlines() if ALICE in line)
    assert loadzone("token", "revoke", token_id).returncode == 0
    assert accounts(tmp_path).token(secret) is None
    assert loadzone("token", "revoke", token_id).returncode == 1


def test_a_read_token_only_reads(loadzone: Run, tmp_path: Path) -> None:
    loadzone("user", "add", ALICE, "--no-password")
    secret = loadzone("token", "create", ALICE, "--scope", "read", "--days", "1").stdout.strip()
    known = accounts(tmp_path).token(secret)
    assert known is not None
    assert known[0].read_only


def test_in_open_mode_a_token_needs_no_account(loadzone: Run, tmp_path: Path) -> None:
    done = loadzone("token", "create", ALICE, "--auth", "open")
    known = Accounts(tmp_path / "data.auth.json", mode="open").token(done.stdout.strip())
    assert known is not None
    assert known[0].email == ALICE


def test_a_token_for_nobody_is_refused(loadzone: Run) -> None:
    done = loadzone("token", "create", "nobody@example.com")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nobody@example.com" in done.stderr


def test_accounts_that_cannot_be_written_are_one_line_that_says_why(loadzone: Run, tmp_path: Path) -> None:
    """Where the file cannot be locked the operator reads the system's own word for it, and no account is made."""
    (tmp_path / "data.auth.json.lock").mkdir()
    done = loadzone("user", "add", ALICE, "--password-stdin", stdin=PASSWORD)
    told = "loadzone: The change could not be saved, so nothing was changed (data.auth.json: Is a directory).\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", told)
    assert not (tmp_path / "data.auth.json").exists()
