"""A real Tornado server in the test's own event loop, and clients that are logged in to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from loadzone.core.account_log import AccountLog
from loadzone.core.accounts import Accounts
from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.domain.model import VM, Fleet, Group, Policy, User
from loadzone.domain.permissions import Actor, Role
from loadzone.domain.table import Table
from loadzone.web import routes
from loadzone.web.idempotency import Replays
from loadzone.web.identity import Identity
from loadzone.web.lost_page import LostPage
from loadzone.web.metrics import Metrics
from loadzone.web.site import Site

PASSWORD = "correct horse battery"
ADMIN = "admin@example.com"
ALICE = "alice@example.com"
BOB = "bob@example.com"
START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def small_fleet() -> Fleet:
    """Five VMs, two of them in a group."""
    group_of = {"server-01": 1, "server-02": 1}
    vms = [
        VM(id=f"server-{n:02}", group=group_of.get(f"server-{n:02}"), booked_by=None, expires_at=None)
        for n in range(1, 6)
    ]
    groups = [Group(id=1, name="Production", vm_ids=("server-01", "server-02"))]
    users = [User(email=ALICE, created=START)]
    return Fleet(
        vms=Table((vm.id, vm) for vm in vms),
        groups=Table((group.id, group) for group in groups),
        users=Table((user.email, user) for user in users),
    )


@dataclass
class Live:
    """A LoadZone that is up: its parts, its address, and a client for each who asks."""

    site: Site
    store: MemoryStore
    clock: SetClock
    url: str
    scheduler_on_time: list[bool]
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, **options: Any) -> httpx.AsyncClient:
        """Return a client of its own cookies."""
        made = httpx.AsyncClient(base_url=self.url, timeout=20, trust_env=False, **options)
        self.clients.append(made)
        return made

    async def logged_in(self, email: str, **options: Any) -> httpx.AsyncClient:
        """Return a client that has logged in as `email`."""
        client = self.client(**options)
        answer = await client.post("/auth", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client


Start = Callable[..., Any]


@asynccontextmanager
async def _live(
    folder: Path, *, mode: str = "password", lang: str = "auto", **options: Any
) -> AsyncIterator[Live]:
    clock = options.pop("clock", None) or SetClock()
    store = options.pop("store", None) or MemoryStore(small_fleet())
    policy = options.pop("policy", None) or Policy()
    public_read = options.pop("public_read", False)
    extra = options.pop("extra", [])
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(folder / "data.auth.json", clock, mode=mode, hasher=hasher, **options)  # type: ignore[arg-type]  # a Literal
    service = Service(store, policy, clock)
    metrics = Metrics()
    metrics.watch(service)
    await service.start()
    on_time = [True]
    site = Site(
        service=service,
        accounts=accounts,
        identity=Identity(accounts, accounts.mode, public_read),
        metrics=metrics,
        lang=lang,
        registration=accounts.registration,
        started=clock(),
        scheduler_on_time=lambda: on_time[0],
        secure_cookies=False,
        replays=Replays(timer=lambda: clock().timestamp()),
    )
    if mode == "password":
        await _add_people(accounts)
        await accounts.told(accounts.untold())  # a server that has been running for a while
    accounts.on_untold(AccountLog(accounts, service).tell)
    lost: dict[str, Any] = {
        "default_handler_class": LostPage,
        "default_handler_args": {"site": site, "assets": None},
    }
    application = Application([*routes.patterns(site), *extra], **lost)
    server = HTTPServer(application, max_body_size=2 * 1024 * 1024)
    socket, port = bind_unused_port()
    server.add_socket(socket)
    live = Live(site, store, clock, f"http://127.0.0.1:{port}", on_time)
    try:
        yield live
    finally:
        for client in live.clients:
            await client.aclose()
        server.stop()
        await server.close_all_connections()
        await service.stop()


async def _add_people(accounts: Accounts) -> None:
    operator = Actor(email=ADMIN, role=Role.ADMIN)
    for email, role in ((ADMIN, Role.ADMIN), (ALICE, Role.USER), (BOB, Role.USER)):
        await accounts.add_person(operator, email, role, PASSWORD)


@pytest.fixture
def start_live(tmp_path: Path) -> Start:
    """Give what starts a LoadZone of the kind that a test names."""

    def start(**options: Any) -> Any:
        return _live(tmp_path, **options)

    return start


@pytest.fixture
async def live(start_live: Start) -> AsyncIterator[Live]:
    """Give a LoadZone in password mode with an administrator and two users."""
    async with start_live() as running:
        yield running


@pytest.fixture
async def admin(live: Live) -> httpx.AsyncClient:
    """Give a client logged in as the administrator."""
    return await live.logged_in(ADMIN)


@pytest.fixture
async def alice(live: Live) -> httpx.AsyncClient:
    """Give a client logged in as a user."""
    return await live.logged_in(ALICE)


@pytest.fixture
async def bob(live: Live) -> httpx.AsyncClient:
    """Give a client logged in as another user."""
    return await live.logged_in(BOB)


@pytest.fixture
def stranger(live: Live) -> httpx.AsyncClient:
    """Give a client that is not logged in."""
    return live.client()
