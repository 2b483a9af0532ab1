"""The side panel and the table of groups count live, and lead to the VMs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, BEN, MANY
from tests.browser.views import layout, side, summary
from tests.server.conftest import Process

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_side_panel_counts_live(arrive: Arrive, lab: Process) -> None:
    """Free, own and ending bookings and each group's free VMs are counted anew with each change of others."""
    ann = arrive(lab)
    ann.enter(ANN)
    expect(side(ann, ann.say("dashboard-view-expiring"))).to_have_text("Expiring soon1")
    expect(side(ann, "Production")).to_have_text(f"Production{MANY // 2 - 1} / {MANY // 2}")
    with lab.client(ANN) as client:
        client.post("/book", json={"vm_id": "server-05", "hours": 0.5}).raise_for_status()
    expect(side(ann, ann.say("dashboard-view-expiring"))).to_have_text("Expiring soon2")
    expect(side(ann, ann.say("dashboard-view-mine"))).to_have_text("My bookings1")
    expect(side(ann, "Production")).to_have_text(f"Production{MANY // 2 - 2} / {MANY // 2}")


def test_the_vms_without_a_group_are_a_part_of_their_own(arrive: Arrive, lab: Process) -> None:
    """While there are any they have a link below the groups, live; it filters every layout, by address too."""
    ann = arrive(lab)
    ann.enter(ANN)
    no_group = ann.say("dashboard-ungrouped")
    expect(side(ann, "Staging")).to_be_visible()
    expect(side(ann, no_group)).to_be_hidden()
    with lab.client(ANN) as client:
        for vm in ("server-02", "server-03"):
            client.post("/remove-vm-from-group", json={"vm_id": vm}).raise_for_status()
        expect(side(ann, no_group)).to_have_text(f"{no_group}1 / 2")
        side(ann, no_group).click()
        expect(ann.page).to_have_url(f"{lab.url}/?group=none")
        for name in ("table", "cards", "timeline"):
            layout(ann, name).click()
            expect(ann.page.get_by_role("heading", level=1, name=no_group)).to_be_visible()
            expect(ann.page.get_by_role("link", name=re.compile("^server-"))).to_have_text(
                ["server-02", "server-03"]
            )
        ann.page.reload()
        expect(summary(ann, 2, 1)).to_be_visible()
        expect(side(ann, no_group)).to_have_attribute("aria-current", "page")
        client.post("/groups", json={"name": "Spare", "vm_ids": ["server-02", "server-03"]}).raise_for_status()
    expect(side(ann, no_group)).to_be_hidden()
    expect(ann.page.get_by_text(ann.say("dashboard-empty-ungrouped"))).to_be_visible()
    ann.button("dashboard-view-all").click()
    expect(summary(ann, MANY, MANY - 1)).to_be_visible()


def test_the_group_table_counts_live_and_leads_to_the_group(arrive: Arrive, lab: Process) -> None:
    """Free now, busy today and what can be had next follow what others book; the name leads to the VMs."""
    ann = arrive(lab)
    ann.enter(ANN)
    layout(ann, "groups").click()
    row = ann.page.get_by_role("row").filter(has=ann.page.get_by_role("rowheader", name="Staging"))
    expect(row.get_by_role("cell").nth(1)).to_have_text(str(MANY // 2))
    expect(row.get_by_role("cell").nth(3)).to_have_text(ann.say("dashboard-groups-all-free"))
    with lab.client(BEN) as client:
        client.post("/book", json={"vm_id": "server-08", "hours": 2}).raise_for_status()
    expect(row.get_by_role("cell").nth(1)).to_have_text(str(MANY // 2 - 1))
    free_now = f"server-07 {ann.say('dashboard-groups-free-now')}"
    expect(row.get_by_role("cell").nth(3)).to_have_text(free_now)
    busy = ann.page.get_by_role("row").filter(has=ann.page.get_by_role("rowheader", name="Production"))
    expect(busy.get_by_role("cell").nth(2)).to_have_text(re.compile(r"^[1-9]\d?%$"))
    row.get_by_role("link", name="Staging").click()
    expect(ann.page.get_by_role("heading", level=1, name="Staging")).to_be_visible()
    expect(summary(ann, MANY // 2, MANY // 2 - 1)).to_be_visible()
    layout(ann, "groups").click()
    with lab.client(BEN) as client:
        client.post("/remove-vm-from-group", json={"vm_id": "server-12"}).raise_for_status()
        for vm in ("server-07", "server-09", "server-10", "server-11"):
            client.post("/book", json={"vm_id": vm, "hours": 4}).raise_for_status()
    expect(row.get_by_role("cell").nth(3)).to_contain_text("server-08")
    expect(row.get_by_role("cell").nth(3).locator("time")).to_be_visible()
    no_group = ann.say("dashboard-ungrouped")
    ann.page.get_by_role("rowheader", name=no_group).get_by_role("link").click()
    expect(ann.page.get_by_role("heading", level=1, name=no_group)).to_be_visible()
    expect(summary(ann, 1, 1)).to_be_visible()
