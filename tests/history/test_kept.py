"""A kept history tells what the file tells, also after the file has changed."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from loadzone.history.kept import KeptHistory
from loadzone.zones.file import FileZone

MOMENT = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "given", [{}, {"until": MOMENT}, {"user": "BOB@example.com"}, {"user": "nobody@example.com"}, {"group": 1}]
)
def test_it_is_narrowed_as_the_file_itself_would_be(data_file: Path, given: dict[str, object]) -> None:
    zone = FileZone(data_file)
    expected = zone.history(**given)  # type: ignore[arg-type]  # a case is its keywords
    kept = KeptHistory(zone)
    for _ in range(2):
        found = kept.history(**given)  # type: ignore[arg-type]  # as above
        pd.testing.assert_frame_equal(found.reset_index(drop=True), expected)


def test_a_file_that_has_changed_is_read_anew(data_file: Path) -> None:
    zone = FileZone(data_file)
    kept = KeptHistory(zone)
    before = zone.version()
    assert len(kept.history()) == 3
    assert zone.version() == before
    text = data_file.read_text(encoding="utf-8")
    data_file.write_text(text.replace('"bob@example.com": {"created"', '"bo@example.com": {"created"'), "utf-8")
    assert zone.version() != before
    assert set(kept.history()["user"]) == {"bo@example.com"}
    assert len(kept.fleet()[0]) == 3
