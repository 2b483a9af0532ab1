"""The secret file is its owner's alone, and a broken one is refused and left as it is."""

import asyncio
import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from loadzone.core import auth_file
from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope, parse
from loadzone.domain.errors import DataError, StoreUnavailable
from loadzone.domain.permissions import Role
from tests.core.accounts.conftest import ANN, CHEAP, SECRET, World


async def test_the_file_is_the_owners_alone(accounts: Accounts, world: World) -> None:
    await accounts.login("bob@example.com", SECRET, None)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in world.path.parent.iterdir()}
    assert modes == {"data.auth.json": 0o600, "data.auth.json.lock": 0o600}


async def test_the_file_is_private_from_its_first_byte(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the bytes are synced, and then the folder, nothing is readable by others, not even an old leftover."""
    leftover = world.path.with_name("data.auth.json.tmp")
    leftover.write_text("left by a crash")
    leftover.chmod(0o666)
    seen: list[int] = []
    folders: list[bool] = []
    sync = os.fsync

    def watching(descriptor: int) -> None:
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in world.path.parent.glob("data.auth.json*"))
        folders.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watching)
    world.open().cookie_secret()
    assert set(seen) == {0o600}
    assert folders == [False, True]
    assert not leftover.exists()


async def test_asking_for_the_cookie_secret_keeps_it(world: World) -> None:
    secret = world.open().cookie_secret()
    assert len(secret) >= 32
    assert world.open().cookie_secret() == secret


async def test_two_fresh_processes_agree_on_one_cookie_secret(world: World) -> None:
    one, two = world.open(), world.open()
    assert one.cookie_secret() == two.cookie_secret() == one.cookie_secret()


def broken(**changes: Any) -> bytes:
    """Return a file with a good administrator in it, and `changes` at its top."""
    good = {"role": "admin", "created": "2026-01-01T00:00:00Z", "password": CHEAP.hash("x")}
    people = {"ann@example.com": good, **changes.pop("people", {})}
    return json.dumps({"schema": 1, "cookie_secret": "x" * 64, "people": people, **changes}).encode()


BOBS = {"role": "user", "created": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"", "data.auth.json:1"),
        (b'{\n"schema": 1,\n', "data.auth.json:3"),
        (b'"\xff"', "data.auth.json"),
        (b"[]", "data.auth.json: $"),
        (broken(schema=2), "data.auth.json: schema"),
        (broken(cookie_secret="short"), "data.auth.json: cookie_secret"),
        (broken(more=1), "data.auth.json: more"),
        (broken(people={"bob@x": {**BOBS, "role": "guest"}}), 'data.auth.json: people["bob@x"].role'),
        (broken(people={"bob@x": {**BOBS, "role": "king"}}), 'data.auth.json: people["bob@x"].role'),
        (broken(people={"bob@x": {**BOBS, "dissabled": True}}), 'data.auth.json: people["bob@x"].dissabled'),
        (broken(people={"bob@x": {**BOBS, "password": "plain"}}), 'data.auth.json: people["bob@x"].password'),
        (broken(people={"bob@x": {"role": "user"}}), 'data.auth.json: people["bob@x"].created'),
        (broken(people={"Bob@x": BOBS}), 'data.auth.json: people["Bob@x"]'),
        (broken(sessions={"abc": {}}), 'data.auth.json: sessions["abc"]'),
        (broken(tokens={"a" * 64: {}}), 'data.auth.json: tokens["' + "a" * 64 + '"].email'),
    ],
)
async def test_a_broken_file_is_refused_and_never_overwritten(world: World, raw: bytes, place: str) -> None:
    world.path.write_bytes(raw)
    world.path.chmod(0o600)
    with pytest.raises(DataError) as refused:
        world.open()
    assert refused.value.data["place"] == place
    assert world.path.read_bytes() == raw


async def test_a_good_file_by_hand_loads(world: World) -> None:
    world.path.write_bytes(broken(people={"bob@x": BOBS}))
    world.path.chmod(0o600)
    assert [each.email for each in world.open().people(OPERATOR)] == ["ann@example.com", "bob@x"]


async def test_accounts_kept_under_an_ascii_domain_are_those_of_the_domain_itself(world: World) -> None:
    """With their sessions and tokens, and from the next change on in the form that people read."""
    old = world.open(registration="invite")
    await old.add_person(OPERATOR, "ann@münchen.de", Role.ADMIN, SECRET)
    login = await old.login("ann@münchen.de", SECRET, None)
    secret, _ = await old.add_token(login.actor, "ann@münchen.de", "ci", Scope.READ)
    key = await old.invite(login.actor, "ben@münchen.de")
    as_before = world.path.read_text(encoding="utf-8").replace("münchen", "xn--mnchen-3ya")
    assert "münchen" not in as_before
    world.path.write_text(as_before, encoding="utf-8")
    accounts = world.open(registration="invite")
    for actor, _ in (accounts.session(login.secret) or (None, ""), accounts.token(secret) or (None, "")):
        assert actor is not None
        assert actor.email == "ann@münchen.de"
    assert (await accounts.login("ANN@xn--mnchen-3ya.de", SECRET, None)).actor.email == "ann@münchen.de"
    registered = await accounts.register("ben@xn--mnchen-3ya.de", SECRET, key)
    assert registered is not None
    assert registered.actor.email == "ben@münchen.de"
    assert "xn--" not in world.path.read_text(encoding="utf-8")


async def test_a_lock_held_too_long_is_an_unavailable_store(
    accounts: Accounts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_file, "LOCK_SECONDS", 0.05)
    with FileLock(f"{world.path}.lock"), pytest.raises(StoreUnavailable):
        await accounts.add_person(ANN, "new@example.com", Role.USER, SECRET)


async def test_a_missing_folder_is_an_unavailable_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        World(tmp_path / "nowhere").open().cookie_secret()
    assert not (tmp_path / "nowhere").exists()


async def test_a_linked_file_stays_linked(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    world = World(tmp_path)
    world.path.symlink_to(tmp_path / "secrets" / "auth.json")
    await world.open().add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
    assert world.path.is_symlink()
    assert list(world.kept()["people"]) == ["ann@example.com"]


def test_what_is_written_reads_back_the_same(world: World) -> None:
    """Every table of the file comes back as it was."""

    async def fill() -> None:
        accounts = world.open(registration="invite")
        await accounts.add_person(OPERATOR, "ann@example.com", Role.ADMIN, SECRET)
        login = await accounts.login("ann@example.com", SECRET, None)
        await accounts.add_token(login.actor, "ann@example.com", "ci", Scope.READ, world.now + timedelta(days=1))
        await accounts.invite(login.actor, "new@example.com")
        raw = world.path.read_bytes()
        assert parse(raw, "x") == accounts._book.data
        tables = {"people", "sessions", "tokens", "invites", "untold"}
        assert set(world.kept()) == {"schema", "cookie_secret", *tables}

    asyncio.run(fill())


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: os.truncate(path, 0)], ids=["deleted", "emptied"])
@pytest.mark.parametrize("call", ["sweep", "close"])
async def test_a_file_that_somebody_takes_away_is_written_again_from_memory(
    accounts: Accounts, world: World, spoil: Any, call: str
) -> None:
    """People, sessions and tokens survive the loss of the file while a server runs."""
    before = world.kept()
    spoil(world.path)
    await getattr(accounts, call)()
    assert world.kept() == before
    assert stat.S_IMODE(world.path.stat().st_mode) == 0o600


async def test_a_process_that_knows_nobody_writes_no_file(world: World) -> None:
    """Where there never was a file, none is made."""
    accounts = world.open()
    await accounts.sweep()
    await accounts.close()
    assert not world.path.exists()


async def test_the_end_tells_of_a_damaged_file(accounts: Accounts, world: World) -> None:
    """A server whose account file was damaged under it does not end as if all were well."""
    world.path.write_bytes(b"{")
    with pytest.raises(DataError, match="auth_file_not_json"):
        await accounts.close()
    assert world.path.read_bytes() == b"{"
