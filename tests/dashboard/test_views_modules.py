"""The page loads at once what every opening needs, and later what somebody asks for."""

import re

from loadzone.dashboard.application import page_variables
from loadzone.dashboard.assets import FOLDER, read_assets

ASSETS = read_assets()
STATIC = re.compile(r'^import .*? from "\./(.+?)"', re.MULTILINE)
LATER = re.compile(r'import\("\./(.+?)"\)')
EXPORT = re.compile(r"^export (?:async )?(?:class|function|const) (\w+)", re.MULTILINE)
IMPORT = re.compile(r'^import \{(.+?)\} from "\./(.+?)"', re.MULTILINE)


def source(name: str) -> str:
    return (FOLDER / "app" / name).read_text()


def needed_at_once() -> set[str]:
    """Return the modules that `main.js` needs, and those that they need."""
    found, open_names = set(), ["main.js"]
    while open_names:
        name = open_names.pop()
        if name not in found:
            found.add(name)
            open_names.extend(STATIC.findall(source(name)))
    return found


def test_the_page_names_every_module_that_an_opening_needs() -> None:
    named = set(page_variables(ASSETS, "en")["modules"])
    assert {f"app/{name}" for name in needed_at_once()} <= named


def test_the_page_does_not_fetch_ahead_what_is_asked_for_seldom() -> None:
    named = set(page_variables(ASSETS, "en")["modules"])
    seldom = {"app/timeline.js", "app/groups.js", "app/details.js", "app/ledger.js"}
    assert not seldom & named
    assert seldom <= set(ASSETS.files)


def test_the_page_does_not_fetch_what_only_a_notebook_needs() -> None:
    named = set(page_variables(ASSETS, "en")["modules"])
    assert not {f"app/{name}.js" for name in ("cell", "cell-bar", "cell-view", "python-source")} & named


def test_a_module_that_is_fetched_later_is_there() -> None:
    for path in (FOLDER / "app").glob("*.js"):
        for name in LATER.findall(path.read_text()):
            assert (path.parent / name).is_file(), f"{path.name}: {name}"


def test_a_module_imports_only_what_the_other_exports() -> None:
    for path in (FOLDER / "app").glob("*.js"):
        for names, other in IMPORT.findall(path.read_text()):
            wanted = {name.split(" as ")[0].strip() for name in names.split(",")}
            assert wanted <= set(EXPORT.findall(source(other))), f"{path.name}: {other}"
