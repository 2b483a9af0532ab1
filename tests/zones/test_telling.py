"""Errors in a notebook: one sentence that says what is wrong and what would be right, in the reader's language."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, cast

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbclient import NotebookClient

import loadzone
from loadzone import analytics
from loadzone.analytics import figures
from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.data_file import auth_path
from loadzone.domain.errors import InvalidInput, LoadZoneError, NotFound
from loadzone.zones import telling
from tests.conftest import ALICE, ROOT, LiveServer


@pytest.fixture(autouse=True)
def nobody_chose(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Begin with an English system, no variables and no settings file, and forget what a test chose."""
    for name in ("LOADZONE_LANG", "LOADZONE_URL", "LOADZONE_TOKEN", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(telling, "_chosen", [])


def shown(wrong: Callable[[], Any]) -> str:
    """Return what a notebook shows of the error that `wrong` raises: one line."""
    with pytest.raises(LoadZoneError) as caught:
        wrong()
    lines = caught.value._render_traceback_()
    assert len(lines) == 1
    assert "\n" not in lines[0]
    return lines[0]


@pytest.fixture
def frame(data_file: Path) -> pd.DataFrame:
    return analytics.bookings(loadzone.connect(data_file).history(), "2026-02-01")


def test_files_that_are_missing_broken_or_none_are_told_with_their_place(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"vms": [{"id": "a", "group": 9, "booked_by": null, "expires_at": null}], "groups": [],\n')
    told = shown(lambda: loadzone.connect("nowhere.json"))
    assert told == "NotFound: There is no file nowhere.json."
    assert shown(lambda: loadzone.connect(broken)).startswith("DataError: broken.json:")
    broken.write_text(broken.read_text().rstrip(",\n") + ', "users": {}}')
    assert (
        shown(lambda: loadzone.connect(broken)) == "DataError: broken.json: vms[0].group: group 9 does not exist"
    )
    broken.write_text("{}")
    assert shown(lambda: loadzone.connect(broken)) == "DataError: broken.json: vms: This field is required."
    assert "cannot be read" in shown(lambda: loadzone.connect(tmp_path))
    assert "target: This must be a text" in shown(lambda: loadzone.connect(7))  # type: ignore[arg-type]  # the mistake
    assert "give an address or a file" in shown(loadzone.connect)
    told = shown(lambda: loadzone.connect(broken, assume_tz="Mars"))
    assert told == "InvalidInput: assume_tz: There is no time zone Mars. Names are like Europe/Berlin or UTC."


def test_a_server_that_is_down_or_no_address_is_named() -> None:
    with loadzone.connect("http://127.0.0.1:9") as zone:
        assert "The server http://127.0.0.1:9 cannot be reached" in shown(zone.vms)
    for url in ("http://", "http://:5000", "http://x:port", "http://x:0", "http://x:99999", "http://local host"):
        assert f"{url} is no address of a server" in shown(lambda url=url: loadzone.connect(url))  # type: ignore[misc]  # bound now
    with loadzone.connect(" http://[::1]:9/ \n") as zone:
        assert repr(zone) == "<LoadZone server http://[::1]:9>"


def test_tokens_that_do_not_count_say_where_others_come_from(live_server: LiveServer) -> None:
    async def old_token() -> str:
        long_ago = Accounts(auth_path(live_server.data), lambda: datetime(2020, 1, 1, tzinfo=UTC))
        return (await long_ago.add_token(OPERATOR, ALICE, "old", Scope.WRITE, datetime(2020, 2, 1, tzinfo=UTC)))[0]

    for token in ("lz_wrong", asyncio.run(old_token())):
        with loadzone.connect(live_server.url, token=token) as zone:
            told = shown(zone.vms)
        assert told.startswith("LoginRequired: This API token is unknown, revoked or expired. Make another")
    with loadzone.connect(live_server.url) as zone:
        assert "connect(url, token=" in shown(zone.vms)


def test_a_token_is_sent_without_the_space_around_it_that_a_file_has(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given, from the variable or from the settings file: the line's end is no part of it."""
    with loadzone.connect(live_server.url, token=f" {live_server.read_token}\n") as zone:
        assert "server-01" in zone.vms().index
    monkeypatch.setenv("LOADZONE_URL", live_server.url)
    monkeypatch.setenv("LOADZONE_TOKEN", f"{live_server.read_token}\r\n")
    with loadzone.connect() as zone:
        assert "server-01" in zone.vms().index


@pytest.mark.parametrize("token", ["lz_…", "lz_se\ncret", "lz_se cret", "lz_\x00secret"])
def test_a_token_that_can_be_none_is_refused_at_once_and_not_shown(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = shown(lambda: loadzone.connect("http://127.0.0.1:9", token=token))
    assert told.startswith("InvalidInput: token: This is no API token: one begins with lz_")
    assert "cret" not in told
    (tmp_path / "loadzone.toml").write_text(
        f'[client]\nurl = "http://127.0.0.1:9"\ntoken = {json.dumps(token)}\n', encoding="utf-8"
    )
    assert shown(loadzone.connect) == told
    monkeypatch.setenv("LOADZONE_TOKEN", token.replace("\x00", " "))
    assert shown(loadzone.connect) == told


@pytest.mark.parametrize("hours", [-1, 0, 169, float("nan"), "four", None])
def test_hours_out_of_range_are_told_with_the_range(hours: Any, live_server: LiveServer) -> None:
    with loadzone.connect(live_server.url, token=live_server.alice_token) as zone:
        told = shown(lambda: zone.book("server-02", hours=hours))
    assert told.startswith("InvalidInput: hours: ")


def test_a_range_that_ends_before_it_starts_and_times_that_are_none_are_named(
    data_file: Path, live_server: LiveServer
) -> None:
    server = loadzone.connect(live_server.url, token=live_server.alice_token)
    for zone in (loadzone.connect(data_file), server):
        told = shown(lambda zone=zone: zone.history("2026-02-02", "2026-02-01"))  # type: ignore[misc]  # bound now
        assert told == "InvalidInput: since: The range ends before it begins."
        for until in ("soon", datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5)))):
            told = shown(lambda zone=zone, until=until: zone.history(until=until))  # type: ignore[misc]  # bound now
            assert told.startswith("InvalidInput: until: This must be a time in ISO 8601")
        told = shown(lambda zone=zone: zone.history(group=99))  # type: ignore[misc]  # bound now
        assert told == "NotFound: There is no group 99."
    server.close()


@pytest.mark.parametrize("group", ["Production", " production ", "1", 1, np.int64(1)])
def test_a_group_is_known_by_its_name_and_by_its_id(group: Any, data_file: Path, live_server: LiveServer) -> None:
    """A server, a file and their figures take the same."""
    with loadzone.connect(live_server.url, token=live_server.alice_token) as server:
        for zone in (loadzone.connect(data_file), server):
            assert set(zone.history(group=group)["vm_id"]) == {"server-01", "server-02"}
            assert zone.history(group=group, vm="server-03").empty
            assert zone.figures.top(by="group", group=group).table.index.tolist() == ["Production"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"group": 1.0}, "InvalidInput: group: This must be the name of a group or its number; it is 1.0."),
        ({"group": True}, "InvalidInput: group: This must be the name of a group or its number; it is True."),
        ({"group": " "}, "InvalidInput: group: This is empty: name one, or leave it out."),
        ({"group": "Nowhere"}, "NotFound: There is no group Nowhere."),
        ({"group": 10**30}, "NotFound: There is no group 1000000000000000000000000000000."),
        ({"vm": ""}, "InvalidInput: vm: This is empty: name one, or leave it out."),
        ({"vm": ["server-01"]}, "InvalidInput: vm: This must be a text."),
        ({"user": ""}, "InvalidInput: user: This is empty: name one, or leave it out."),
        ({"user": 3}, "InvalidInput: user: This must be a text."),
    ],
)
def test_what_a_history_cannot_be_narrowed_by_is_told_alike_by_a_server_and_a_file(
    asked: dict[str, Any], told: str, data_file: Path
) -> None:
    with loadzone.connect("http://127.0.0.1:9") as server:
        server._groups = loadzone.connect(data_file).fleet()[1].__iter__  # type: ignore[attr-defined]  # a server's zone
        for zone in (loadzone.connect(data_file), server):
            assert shown(lambda zone=zone: zone.history(**asked)) == told  # type: ignore[misc]  # bound now


