"""What a page asks of Python is decided by the same rules as everywhere, once for each confirmation."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.dashboard.actions import Actions
from loadzone.domain.errors import StoreUnavailable
from loadzone.domain.permissions import GUEST, Actor, Role
from loadzone.domain.wishes import AddVM, AnyWish

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
ANN = Actor(email="ann@example.com", role=Role.USER)
BOB = Actor(email="bob@example.com", role=Role.USER)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service(MemoryStore(), clock=lambda: NOW)
    await service.start()
    await service.grant(ADMIN, AddVM(id="vm-1"))
    yield service
    await service.stop()


class Page:
    """One open page of somebody: what it asks, and every answer that it got."""

    def __init__(self, service: Service, actor: Actor, lang: str = "en") -> None:
        self.answers: list[dict[str, Any]] = []
        self.actions = Actions(service, actor, lang, self.answers.append)

    async def ask(self, act: str, ask_id: str = "1", **data: Any) -> dict[str, Any]:
        await self.actions.handle({"id": ask_id, "act": act, **data})
        return self.answers[-1]


async def test_booking_makes_the_visitor_the_holder_until_the_hours_are_over(service: Service) -> None:
    answer = await Page(service, ANN).ask("book", vm_id="vm-1", hours="4", purpose=" load test ")
    vm = service.fleet.vms["vm-1"]
    assert (vm.booked_by, vm.expires_at, vm.purpose) == (ANN.email, NOW + timedelta(hours=4), "load test")
    assert answer["ok"]
    assert answer["id"] == "1"
    assert answer["vm"]["expires_at"] == "2026-11-23T12:00:00Z"
    assert answer["seq"] == service.seq


@pytest.mark.parametrize("typed", ["0,5", "0.5", " .5 "])
async def test_hours_may_be_typed_with_a_point_or_a_comma(service: Service, typed: str) -> None:
    assert (await Page(service, ANN).ask("book", vm_id="vm-1", hours=typed))["ok"]
    assert service.fleet.vms["vm-1"].expires_at == NOW + timedelta(minutes=30)


@pytest.mark.parametrize("typed", ["", "  ", "four", "0", "-1", "1e400", "nan", "inf", "169", "1,000,5"])
async def test_hours_that_make_no_sense_are_told_beside_the_field_and_change_nothing(
    service: Service, typed: str
) -> None:
    before = service.seq
    answer = await Page(service, ANN).ask("book", vm_id="vm-1", hours=typed)
    assert not answer["ok"]
    assert set(answer["fields"]) == {"hours"}
    assert answer["fields"]["hours"]
    assert service.seq == before


async def test_all_wrong_fields_are_told_at_once_in_the_language_of_the_page(service: Service) -> None:
    page = Page(service, ANN, lang="ru")
    answer = await page.ask("book", vm_id="vm-1", hours="1000", purpose="x" * 201)
    assert set(answer["fields"]) == {"hours", "purpose"}
    assert answer["fields"]["hours"].startswith("Не")


async def test_a_vm_taken_meanwhile_is_told_with_its_holder_and_end(service: Service) -> None:
    await Page(service, BOB).ask("book", vm_id="vm-1", hours="2")
    answer = await Page(service, ANN).ask("book", vm_id="vm-1", hours="4")
    assert answer["code"] == "vm_taken"
    assert "bob@example.com" in answer["message"]
    assert "2026-11-23 10:00 UTC" in answer["message"]
    assert service.fleet.vms["vm-1"].booked_by == BOB.email


async def test_renewing_moves_the_old_end(service: Service) -> None:
    page = Page(service, ANN)
    await page.ask("book", "1", vm_id="vm-1", hours="4")
    await page.ask("renew", "2", vm_id="vm-1", hours="1")
    assert service.fleet.vms["vm-1"].expires_at == NOW + timedelta(hours=5)


async def test_releasing_frees_the_vm(service: Service) -> None:
    page = Page(service, ANN)
    await page.ask("book", "1", vm_id="vm-1", hours="4")
    answer = await page.ask("release", "2", vm_id="vm-1")
    assert answer["vm"]["booked_by"] is None
    assert service.fleet.vms["vm-1"].booked_by is None


@pytest.mark.parametrize(("actor", "code"), [(ANN, "not_holder"), (GUEST, "login_required")])
async def test_what_one_may_not_do_is_refused_whatever_the_page_sends(
    service: Service, actor: Actor, code: str
) -> None:
    await Page(service, BOB).ask("book", vm_id="vm-1", hours="4")
    assert (await Page(service, actor).ask("release", vm_id="vm-1"))["code"] == code
    assert service.fleet.vms["vm-1"].booked_by == BOB.email


async def test_a_message_that_names_another_actor_is_dropped_or_granted_as_the_visitor(service: Service) -> None:
    await Page(service, ANN).ask("book", vm_id="vm-1", hours="4", actor="admin@example.com", email="x@example.com")
    assert service.fleet.vms["vm-1"].booked_by == ANN.email


async def test_a_confirmation_that_comes_twice_is_granted_once(service: Service) -> None:
    page = Page(service, ANN)
    await page.ask("book", "1", vm_id="vm-1", hours="4")
    first = await page.ask("renew", "2", vm_id="vm-1", hours="1")
    assert await page.ask("renew", "2", vm_id="vm-1", hours="1") == first
    assert service.fleet.vms["vm-1"].expires_at == NOW + timedelta(hours=5)


async def test_a_confirmation_that_comes_twice_at_once_is_granted_and_answered_once(service: Service) -> None:
    page = Page(service, ANN)
    await page.ask("book", "1", vm_id="vm-1", hours="4")
    await asyncio.gather(*(page.ask("renew", "2", vm_id="vm-1", hours="1") for _ in range(5)))
    assert service.fleet.vms["vm-1"].expires_at == NOW + timedelta(hours=5)
    assert [answer["id"] for answer in page.answers] == ["1", "2"]


async def test_a_ping_is_answered_with_the_server_time(service: Service) -> None:
    assert await Page(service, GUEST).ask("ping", "7") == {"id": "7", "ok": True, "now": "2026-11-23T08:00:00Z"}


@pytest.mark.parametrize(
    "data",
    [
        None,
        "book",
        [],
        {"act": "book"},
        {"id": "1", "act": "format_disk", "vm_id": "vm-1"},
        {"id": "1", "act": "release_many", "vm_ids": []},
        {"id": "1", "act": "release_many", "vm_ids": ["vm-1"] * 201},
        {"id": 1, "act": "release", "vm_id": "vm-1"},
        {"id": "1", "act": "book", "vm_id": "vm-1", "hours": ["4"]},
    ],
)
async def test_what_is_no_message_of_the_page_is_dropped(service: Service, data: Any) -> None:
    page, before = Page(service, ADMIN), service.seq
    await page.actions.handle(data)
    assert page.answers == []
    assert service.seq == before


async def test_a_store_that_cannot_write_is_told_and_the_next_try_is_a_new_one(service: Service) -> None:
    grant, failures = service.grant, [StoreUnavailable()]

    async def failing_once(actor: Actor, wish: AnyWish, _receipt: object = None) -> Any:
        if failures:
            raise failures.pop()
        return await grant(actor, wish)

    service.grant = failing_once  # type: ignore[method-assign, assignment]  # a disk that is full for a moment
    page = Page(service, ANN)
    assert (await page.ask("book", "1", vm_id="vm-1", hours="4"))["code"] == "store_unavailable"
    assert (await page.ask("book", "2", vm_id="vm-1", hours="4"))["ok"]
