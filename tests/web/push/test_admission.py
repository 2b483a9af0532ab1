"""Who is let in to the live feed, and who has to leave it."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import socketio

from loadzone.cookies import SESSION as COOKIE
from loadzone.core.auth_file import Scope
from loadzone.web.own_origins import OwnOrigins
from tests.web.push.conftest import (
    ADMIN,
    HANDSHAKE,
    POLLING,
    SOON,
    UPGRADE,
    UPGRADING,
    WEBSOCKET,
    RawClient,
    Zone,
    every_transport,
    listener,
    logged_in,
)


async def test_the_end_of_a_session_disconnects_its_clients_only(zone: Zone, clients: AsyncExitStack) -> None:
    anna, session = await logged_in(zone, clients, "anna@example.com")
    login = await zone.accounts.login_open("anna@example.com")
    ears = [
        await listener(clients).connect(zone, transports, {"Cookie": f"{COOKIE}={login.secret}"})
        for transports in (POLLING, UPGRADE, WEBSOCKET)
    ]
    assert zone.push.clients() == 4

    await zone.accounts.logout(login.session_id)

    assert zone.push.clients() == 1
    for ear in ears:
        await asyncio.wait_for(ear.gone.wait(), SOON)
    await zone.add("a")
    assert (await anna.event("change"))["seq"] == 1
    await zone.accounts.logout(session)
    await asyncio.wait_for(anna.gone.wait(), SOON)
    assert zone.push.clients() == 0


async def refused(zone: Zone, clients: AsyncExitStack, transports: list[str], **auth: Any) -> Any:
    ear = listener(clients, **auth)
    reasons: list[Any] = []
    ear.client.on("connect_error", reasons.append)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await ear.connect(zone, transports)
    return reasons[0]


@every_transport
async def test_strangers_are_refused_in_their_language(
    tmp_path: Path, clients: AsyncExitStack, transports: list[str]
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, mode="password"))

    reason = await refused(zone, clients, transports, lang="ru")

    assert reason["data"] == {"code": "login_required", "message": reason["message"]}
    assert reason["message"] == "Сначала войдите."
    assert zone.push.clients() == 0


async def test_a_token_in_the_auth_object_or_the_header_lets_a_client_in(
    tmp_path: Path, clients: AsyncExitStack
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, mode="password"))
    await zone.accounts.make_first_admin(
        zone.accounts.first_admin_key() or "", "admin@example.com", "a long password"
    )
    token, info = await zone.accounts.add_token(
        ADMIN, "admin@example.com", "feed", Scope.READ, zone.service.clock() + timedelta(days=1)
    )

    ears = [
        await listener(clients, token=token).connect(zone),
        await listener(clients, token=token).connect(zone, POLLING),
        await listener(clients).connect(zone, headers={"Authorization": f"Bearer {token}"}),
    ]
    await zone.add("a")
    for ear in ears:
        assert (await ear.event("change"))["seq"] == 1

    await zone.accounts.revoke_token(ADMIN, info.id)
    for ear in ears:
        await asyncio.wait_for(ear.gone.wait(), SOON)
    reason = await refused(zone, clients, WEBSOCKET, token=token)
    assert reason["data"]["code"] == "token_invalid"


@every_transport
async def test_a_page_of_another_person_is_refused(
    zone: Zone, clients: AsyncExitStack, transports: list[str]
) -> None:
    """The feed of Anna's page is refused while nobody, or somebody else, is logged in."""
    login = await zone.accounts.login_open("ben@example.com")
    cookie = {"Cookie": f"{COOKIE}={login.secret}"}
    for person, headers, code in (
        ("anna@example.com", {}, "login_required"),
        ("anna@example.com", cookie, "person_changed"),
        ("", cookie, "person_changed"),
    ):
        ear = listener(clients, person=person)
        reasons: list[Any] = []
        ear.client.on("connect_error", reasons.append)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await ear.connect(zone, transports, headers)
        assert reasons[0]["data"]["code"] == code
    await listener(clients, person="ben@example.com").connect(zone, transports, cookie)
    await listener(clients, person="").connect(zone, transports)
    assert zone.push.clients() == 2


async def test_a_number_that_is_none_is_refused(zone: Zone, clients: AsyncExitStack) -> None:
    reason = await refused(zone, clients, WEBSOCKET, since="yesterday")

    assert reason["data"]["code"] == "invalid_input"


FOREIGN = {"Origin": "https://evil.example.com"}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (HANDSHAKE, FOREIGN),
        (HANDSHAKE, {"Sec-Fetch-Site": "cross-site"}),
        (HANDSHAKE, {"Sec-Fetch-Site": "same-site"}),
        (HANDSHAKE + "&j=0", {}),
        ("/socket.io/?EIO=4&transport=websocket", FOREIGN | UPGRADING),
    ],
)
async def test_other_origins_are_refused(zone: Zone, path: str, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient() as web:
        answer = await web.get(zone.url + path, headers=headers)

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "cross_origin"


async def test_its_own_origin_and_listed_ones_are_let_in(tmp_path: Path, clients: AsyncExitStack) -> None:
    desk = "https://desk.example.com"
    zone = await clients.enter_async_context(Zone(tmp_path, origins=OwnOrigins(allowed=[desk])))

    for origin in (zone.url, desk):
        for transports in (WEBSOCKET, POLLING):
            await listener(clients).connect(zone, transports, {"Origin": origin})
    async with httpx.AsyncClient() as web:
        answer = await web.get(zone.url + HANDSHAKE, headers={"Origin": desk, "Sec-Fetch-Site": "cross-site"})
    assert answer.headers["access-control-allow-origin"] == desk
    assert zone.push.clients() == 4


async def test_a_websocket_that_nobody_was_let_in_over_is_closed(
    tmp_path: Path, clients: AsyncExitStack, raw: RawClient
) -> None:
    zone = await clients.enter_async_context(Zone(tmp_path, mode="password", connect_timeout=0.05))
    await raw.connect(zone)
    await raw.say("40")

    await raw.end()

    assert zone.push.clients() == 0