@pytest.mark.parametrize("asked", [{"user": "bob"}, {"user": "a b@example.com c"}, {"vm": "server 01"}], ids=str)
def test_what_can_name_nobody_and_nothing_is_refused_by_a_server_and_a_file(
    asked: dict[str, Any], data_file: Path, live_server: LiveServer
) -> None:
    """A plus in an address arrives as a plus."""
    with loadzone.connect(live_server.url, token=live_server.alice_token) as server:
        for zone in (loadzone.connect(data_file), server):
            with pytest.raises(InvalidInput) as refused:
                zone.history(**asked)
            assert [each.field for each in refused.value.fields] == list(asked)
            assert zone.history(user="ann+vm@example.com", vm="never-was").empty


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda b: analytics.summary(b, by="team"), "by: There is no column team. There are: vm_id, user"),
        (lambda b: analytics.utilisation(b, by="team"), "by: There is no column team."),
        (
            lambda b: analytics.summary(b.assign(tags=[["a"]] * len(b)), by="tags"),
            "by: The column tags holds values of the type list, which cannot be grouped by.",
        ),
        (lambda b: analytics.utilisation(b, freq="hourly"), "freq: hourly is not a length of buckets."),
        (lambda b: analytics.utilisation(b, tz="Mars/Base"), "tz: There is no time zone Mars/Base."),
        (lambda b: analytics.heatmap(b, tz="Mars/Base"), "tz: There is no time zone Mars/Base."),
        (lambda b: analytics.utilisation(b, capacity=0), "capacity: This must be a number above 0; it is 0."),
        (lambda b: analytics.idle(b, vms="server-01"), "vms: This must be a list."),
        (lambda b: analytics.idle(b, vms=cast("Any", 5)), "vms: This must be a list."),
        (lambda b: figures.idle(b, vms=b), "vms: This must be a list."),
        (lambda b: analytics.concurrency(b.drop(columns="end")), "bookings: The frame lacks the columns end."),
        (analytics.bookings, "history: The frame lacks the columns action."),
        (lambda b: analytics.bookings(b["start"]), "history: This must be a DataFrame; it is of the type Series."),
        (
            lambda b: analytics.bookings(b.assign(action="book"), now="soon"),
            "now: This must be a time in ISO 8601",
        ),
    ],
)
def test_what_analytics_cannot_take_is_named_with_what_it_can(ask: Any, told: str, frame: pd.DataFrame) -> None:
    assert shown(lambda: ask(frame)).startswith(f"InvalidInput: {told}")


