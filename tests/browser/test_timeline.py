"""The timeline shows who has a VM and who had it, to eyes, keyboards and screen readers alike."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.fleets import ANN, BEN, CAT, MANY, made_fleet, record, stamp
from tests.browser.forked import ForkedProcess
from tests.browser.people import Person
from tests.browser.views import layout, summary
from tests.server.conftest import Process, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NARROW = 60  # pixels of a bar that has no room for a name


def test_the_timeline_has_a_table_twin_with_past_and_running_bookings(arrive: Arrive, lab: Process) -> None:
    """The twin says who had a VM and how it ended, also of a booking that is made while it is shown."""
    ann = arrive(lab)
    ann.enter(ANN)
    layout(ann, "timeline").click()
    ann.button("dashboard-as-table").click()
    rows = ann.page.get_by_role("row")
    expect(rows.filter(has_text=CAT)).to_contain_text(ann.say("dashboard-how-cancelled"))
    expect(rows.filter(has_text=BEN)).to_contain_text(ann.say("dashboard-how-active"))
    with lab.client(BEN) as client:
        client.post("/cancel", json={"vm_id": "server-02"}).raise_for_status()
    expect(rows.filter(has_text=BEN)).to_contain_text(ann.say("dashboard-how-cancelled"))
    with lab.client(ANN) as client:
        client.post("/book", json={"vm_id": "server-09", "hours": 1}).raise_for_status()
    expect(rows.filter(has_text=ANN)).to_contain_text("server-09")


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_phone_names_every_day_of_the_week_and_no_bar_a_piece_of_a_name(
    arrive: Arrive, still_lab: Process, lang: str
) -> None:
    """On a phone no day of the week is left out or overlaps the next; a bar too narrow for a name shows none."""
    ann = arrive(still_lab, lang, phone=True)
    ann.enter(ANN)
    ann.page.goto(f"{still_lab.url}/?view=timeline")
    days = ann.page.locator(".axis .day").filter(has_text=re.compile(r"\d"))
    expect(days).to_have_count(7)
    boxes = [box for box in (day.bounding_box() for day in days.all()) if box]
    for one, other in pairwise(boxes):
        assert one["x"] + one["width"] <= other["x"] + 1
    bars = ann.page.locator(".track .bar-of")
    expect(bars).not_to_have_count(0)
    for bar in bars.all():
        box = bar.bounding_box()
        assert box is not None
        if box["width"] < NARROW:
            expect(bar.locator("span")).to_be_hidden()


def past(person: Person) -> Locator:
    """Return the row of a booking that is over, in the timeline's twin."""
    return person.page.get_by_role("row").filter(has_text=CAT)


def test_a_timeline_that_is_opened_by_its_address_shows_the_past(arrive: Arrive, still_lab: Process) -> None:
    """Past bookings stand in a timeline that the page begins with, by a link and after a reload."""
    ann = arrive(still_lab)
    ann.enter(ANN, at="/?view=timeline")
    for _ in range(2):
        ann.button("dashboard-as-table").click()
        expect(past(ann)).to_contain_text(ann.say("dashboard-how-cancelled"))
        ann.page.reload()


def test_the_past_comes_back_with_a_server_that_has_another_fleet(
    arrive: Arrive, tmp_path: Path, port: int
) -> None:
    """A timeline whose fleet must be read anew reads the history anew too."""
    path = tmp_path / "data.json"
    made = made_fleet(datetime.now(UTC))
    write(path, made)
    server = ForkedProcess(path, "--auth", "open", "--port", str(port)).start()
    try:
        ann = arrive(server)
        ann.enter(ANN, at="/?view=timeline")
        ann.button("dashboard-as-table").click()
        expect(past(ann)).to_have_count(1)
        with server.client(BEN) as client:
            client.post("/delete-vm", json={"vm_id": "server-12"}).raise_for_status()
        expect(summary(ann, MANY - 1, MANY - 2)).to_be_visible()
        server.terminate()
        write(path, made)
        server.start()
        expect(summary(ann, MANY, MANY - 1)).to_be_visible()
        expect(past(ann)).to_have_count(1)
    finally:
        server.terminate()


def test_a_history_that_could_not_be_read_is_read_when_the_server_is_back(
    arrive: Arrive, tmp_path: Path, port: int
) -> None:
    """Timeline and details say that the history is missing, and show it by themselves after a restart."""
    path = tmp_path / "data.json"
    write(path, made_fleet(datetime.now(UTC)))
    server = ForkedProcess(path, "--auth", "open", "--port", str(port)).start()
    try:
        ann = arrive(server)
        ann.enter(ANN, at="/?view=timeline")
        failed = ann.page.get_by_text(ann.say("dashboard-history-failed"))
        server.kill()
        ann.button("dashboard-time-back").click()
        expect(failed).to_be_visible()
        ann.page.get_by_role("link", name="server-03", exact=True).click()
        expect(ann.dialog.get_by_text(ann.say("dashboard-history-failed"))).to_be_visible()
        server.start()
        expect(ann.dialog.get_by_role("row").filter(has_text=CAT)).to_be_visible()
        ann.page.keyboard.press("Escape")
        expect(failed).to_have_count(0)
    finally:
        server.terminate()


