"""A page's websocket gives the document, and takes nothing else in."""

import asyncio
import base64
import gzip
import json
import logging
from contextlib import suppress
from typing import Any

import pytest
from bokeh.protocol import Protocol
from hypothesis import given
from hypothesis import strategies as st
from tornado.websocket import WebSocketClientConnection

from loadzone.dashboard.page_messages import FRAGMENT_MAX, Budget, Flood, PageMessages, Unexpected
from tests.dashboard.test_bokeh_host import Site, site

__all__ = ["site"]

ANN = "ann"
HEADER = '{"msgid":"A1","msgtype":"PULL-DOC-REQ"}'
PATCH = '{"msgid":"A1","msgtype":"PATCH-DOC"}'
BOMB = base64.b64encode(gzip.compress(bytes(8_000_000))).decode()


class Seconds:
    """A timer that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def messages() -> PageMessages:
    """Return what reads the fragments of one page, to which time stands still."""
    return PageMessages(Budget(Seconds()))


def patch(*events: Any) -> list[str]:
    """Return a message that changes something in the document."""
    return [PATCH, "{}", json.dumps({"events": events})]


def changed(attr: str, new: Any, model: str = "p1001") -> dict[str, Any]:
    """Return the event that a property has another value."""
    return {"kind": "ModelChanged", "model": {"id": model}, "attr": attr, "new": new}


IGNORED = {
    "the side panel": patch(changed("sidebar_open", False)),
    "another attribute": patch(changed("esm", "alert(1)")),
    "another model": patch({"kind": "RootAdded", "model": {"type": "object", "name": "Div", "id": "x"}}),
    "an event": patch({"kind": "MessageSent", "msg_type": "bokeh_event", "msg_data": {"type": "event"}}),
    "a compressed array": patch(changed("data", {"type": "ndarray", "array": {"type": "bytes", "data": BOMB}})),
    "nested lists": [PATCH, "{}", "[" * FRAGMENT_MAX],
    "no JSON": [PATCH, "{}", "\0"],
    "an acknowledgement": ['{"msgid":"A1","msgtype":"OK"}', "{}", "{}"],
}
UNEXPECTED = {
    "another kind": ['{"msgid":"A1","msgtype":"PUSH-DOC"}'],
    "a question about the server": ['{"msgid":"A1","msgtype":"SERVER-INFO-REQ"}'],
    "an error": ['{"msgid":"A1","msgtype":"ERROR"}'],
    "buffers": ['{"msgid":"A1","msgtype":"PATCH-DOC","num_buffers":1000000000}'],
    "negative buffers": ['{"msgid":"A1","msgtype":"PATCH-DOC","num_buffers":-1}'],
    "another member": ['{"msgid":"A1","msgtype":"PULL-DOC-REQ","reqid":"1"}'],
    "a long id": [json.dumps({"msgid": "A" * 65, "msgtype": "PULL-DOC-REQ"})],
    "an id with markup": ['{"msgid":"<b>","msgtype":"PULL-DOC-REQ"}'],
    "no id": ['{"msgtype":"PULL-DOC-REQ"}'],
    "a list": ["[]"],
    "no JSON": ["{"],
    "nothing": [""],
    "nested lists": ["[" * 250],
    "a long header": [HEADER + " " * 300],
    "a lone surrogate": ['{"msgid":"\ud800","msgtype":"PULL-DOC-REQ"}'],
    "bytes": [HEADER.encode()],
    "bytes as metadata": [HEADER, b"{}"],
    "metadata": [HEADER, '{"a":1}'],
    "content": [HEADER, "{}", '{"a":1}'],
    "long content": [HEADER, "{}", "{}" + " " * 1000],
}


@pytest.mark.parametrize("fragments", IGNORED.values(), ids=IGNORED)
def test_what_python_has_no_use_for_is_ignored(fragments: list[str]) -> None:
    """A message of a known kind gives nothing, and the request behind it is read."""
    page = messages()
    assert [page.heard(each) for each in [*fragments, HEADER, "{}", "{}"]] == [None] * 5 + ["A1"]


@pytest.mark.parametrize("fragments", UNEXPECTED.values(), ids=UNEXPECTED)
def test_what_no_page_sends_is_refused_with_its_first_fragment(fragments: list[Any]) -> None:
    """The fragment with which a message differs from those of the page is refused, and none before it."""
    page = messages()
    assert [page.heard(each) for each in fragments[:-1]] == [None] * (len(fragments) - 1)
    with pytest.raises(Unexpected):
        page.heard(fragments[-1])


@given(st.lists(st.text() | st.binary() | st.sampled_from([HEADER, PATCH, "{}"]), max_size=9))
def test_any_fragments_are_read_or_refused(fragments: list[str | bytes]) -> None:
    """Whatever comes, it is taken in, answered, or refused; nothing else happens."""
    page = messages()
    with suppress(Unexpected):
        assert {page.heard(each) for each in fragments} <= {None, "A1"}


def taken(page: PageMessages, fragments: list[str]) -> int:
    """Send a message again and again until it is a flood; return how many were taken."""
    for count in range(1000):
        for fragment in fragments:
            try:
                page.heard(fragment)
            except Flood:
                return count
    return 1000


def test_more_messages_than_a_person_causes_are_a_flood() -> None:
    """A hundred messages are taken at once, and five a second then; requests for the document are four at most."""
    timer = Seconds()
    page = PageMessages(Budget(timer))
    message = IGNORED["the side panel"]
    assert taken(page, message) in range(99, 102)
    timer.now = 10.0
    assert taken(page, message) in range(49, 52)
    assert taken(messages(), [HEADER, "{}", "{}"]) in {3, 4}


# On a real socket


async def opened(site: Site, who: str = ANN) -> WebSocketClientConnection:
    """Open a page's socket, and hear that it is there."""
    socket = await site.socket(await site.token(who), who)
    assert json.loads(await heard(socket))["msgtype"] == "ACK"
    for _ in range(2):
        await heard(socket)
    return socket


