"""SECURITY.md names files that are there, and says of each section of ASVS where it is met."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d[^|]*) \| ([^|]*) \| ([^|]*) \|$", PAGE, re.MULTILINE)


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:loadzone|tests|docs)/[\w./-]+)`|\]\((docs/[\w./-]+)\)", PAGE))
    missing = [path for pair in named for path in pair if path and not (ROOT / path).exists()]
    assert missing == []


def test_every_chapter_of_the_standard_has_its_sections() -> None:
    """All fourteen chapters are there, and each row is met, partly met with what is missing, or does not apply."""
    assert {int(section.partition(".")[0]) for section, _, _ in ROWS} == set(range(1, 15))
    for section, state, where in ROWS:
        assert state in {"met", "partly", "n/a"}, section
        assert where.strip() or state == "n/a", section