def test_figures_name_a_zone_that_is_none(data_file: Path) -> None:
    zone = loadzone.connect(data_file)
    assert "There is no time zone Mars" in shown(lambda: zone.figures.utilisation(tz="Mars"))
    assert "There is no group Nowhere" in shown(lambda: zone.figures.heatmap(group="Nowhere"))
    assert "ends before" in shown(lambda: zone.figures.top(since="2026-02-02", until="2026-02-01"))
    told = "This must be a time in ISO 8601"
    assert shown(lambda: zone.figures.top(since="soon")).startswith(f"InvalidInput: since: {told}")
    assert shown(lambda: zone.figures.top(until="soon")).startswith(f"InvalidInput: until: {told}")


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda draw, b: draw.heatmap(b, theme="blue"), "theme: This must be one of: light, dark."),
        (lambda draw, b: draw.top(b, lang="de"), "lang: This must be one of: en, ru."),
        (lambda draw, b: draw.timeline(b, tz="Mars"), "tz: There is no time zone Mars."),
        (lambda draw, b: draw.forecast(b, tz="Mars"), "tz: There is no time zone Mars."),
        (lambda draw, b: draw.forecast(b, held_out="x"), "held_out: This must be a number above 0; it is x."),
        (lambda draw, b: draw.top(b, count=0), "count: This must be a whole number above 0; it is 0."),
        (lambda draw, b: draw.top(b, by=["user"]), "by: There is no column ['user']."),
        (lambda draw, b: draw.idle(b, count=1.5), "count: This must be a whole number above 0; it is 1.5."),
        (lambda draw, b: draw.hoarding(b, count=-1), "count: This must be a whole number above 0; it is -1."),
        (lambda draw, b: draw.timeline(b, vms="x"), "vms: This must be a whole number above 0; it is x."),
        (lambda draw, b: draw.timeline(b, vms=True), "vms: This must be a whole number above 0; it is True."),
        (
            lambda draw, b: draw.timeline(b.assign(action="book").drop(columns="outcome")),
            "bookings: This is a history.",
        ),
        (lambda draw, _: draw.timeline(None), "bookings: This must be a DataFrame; it is of the type NoneType."),
        (lambda draw, b: draw.demand(b, capacity="x"), "capacity: This must be a whole number above 0; it is x."),
        (lambda draw, b: draw.demand(b, capacity=-1), "capacity: This must be a whole number above 0; it is -1."),
        (lambda draw, b: draw.utilisation(b, capacity=0), "capacity: This must be a number above 0; it is 0."),
        (
            lambda draw, _: draw.utilisation(None),
            "bookings: This must be a DataFrame; it is of the type NoneType.",
        ),
        (lambda draw, _: draw.demand(None), "bookings: This must be a DataFrame; it is of the type NoneType."),
        (lambda draw, _: draw.heatmap(None), "bookings: This must be a DataFrame; it is of the type NoneType."),
        (lambda draw, _: draw.idle(None), "bookings: This must be a DataFrame; it is of the type NoneType."),
        (lambda draw, _: draw.forecast(None), "bookings: This must be a DataFrame; it is of the type NoneType."),
        (lambda draw, b: draw.lengths(b.drop(columns="hours")), "bookings: The frame lacks the columns hours."),
    ],
)
def test_what_a_figure_cannot_take_is_named_with_what_it_can(ask: Any, told: str, frame: pd.DataFrame) -> None:
    assert shown(lambda: ask(figures, frame)).startswith(f"InvalidInput: {told}")


