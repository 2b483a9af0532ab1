"""The pages in front of LoadZone offer what is possible now, in the reader's language, and lead nowhere else."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.domain.permissions import Role
from loadzone.i18n import LANGUAGES, texts
from loadzone.web import pages, routes
from loadzone.web.identity import Identity
from loadzone.web.lost_page import LostPage
from loadzone.web.metrics import Metrics
from loadzone.web.site import Site

PASSWORD = "correct horse battery"


class Addresses:
    """Where scripts and styles are said to be."""

    def url(self, path: str = "") -> str:
        return f"/assets/1/{path}"


class Front:
    """The pages of a server."""

    def __init__(self, port: int, accounts: Accounts) -> None:
        self.accounts = accounts
        self._port = port

    async def get(self, path: str, **headers: str) -> HTTPResponse:
        request = HTTPRequest(f"http://127.0.0.1:{self._port}{path}", headers=headers, follow_redirects=False)
        return await AsyncHTTPClient().fetch(request, raise_error=False)

    async def post(self, path: str, body: str) -> HTTPResponse:
        headers = {"Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self._port}{path}"
        return await AsyncHTTPClient().fetch(
            HTTPRequest(url, method="POST", headers=headers, body=body), raise_error=False
        )


Fronts = Callable[..., AbstractAsyncContextManager[Front]]


@pytest.fixture
def front(tmp_path: Path) -> Fronts:
    """Start the pages with settings of the test's choice."""

    @asynccontextmanager
    async def start(
        mode: Any = "password", registration: Any = "closed", lang: str = "auto"
    ) -> AsyncIterator[Front]:
        accounts = Accounts(tmp_path / "data.auth.json", mode=mode, registration=registration)
        service = Service(MemoryStore())
        await service.start()
        site = Site(
            service=service,
            accounts=accounts,
            identity=Identity(accounts, mode, public_read=False),
            metrics=Metrics(),
            lang=lang,
            registration=registration,
            started=datetime.now(UTC),
            scheduler_on_time=lambda: True,
            secure_cookies=False,
        )
        sock, port = bind_unused_port()
        given: dict[str, Any] = {"site": site, "assets": Addresses()}
        lost: dict[str, Any] = {"default_handler_class": LostPage, "default_handler_args": given}
        server = HTTPServer(Application([*routes.patterns(site), *pages.patterns(**given)], **lost))
        server.add_socket(sock)
        yield Front(port, accounts)
        server.stop()
        await server.close_all_connections()
        await service.stop()
        await accounts.close()

    return start


def names(answer: HTTPResponse) -> list[str]:
    """Return the names of the form's fields."""
    return re.findall(r'<input[^>]*?\bname="(\w+)"', answer.body.decode())


async def test_the_login_asks_for_e_mail_and_password(front: Fronts) -> None:
    async with front() as site:
        assert names(await site.get("/login")) == ["email", "password"]


async def test_in_open_mode_the_login_asks_for_the_e_mail_alone_and_says_so(front: Fronts) -> None:
    async with front("open") as site:
        answer = await site.get("/login")
        assert names(answer) == ["email"]
        assert texts("en", "page-open-mode")["page-open-mode"] in answer.body.decode()


async def test_a_page_runs_no_script_and_shows_no_style_but_its_own_files(front: Fronts) -> None:
    async with front() as site:
        answer = await site.get("/login")
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]
        assert not re.findall(r"<script(?![^>]*src=)|<style|\son\w+=|style=", answer.body.decode())
        assert not re.findall(r"https?://", answer.body.decode())


@pytest.mark.parametrize("path", ["/?group=3", "/", "/docs#book"])
def test_a_login_leads_back_to_a_path_of_this_server(path: str) -> None:
    assert pages.local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "//evil.example.com",
        "/\\evil.example.com",
        "\\\\evil.example.com",
        "https://evil.example.com",
        "javascript:alert(1)",
        "/\t/evil.example.com",
        "/a\nb",
        " /x",
        "x",
    ],
)
def test_a_login_leads_nowhere_else(path: str | None) -> None:
    assert pages.local_path(path) == "/"


async def test_what_a_link_says_is_shown_as_text(front: Fronts) -> None:
    async with front() as site:
        answer = await site.get("/setup?key=%22%3E%3Cscript%3E")
        assert b"<script>" not in answer.body


async def test_who_is_logged_in_goes_straight_on(front: Fronts) -> None:
    async with front() as site:
        await site.accounts.add_person(OPERATOR, "ann@example.com", Role.USER, PASSWORD)
        login = await site.accounts.login("ann@example.com", PASSWORD, "127.0.0.1")
        answer = await site.get("/login?next=/%3Fview%3Dmine", Cookie=f"loadzone_session={login.secret}")
        assert (answer.code, answer.headers["Location"]) == (302, "/?view=mine")