def test_the_timeline_moves_by_keys_and_comes_back_by_a_button(arrive: Arrive, still_lab: Process) -> None:
    """Minus shows more time, arrows other time, and Today the day."""
    ann = arrive(still_lab)
    ann.enter(ANN)
    layout(ann, "timeline").click()
    chart = ann.page.get_by_role("group", name=ann.say("dashboard-timeline-label"))
    expect(ann.button("dashboard-week")).to_have_attribute("aria-pressed", "true")
    chart.press("ArrowLeft")
    expect(ann.button("dashboard-week")).to_have_attribute("aria-pressed", "false")
    ann.button("dashboard-today").click()
    expect(ann.button("dashboard-today")).to_have_attribute("aria-pressed", "true")
    chart.press("-")
    expect(ann.button("dashboard-today")).to_have_attribute("aria-pressed", "false")


FOLD = """async ([records, vm, now]) => {
  const main = document.querySelector("script[type=module]").src
  const {fold} = await import(new URL("ledger.js", main).href)
  return fold(records, vm, Date.parse(now)).map(({user, start, end, how}) => [user, start, end, how])
}"""


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    """Return the moment so many hours after that noon."""
    return NOON + timedelta(hours=hours)


def told(user: str, start: float | None, end: float, how: str) -> list[Any]:
    """Return a booking as the page folds it, times in hours after that noon."""
    return [user, None if start is None else at(start).timestamp() * 1000, at(end).timestamp() * 1000, how]


def test_records_fold_to_the_bookings_that_they_tell_of(arrive: Arrive, still_lab: Process) -> None:
    """Renewals lengthen, releases end early, a missing release ends as planned, a missing start stays open."""
    ann = arrive(still_lab)
    ann.enter(ANN)

    def folded(records: list[dict[str, Any]], holder: str | None = None, until: float = 0) -> Any:
        vm = {"booked_by": holder, "expires_at": stamp(at(until))}
        return ann.page.evaluate(FOLD, [records, vm, stamp(at(10))])

    def had(user: str, action: str, start: float, end: float | None = None, **more: str) -> dict[str, Any]:
        return record("vm-1", action, at(start), None if end is None else at(end), **more) | {"user": user}

    assert folded([]) == []
    assert folded([had(BEN, "book", 0, 2), had(BEN, "renew", 1, 4), had(BEN, "release", 3)]) == [
        told(BEN, 0, 3, "cancelled")
    ]
    assert folded([had(BEN, "book", 0, 2), had(CAT, "book", 5, 20)], CAT, 20) == [
        told(BEN, 0, 2, "expired"),
        told(CAT, 5, 20, "active"),
    ]
    assert folded([had(BEN, "release", 1, reason="forced")]) == [told(BEN, None, 1, "forced")]
    assert folded([had(BEN, "book", 0, 2)]) == [told(BEN, 0, 2, "expired")]
    assert folded([], CAT, 12) == [told(CAT, None, 12, "active")]


def test_a_day_on_the_scale_is_as_long_as_it_is(arrive: Arrive, still_lab: Process) -> None:
    """Where clocks go back the day has 25 hours, and a step to the next one still begins at midnight."""
    ann = arrive(still_lab, timezone_id="Europe/Berlin")
    ann.enter(ANN)
    script = """async (now) => {
      const main = document.querySelector("script[type=module]").src
      const {Span} = await import(new URL("span.js", main).href)
      const day = Span.today(Date.parse(now))
      const next = day.move(1)
      return [day, next].map((each) => [new Date(each.from).getHours(), each.length / 3600000])
    }"""
    answer = ann.page.evaluate(script, "2026-10-25T10:00:00Z")
    assert answer == [[0, 25], [0, 24]]


def test_times_stand_whole_on_a_phone(arrive: Arrive, still_lab: Process) -> None:
    """On a Russian phone no moment in the details' history, nor in the timeline's table, breaks into two lines."""
    ann = arrive(still_lab, "ru", phone=True)
    ann.enter(ANN, at="/?vm=server-03")
    assert _lines(ann.dialog.get_by_role("row").locator("time")) == {1}
    ann.page.goto(f"{still_lab.url}/?view=timeline")
    ann.button("dashboard-as-table").click()
    assert _lines(ann.page.get_by_role("row").locator("time")) == {1}


def _lines(times: Locator) -> set[int]:
    """Return on how many lines moments stand."""
    expect(times.first).to_be_visible()
    return set(times.evaluate_all("(times) => times.map((time) => time.getClientRects().length)"))
