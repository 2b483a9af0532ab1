"""The bell tells what came, whether a page was open or not."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, BEN
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_bell_counts_what_was_not_read(arrive: Arrive, lab: Process) -> None:
    """Notifications that came are counted until the bell is opened, and are still there after a reload."""
    ann = arrive(lab)
    ann.enter(ANN)
    with lab.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-06", "hours": 1}).raise_for_status()
    expect(ann.button("dashboard-bell", n=1)).to_be_visible()
    ann.button("dashboard-bell", n=1).click()
    expect(ann.button("dashboard-bell", n=0)).to_be_visible()
    ann.page.reload()
    ann.button("dashboard-bell", n=0).click()
    notes = ann.page.get_by_role("region", name=ann.say("dashboard-notifications"))
    expect(notes.get_by_text(ann.like("notification-booked", user=BEN, vm_id="server-06"))).to_be_visible()


def test_the_bell_knows_what_came_while_no_page_was_open(arrive: Arrive, lab: Process) -> None:
    """A release by an administrator is told once to who comes back, and is unread until the bell is opened."""
    ben = arrive(lab)
    ben.enter(BEN)
    ben.page.wait_for_function("name => localStorage.getItem(name) != null", arg=f"loadzone-read {BEN}")
    ben.page.goto("about:blank")
    with lab.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-05", "hours": 1}).raise_for_status()
    with lab.client(ANN) as client:
        client.post("/cancel", json={"vm_id": "server-05"}).raise_for_status()
    gone = ben.like("notification-released-by-admin-forced", by=ANN, vm_id="server-05")
    ben.open()
    expect(ben.toast(gone)).to_be_visible()
    expect(ben.button("dashboard-bell", n=1)).to_be_visible()
    ben.page.reload()
    expect(ben.button("dashboard-bell", n=1)).to_be_visible()
    assert ben.toast(gone).count() == 0
    ben.button("dashboard-bell", n=1).click()
    notes = ben.page.get_by_role("region", name=ben.say("dashboard-notifications"))
    expect(notes.get_by_text(gone)).to_be_visible()
    another = ben.another_page()
    another.goto(ben.url)
    expect(ben.button("dashboard-bell", another, n=0)).to_be_visible()
