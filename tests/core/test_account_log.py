"""What happens to accounts is told to the store once, whatever fails or dies on the way, and no secret with it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from loadzone.core.account_log import AccountLog
from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.data_file import archive_path
from loadzone.core.json_store import JSONStore
from loadzone.core.service import Service
from loadzone.core.store import ChangeQuery, Receipt
from loadzone.domain.account_facts import (
    AnyAccountFact,
    PasswordReset,
    PersonAdded,
    PersonDisabled,
    PersonEnabled,
    PersonInvited,
    PersonRegistered,
    RoleChanged,
    TokenAdded,
    TokenRevoked,
)
from loadzone.domain.errors import Conflict, StoreUnavailable
from loadzone.domain.facts import AnyFact, Change
from loadzone.domain.permissions import Role

ANN, BOB = "ann@example.com", "bob@example.com"
SECRET, OTHER = "correct horse battery", "another horse battery"


def told_kinds(facts: Sequence[AnyFact]) -> list[type]:
    return [type(fact) for fact in facts]


class House:
    """Accounts and a store in one folder, wired as the server wires them; `again` starts both anew."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data.json"
        self.accounts = self.make_accounts()

    def make_accounts(self) -> Accounts:
        """Return the accounts as a process of its own has them."""
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        return Accounts(self.path.with_name("data.auth.json"), registration="invite", hasher=hasher)

    async def open(self) -> None:
        self.accounts = self.make_accounts()
        self.store = JSONStore(self.path)
        self.service = Service(self.store)
        await self.service.start()
        self.log = AccountLog(self.accounts, self.service)
        self.accounts.on_untold(self.log.tell)
        await self.log.tell()

    async def facts(self) -> list[AnyFact]:
        """Return what the store was told, oldest first."""
        pages = [page async for page in self.service.recorded(ChangeQuery())]
        return [fact for page in pages for change in page.changes for fact in reversed(change.facts)][::-1]


@pytest.fixture
async def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    await made.open()
    return made


async def test_every_act_on_accounts_is_told_with_who_did_it(house: House) -> None:
    accounts = house.accounts
    await accounts.add_person(OPERATOR, ANN, Role.ADMIN, SECRET)
    boss = (await accounts.login(ANN, SECRET, None)).actor
    key = await accounts.invite(boss, BOB, Role.USER)
    await accounts.register(BOB, SECRET, key)
    await accounts.edit_person(boss, BOB, role=Role.ADMIN, password=OTHER)
    await accounts.edit_person(boss, BOB, disabled=True)
    await accounts.edit_person(boss, BOB, disabled=False)
    await accounts.edit_person(boss, BOB, role=Role.ADMIN)  # is so already: nothing happened
    _, token = await accounts.add_token(boss, ANN, "nightly", Scope.READ)
    await accounts.revoke_token(boss, token.id)
    facts = await house.facts()
    assert told_kinds(facts) == [
        PersonAdded, PersonInvited, PersonRegistered, RoleChanged, PasswordReset, PersonDisabled, PersonEnabled,
        TokenAdded, TokenRevoked,
    ]  # fmt: skip
    assert [fact.by for fact in facts] == [OPERATOR.email, ANN, BOB, *[ANN] * 6]
    assert accounts.untold() == ()
    await house.service.stop()
    written = archive_path(house.path).read_text(encoding="utf-8")
    kept = house.path.with_name("data.auth.json").read_text(encoding="utf-8")
    assert SECRET not in written
    assert key not in written
    assert "$argon2" in kept
    assert "$argon2" not in written


async def test_the_first_administrator_is_told_too(house: House) -> None:
    key = house.accounts.first_admin_key()
    assert key is not None
    await house.accounts.make_first_admin(key, ANN, SECRET)
    (fact,) = await house.facts()
    assert isinstance(fact, PersonRegistered)
    assert (fact.by, fact.role) == (ANN, Role.ADMIN)
    await house.service.stop()


async def test_what_is_refused_is_not_told(house: House) -> None:
    await house.accounts.add_person(OPERATOR, ANN, Role.ADMIN, SECRET)
    with pytest.raises(Conflict):
        await house.accounts.add_person(OPERATOR, ANN, Role.USER)
    with pytest.raises(Conflict):
        await house.accounts.edit_person(OPERATOR, ANN, disabled=True)
    assert told_kinds(await house.facts()) == [PersonAdded]
    await house.service.stop()


async def test_while_the_store_is_unavailable_accounts_change_and_are_told_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(facts: Sequence[AnyFact], expected: int, receipt: Receipt | None = None) -> Change:
        raise StoreUnavailable(reason="disk full")

    monkeypatch.setattr(house.store, "append", refuses)
    await house.accounts.add_person(OPERATOR, ANN, Role.ADMIN, SECRET)
    await house.accounts.edit_person(OPERATOR, ANN, password=OTHER)
    assert await house.facts() == []
    assert told_kinds(house.accounts.untold()) == [PersonAdded, PasswordReset]
    monkeypatch.undo()
    await house.log.tell()
    assert told_kinds(await house.facts()) == [PersonAdded, PasswordReset]
    assert house.accounts.untold() == ()
    await house.service.stop()


async def test_what_a_command_does_beside_the_server_or_without_one_is_told_when_a_server_looks(
    house: House,
) -> None:
    command = house.make_accounts()
    await command.add_person(OPERATOR, ANN, Role.ADMIN)
    await house.log.tell()
    await house.service.stop()
    await command.add_token(OPERATOR, ANN, "ci", Scope.WRITE)
    await house.open()
    assert told_kinds(await house.facts()) == [PersonAdded, TokenAdded]
    await house.service.stop()


async def test_a_death_between_telling_and_forgetting_tells_nothing_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies(facts: Sequence[AnyAccountFact]) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(house.accounts, "told", dies)
    await house.accounts.add_person(OPERATOR, ANN, Role.ADMIN)
    assert told_kinds(house.accounts.untold()) == [PersonAdded]
    await house.service.stop()
    await house.open()
    assert told_kinds(await house.facts()) == [PersonAdded]
    assert house.accounts.untold() == ()
    await house.service.stop()


async def test_acts_at_the_same_time_are_told_once_each(house: House) -> None:
    emails = [f"{number}@example.com" for number in range(10)]
    await asyncio.gather(*(house.accounts.add_person(OPERATOR, email, Role.USER) for email in emails))
    told = [fact.user for fact in await house.facts() if isinstance(fact, PersonAdded)]
    assert sorted(told) == emails
    assert house.service.seq <= len(emails)
    since = datetime.now(UTC) - timedelta(minutes=1)
    assert all(fact.at > since for fact in await house.facts())
    await house.service.stop()
