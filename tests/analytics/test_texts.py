"""Every refusal of analytics is one sentence in both languages, and nothing heavy is loaded before it is asked."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from loadzone import analytics
from loadzone.analytics import figures
from loadzone.domain.errors import InvalidInput
from loadzone.i18n import LANGUAGES, error_text
from tests.analytics import oracle

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["analytics", "figures"])
def test_both_languages_have_the_same_texts(name: str) -> None:
    keys = [
        re.findall(r"^([\w-]+) =", (ROOT / f"loadzone/locales/{lang}/{name}.ftl").read_text("utf-8"), re.MULTILINE)
        for lang in LANGUAGES
    ]
    assert keys[0]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"freq": "fortnightly"}, ["freq", "fortnightly", "15min", "1h", "1D"]),
        ({"tz": "Europe/Berlim"}, ["tz", "Europe/Berlim", "Europe/Berlin"]),
        ({"by": "team"}, ["by", "team", "vm_id", "user"]),
        ({"capacity": -1}, ["capacity", "-1"]),
    ],
)
def test_a_refusal_names_what_is_wrong_and_what_would_be_right(
    given: dict[str, str], named: list[str], lang: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        analytics.utilisation(analytics.bookings(oracle.history([])), **given)  # type: ignore[call-overload] # wrong on purpose
    text = error_text(refused.value, lang)
    assert [word for word in named if word not in text] == []


def test_analytics_needs_pandas_only() -> None:
    script = "import sys; from loadzone import analytics; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"bokeh", "panel", "tornado", "apscheduler", "httpx", "scipy", "statsmodels"}
    assert not {name for name in done.stdout.split() if name.startswith(("loadzone.core", "loadzone.web"))}


def test_the_first_lines_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    first = re.search(r"```python\n(.*?)```", (ROOT / "docs/analytics.md").read_text(encoding="utf-8"), re.DOTALL)
    assert first
    monkeypatch.chdir(ROOT)
    exec(first[1], {})


def test_every_public_function_is_documented_in_its_page() -> None:
    text = (ROOT / "docs/analytics.md").read_text(encoding="utf-8")
    assert [name for name in (*analytics.__all__, *figures.__all__[1:]) if f"`{name}(" not in text] == []
