"""Reports that the server makes by itself: one a period, the missed ones at start, and failures that are seen."""

import asyncio
import re
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loadzone.reports import scheduled
from loadzone.reports.periods import Period, Periods
from loadzone.reports.scheduled import Order, Outcome, ScheduledReports
from tests.server.conftest import Process

NOW = datetime(2026, 1, 13, 9, tzinfo=UTC)


class Maker:
    """Reports on the test's data file, with a clock that is set by hand."""

    def __init__(self, data: Path, every: str = "day") -> None:
        self.now = NOW
        self.outcomes: list[Outcome] = []
        self.folder = data.parent / "reports"
        self.folder.mkdir()
        order = Order(data=data, assume_tz="UTC", folder=self.folder, lang="ru", tz="UTC")
        self.reports = ScheduledReports(order, Periods(every), lambda: self.now, self.outcomes.append)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
async def maker(data_file: Path) -> Maker:
    return Maker(data_file)


async def test_the_report_on_the_period_that_ended_is_made_once_in_the_language_asked_for(maker: Maker) -> None:
    await maker.reports.make_due()
    assert maker.names() == ["report-2026-01-12T0000Z-to-2026-01-13T0000Z.html"]
    html = (maker.folder / maker.names()[0]).read_text(encoding="utf-8")
    assert '<html lang="ru">' in html
    assert "12 янв. 2026, 00:00 – 13 янв. 2026, 00:00 (UTC)" in html
    made = (maker.folder / maker.names()[0]).stat().st_mtime_ns
    await maker.reports.make_due()
    assert (maker.folder / maker.names()[0]).stat().st_mtime_ns == made
    assert [each.problem for each in maker.outcomes] == [""]


async def test_what_was_missed_since_the_newest_report_is_due_and_nothing_before(maker: Maker) -> None:
    (maker.folder / "report-2026-01-09T0000Z-to-2026-01-10T0000Z.html").touch()
    (maker.folder / "report-of-mine.html").touch()
    (maker.folder / "report-2026-01-01T0000Z-to-9999-99-99T9999Z.html").touch()
    assert [each.since.day for each in maker.reports.due()] == [10, 11, 12]
    maker.now += timedelta(days=1000)
    assert len(maker.reports.due()) == 100


async def test_a_failure_is_told_in_one_line_leaves_nothing_and_is_made_good_later(maker: Maker) -> None:
    data = maker.folder.parent / "data.json"
    whole = data.read_bytes()
    data.write_bytes(b"{")
    await maker.reports.make_due()
    assert maker.names() == []
    assert "data.json" in maker.outcomes[0].problem
    assert "\n" not in maker.outcomes[0].problem
    data.write_bytes(whole)
    await maker.reports.make_due()
    assert len(maker.names()) == 1
    assert [bool(each.problem) for each in maker.outcomes] == [True, False]


async def test_a_stop_gives_up_the_report_that_is_being_made_without_a_word(
    maker: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    """No failure is told, nothing half written stays, and the report is due at the next start."""
    spawned: asyncio.Future[asyncio.subprocess.Process] = asyncio.get_running_loop().create_future()
    spawn = asyncio.create_subprocess_exec

    async def held(*line: Any, **how: Any) -> asyncio.subprocess.Process:
        # Stopped before it begins: on a busy machine it could otherwise be done before it is given up.
        process = await spawn("sh", "-c", 'kill -STOP $$; exec "$@"', "sh", *line, **how)
        spawned.set_result(process)
        return process

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asyncio, "create_subprocess_exec", held)
        await maker.reports.start()
        process = await spawned
        stopping = asyncio.create_task(maker.reports.stop())
        await asyncio.sleep(0)  # a turn, in which it is told to end
        process.send_signal(signal.SIGCONT)
        await stopping
    assert maker.names() == []
    assert maker.outcomes == []
    assert len(maker.reports.due()) == 1
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


async def test_a_report_that_takes_too_long_is_given_up(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one does not wait for it, and its process is gone."""
    spawn, spawned = asyncio.create_subprocess_exec, list[asyncio.subprocess.Process]()

    async def endless(*_line: Any, **how: Any) -> asyncio.subprocess.Process:
        spawned.append(await spawn("sleep", "600", **how))
        return spawned[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", endless)
    monkeypatch.setattr(scheduled, "LIMIT_SECONDS", 0.1)
    await maker.reports.make_due()
    assert [each.problem for each in maker.outcomes] == ["it took too long"]
    assert spawned[0].returncode is not None


async def test_a_step_of_the_clock_plans_the_reports_anew(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due after the clock was set is made; without a step nothing is looked for."""
    made: asyncio.Queue[Period] = asyncio.Queue()

    async def make(period: Period) -> str:
        maker.reports.path(period).touch()
        made.put_nowait(period)
        return ""

    monkeypatch.setattr(maker.reports, "_make", make)
    await maker.reports.start()
    assert (await made.get()).until == datetime(2026, 1, 13, tzinfo=UTC)
    await maker.reports.look()
    maker.now += timedelta(days=1)
    await maker.reports.look()
    assert (await made.get()).until == datetime(2026, 1, 14, tzinfo=UTC)
    await maker.reports.stop()


# A whole server


def made(server: Process) -> str:
    """Wait until the server's log names a report, and return the line."""
    assert server._process is not None
    assert server._process.stderr is not None
    return next(line for line in server._process.stderr if "report" in line)


@pytest.fixture
def path(data_file: Path) -> Path:
    return data_file


def test_a_server_makes_the_missed_report_at_start_and_shows_how_it_went(data_file: Path) -> None:
    server = Process(
        data_file, "--auth", "open", "--report-every", "week", "--report-folder", "out/weekly"
    ).start()
    try:
        assert "is made" in made(server)
        (report,) = (data_file.parent / "out" / "weekly").iterdir()
        assert re.fullmatch(r"report-\S+T0000Z-to-\S+T0000Z\.html", report.name)
        assert 'loadzone_reports_total{outcome="made"} 1.0' in httpx.get(f"{server.url}/metrics").text
        with server.client() as client:
            page = client.get("/admin/health", headers={"Accept-Language": "ru"}).text
            assert "Последний отчёт по расписанию" in page
            assert "00:00 UTC, готов" in page
    finally:
        assert server.terminate() == 0


def test_a_report_that_fails_is_in_the_log_the_metrics_and_on_the_health_page(data_file: Path) -> None:
    today = datetime.now(UTC).date()
    for day in (today, today + timedelta(days=1)):  # whichever it is when the server has started
        name = f"report-{day - timedelta(days=1)}T0000Z-to-{day}T0000Z.html"
        (data_file.parent / "reports" / f"{name}.tmp").mkdir(parents=True)
    server = Process(data_file, "--auth", "open", "--report-every", "day").start()
    try:
        assert "could not be made" in made(server)
        assert 'loadzone_reports_total{outcome="failed"} 1.0' in httpx.get(f"{server.url}/metrics").text
        with server.client() as client:
            assert "✗" in client.get("/admin/health").text
    finally:
        assert server.terminate() == 0


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--report-every", "fortnight"), "--report-every: day, week, month or a crontab line"),
        (
            ("--report-every", "day", "--report-folder", "data.json"),
            "--report-folder: reports cannot be written to",
        ),
        (("--report-every", "day", "--report-tz", "Mars"), "--report-tz: there is no time zone"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_one_line_that_names_it(
    flags: tuple[str, ...], told: str, data_file: Path
) -> None:
    code, said = Process(data_file, "--auth", "open", *flags).refused()
    assert (code, said.count("\n")) == (2, 1)
    assert told in said