@pytest.mark.parametrize("height", ["x", -5, 0, None])
def test_a_dashboard_is_some_pixels_high(height: Any, data_file: Path) -> None:
    told = shown(lambda: loadzone.connect(data_file).dashboard(height=height))
    assert told == f"InvalidInput: height: This must be a whole number above 0; it is {height}."


def test_figures_name_an_argument_that_they_do_not_know(data_file: Path) -> None:
    zone = loadzone.connect(data_file)
    assert shown(lambda: zone.figures.heatmap(sinc="2026-11-20")) == (  # type: ignore[call-arg]  # the mistake
        "InvalidInput: sinc: There is no such argument. Known are: since, until, group, user, tz, lang, theme."
    )
    told = shown(lambda: zone.figures.top("user", cuont=3))  # type: ignore[call-arg]  # the mistake
    assert "cuont: There is no such argument. Known are: by, count, since" in told


def test_the_language_is_the_one_of_the_newest_connection_else_of_the_environment(
    data_file: Path, monkeypatch: pytest.MonkeyPatch, live_server: LiveServer
) -> None:
    wrong = NotFound("file_not_found", path="x")
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert telling.sentence(wrong) == "Нет файла x."
    monkeypatch.setenv("LOADZONE_LANG", "en")
    assert telling.sentence(wrong) == "There is no file x."
    with loadzone.connect(live_server.url, token=live_server.alice_token, lang="ru") as zone:
        assert re.search("[а-я]", shown(lambda: zone.book("server-99", hours=1)))
        assert re.search("[а-я]", shown(lambda: zone.history("2026-02-02", "2026-02-01")))
    loadzone.connect(data_file, lang="en")
    assert telling.sentence(wrong) == "There is no file x."


