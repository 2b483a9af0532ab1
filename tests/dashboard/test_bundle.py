"""What a cell takes from Python is the whole application: nothing of it is fetched from anywhere."""

import base64
import gzip
import json
import re

import pytest

from loadzone.dashboard.assets import read_assets
from loadzone.dashboard.bundle import ENTRY, bundle, modules
from loadzone.i18n import LANGUAGES

NAMED = re.compile(r'"loadzone:([^"]+)"')


def test_every_module_stands_behind_those_that_it_imports_and_the_entry_stands_last() -> None:
    before: set[str] = set()
    for path, text in modules(read_assets()):
        assert set(NAMED.findall(text)) <= before, path
        before.add(path)
    assert list(before)
    assert modules(read_assets())[-1][0] == ENTRY


def test_no_module_names_another_by_an_address() -> None:
    for path, text in modules(read_assets()):
        assert not re.search(r'\b(?:from |import\()"(?!loadzone:)', text), path


def test_all_layouts_are_in_it_and_what_talks_to_a_server_is_not() -> None:
    text = dict(modules(read_assets()))[ENTRY]
    inside = set(re.findall(r"^// (\S+\.js)$", text, re.MULTILINE))
    assert {f"app/{name}.js" for name in ("table", "cards", "timeline", "groups", "details", "dialogs")} <= inside
    assert not {"app/main.js", "app/source.js", "app/guard.js", "app/top.js"} & inside
    assert "socket.io" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bundle_holds_modules_style_sheets_and_the_texts_of_its_language(lang: str) -> None:
    content = json.loads(gzip.decompress(base64.b64decode(bundle(lang))))
    assert [tuple(each) for each in content["modules"]] == modules(read_assets())
    assert content["texts"] == json.loads(read_assets().files[f"texts/{lang}.json"].plain)
    assert all(content["sheets"])
    assert not any("@import" in sheet or "url(http" in sheet for sheet in content["sheets"])