async def test_the_first_administrator_is_made_with_the_key_of_the_link(front: Fronts) -> None:
    async with front() as site:
        answer = await site.get(f"/setup?key={site.accounts.first_admin_key()}")
        assert names(answer) == ["key", "email", "password", "again"]
        body = f'{{"key": "{site.accounts.first_admin_key()}", "email": "a@b.co", "password": "{PASSWORD}"}}'
        assert (await site.post("/setup", body)).code == 201
        assert names(await site.get("/setup?key=x")) == []


async def test_the_login_tells_how_to_begin_while_nobody_can_log_in(front: Fronts) -> None:
    note = texts("en", "page-no-admin-yet")["page-no-admin-yet"].encode()
    async with front() as site:
        assert note in (await site.get("/login")).body
        await site.accounts.add_person(OPERATOR, "a@example.com", Role.ADMIN, PASSWORD)
        assert note not in (await site.get("/login")).body


@pytest.mark.parametrize(
    ("registration", "query", "shown"),
    [
        ("closed", "", []),
        ("closed", "?invite=x", []),
        ("invite", "", []),
        ("invite", "?invite=x", []),
        ("domain", "", ["email", "password", "again"]),
    ],
)
async def test_registration_is_offered_where_it_is_possible(
    front: Fronts, registration: str, query: str, shown: list[str]
) -> None:
    async with front(registration=registration) as site:
        assert names(await site.get(f"/register{query}")) == shown


async def test_an_invitation_shows_the_form_until_it_is_used(front: Fronts) -> None:
    """A link that lets nobody in any more says so when it is opened, not after the form was filled in."""
    over = texts("en", "page-register-invite-over")["page-register-invite-over"].encode()
    async with front(registration="invite") as site:
        key = await site.accounts.invite(OPERATOR)
        assert names(await site.get(f"/register?invite={key}")) == ["invite", "email", "password", "again"]
        await site.accounts.register("a@example.com", PASSWORD, key)
        assert over in (await site.get(f"/register?invite={key}")).body


@pytest.mark.parametrize(
    ("lang", "headers", "expected"),
    [
        ("auto", {}, "en"),
        ("auto", {"Accept-Language": "ru"}, "ru"),
        ("ru", {"Accept-Language": "en"}, "en"),
        ("ru", {"Accept-Language": "fr"}, "ru"),
        ("ru", {"Cookie": "loadzone_lang=en"}, "en"),
    ],
)
async def test_a_page_is_in_the_language_chosen_then_asked_for_then_configured(
    front: Fronts, lang: str, headers: dict[str, str], expected: str
) -> None:
    async with front(lang=lang) as site:
        answer, _ = await asyncio.gather(site.get("/login", **headers), site.get("/register"))
        assert f'<html lang="{expected}"' in answer.body.decode()


def test_the_languages_have_the_same_texts() -> None:
    english, russian = (texts(lang, "page-") for lang in LANGUAGES)
    assert set(english) == set(russian)
    assert not {key for key, text in english.items() if russian[key] == text}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("way", [{"Sec-Fetch-Mode": "navigate"}, {"Upgrade-Insecure-Requests": "1"}])
async def test_who_goes_astray_gets_a_page_that_leads_back(front: Fronts, lang: str, way: dict[str, str]) -> None:
    async with front(lang=lang) as site:
        answer = await site.get("/nowhere?x=1", Accept="text/html,*/*;q=0.8", **way)
        assert answer.code == 404
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert texts(lang, "page-lost")["page-lost-note"] in answer.body.decode()
        assert '<a href="/">' in answer.body.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": "text/html"},
        {"Accept": "*/*", "Upgrade-Insecure-Requests": "1"},
        {"Accept": "text/html", "Sec-Fetch-Mode": "cors", "Upgrade-Insecure-Requests": "1"},
    ],
)
async def test_a_program_that_goes_astray_gets_a_problem(front: Fronts, headers: dict[str, str]) -> None:
    async with front() as site:
        answer = await site.get("/nowhere", **headers)
        assert (answer.code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("after", pages.AFTER)
async def test_the_login_says_what_led_to_it(front: Fronts, after: str) -> None:
    key = f"page-after-{after}"
    async with front() as site:
        assert texts("en", key)[key] in (await site.get(f"/login?after={after}")).body.decode()
        assert texts("en", key)[key] not in (await site.get("/login?after=x")).body.decode()