async def heard(socket: WebSocketClientConnection) -> str:
    """Return the next fragment."""
    async with asyncio.timeout(10):
        return str(await socket.read_message())


async def pulled(socket: WebSocketClientConnection) -> Any:
    """Ask for the document as BokehJS does, and return the content of the reply."""
    request = Protocol().create("PULL-DOC-REQ")
    for fragment in (request.header_json, request.metadata_json, request.content_json):
        await socket.write_message(fragment)
    header = json.loads(await heard(socket))
    assert (header["msgtype"], header["reqid"]) == ("PULL-DOC-REPLY", request.header["msgid"])
    await heard(socket)
    return json.loads(await heard(socket))["doc"]


async def closed(socket: WebSocketClientConnection) -> tuple[list[str], int | None]:
    """Return what still comes until the socket is closed, and the code."""
    told = []
    async with asyncio.timeout(10):
        while (fragment := await socket.read_message()) is not None:
            told.append(str(fragment))
    return told, socket.close_code


@pytest.mark.parametrize("fragments", IGNORED.values(), ids=IGNORED)
async def test_no_message_changes_the_document(site: Site, fragments: list[str]) -> None:
    """After a message that would change something the document is given as it was before."""
    socket = await opened(site)
    before = await pulled(socket)
    for fragment in fragments:
        if len(fragment) <= FRAGMENT_MAX:
            await socket.write_message(fragment)
    assert await pulled(socket) == before


