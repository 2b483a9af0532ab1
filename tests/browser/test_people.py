"""People use LoadZone in real browsers: what one does the others see, and a page heals by itself."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.people import LOCAL
from tests.server.conftest import Process, Serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN, BEN = "ann@example.com", "ben@example.com"
KEPT = "window.keptSince"


def test_a_booking_shows_in_a_second_browser_at_once(arrive: Arrive, desk: Process) -> None:
    """What Ann books changes Ben's table and tells each so, in their language, with no reload."""
    ann, ben = arrive(desk), arrive(desk, "ru")
    ann.log_in(ANN)
    ben.log_in(BEN)
    ben.page.evaluate(f"{KEPT} = 1")
    expect(ben.act("book", "server-02")).to_be_visible()
    ann.book("server-02", "4", "load test")
    expect(ben.toast(ben.like("notification-booked", user=ANN, vm_id="server-02"))).to_be_visible()
    expect(ann.toast(ann.like("dashboard-own-booked", vm="server-02"))).to_be_visible()
    expect(ben.act("book", "server-02")).to_have_count(0)
    expect(ben.row("server-02")).to_contain_text(ANN)
    expect(ben.row("server-02")).to_contain_text(ben.say("dashboard-state-taken"))
    expect(ann.row("server-02")).to_contain_text(ann.say("dashboard-state-mine"))
    expect(ann.act("renew", "server-02")).to_be_visible()
    assert ben.page.evaluate(KEPT) == 1


def test_a_page_heals_over_a_killed_server(arrive: Arrive, serve: Serve, port: int) -> None:
    """Over SIGKILL and a restart the page says that it is cut off, heals without a reload, and books."""
    server = serve("--auth", "open", "--port", str(port)).start()
    ann = arrive(server)
    ann.log_in(ANN)
    ann.page.evaluate(f"{KEPT} = 1")
    ann.begin("book", "server-02")
    ann.field("dashboard-purpose").fill("half typed")
    server.kill()
    offline = ann.page.get_by_text(ann.say("dashboard-offline"))
    expect(offline).to_be_visible()
    server.start()
    expect(offline).to_have_count(0)
    ann.confirm("book")
    expect(ann.dialog).to_have_count(0)
    expect(ann.row("server-02")).to_contain_text("half typed")
    assert ann.page.evaluate(KEPT) == 1
    history = httpx.get(f"{server.url}/history", timeout=30).json()["records"]
    assert [(record["vm_id"], record["user"], record["action"]) for record in history] == [
        ("server-02", ANN, "book")
    ]


def test_a_page_asks_no_outside_host(arrive: Arrive, desk: Process) -> None:
    """The login and the dashboard come whole with every outside host blocked, and ask for none."""
    ann = arrive(desk)
    ann.log_in(ANN)
    with ann.page.expect_event("websocket", lambda socket: "/socket.io/" in socket.url):
        ann.page.reload()
    ann.sees_fleet()
    assert len(ann.asked) > 20
    assert [address for address in ann.asked if not LOCAL.match(address)] == []


def test_the_first_administrator_comes_by_the_printed_link(arrive: Arrive, serve: Serve) -> None:
    """The link makes an administrator, who logs out, is refused with a wrong password, and logs in again."""
    server = serve("--auth", "password").start()
    link = re.search(r"http://[^\s:]+:\d+(/setup\?\S+)", "\n".join(server.told(3)))
    assert link is not None
    boss = arrive(server)
    boss.open(link[1])
    boss.field("page-email").fill(ANN)
    boss.field("page-new-password").fill("correct horse")
    boss.field("page-password-again").fill("correct horse")
    boss.button("page-make-admin").click()
    boss.sees_fleet()

    boss.button("dashboard-user-menu", email=ANN).click()
    expect(boss.page.get_by_text(boss.say("dashboard-role-admin"), exact=True)).to_be_visible()
    boss.button("dashboard-log-out").click()
    boss.give_name(ANN, "wrong horse")
    expect(boss.page.get_by_role("alert").filter(has_text=boss.say("error-wrong-login"))).to_be_visible()
    boss.give_name(ANN, "correct horse")
    boss.sees_fleet()