def test_figures_follow_the_language_of_their_connection(data_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that is given goes before it, and the system's comes after it."""
    russian = loadzone.connect(data_file, lang="ru").figures
    assert re.search("[а-я]", russian.heatmap().title)
    assert not re.search("[а-я]", russian.heatmap(lang="en").title)
    assert not re.search("[а-я]", loadzone.connect(data_file).figures.heatmap().title)
    monkeypatch.setenv("LOADZONE_LANG", "ru")
    assert re.search("[а-я]", loadzone.connect(data_file).figures.heatmap().title)
    monkeypatch.setenv("LOADZONE_LANG", "auto")
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert re.search("[а-я]", loadzone.connect(data_file).figures.heatmap().title)
    told = shown(lambda: loadzone.connect(data_file, lang="de"))
    assert told == "InvalidInput: lang: Допустимые значения: en, ru."


def test_an_error_without_a_text_is_still_told() -> None:
    assert telling.sentence(InvalidInput(code="unheard_of", number=3)) == "unheard_of (number=3)"


def test_the_settings_file_says_where_and_who_when_nobody_else_does(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "loadzone.toml"
    settings.write_text(f'port = 5001\n[client]\nurl = "{live_server.url}"\ntoken = "{live_server.read_token}"\n')
    with loadzone.connect() as zone:
        assert "server-01" in zone.vms().index
    with loadzone.connect(f"{live_server.url}/") as zone:
        assert "server-01" in zone.vms().index
    # Its token goes to its own server only.
    with loadzone.connect("http://127.0.0.1:9") as zone:
        assert "Authorization" not in zone._http.headers  # type: ignore[attr-defined]  # a server's zone
    monkeypatch.setenv("LOADZONE_URL", "http://127.0.0.1:9")
    with loadzone.connect() as zone:
        assert "Authorization" not in zone._http.headers  # type: ignore[attr-defined]  # as above
    monkeypatch.delenv("LOADZONE_URL")
    settings.write_text('[client]\nadress = "x"\n')
    assert "loadzone.toml, client.adress" in shown(loadzone.connect)
    settings.write_text("[client\n")
    assert "loadzone.toml is not TOML" in shown(loadzone.connect)


CELLS = """
import loadzone
loadzone.connect("nowhere.json")
---
from loadzone import analytics
zone = loadzone.connect("data.json")
b = analytics.bookings(zone.history())
analytics.summary(b, by="team")
---
zone.book("server-02", hours=4)
---
loadzone.connect("http://127.0.0.1:9").vms()
---
1 / 0
"""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_kernel_shows_a_sentence_where_the_error_is_ours_and_a_traceback_where_not(
    data_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("LOADZONE_LANG", "ru")
    cells = [nbformat.v4.new_code_cell(text.strip()) for text in CELLS.split("---")]  # type: ignore[no-untyped-call]  # it has no types
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # it has no types
    where = {"metadata": {"path": str(data_file.parent)}}
    NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=60, resources=where).execute()
    told = ["\n".join(cell.outputs[-1].traceback) for cell in cells]
    assert told[0] == "NotFound: Нет файла nowhere.json."
    assert told[1].startswith("InvalidInput: by: Столбца team нет.")
    assert told[2].startswith("NotAllowed: data.json открыт только для чтения")
    assert told[3].startswith("LoadZoneError: Сервер http://127.0.0.1:9 недоступен")
    assert "Traceback" in told[4]
