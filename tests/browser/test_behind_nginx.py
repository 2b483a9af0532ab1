"""The page behind nginx as it comes, which lets no websocket through."""

from pathlib import Path

import httpx
from playwright.sync_api import expect

from tests.browser.conftest import ANN, BEN, Arrive
from tests.browser.forked import ForkedProcess
from tests.proxies.conftest import site
from tests.server.conftest import BASE, write


def test_a_vm_is_booked_and_the_page_is_live_behind_nginx_as_it_comes(arrive: Arrive, tmp_path: Path) -> None:
    """Ann books, sees what Ben books, and is never told that the connection is lost, until it is."""
    write(tmp_path / "data.json", BASE)
    with site("nginx as it comes", tmp_path, ForkedProcess, "--auth", "open", name="127.0.0.1") as behind:
        direct, behind.server.url = behind.server.url, behind.url
        ann = arrive(behind.server)
        ann.enter(ANN)
        ann.begin("book", "server-02")
        ann.confirm("book")
        expect(ann.act("release", "server-02")).to_be_visible()
        with httpx.Client(base_url=direct, timeout=60) as ben:
            ben.post("/auth", json={"email": BEN}).raise_for_status()
            ben.post("/book", json={"vm_id": "server-03", "hours": 1}).raise_for_status()
        expect(ann.row("server-03")).to_contain_text(BEN)
        expect(ann.page.get_by_text(ann.say("dashboard-offline"), exact=True)).to_have_count(0)
        behind.server.kill()
        expect(ann.page.get_by_text(ann.say("dashboard-offline"), exact=True)).to_have_count(1)
