"""`loadzone report`: one file that stands alone, and says what happened in its range."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from playwright.async_api import async_playwright

import loadzone
from loadzone.analytics import bookings
from loadzone.analytics.figures.look import LOOKS
from loadzone.cli import main
from loadzone.domain.errors import InvalidInput, NotFound
from loadzone.i18n import number
from loadzone.reports.findings import Scope, clip, find
from loadzone.reports.report import report
from tests.conftest import LiveServer, Run

NOW = datetime(2026, 2, 1, tzinfo=UTC)
CHROMIUM = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


def day(number: int) -> datetime:
    return datetime(2026, 1, number, tzinfo=UTC)


@pytest.fixture
def zone(data_file: Path) -> loadzone.client.Zone:
    return loadzone.connect(data_file)


def numbers(html: str) -> dict[str, str]:
    """Return the numbers at the head of a report by what they are of."""
    found = re.findall(r"<li><b>([^<]*)</b>([^<]*)</li>", html)
    return {name: value for value, name in found}


def test_the_report_tells_the_numbers_of_the_whole_history(zone: loadzone.client.Zone) -> None:
    html = report(zone, Scope(), NOW)
    # Four hours on the 10th, and from the 11th at 8 to the 1st of February.
    hours = 4 + (NOW - datetime(2026, 1, 11, 8, tzinfo=UTC)).total_seconds() / 3600
    whole = (NOW - bookings(zone.history(), now=NOW)["start"].min()).total_seconds() / 3600
    assert numbers(html) == {
        "VMs": "3",
        "bookings": "2",
        "user": "1",
        "hours booked": number("en", hours),
        "bookings released early": "0",
        "busy on average": f"{100 * hours / 3 / whole:.0f}%",
        "VM busy at the peak": "1",
        "VM enough for 99% of the time": "1",
    }
    assert re.findall(r'<section id="([^"]*)"', html) == [
        "utilisation",
        "demand",
        "heatmap",
        "forecast",
        "top-user",
        "top-group",
        "idle",
        "hoarding",
        "lengths",
        "leads",
        "timeline",
    ]


def test_a_booking_that_began_before_the_range_counts_from_its_start(zone: loadzone.client.Zone) -> None:
    found = find(zone, Scope(since=day(12), until=day(14)), NOW)
    assert found.bookings["hours"].tolist() == [48.0]
    assert found.bookings["vm_id"].tolist() == ["server-01"]
    assert found.bookings["outcome"].tolist() == ["active"]


def test_averages_are_of_the_whole_range_its_idle_ends_included(zone: loadzone.client.Zone) -> None:
    """Four hours of three VMs in the week that ends on the 11th at midnight are 1 %, however it is drawn."""
    scope = Scope(since=day(4), until=day(11))
    assert numbers(report(zone, scope, NOW))["busy on average"] == f"{100 * 4 / 3 / (7 * 24):.0f}%"
    for freq in ("1h", "1D", "1MS", None):
        chart = zone.figures.utilisation(freq, since=scope.since, until=scope.until)
        assert chart.note.startswith("On average 1% ")
    assert zone.figures.utilisation("1D", since=scope.since, until=scope.until).table.shape == (7, 1)
    lasted = zone.figures.demand(since=scope.since, until=scope.until).table
    assert lasted.iloc[:, 0].tolist() == [164.0, 4.0]
    two = zone.figures.heatmap(since=datetime(2025, 12, 28, tzinfo=UTC), until=day(11)).table
    one = zone.figures.heatmap(since=day(4), until=day(11)).table
    assert one.loc["Sat"].sum() == 2 * two.loc["Sat"].sum() == 4


def test_a_range_that_begins_in_the_future_is_refused(zone: loadzone.client.Zone) -> None:
    with pytest.raises(InvalidInput, match="since_in_future"):
        find(zone, Scope(since=NOW), NOW)


def test_what_touches_a_range_is_at_hand_whole_too_with_all_that_was_before(zone: loadzone.client.Zone) -> None:
    found = find(zone, Scope(since=day(12), until=day(14)), NOW)
    assert found.touching["hours"].tolist() == [64.0]
    assert found.past["vm_id"].tolist() == ["server-02", "server-01"]
    assert (found.ids, found.end) == (("server-01", "server-02", "server-03"), day(14))


def test_a_range_cuts_bookings_at_both_ends_and_leaves_the_frame_as_it_is(zone: loadzone.client.Zone) -> None:
    whole = bookings(zone.history(), now=NOW)
    before = whole.copy(deep=True)
    cut = clip(whole, datetime(2026, 1, 10, 9, tzinfo=UTC), datetime(2026, 1, 10, 11, tzinfo=UTC))
    assert cut["hours"].tolist() == [2.0]
    assert clip(whole, day(1), day(2)).empty
    pd.testing.assert_frame_equal(whole, before)


@pytest.mark.parametrize("group", ["production", "Production", "1"])
def test_a_group_is_found_by_its_name_or_id(group: str, zone: loadzone.client.Zone) -> None:
    found = find(zone, Scope(group=group), NOW)
    assert found.vms == 2
    html = report(zone, Scope(group=group), NOW)
    assert "Production" in html
    assert 'id="top-group"' not in html


def test_one_user_s_report_has_that_user_s_bookings_only(zone: loadzone.client.Zone) -> None:
    assert numbers(report(zone, Scope(user="nobody@example.com"), NOW))["bookings"] == "0"
    html = report(zone, Scope(user="bob@example.com"), NOW)
    assert numbers(html)["bookings"] == "2"
    assert 'id="top-user"' not in html


def test_a_range_that_ends_before_it_starts_and_a_group_that_is_not_there_are_refused(
    zone: loadzone.client.Zone,
) -> None:
    with pytest.raises(InvalidInput, match="since_after_until"):
        report(zone, Scope(since=day(3), until=day(2)), NOW)
    with pytest.raises(NotFound, match="group_not_found"):
        report(zone, Scope(group="Nowhere"), NOW)


def test_each_step_is_told_before_it_begins(zone: loadzone.client.Zone) -> None:
    told: list[str] = []
    report(zone, Scope(), NOW, told.append)
    assert told == ["report-reading", "report-drawing"]


NULL_DATE = (
    '{"vm_id": "server-02", "start": "0001-01-01T00:00:00Z", "end": "0001-01-01T04:00:00Z", "action": "book"}'
)


@pytest.mark.parametrize(
    ("lang", "told"),
    [("en", "1 record has times that no booking can have"), ("ru", "1 запись с невозможным для брони временем")],
)
def test_the_null_date_of_another_system_is_left_out_with_a_word(
    lang: str, told: str, loadzone: Run, data_file: Path
) -> None:
    """The report is that of the other records, and says how many it is not about."""
    whole = data_file.read_text(encoding="utf-8")
    before = loadzone("report", "--data", data_file, "--lang", lang, "--until", "2026-02-01").stdout
    data_file.write_text(whole.replace('"bookings": [', f'"bookings": [{NULL_DATE},', 1), encoding="utf-8")
    after = loadzone("report", "--data", data_file, "--lang", lang, "--until", "2026-02-01")
    assert after.returncode == 0
    assert told in after.stdout
    assert told not in before
    assert numbers(after.stdout) == numbers(before)


def test_a_range_from_the_beginning_of_the_calendar_is_refused_in_a_sentence(zone: loadzone.client.Zone) -> None:
    with pytest.raises(InvalidInput) as refused:
        find(zone, Scope(since=datetime(1, 1, 1, tzinfo=UTC)), NOW)
    assert [(each.field, each.code) for each in refused.value.fields] == [("since", "moment_unsupported")]


@pytest.mark.parametrize(
    "flags",
    [
        ("--since", "0001-01-01"),
        ("--since", "0001-01-01", "--tz", "Asia/Tokyo"),
        ("--since", "0001-01-01T00:00:00+0500"),
        ("--until", "0001-01-01", "--tz", "Asia/Tokyo"),
    ],
)
def test_the_ends_of_the_calendar_are_refused_in_one_line(
    flags: tuple[str, ...], data_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--data", str(data_file), "--lang", "en", *flags]) == 1
    assert capsys.readouterr().err == f"loadzone: {flags[0][2:]}: Times from 1950 to 9998 are supported.\n"


def test_a_range_until_the_end_of_the_calendar_ends_now(zone: loadzone.client.Zone) -> None:
    until = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert find(zone, Scope(until=until), NOW).end == NOW


def test_a_figure_of_a_zone_warns_of_what_it_leaves_out(data_file: Path) -> None:
    whole = data_file.read_text(encoding="utf-8")
    data_file.write_text(whole.replace('"bookings": [', f'"bookings": [{NULL_DATE},', 1), encoding="utf-8")
    with pytest.warns(UserWarning, match="1 record has times that no booking can have") as told:
        connected = loadzone.connect(data_file).figures.heatmap(until="2026-02-01")
    assert connected.name == "heatmap"
    assert told[0].filename == __file__


def test_names_are_never_markup(data_file: Path) -> None:
    text = data_file.read_text(encoding="utf-8")
    data_file.write_text(text.replace('"Production"', '"</script><script>alert(1)</script>"'), encoding="utf-8")
    html = report(loadzone.connect(data_file), Scope(), NOW)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


# The command


def test_the_command_writes_one_whole_file_in_the_language_asked_for(
    loadzone: Run, data_file: Path, tmp_path: Path
) -> None:
    done = loadzone("report", "--lang", "ru", "--out", tmp_path / "r.html", "--tz", "Europe/Moscow")
    assert (done.returncode, done.stdout) == (0, f"Отчёт записан в {tmp_path / 'r.html'}.\n")
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert '<html lang="ru">' in html
    assert "Загрузка по времени" in html
    assert "2026-01-10 11:00" in html
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", html)


def test_a_server_is_asked_by_url(live_server: LiveServer, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    done = main(["report", "--url", live_server.url, "--token", live_server.alice_token, "--out", str(out)])
    assert done == 0
    assert int(numbers(out.read_text(encoding="utf-8"))["bookings"]) >= 2


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("--data nowhere.json", 1, "There is no file nowhere.json."),
        ("--out no/folder/r.html", 1, "There is no folder no/folder."),
        ("--group Nowhere", 1, "There is no group Nowhere."),
        ("--since 2026-02-02 --until 2026-02-01", 1, "ends before it begins"),
        ("--url http://127.0.0.1:9", 1, "127.0.0.1:9"),
        ("--since yesterday", 2, "--since must be a date"),
        ("--tz Mars/Base", 2, "no time zone Mars/Base"),
        ("--data data.json --url http://127.0.0.1:9", 2, "do not go together"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    *,
    line: str,
    code: int,
    told: str,
    data_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(data_file.parent)
    for name in ("LOADZONE_URL", "LOADZONE_TOKEN", "LOADZONE_DATA"):
        monkeypatch.delenv(name, raising=False)
    assert main(["report", "--lang", "en", *line.split()]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err.splitlines()[-1]


# In a browser


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_draws_every_figure_with_no_network_in_the_reader_s_colours(
    scheme: str, zone: loadzone.client.Zone, tmp_path: Path
) -> None:
    out = tmp_path / "r.html"
    out.write_text(report(zone, Scope(), NOW), encoding="utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = await browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        asked: list[str] = []
        wrong: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(out.as_uri())
        look = LOOKS[scheme]
        await page.wait_for_function(
            "background => [...(window.Bokeh?.documents[0]?.all_models ?? [])].filter(each =>"
            " each.type === 'Figure' && each.attributes.background_fill_color === background).length === 11",
            arg=look.background,
        )
        scale = "[...Bokeh.documents[0].all_models].find(each => each.type === 'LinearColorMapper').palette"
        assert await page.evaluate(scale) == list(look.scale)
        await browser.close()
    assert asked == [out.as_uri()]
    assert wrong == []
