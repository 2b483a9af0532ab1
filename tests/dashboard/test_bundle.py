"""What a cell takes from Python is the whole application: nothing of it is fetched from anywhere."""

import base64
import gzip
import json
import re

import pytest

from loadzone.dashboard.assets import Assets, read_assets
from loadzone.dashboard.bundle import ENTRY, bundle, modules
from loadzone.i18n import LANGUAGES

NAMED = re.compile(r'"loadzone:([^"]+)"')


def assets_of(**files: str) -> Assets:
    every = read_assets()
    kind = next(iter(every.files.values()))
    made = {
        f"app/{name}.js": type(kind)(plain=text.encode(), squeezed=b"", content_type="")
        for name, text in files.items()
    }
    return Assets(version="1", files=made)


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


def test_the_modules_of_all_layouts_are_in_it_and_those_that_talk_to_a_server_are_not() -> None:
    paths = {path for path, _ in modules(read_assets())}
    assert {f"app/{name}.js" for name in ("table", "cards", "timeline", "groups", "details", "dialogs")} <= paths
    assert not {"app/main.js", "app/source.js", "app/guard.js", "app/top.js"} & paths
    assert not any("socket.io" in path for path in paths)


def test_a_module_that_is_imported_twice_is_there_once() -> None:
    assets = assets_of(
        cell='import {a} from "./a.js"\nimport {b} from "./b.js"', a='import {b} from "./b.js"', b="1"
    )
    assert [path for path, _ in modules(assets)] == ["app/b.js", "app/a.js", "app/cell.js"]


def test_modules_that_import_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="imports itself"):
        modules(assets_of(cell='import {a} from "./a.js"', a='const b = import("./cell.js")'))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bundle_holds_modules_style_sheets_and_the_texts_of_its_language(lang: str) -> None:
    content = json.loads(gzip.decompress(base64.b64decode(bundle(lang))))
    assert [tuple(each) for each in content["modules"]] == modules(read_assets())
    assert content["texts"] == json.loads(read_assets().files[f"texts/{lang}.json"].plain)
    assert all(content["sheets"])
    assert not any("@import" in sheet or "url(http" in sheet for sheet in content["sheets"])
