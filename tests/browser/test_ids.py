"""The id of a VM is what tells it from the others: it is whole wherever other columns have room to give."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser.conftest import ANN, Arrive, served
from tests.browser.fleets import made_fleet
from tests.server.conftest import Process

WIDTHS = (768, 1024, 1280, 1400, 1440, 1920)
# How many of the ids that are shown are cut.
CUT_IDS = "(links) => links.filter((link) => link.scrollWidth > link.clientWidth + 1).length"


def renamed(fleet: dict[str, Any], length: int) -> dict[str, Any]:
    """Give the VMs of a fleet ids of a length, which differ at their end only, and no addresses."""

    def name(plain: str) -> str:
        return plain.rjust(length, "w")

    for vm in fleet["vms"]:
        vm["id"] = name(vm["id"])
        vm.pop("internal_ip", None)
    for group in fleet["groups"]:
        group["vm_ids"] = [name(plain) for plain in group["vm_ids"]]
    for user in fleet["users"].values():
        for record in user["bookings"]:
            record["vm_id"] = name(record["vm_id"])
    return fleet


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve a fleet whose ids have 24 letters."""
    fleet = renamed(made_fleet(datetime.now(UTC)), 24)
    with served(tmp_path_factory.mktemp("named"), fleet) as server:
        yield server


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_no_id_is_cut_where_columns_have_room_to_give(arrive: Arrive, named: Process, lang: str) -> None:
    """In the table, on cards, in the timeline and among the groups, on every width; no empty column beside."""
    ann = arrive(named, lang)
    ann.sign_in(ANN)
    for layout in ("table", "cards", "timeline", "groups"):
        ann.page.goto(f"{named.url}/?view={layout}")
        links = ann.page.locator("a.name[title*='server-0']").first
        links.wait_for()
        for width in WIDTHS:
            ann.page.set_viewport_size({"width": width, "height": 800})
            ann.page.wait_for_function(
                "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))"
            )
            assert ann.page.locator("a.name").evaluate_all(CUT_IDS) == 0, (layout, width)
    ann.page.goto(f"{named.url}/?view=table")
    links.wait_for()
    assert ann.page.get_by_role("columnheader", name=ann.say("dashboard-column-address")).count() == 0


def test_a_new_longer_id_gets_its_room_at_once(arrive: Arrive, lab: Process) -> None:
    """A VM that is added while the table is open widens the column."""
    ann = arrive(lab)
    ann.enter(ANN)
    new = "build-agent-of-the-night-01"
    added = ann.context.request.post(f"{lab.url}/add-vm", data={"id": new})
    assert added.ok, added.text()
    link = ann.page.get_by_role("link", name=new, exact=True)
    link.wait_for()
    assert link.evaluate("(each) => each.scrollWidth - each.clientWidth") <= 1
