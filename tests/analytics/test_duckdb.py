"""The SQL of docs/analytics.md, run by DuckDB on an exported history, gives the numbers of loadzone.analytics."""

import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import loadzone
from loadzone import analytics
from loadzone.cli import main
from loadzone.demo import fleet
from tests.conftest import ROOT

DOC = (ROOT / "docs" / "analytics.md").read_text(encoding="utf-8")
VIEW, BUSY, PEOPLE = re.findall(r"```sql\n(.*?)```", DOC, re.DOTALL)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> duckdb.DuckDBPyConnection:
    """Export a demo history as the page says, and open its view of bookings."""
    monkeypatch.chdir(tmp_path)
    Path("data.json").write_bytes(fleet(25, 30, 3, NOW))
    line = next(re.finditer(r"^loadzone (export .*)$", DOC, re.MULTILINE))[1]
    assert main(line.split()) == 0
    opened = duckdb.connect()
    opened.execute(VIEW)
    return opened


def found(database: duckdb.DuckDBPyConnection) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the bookings by both, those that have ended: of active ones each has its own now."""
    ours = analytics.bookings(loadzone.connect("data.json").history())
    theirs = database.execute("SELECT * FROM bookings ORDER BY start, vm_id").df()
    assert len(theirs) == len(ours)
    ended = (ours["outcome"] != "active").to_numpy()
    return ours[ended].reset_index(drop=True), theirs[ended].reset_index(drop=True)


def test_one_row_a_booking_is_the_frame_of_bookings(database: duckdb.DuckDBPyConnection) -> None:
    ours, theirs = found(database)
    for name in ("vm_id", "user"):
        assert theirs[name].astype(str).tolist() == ours[name].tolist()
    for name in ("start", "end", "planned_end"):
        assert (pd.to_datetime(theirs[name], utc=True) == ours[name]).all()
    assert theirs["renewals"].tolist() == ours["renewals"].tolist()


def test_how_full_is_utilisation_hour_by_hour(database: duckdb.DuckDBPyConnection) -> None:
    theirs = database.execute(BUSY).df().set_index("hour")["busy"]
    ours = analytics.utilisation(analytics.bookings(loadzone.connect("data.json").history()))
    past = ours[ours.index < pd.Timestamp(NOW)]
    theirs = theirs[theirs.index < pd.Timestamp(NOW)].reindex(past.index, fill_value=0.0)
    assert np.allclose(theirs, past, atol=1e-9)


def test_who_used_how_much_is_the_summary(database: duckdb.DuckDBPyConnection) -> None:
    theirs = database.execute(PEOPLE).df().set_index("user")
    ours = analytics.summary(analytics.bookings(loadzone.connect("data.json").history()))
    assert theirs["bookings"].sort_index().tolist() == ours["bookings"].sort_index().tolist()
    assert theirs["renewals"].sort_index().tolist() == ours["renewals"].sort_index().tolist()
    # Active bookings go on while both are asked.
    assert np.allclose(theirs["hours"].sort_index(), ours["hours"].sort_index(), atol=0.1)
