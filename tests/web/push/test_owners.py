"""Whose connection to the live feed it is, for those who know its `sid`."""

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from loadzone.cookies import SESSION as COOKIE
from loadzone.core.auth_file import Scope
from tests.web.push.conftest import ADMIN, HANDSHAKE, SOON, UPGRADING, Zone


async def opened(web: httpx.AsyncClient, connect: str = "40") -> str:
    """Open a connection by polling, as a browser does, and return the address of its polls."""
    address = await handshake(web)
    assert (await web.post(address, content=connect)).text == "OK"
    assert (await web.get(address)).text.startswith("40{")
    return address


async def handshake(web: httpx.AsyncClient) -> str:
    """Return the address of the polls of a new connection."""
    told = (await web.get(HANDSHAKE)).text
    return f"{HANDSHAKE}&sid={msgspec.json.decode(told[1:])['sid']}"


@pytest.fixture
async def web(zone: Zone, clients: AsyncExitStack) -> httpx.AsyncClient:
    """Give a browser that is logged in."""
    login = await zone.accounts.login_open("anna@example.com")
    return await clients.enter_async_context(
        httpx.AsyncClient(base_url=zone.url, cookies={COOKIE: login.secret}, timeout=SOON)
    )


@pytest.fixture
async def other(zone: Zone, clients: AsyncExitStack) -> httpx.AsyncClient:
    """Give a client with nothing but an address."""
    return await clients.enter_async_context(httpx.AsyncClient(base_url=zone.url, timeout=SOON))


async def test_a_sid_alone_reads_says_and_ends_nothing(
    zone: Zone, web: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    """A poll, a message, an upgrade and a goodbye by whoever knows the `sid` are 401, and its client goes on."""
    address = await opened(web)
    upgrade = address.replace("transport=polling", "transport=websocket")
    for answer in (
        await other.get(address),
        await other.post(address, content="41"),
        await other.post(address, content="1"),
        await other.get(upgrade, headers=UPGRADING),
    ):
        assert (answer.status_code, answer.json()["code"]) == (401, "login_required")
        assert answer.headers["content-type"] == "application/problem+json"
    await zone.add("a")
    assert "change" in (await web.get(address)).text


async def test_another_person_is_refused(zone: Zone, web: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """Who is logged in as somebody else, or as the same person in another browser, gets 403."""
    address = await opened(web)
    for email in ("bob@example.com", "anna@example.com"):
        login = await zone.accounts.login_open(email)
        answer = await other.get(address, headers={"Cookie": f"{COOKIE}={login.secret}"})
        assert (answer.status_code, answer.json()["code"]) == (403, "feed_not_yours")


async def test_an_ended_session_reads_no_more(zone: Zone, web: httpx.AsyncClient) -> None:
    """After a logout the cookies that the browser still has read nothing."""
    address = await opened(web)
    (link,) = zone.push._links.values()
    await zone.accounts.logout(link.session_id or "")
    await zone.add("a")
    for _ in range(3):
        assert "change" not in (await web.get(address)).text


async def test_a_token_in_auth_is_bound_to_the_cookie_of_its_client(zone: Zone, other: httpx.AsyncClient) -> None:
    """A client that sends a token in `auth` only is known by the cookie of the first answer."""
    until = zone.service.clock() + timedelta(days=1)
    token, _ = await zone.accounts.add_token(ADMIN, "anna@example.com", "feed", Scope.READ, until)
    async with httpx.AsyncClient(base_url=zone.url, timeout=SOON) as tool:
        address = await opened(tool, f'40{{"token":"{token}"}}')
        assert (await other.get(address)).status_code == 401
        await zone.add("a")
        assert "change" in (await tool.get(address)).text


async def test_a_client_that_shows_nothing_is_known_by_address_and_name(
    zone: Zone, web: httpx.AsyncClient
) -> None:
    """A client whose later requests carry no cookie goes on, another program at its address does not."""
    address = await handshake(web)
    web.cookies.clear()
    assert (await web.post(address, content="40")).text == "OK"
    assert (await web.get(address, headers={"User-Agent": "other"})).status_code == 401
    await zone.add("a")
    assert (await web.get(address)).text.startswith("40{")


@pytest.mark.parametrize("name", ["sid", "EIO", "transport", "t"])
async def test_what_cannot_be_decoded_is_refused(
    other: httpx.AsyncClient, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A query parameter that is no UTF-8 is 400, without a traceback."""
    answer = await other.get(f"{HANDSHAKE}&{name}=%ff")
    assert answer.status_code in (200, 400)
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_poll_is_no_use_of_the_session(zone: Zone, web: httpx.AsyncClient) -> None:
    """A page that only polls lets its session end when nobody uses it."""
    address = await opened(web)
    uses = zone.accounts._book._recognition.uses
    uses.clear()
    await web.post(address, content="3")
    assert not uses
    await zone.add("a")
    await web.get(address)
    assert not uses


async def test_strangers_are_only_so_many(tmp_path: Path, clients: AsyncExitStack) -> None:
    """Of connections that nobody was let in over the oldest go; a client that was let in stays."""
    zone = await clients.enter_async_context(Zone(tmp_path, strangers=4))
    login = await zone.accounts.login_open("anna@example.com")
    async with (
        httpx.AsyncClient(base_url=zone.url, cookies={COOKIE: login.secret}, timeout=SOON) as web,
        httpx.AsyncClient(base_url=zone.url, timeout=SOON) as other,
    ):
        address = await opened(web)
        first, *_, last = [await handshake(other) for _ in range(20)]
        assert len(zone.push._sio.environ) <= 6
        assert (await other.get(first)).status_code == 400
        assert (await other.post(last, content="40")).text == "OK"
        await zone.add("a")
        assert "change" in (await web.get(address)).text


async def test_a_sid_given_twice_is_refused(web: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    """Whoever has a connection of their own cannot name another one beside it."""
    address = await opened(web)
    sid = address.partition("sid=")[2]
    own = (await opened(other)).partition("sid=")[2]
    for first, second in ((sid, own), (own, sid)):
        answer = await other.get(f"{HANDSHAKE}&sid={first}&sid={second}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