@pytest.mark.parametrize("fragments", UNEXPECTED.values(), ids=UNEXPECTED)
async def test_an_unexpected_message_closes_the_socket_with_a_few_words(
    site: Site, fragments: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The close says what was wrong; nothing of the server's inside is sent, and one short line is logged."""
    socket = await opened(site)
    for fragment in fragments:
        sent = fragment.encode("utf-8", "surrogatepass") if "\ud800" in str(fragment) else fragment
        await socket.write_message(sent, binary=isinstance(sent, bytes))
    told, code = await closed(socket)
    assert (told, code) == ([], 1008)
    assert len(str(socket.close_reason)) < 60
    lines = [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING]
    assert len(lines) == 1
    assert "ann@example.com" in lines[0]
    assert len(lines[0]) < 120
    await pulled(await opened(site))


async def test_a_message_that_is_too_large_closes_the_socket(site: Site) -> None:
    """A fragment beyond the limit is not even read."""
    socket = await opened(site)
    await socket.write_message("x" * (FRAGMENT_MAX + 1))
    assert (await closed(socket))[0] == []
    await pulled(await opened(site))


async def test_a_flood_ends_with_the_connection(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Of a thousand requests for the document at most four are answered; many sockets give one line in the log."""
    for _ in range(3):
        socket = await opened(site)
        for _ in range(1000):
            for fragment in (HEADER, "{}", "{}"):
                socket.write_message(fragment)
        told, _ = await closed(socket)
        assert sum("PULL-DOC-REPLY" in each for each in told) <= 4
    assert len([each for each in caplog.records if each.levelno >= logging.WARNING]) == 1


async def test_pings_are_counted(site: Site) -> None:
    """A client that only pings, and never reads what comes back, is cut off."""
    socket = await opened(site)
    for _ in range(1000):
        socket.ping(b"x" * 125)
    await closed(socket)
    assert site.server.open_pages() == 0


NO_TOKENS = [
    "",
    "bokeh",
    "a.b",
    "a.b, c.d",
    "bokeh, a.b",
    "bokeh, a",
    "bokeh, " + base64.urlsafe_b64encode(b'{"session_id":1}').decode().rstrip("=") + ".x",
    "bokeh, " + base64.urlsafe_b64encode(b'["session_id"]').decode().rstrip("=") + ".x",
    "bokeh, " + base64.urlsafe_b64encode(b"[" * 5000).decode().rstrip("=") + ".x",
    "bokeh, " + base64.urlsafe_b64encode(b"\xff").decode().rstrip("=") + ".x",
    "bokeh, ====.x",
    "bokeh, \N{LATIN SMALL LETTER E WITH ACUTE}.x",
    "bokeh, " + "a" * 20_000,
]


@pytest.mark.parametrize("offered", NO_TOKENS)
async def test_a_malformed_token_is_refused(site: Site, offered: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever stands for a token is answered 403, with no traceback in the answer or the log."""
    answer = await site.get(
        "/ws",
        ANN,
        Origin=f"http://{site.host}",
        Upgrade="websocket",
        Connection="Upgrade",
        **{
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Protocol": offered,
        },
    )
    assert answer.code == 403
    assert json.loads(answer.body)["code"] == "page_forbidden"
    assert [each for each in caplog.records if each.exc_info] == []


@pytest.mark.parametrize(
    "path",
    [
        "/?bokeh-token=a.b",
        "/?bokeh-session-id=a.b",
        "/?bokeh-session-id=%ff",
        "/wire?bokeh-token=a.b",
        "/wire?bokeh-session-id=%ff",
        "/ws?bokeh-token=a.b",
        "/ws?bokeh-session-id=%ff&token=x",
        "/autoload.js?bokeh-token=a.b",
        "/metadata?bokeh-token=a.b",
    ],
)
async def test_a_token_in_an_address_is_refused(site: Site, path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Bokeh's arguments give a clean refusal at every address of its, and no traceback in the log."""
    for headers in ({}, {"Bokeh-Session-Id": "a.b"}):
        answer = await site.get(path, ANN, **headers)
        assert answer.code in {403, 404}
        assert b"Traceback" not in answer.body
    assert [each for each in caplog.records if each.exc_info] == []
