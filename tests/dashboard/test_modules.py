"""Modules name each other right, and the page fetches ahead what its script will ask for."""

import re
from typing import Any

from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.dashboard.application import Application, Opening
from loadzone.dashboard.assets import FOLDER, read_assets
from loadzone.dashboard.visitors import Visitor
from loadzone.domain.permissions import Role

ASSETS = read_assets()
GUEST = Visitor(email=None, role=Role.GUEST, session_id=None)
SCRIPTS = [*FOLDER.glob("app/*.js"), *FOLDER.glob("pages/*.js")]
EXPORT = re.compile(r"^export (?:async )?(?:class|function|const) (\w+)", re.MULTILINE)
IMPORT = re.compile(r'^import \{(.+?)\} from "(\.[^"]+)"', re.MULTILINE)


def variables(lang: str) -> dict[str, Any]:
    return Application(Service(MemoryStore()), ASSETS).variables(Opening(visitor=GUEST, lang=lang))


def test_a_module_imports_only_what_the_other_exports() -> None:
    """Each name that is imported is exported by the module it is imported from."""
    for path in SCRIPTS:
        for names, other in IMPORT.findall(path.read_text()):
            if "/vendor/" not in other:
                wanted = {name.split(" as ")[0].strip() for name in names.split(",")}
                assert wanted <= set(EXPORT.findall((path.parent / other).read_text())), f"{path.name}: {other}"


def test_the_page_fetches_ahead_what_its_script_imports() -> None:
    """The vendored modules that the script imports are named in the page, and no others."""
    text = ASSETS.files["app/main.js"].plain.decode()
    assert set(re.findall(r'^import .* from "\.\./(.+?)"', text, re.MULTILINE)) == set(variables("en")["modules"])


def test_the_page_fetches_ahead_the_styles_and_texts() -> None:
    """Every style sheet that the script dresses the page in, and its language's texts, are named and there."""
    fetched = set(variables("ru")["fetched"])
    main = (FOLDER / "app" / "main.js").read_text()
    sheets = re.findall(r'"([\w./]+\.css)"', main)
    assert fetched == {*map(ASSETS.url, (*sheets, "texts/ru.json")), "/vms"}
    assert {*sheets, "texts/ru.json"} <= set(ASSETS.files)
