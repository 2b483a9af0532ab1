"""The Analytics page tells what loadzone.analytics tells, to those who may read the history and to nobody else."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

import loadzone
from loadzone import analytics
from loadzone.analytics import figures
from loadzone.demo import fleet
from loadzone.i18n import number, translate
from loadzone.reports.findings import clip
from loadzone.web.analyses import EACH
from tests.conftest import LiveServer
from tests.server.conftest import BASE, Process, write

MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)
SINCE, UNTIL = datetime(2026, 10, 11, 22, tzinfo=UTC), datetime(2026, 11, 8, 23, tzinfo=UTC)
"""The 12th of October to the 8th of November, whole days of Berlin, whose clocks are set back in between."""
RANGE = {"since": "2026-10-12", "until": "2026-11-08", "tz": "Europe/Berlin"}
OF_ALL = ["utilisation", "demand", "heatmap", "forecast"]
EVERY = [*OF_ALL, "top-user", "top-group", "idle", "hoarding", "lengths", "leads"]

Line = dict[str, Any]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """Serve a made-up fleet in open mode."""
    path = tmp_path_factory.mktemp("analytics") / "data.json"
    path.write_bytes(fleet(20, 80, 3, MADE))
    server = Process(path, "--auth", "open").start()
    yield server
    assert server.terminate() == 0


def ask(server: Process, lang: str = "en", **query: str) -> tuple[Line, dict[str, Line]]:
    """Return the first line, and the figures by their names."""
    answer = httpx.get(
        f"{server.url}/analytics/data", params=query, headers={"Accept-Language": lang}, timeout=120
    )
    assert answer.status_code == 200, answer.text
    head, *drawn, end = [json.loads(line) for line in answer.text.splitlines()]
    assert (head["kind"], end) == ("head", {"kind": "end"})
    return head, {line["name"]: line for line in drawn}


def numbers(head: Line, lang: str = "en") -> dict[str, str]:
    names = {
        translate(lang, f"report-number-{key}", n=count): key
        for key in ("vms", "bookings", "users", "hours")
        for count in (1, 2, 5)
    }
    return {names[label]: value for label, value in head["numbers"] if label in names}


def test_numbers_notes_and_tables_are_those_of_loadzone_analytics_for_the_range(desk: Process) -> None:
    head, drawn = ask(desk, **RANGE)
    zone = loadzone.connect(desk.path)
    past = analytics.bookings(zone.history(until=UNTIL), now=UNTIL)
    inside = clip(past, SINCE, UNTIL)
    touching = past.loc[inside.index]
    vms = len(zone.vms())
    assert numbers(head) == {
        "vms": str(vms),
        "bookings": str(len(inside)),
        "users": str(inside["user"].nunique()),
        "hours": number("en", inside["hours"].sum()),
    }
    assert list(drawn) == EVERY
    clock = "Europe/Berlin"
    expected = {
        "utilisation": figures.utilisation(inside, capacity=vms, tz=clock, since=SINCE, until=UNTIL),
        "demand": figures.demand(inside, vms, tz=clock, since=SINCE, until=UNTIL),
        "heatmap": figures.heatmap(inside, tz=clock, since=SINCE, until=UNTIL),
        "forecast": figures.forecast(past, UNTIL, tz=clock),
        "top-user": figures.top(inside, tz=clock),
        "idle": figures.idle(past, vms=zone.vms().index, now=UNTIL, tz=clock),
        "hoarding": figures.hoarding(touching, tz=clock),
        "lengths": figures.lengths(touching, tz=clock),
        "leads": figures.leads(touching, tz=clock),
    }
    for name, chart in expected.items():
        assert (drawn[name]["note"], drawn[name]["table"]) == (chart.note, chart.table_html()), name


def test_a_group_and_a_user_narrow_it_and_leave_out_what_they_make_meaningless(desk: Process) -> None:
    zone = loadzone.connect(desk.path)
    groups = zone.groups()
    group = int(groups.index[0])
    head, drawn = ask(desk, group=str(group), **RANGE)
    assert numbers(head)["vms"] == str(len(groups["vm_ids"][group]))
    assert list(drawn) == [name for name in EVERY if name != "top-group"]
    user = str(zone.history()["user"].mode()[0])
    head, drawn = ask(desk, user=user.upper(), **RANGE)
    assert (numbers(head)["users"], head["people"]) == ("1", [user])
    assert list(drawn) == [*OF_ALL, "top-group", "lengths"]


def test_it_speaks_the_reader_s_language_and_says_when_there_is_nothing(desk: Process) -> None:
    _, drawn = ask(desk, "ru", **RANGE)
    assert drawn["idle"]["title"] == "Какими ВМ никто не пользуется"
    head, drawn = ask(desk, since="2020-01-01", until="2020-01-31")
    assert (head["figures"], head["begun"], drawn) == (0, True, {})
    head, _ = ask(desk, user="nobody@example.com", range="all")
    assert (head["figures"], head["begun"]) == (0, True)


def test_named_ranges_begin_at_midnight_of_the_reader_s_clock(desk: Process) -> None:
    named = [numbers(ask(desk, range=name)[0])["bookings"] for name in ("7d", "30d", "90d", "all")]
    assert [int(each) for each in named] == sorted(map(int, named))
    assert numbers(ask(desk)[0]) == numbers(ask(desk, range="30d")[0])


@pytest.mark.parametrize("lang", ["en", "ru"])
@pytest.mark.parametrize(
    ("given", "field", "key", "data"),
    [
        ({"since": "2026-11-02", "until": "2026-11-01"}, "since", "from-after-to", {}),
        ({"since": "yesterday"}, "since", "date-malformed", {"found": "yesterday"}),
        ({"until": "2026-02-30"}, "until", "date-malformed", {"found": "2026-02-30"}),
        ({"until": "9999-12-31"}, "until", "moment-unsupported", {"first": 1950, "last": 9998}),
        ({"since": "0001-01-01"}, "since", "moment-unsupported", {"first": 1950, "last": 9998}),
        ({"group": "99"}, "group", "group-not-found", {"group_id": "99"}),
        ({"group": "GPU²"}, "group", "group-not-found", {"group_id": "GPU²"}),
        ({"user": "bob"}, "user", "email-malformed", {}),
        ({"tz": "Mars/Base"}, "tz", "unknown-zone", {"zone": "Mars/Base"}),
        ({"range": "soon"}, "range", "not-one-of", {"choices": "7d, 30d, 90d, year, all"}),
    ],
)
def test_what_is_wrong_is_one_sentence_at_its_field(
    *, desk: Process, lang: str, given: dict[str, str], field: str, key: str, data: dict[str, Any]
) -> None:
    answer = httpx.get(f"{desk.url}/analytics/data", params=given, headers={"Accept-Language": lang}, timeout=60)
    assert answer.status_code == 400
    (told,) = answer.json()["errors"]
    assert (told["field"], told["message"]) == (field, translate(lang, f"error-{key}", **data))


def test_a_booking_that_was_acknowledged_is_in_the_next_answer(serve: Any) -> None:
    server = serve("--auth", "open").start()
    head, drawn = ask(server, range="all")
    assert (head["begun"], drawn) == (False, {})
    with server.client("ann@example.com") as ann:
        ann.post("/book", json={"vm_id": "server-01", "hours": 4}).raise_for_status()
    head, drawn = ask(server, range="all")
    assert (numbers(head)["bookings"], head["people"]) == ("1", ["ann@example.com"])
    assert "A forecast needs 5 whole weeks" in drawn["forecast"]["note"]


def test_records_with_impossible_times_are_left_out_with_a_word(serve: Any, path: Path) -> None:
    """The null date of another system costs nothing, and the page says how many records it is not about."""
    null = {"vm_id": "server-01", "start": "0001-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z", "action": "book"}
    good = {**null, "vm_id": "server-02", "start": "2025-12-31T20:00:00Z"}
    write(path, {**BASE, "users": {"ann@example.com": {"bookings": [null, good]}}})
    server = serve("--auth", "open").start()
    for lang in ("en", "ru"):
        head, drawn = ask(server, lang, range="all")
        assert head["remark"] == translate(lang, "bookings-left-out", count=1)
        assert numbers(head, lang)["bookings"] == "1"
        assert list(drawn) == EVERY


def test_a_stranger_gets_no_page_and_no_figures_and_is_sent_back_after_the_login(live_server: LiveServer) -> None:
    address = f"{live_server.url}/analytics"
    page = httpx.get(address, params={"range": "7d"})
    assert (page.status_code, page.headers["location"]) == (302, "/login?next=%2Fanalytics%3Frange%3D7d")
    data = httpx.get(f"{address}/data")
    assert (data.status_code, data.json()["code"]) == (401, "login_required")
    reader = {"Authorization": f"Bearer {live_server.read_token}"}
    assert httpx.get(address, headers=reader).status_code == 200
    assert '"kind":"head"' in httpx.get(f"{address}/data", headers=reader, timeout=120).text


def test_in_open_mode_the_page_reads_without_a_login_and_keeps_its_policy(desk: Process) -> None:
    answer = httpx.get(f"{desk.url}/analytics", headers={"Accept-Language": "ru"})
    assert answer.status_code == 200
    assert "<h1>Аналитика</h1>" in answer.text
    assert 'href="/login?next=/analytics"' in answer.text
    assert "/account" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    library = answer.text.split('data-bokeh="')[1].split('"')[0]
    assert "Bokeh" in httpx.get(desk.url + library).text[:3000]


def worker_of(server: Process) -> int:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    commands = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    (worker,) = [child for child, command in commands.items() if b"loadzone.reports.analyst" in command]
    return int(worker)


def test_questions_of_connections_that_were_closed_hold_up_nobody(desk: Process) -> None:
    """While the process stands still, a person may have a few questions open, and who leaves takes them along."""
    ask(desk, range="all")
    os.kill(worker_of(desk), signal.SIGSTOP)
    gone = [socket.create_connection(("127.0.0.1", urlsplit(desk.url).port)) for _ in range(EACH)]
    for day, each in enumerate(gone, start=1):
        each.sendall(b"GET /analytics/data?since=2026-11-%02d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % day)
    refused = None
    while refused is None:
        with suppress(httpx.ReadTimeout):
            refused = httpx.get(f"{desk.url}/analytics/data?since=2026-11-20", timeout=1)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_questions")
    assert refused.json()["detail"] == translate("en", "error-too-many-questions", max=EACH)
    for each in gone:
        each.close()
    _, drawn = ask(desk, since="2026-10-30")
    assert list(drawn) == EVERY


def test_the_worker_ends_with_the_server(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(fleet(5, 10, 1, MADE))
    server = Process(path, "--auth", "open").start()
    ask(server, range="all")
    worker = worker_of(server)
    assert server.terminate() == 0
    assert not Path(f"/proc/{worker}").exists()
