"""Figures: each says in its plot, its note and its table what analytics found."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bokeh.models import HBar, Rect

import loadzone
from loadzone import analytics
from loadzone.analytics import figures
from loadzone.analytics.figures import Chart
from loadzone.analytics.figures.look import LOOKS
from loadzone.analytics.figures.usage_charts import bucket
from loadzone.demo import fleet

Draw = Callable[..., Chart]
ALL: list[Draw] = [getattr(figures, name) for name in figures.__all__ if name != "Chart"]
every_figure = pytest.mark.parametrize("draw", ALL, ids=lambda draw: draw.__name__)


@pytest.fixture(scope="module")
def bookings(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path = tmp_path_factory.mktemp("fleet") / "data.json"
    at = datetime(2026, 11, 23, tzinfo=UTC)
    path.write_bytes(fleet(20, 30, 1, at))
    return analytics.bookings(loadzone.connect(path).history(), now=at)


def frame(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Return bookings from (VM, user, start, end), as texts in UTC."""
    history = pd.DataFrame(
        [
            {"at": start, "action": "book", "vm_id": vm, "user": user, "start": start, "end": end, "reason": None}
            for vm, user, start, end in rows
        ]
    )
    return analytics.bookings(history, now="2026-12-01")


SMALL = frame(
    ("a", "x@example.com", "2026-11-02T00:00Z", "2026-11-02T12:00Z"),
    ("b", "x@example.com", "2026-11-02T06:00Z", "2026-11-02T12:00Z"),
    ("a", "y@example.com", "2026-11-02T12:00Z", "2026-11-03T00:00Z"),
)


@every_figure
def test_an_empty_frame_gives_a_chart_that_says_so(draw: Draw) -> None:
    chart = draw(SMALL.iloc[:0])
    assert chart.note == "There are no bookings in this range."
    assert chart.table.empty or not chart.table.to_numpy().any()
    assert list(chart.table.columns) == list(draw(SMALL).table.columns)


@every_figure
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_frame_is_left_as_it_is_and_the_plot_is_in_the_theme_s_colours(
    draw: Draw, theme: str, bookings: pd.DataFrame
) -> None:
    before = bookings.copy(deep=True)
    chart = draw(bookings, theme=theme)
    pd.testing.assert_frame_equal(bookings, before)
    assert chart.plot.background_fill_color == LOOKS[theme].background


@every_figure
def test_everything_is_told_in_russian_too(draw: Draw, bookings: pd.DataFrame) -> None:
    chart = draw(bookings, lang="ru")
    assert re.search("[а-я]", chart.title)
    assert re.search("[а-я]", chart.note)
    words = [str(chart.table.index.name or ""), *map(str, chart.table.columns)]
    assert not re.search("[a-z]", " ".join(words))


@pytest.mark.parametrize(("theme", "towards"), [("light", -1), ("dark", 1)])
def test_the_fuller_the_further_from_the_background(theme: str, towards: int) -> None:
    """Shades go evenly from near the background to the opposite end, so that full hours stand out on any page."""
    shades = [sum(int(shade[at : at + 2], 16) for at in (1, 3, 5)) for shade in LOOKS[theme].scale]
    steps = [(after - before) * towards for before, after in pairwise(shades)]
    assert min(steps) > 0


def test_utilisation_is_told_with_its_mean_and_its_peak() -> None:
    chart = figures.utilisation(SMALL, freq="12h")
    assert chart.table.iloc[:, 0].tolist() == [75.0, 50.0]
    assert chart.table.index.tolist() == ["2026-11-02 00:00", "2026-11-02 12:00"]
    assert "On average 62%" in chart.note
    assert "75%" in chart.note


@pytest.mark.parametrize(("days", "freq"), [(1, "1h"), (10, "6h"), (60, "1D"), (800, "7D"), (3000, "30D")])
def test_without_a_freq_the_bucket_suits_the_span(days: int, freq: str) -> None:
    end = f"{pd.Timestamp('2020-01-01') + pd.Timedelta(days=days):%Y-%m-%dT%H:%MZ}"
    rows = frame(("a", "x@example.com", "2020-01-01T00:00Z", end))
    assert bucket(rows) == freq


