"""The pages beside the dashboard are for whom they should be, and say what is in force."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.domain.permissions import Role
from loadzone.i18n import LANGUAGES, texts
from loadzone.web import desk_pages, routes
from loadzone.web.identity import Identity
from loadzone.web.metrics import Metrics
from loadzone.web.site import Site

PASSWORD = "correct horse battery"
ADMIN_PATHS = [f"/admin/{page}" for page in desk_pages.ADMIN]
SETTINGS = [("port", "5301", "--port"), ("max_hours", "168", "")]


class Addresses:
    """Where scripts and styles are said to be."""

    def url(self, path: str = "") -> str:
        return f"/assets/1/{path}"


@asynccontextmanager
async def visitor(folder: Path, role: Role | None = None, lang: str = "en") -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of running pages, logged in as a person of `role`; a stranger without one."""
    accounts = Accounts(
        folder / "data.auth.json", hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )
    service = Service(MemoryStore())
    await service.start()
    site = Site(
        service=service,
        accounts=accounts,
        identity=Identity(accounts, "password", public_read=False),
        metrics=Metrics(),
        lang="auto",
        registration="closed",
        started=datetime(2026, 11, 23, 8, tzinfo=UTC),
        scheduler_on_time=lambda: True,
        secure_cookies=False,
        settings=SETTINGS,
    )
    given: Any = Addresses()
    server = HTTPServer(Application([*routes.patterns(site), *desk_pages.patterns(site, given)]))
    socket, port = bind_unused_port()
    server.add_sockets([socket])
    headers = {"Accept-Language": lang}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        if role is not None:
            await accounts.add_person(OPERATOR, "ann@example.com", role, PASSWORD)
            await client.post("/auth", json={"email": "ann@example.com", "password": PASSWORD})
        yield client
    server.stop()
    await service.stop()


@pytest.mark.parametrize("path", ["/account", *ADMIN_PATHS])
async def test_a_stranger_is_sent_to_the_login_and_from_there_back(tmp_path: Path, path: str) -> None:
    async with visitor(tmp_path) as client:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (302, f"/login?next={path}")


async def test_a_user_has_an_account_page_and_no_way_to_the_others(tmp_path: Path) -> None:
    async with visitor(tmp_path, Role.USER) as client:
        answer = await client.get("/account")
        assert answer.status_code == 200
        assert "/admin/" not in answer.text
        for path in ADMIN_PATHS:
            refused = await client.get(path)
            assert refused.status_code == 403
            assert refused.headers["content-type"].startswith("text/html")
            assert 'data-page="forbidden"' in refused.text
            assert "--port" not in refused.text


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_an_administrator_gets_each_page_in_the_language_asked_for(tmp_path: Path, lang: str) -> None:
    async with visitor(tmp_path, Role.ADMIN, lang) as client:
        for page in desk_pages.ADMIN:
            answer = await client.get(f"/admin/{page}")
            assert answer.status_code == 200
            assert f'<html lang="{lang}"' in answer.text
            assert f"<h1>{texts(lang, 'admin-')[f'admin-{page}']}</h1>" in answer.text


async def test_the_settings_in_force_say_where_each_came_from(tmp_path: Path) -> None:
    async with visitor(tmp_path, Role.ADMIN) as client:
        cells = re.findall(r"<td[^>]*>(.*?)</td>", (await client.get("/admin/settings")).text)
        assert cells[:3] == ["port", "5301", "--port"]
        assert cells[4:7] == ["max_hours", "168", "default"]


async def test_the_health_page_tells_of_the_store_and_the_scheduler(tmp_path: Path) -> None:
    async with visitor(tmp_path, Role.ADMIN) as client:
        cells = re.findall(r"<td[^>]*>(.*?)</td>", (await client.get("/admin/health")).text)
        assert cells[:4] == ["Store", "good", "Scheduler", "good"]


async def test_a_page_runs_no_script_and_shows_no_style_but_its_own_files(tmp_path: Path) -> None:
    async with visitor(tmp_path, Role.ADMIN) as client:
        for path in ("/account", *ADMIN_PATHS):
            answer = await client.get(path)
            assert "'unsafe" not in answer.headers["Content-Security-Policy"]
            assert not re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|style=", answer.text)


async def test_the_first_page_is_found_without_its_name_and_others_do_not_exist(tmp_path: Path) -> None:
    async with visitor(tmp_path, Role.ADMIN) as client:
        assert (await client.get("/admin")).headers["location"] == "/admin/people"
        assert (await client.get("/admin/secrets")).status_code == 404
