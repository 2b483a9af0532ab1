"""What the page looks like on paper and in forced colours: nothing is lost that the screen tells."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import ANN, Arrive, served
from tests.browser.fleets import made_fleet
from tests.server.conftest import Process

VMS = 300
LOOKS = """(element) => {
  const {backgroundColor, borderColor, borderStyle} = getComputedStyle(element)
  return [backgroundColor, borderColor, borderStyle].join()
}"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve three hundred VMs, of which the screen shows a few."""
    fleet = made_fleet(datetime.now(UTC))
    names = [f"server-{number:03}" for number in range(1, VMS + 1)]
    plain = {
        "group": 2,
        "booked_by": None,
        "expires_at": None,
        "internal_ip": "10.1.2.99",
        "note": "In the second hall",
    }
    kept = fleet["vms"]
    fleet["vms"] = [*kept, *({"id": name, **plain} for name in names[: VMS - len(kept)])]
    fleet["groups"][1]["vm_ids"] += names[: VMS - len(kept)]
    with served(tmp_path_factory.mktemp("large"), fleet) as server:
        yield server


@pytest.mark.parametrize("layout", ["table", "cards", "timeline"])
def test_every_row_is_printed_whole(arrive: Arrive, large: Process, layout: str, tmp_path: Path) -> None:
    """Three hundred of three hundred VMs are on paper, each with what stands in its columns."""
    ann = arrive(large, color_scheme="dark")
    ann.enter(ANN)
    ann.page.goto(f"{large.url}/?view={layout}")
    expect(ann.page.get_by_role("link", name="server-001", exact=True)).to_be_visible()
    reader = PdfReader(io.BytesIO(ann.page.pdf(prefer_css_page_size=True)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    ids = set(re.findall(r"server-\d+", text))
    assert len(ids) == VMS
    if layout != "timeline":
        assert text.count("10.1.2.99") == text.count("In the second hall") == VMS - 12
        assert "load test" in text
    page = reader.pages[0].mediabox
    assert page.width > page.height


def test_forced_colours_tell_what_is_chosen_and_whose_a_booking_is(arrive: Arrive, still_lab: Process) -> None:
    """Chosen and not chosen, one's own and others' differ in what the browser leaves of the colours."""
    ann = arrive(still_lab, forced_colors="active")
    ann.enter(ANN)
    switch = ann.page.get_by_role("group", name=ann.say("dashboard-layouts"))
    chosen, other = (
        switch.get_by_role("button", name=ann.say(f"dashboard-layout-{name}")) for name in ("table", "cards")
    )
    expect(chosen).to_have_attribute("aria-pressed", "true")
    assert chosen.evaluate(LOOKS) != other.evaluate(LOOKS)
    panel = ann.page.get_by_role("navigation", name=ann.say("dashboard-views"))
    here, free = (panel.get_by_role("link", name=ann.say(f"dashboard-view-{name}")) for name in ("all", "free"))
    assert here.evaluate(LOOKS) != free.evaluate(LOOKS)
    ann.page.goto(f"{still_lab.url}/?view=timeline")
    legend = ann.page.locator(".legend .bar-of")
    expect(legend).to_have_count(3)
    assert len({each.evaluate(LOOKS) for each in legend.all()}) == 3