def test_demand_says_the_peak_and_how_many_would_have_been_enough() -> None:
    chart = figures.demand(SMALL, capacity=5)
    assert "At the peak 2 of 5 VMs" in chart.note
    assert chart.table.index.tolist() == [0, 1, 2]
    assert chart.table.iloc[:, 0].tolist() == [0.0, 18.0, 6.0]
    assert chart.table.iloc[:, 1].tolist() == [0.0, 75.0, 100.0]


def test_demand_over_a_long_time_keeps_the_peaks_in_few_marks(bookings: pd.DataFrame) -> None:
    long = pd.concat(
        [
            bookings.assign(
                start=bookings["start"] - pd.Timedelta(days=31 * n),
                end=bookings["end"] - pd.Timedelta(days=31 * n),
            )
            for n in range(8)
        ]
    )
    chart = figures.demand(long)
    drawn: Any = chart.plot.renderers[0]
    assert len(drawn.data_source.data["busy"]) <= 700
    assert drawn.data_source.data["busy"].max() == analytics.concurrency(long).max()


def test_the_heatmap_has_a_cell_for_each_hour_of_the_week_by_the_clock_asked_for() -> None:
    chart = figures.heatmap(SMALL, tz="Europe/Moscow")
    marks: list[Any] = list(chart.plot.renderers)
    cells = next(each for each in marks if isinstance(each.glyph, Rect))
    assert len(cells.data_source.data["busy"]) == 7 * 24
    assert chart.table.iloc[0].tolist() == [0.0] * 3 + [1.0] * 6 + [2.0] * 6 + [1.0] * 9
    assert "Mon 09:00, with 2 VMs" in chart.note


def test_the_timeline_has_a_bar_a_booking_and_says_what_it_leaves_out() -> None:
    whole = figures.timeline(SMALL)
    marks: list[Any] = list(whole.plot.renderers)
    bars = [each for each in marks if isinstance(each.glyph, HBar)]
    assert sum(len(each.data_source.data["vm"]) for each in bars) == 3
    assert whole.note == "3 bookings on 2 VMs."
    cut = figures.timeline(SMALL, vms=1)
    assert "2 bookings on 1 VM." in cut.note
    assert "3 bookings on 2 VMs" in cut.note


def test_notes_count_one_as_one() -> None:
    """Of one VM they speak in the singular, in both languages."""
    one = SMALL[SMALL["vm_id"] == "a"]
    assert figures.demand(one).note.startswith("At the peak 1 of 1 VM was busy at once. 1 VM would")
    assert figures.demand(one, lang="ru").note.startswith("На пике одновременно была занята 1 ВМ из 1.")
    assert figures.demand(SMALL).note.startswith("At the peak 2 of 2 VMs were busy at once.")
    assert figures.demand(SMALL, lang="ru").note.startswith("На пике одновременно были заняты 2 ВМ из 2.")
    assert "with 1 VM busy on average" in figures.heatmap(one).note
    held = figures.hoarding(one, hours=1, renewals=1).note
    assert held.startswith("2 people held a VM for 1 hour or more, or renewed once or more:")
    assert "Из 1 брони 100\N{NO-BREAK SPACE}%" in figures.leads(SMALL, lang="ru").note


def test_the_top_is_by_hours_and_its_table_has_all() -> None:
    chart = figures.top(SMALL, count=1)
    shown: Any = chart.plot.y_range
    assert list(shown.factors) == ["x@example.com"]
    assert chart.table.index.tolist() == ["x@example.com", "y@example.com"]
    assert "x@example.com, 60%" in chart.note
    assert figures.top(SMALL, by="vm_id").table.index.name == "VM"


