"""Administrators read in a real browser who changed what."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrive
from tests.server.conftest import Process

NOON = 12

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ANN = "ann@example.com"


@pytest.mark.parametrize(("lang", "phone"), [("en", False), ("ru", True)])
def test_what_was_done_is_told_in_a_sentence_and_found_by_filters(
    arrive: Arrive, desk: Process, lang: str, phone: bool
) -> None:
    """Sentences in the reader's language, newest first; a filter leaves what it says, or says that nothing is."""
    with desk.client(ANN) as client:
        client.post("/add-vm", json={"id": f"{lang}-vm"}).raise_for_status()
        client.post("/book", json={"vm_id": f"{lang}-vm", "hours": 2}).raise_for_status()
        client.post("/cancel", json={"vm_id": f"{lang}-vm"}).raise_for_status()
    ann = arrive(desk, lang, phone=phone)
    ann.sign_in(ANN)
    ann.open("/admin/audit")
    cells = ann.page.locator("td:nth-child(2)")
    released = ann.say("admin-told-booking_released-cancelled", by=ANN, vm=f"{lang}-vm")
    expect(cells.first).to_have_text(released)
    expect(cells.nth(2)).to_have_text(ann.say("admin-told-vm_added", by=ANN, vm=f"{lang}-vm"))

    ann.page.get_by_label(ann.say("admin-filter-kind"), exact=True).select_option(
        label=ann.say("admin-kind-bookings")
    )
    ann.field("admin-filter-vm").fill(f"{lang}-vm")
    ann.page.keyboard.press("Enter")
    expect(cells).to_have_count(2)
    expect(cells.first).to_have_text(released)
    ann.field("admin-filter-vm").fill("never-was")
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_text(ann.say("admin-no-audit"))).to_be_visible()
    width = ann.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0


def test_the_days_offered_are_those_of_the_viewers_zone(arrive: Arrive, desk: Process) -> None:
    """Where it is another day than in UTC, the last seven days begin on another day too."""
    zone = "Pacific/Kiritimati" if datetime.now(UTC).hour >= NOON else "Pacific/Pago_Pago"
    ann = arrive(desk, timezone_id=zone)
    ann.sign_in(ANN)
    ann.open("/admin/audit")
    begin = datetime.now(ZoneInfo(zone)) - timedelta(days=7)
    expect(ann.field("admin-filter-since")).to_have_value(f"{begin:%Y-%m-%d}")
