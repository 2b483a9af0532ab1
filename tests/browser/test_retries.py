"""A change whose answer is lost is sent again until the server answers, and is granted once."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN
from tests.browser.people import Person
from tests.server.conftest import Process, Serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def server(serve: Serve, port: int) -> Process:
    """Start a server that comes back at its address."""
    return serve("--auth", "open", "--port", str(port)).start()


def records(server: Process) -> list[tuple[str, str]]:
    """Return which VMs were booked, renewed and released, in this order."""
    answer = httpx.get(f"{server.url}/history", timeout=60)
    return [(record["vm_id"], record["action"]) for record in answer.json()["records"]]


def end_of(server: Process, vm: str) -> datetime:
    """Return when the booking of a VM ends."""
    vms = httpx.get(f"{server.url}/vms", timeout=60).json()["vms"]
    (until,) = (each["expires_at"] for each in vms if each["id"] == vm)
    return datetime.fromisoformat(until)


def lose_answers(person: Person, path: str, count: int = 1, then: Any = None) -> list[str | None]:
    """Let the first requests of a path reach the server, and their answers be lost; return the keys of all."""
    keys: list[str | None] = []

    def pass_on(route: Route) -> None:
        keys.append(route.request.headers.get("idempotency-key"))
        if len(keys) > count:
            route.continue_()
            return
        assert route.fetch().ok
        if then is not None:
            then()
        route.abort("connectionreset")

    person.context.route(f"**{path}", pass_on)
    return keys


def begin_renewal(server: Process, arrive: Arrive) -> Person:
    """Bring Ann to the dialog in which she makes her booking four hours longer."""
    with server.client(ANN) as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1}).raise_for_status()
    ann = arrive(server)
    ann.enter(ANN)
    ann.begin("renew", "server-01")
    ann.field("dashboard-hours-own").fill("4")
    return ann


def test_a_renewal_whose_answer_is_lost_is_granted_once(server: Process, arrive: Arrive) -> None:
    """The line breaks twice between the commit and the answer: the booking is four hours longer, not eight."""
    ann = begin_renewal(server, arrive)
    before = end_of(server, "server-01")
    keys = lose_answers(ann, "/renew", 2)
    ann.confirm("renew")
    expect(ann.dialog).to_have_count(0)
    assert (end_of(server, "server-01") - before).total_seconds() == 4 * 3600
    assert records(server) == [("server-01", "book"), ("server-01", "renew")]
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_renewal_is_granted_once_over_a_crash_of_the_server(server: Process, arrive: Arrive) -> None:
    """The server is killed between the commit and the answer; the next one gives the answer to the same key."""
    ann = begin_renewal(server, arrive)
    before = end_of(server, "server-01")
    lose_answers(ann, "/renew", then=server.kill)
    ann.confirm("renew")
    trying = ann.dialog.get_by_role("alert").get_by_text(ann.say("dashboard-asking-again"))
    expect(trying).to_be_visible()
    server.start()
    expect(ann.dialog).to_have_count(0)
    assert (end_of(server, "server-01") - before).total_seconds() == 4 * 3600
    assert records(server) == [("server-01", "book"), ("server-01", "renew")]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_what_is_confirmed_during_a_restart_is_done_after_it(server: Process, arrive: Arrive, lang: str) -> None:
    """The dialog says that it tries again, keeps what was typed, and closes when the booking was made."""
    ann = arrive(server, lang)
    ann.enter(ANN)
    ann.begin("book", "server-02")
    ann.field("dashboard-hours-own").fill("2")
    server.terminate()
    expect(ann.page.get_by_text(ann.say("dashboard-offline"))).to_have_count(1)
    ann.confirm("book")
    expect(ann.dialog.get_by_role("alert").get_by_text(ann.say("dashboard-asking-again"))).to_be_visible()
    expect(ann.field("dashboard-hours-own")).to_have_value("2")
    server.start()
    expect(ann.dialog).to_have_count(0)
    expect(ann.toast(ann.say("dashboard-online"))).to_be_visible()
    expect(ann.act("release", "server-02")).to_be_visible()
    assert records(server) == [("server-02", "book")]


def test_a_refusal_after_a_restart_takes_the_place_of_the_word_about_the_line(
    server: Process, arrive: Arrive
) -> None:
    """Where the server refuses once it is back, its words replace those about the connection."""
    ann = arrive(server)
    ann.enter(ANN)
    ann.begin("book", "server-02")
    ann.field("dashboard-hours-own").fill("169")
    server.kill()
    ann.confirm("book")
    trying = ann.dialog.get_by_text(ann.say("dashboard-asking-again"))
    expect(trying).to_be_visible()
    server.start()
    expect(ann.dialog.get_by_text(ann.say("error-hours-too-many", max=168))).to_be_visible()
    expect(trying).to_have_count(0)
    expect(ann.field("dashboard-hours-own")).to_be_focused()


def test_who_gives_up_asks_no_more(server: Process, arrive: Arrive) -> None:
    """Cancel ends the tries: when the server is back, nothing is booked."""
    ann = arrive(server)
    ann.enter(ANN)
    ann.begin("book", "server-02")
    server.kill()
    ann.confirm("book")
    expect(ann.dialog.get_by_text(ann.say("dashboard-asking-again"))).to_be_visible()
    ann.button("dashboard-cancel", ann.dialog).click()
    expect(ann.dialog).to_have_count(0)
    expect(ann.page.get_by_text(ann.say("dashboard-offline"))).to_have_count(1)
    server.start()
    expect(ann.toast(ann.say("dashboard-online"))).to_be_visible()
    ann.book("server-03", "1")
    assert records(server) == [("server-03", "book")]


def test_several_vms_are_booked_once_each_where_answers_are_lost(server: Process, arrive: Arrive) -> None:
    """Answers to three bookings of one dialog are lost: each VM is booked once, under a key of its own."""
    ann = arrive(server)
    ann.enter(ANN)
    keys = lose_answers(ann, "/book", 3)
    for vm in ("server-01", "server-02", "server-03"):
        ann.page.get_by_role("checkbox", name=ann.say("dashboard-choose-vm", vm=vm), exact=True).check()
    ann.button("dashboard-book", ann.page.get_by_role("region", name=ann.say("dashboard-selection"))).click()
    ann.button("dashboard-book-many-confirm", ann.dialog).click()
    expect(ann.dialog).to_have_count(0)
    assert sorted(records(server)) == [(f"server-0{number}", "book") for number in (1, 2, 3)]
    assert len(keys) == 6
    assert len(set(keys)) == 3


def test_a_page_that_no_websocket_reaches_books(server: Process, arrive: Arrive) -> None:
    """Where every websocket is refused, the rows are there and a booking is made."""
    ann = arrive(server)
    ann.context.route_web_socket("**/*", lambda line: line.close())
    ann.enter(ANN)
    ann.begin("book", "server-02")
    ann.confirm("book")
    expect(ann.dialog).to_have_count(0)
    assert records(server) == [("server-02", "book")]


def test_a_page_of_another_release_loads_itself_anew(server: Process, arrive: Arrive) -> None:
    """When the server that comes back has other files, the page loads itself and keeps its dialog."""
    ann = arrive(server)
    ann.enter(ANN)
    ann.begin("book", "server-02")
    ann.field("dashboard-hours-own").fill("2.5")

    def another(route: Route) -> None:
        if route.request.method == "HEAD":
            route.fulfill(headers={"Cache-Control": "no-cache"})
        else:
            route.continue_()

    ann.context.route("**/app/main.js", another)
    with ann.page.expect_navigation():
        server.kill()
        server.start()
    expect(ann.field("dashboard-hours-own")).to_have_value("2.5")
