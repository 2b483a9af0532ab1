"""Several processes work with one account file, and what fails changes nothing."""

import asyncio
import sys
from datetime import timedelta

import pytest

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.domain.errors import DataError, StoreUnavailable
from loadzone.domain.permissions import Role
from tests.core.accounts.conftest import ANN, BOB, SECRET, World, ends, full_disk


async def test_the_server_and_the_command_line_see_each_others_changes(accounts: Accounts, world: World) -> None:
    server, cli = accounts, world.open()
    token, info = await cli.add_token(OPERATOR, "bob@example.com", "ci", Scope.WRITE)
    assert server.token(token) == (BOB, info.id)
    login = await server.login("bob@example.com", SECRET, None)
    assert cli.session(login.secret) == (BOB, login.session_id)
    ended = ends(server)
    await cli.edit_person(OPERATOR, "bob@example.com", password="another horse")
    await cli.revoke_token(OPERATOR, info.id)
    world.seconds += 0.5
    assert server.session(login.secret) is None
    assert server.token(token) is None
    assert sorted(ended) == sorted([login.session_id, info.id])


async def test_a_known_session_costs_no_look_at_the_file_within_half_a_second(
    accounts: Accounts, world: World
) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    accounts.session(login.secret)
    await world.open().edit_person(OPERATOR, "bob@example.com", disabled=True)
    world.seconds += 0.4
    assert accounts.session(login.secret) is not None
    world.seconds += 0.1
    assert accounts.session(login.secret) is None


async def test_a_sweep_notices_what_another_process_ended(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    ended = ends(accounts)
    await world.open().logout(login.session_id)
    await accounts.sweep()
    assert ended == [login.session_id]


async def test_a_look_now_and_then_notices_and_tells_what_another_process_did(
    accounts: Accounts, world: World
) -> None:
    """Without any request sessions end and news is told, and where nothing changed nothing is read."""
    told: list[int] = []

    async def tell() -> None:
        told.append(len(accounts.untold()))

    await accounts.told(accounts.untold())
    accounts.on_untold(tell)
    login = await accounts.login("bob@example.com", SECRET, None)
    ended = ends(accounts)
    await accounts.watch()
    assert (ended, told) == ([], [])
    await world.open().edit_person(ANN, "bob@example.com", disabled=True)
    await accounts.watch()
    await accounts.watch()
    assert (ended, told) == ([login.session_id], [1])


async def test_two_processes_changing_at_once_lose_nothing(world: World) -> None:
    processes = [world.open() for _ in range(3)]
    await asyncio.gather(
        *(
            process.add_person(OPERATOR, f"p{number}-{count}@example.com", Role.USER)
            for number, process in enumerate(processes)
            for count in range(5)
        )
    )
    for process in (*processes, world.open()):
        assert len(process.people(OPERATOR)) == 15


async def test_a_real_second_process_adds_a_person(accounts: Accounts, world: World) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from loadzone.core.accounts import OPERATOR, Accounts\n"
        "from loadzone.domain.permissions import Role\n"
        "add = Accounts(Path(sys.argv[1])).add_person(OPERATOR, 'new@example.com', Role.USER)\n"
        "asyncio.run(add)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(world.path))
    assert await process.wait() == 0
    assert [each.email for each in accounts.people(ANN)] == [
        "ann@example.com",
        "bob@example.com",
        "new@example.com",
    ]


async def test_a_file_that_breaks_under_way_changes_nothing_and_stays(
    accounts: Accounts, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Who is known stays known, changes are refused, and the broken file is left for a person to mend."""
    login = await accounts.login("bob@example.com", SECRET, None)
    good = world.path.read_bytes()
    world.path.write_bytes(good[:-20])
    for _ in range(3):
        world.seconds += 1
        assert accounts.session(login.secret) is not None
    assert caplog.text.count("cannot be read") == 1
    with pytest.raises(DataError):
        await accounts.logout(login.session_id)
    assert world.path.read_bytes() == good[:-20]
    assert accounts.session(login.secret) is not None
    world.path.write_bytes(good)
    await accounts.logout(login.session_id)
    assert accounts.session(login.secret) is None


async def test_a_full_disk_changes_nothing(accounts: Accounts, world: World) -> None:
    """A change that cannot be written is refused, leaves memory and file as they were, and works later."""
    login = await accounts.login("bob@example.com", SECRET, None)
    ended, before = ends(accounts), world.path.read_bytes()
    with full_disk():
        for call in (
            accounts.add_person(ANN, "new@example.com", Role.USER, SECRET),
            accounts.edit_person(ANN, "bob@example.com", disabled=True),
            accounts.login("ann@example.com", SECRET, None),
            accounts.logout(login.session_id),
        ):
            with pytest.raises(StoreUnavailable):
                await call
    assert world.path.read_bytes() == before
    assert sorted(path.name for path in world.path.parent.iterdir()) == ["data.auth.json", "data.auth.json.lock"]
    assert accounts.session(login.secret) == (BOB, login.session_id)
    assert [each.email for each in accounts.people(ANN)] == ["ann@example.com", "bob@example.com"]
    assert ended == []
    await accounts.add_person(ANN, "new@example.com", Role.USER, SECRET)


async def test_expiry_is_told_even_when_the_disk_is_full(accounts: Accounts, world: World) -> None:
    login = await accounts.login("bob@example.com", SECRET, None)
    ended = ends(accounts)
    world.now += timedelta(days=8)
    with full_disk(), pytest.raises(StoreUnavailable):
        await accounts.sweep()
    assert ended == [login.session_id]
    assert accounts.session(login.secret) is None