def test_idle_vms_are_told_with_those_that_nobody_ever_booked() -> None:
    chart = figures.idle(SMALL, days=20, vms=["a", "b", "c"], now="2026-12-01")
    assert chart.note == "3 of 3 VMs were not used for 20 days or longer; never booked: 1."
    assert chart.table.index.tolist() == ["c", "b", "a"]
    assert chart.table["last used"].tolist() == ["never", "2026-11-02 12:00", "2026-11-03 00:00"]
    assert figures.idle(SMALL, vms=["a"], now="2026-11-04").note == "The VM was used within the last 30 days."


def test_hoarding_names_who_held_long_and_for_which_share() -> None:
    chart = figures.hoarding(SMALL, hours=12)
    assert chart.table.index.tolist() == ["x@example.com", "y@example.com"]
    assert chart.table["bookings"].tolist() == [1, 1]
    assert "2 people held a VM for 12 hours or more" in chart.note
    assert "80% of all hours" in chart.note
    assert figures.hoarding(SMALL, hours=13).note.startswith("Nobody held a VM for 13 hours or more")


def test_lengths_and_leads_count_each_booking_once() -> None:
    lasted = figures.lengths(SMALL)
    assert lasted.table["lasted"].sum() == 3
    assert lasted.table.loc["12–24 h", "lasted"] == 2
    assert "half of them lasted 12 h at most" in lasted.note
    freed = figures.leads(SMALL)
    assert freed.table["bookings"].to_dict()["under 0.5 h"] == 1
    assert "100% of 1 booking came within an hour" in freed.note


def test_the_forecast_shows_the_weeks_it_was_tried_on_with_the_error_there(bookings: pd.DataFrame) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    chart = figures.forecast(bookings, now=at, held_out=2)
    errors = analytics.forecast_errors(bookings, now=at, held_out=2)
    error = errors.loc[errors["chosen"], "mean_error"].iloc[0]
    assert f"it was {error:.1f} VMs wrong on average" in chart.note
    assert "Tried on the last 2 weeks" in chart.note
    assert len(chart.table) == 3 * 168
    coming = analytics.forecast(bookings, now=at, held_out=2)
    assert chart.table["expected"].tolist()[:168] == coming["busy"].round(1).tolist()
    assert chart.table["was"].isna().tolist() == [True] * 168 + [False] * 336


def test_a_history_too_short_for_a_forecast_gives_a_chart_that_says_so() -> None:
    chart = figures.forecast(SMALL, now="2026-11-04", lang="en")
    assert chart.note == "A forecast needs 5 whole weeks of bookings; there are 0."
    assert chart.table.empty


@every_figure
def test_no_heading_of_a_table_is_empty(draw: Draw, bookings: pd.DataFrame) -> None:
    headings = re.findall(r"<th[^>]*>(.*?)</th>", draw(bookings).table_html())
    assert headings
    assert all(headings)


def test_long_names_are_cut_beside_bars_where_that_tells_them_apart() -> None:
    long = "somebody.with.a.very.long.name@example.com"
    rows = [
        (str(number), name, "2026-11-02T00:00Z", "2026-11-02T12:00Z") for number, name in enumerate([long, "x"])
    ]
    shown: Any = figures.top(frame(*rows)).plot.y_range
    assert set(shown.factors) == {"somebody.with.a.very.long…", "x"}
    alike = [*rows, ("9", long.replace("@", "-two@"), "2026-11-02T00:00Z", "2026-11-02T12:00Z")]
    both: Any = figures.top(frame(*alike)).plot.y_range
    assert {long, long.replace("@", "-two@")} < set(both.factors)


def test_a_chart_shows_itself_in_a_notebook_with_no_internet() -> None:
    html = figures.top(SMALL)._repr_html_()
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", html)
    assert "x@example.com" in html
    assert "<details>" in html
    assert (
        "<script>alert"
        not in figures.top(
            frame(("<script>alert(1)</script>", "u@example.com", "2026-11-02T00:00Z", "2026-11-02T12:00Z")),
            by="vm_id",
        )._repr_html_()
    )


def test_importing_analytics_does_not_load_bokeh(tmp_path: Path) -> None:
    script = "import sys; from loadzone import analytics; assert 'bokeh' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)
