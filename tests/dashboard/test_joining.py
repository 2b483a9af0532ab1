"""Joined modules do what the modules do, in one file that fetches nothing but what is vendored."""

import re

import pytest

from loadzone.dashboard.assets import ENTRIES, FOLDER, read_assets
from loadzone.dashboard.joining import join

ASSETS = read_assets()


def test_an_import_is_taken_from_the_module_that_stands_before_it() -> None:
    """A module stands behind those that it imports, gives what it exports, and the entry comes last."""
    text = join(
        {
            "app/main.js": 'import {b as c} from "./b.js"\nexport const main = c\n',
            "app/b.js": 'import {A, a} from "./a.js"\nexport async function b() {\n  return [A, a]\n}\n',
            "app/a.js": "export class A {}\nexport function a() {}\nconst hidden = 1\n",
        },
        "app/main.js",
    )
    assert text.splitlines() == [
        "const modules = {}",
        "// app/a.js",
        "modules['app/a.js'] = (() => {",
        "class A {}",
        "function a() {}",
        "const hidden = 1",
        "",
        "return {A, a}",
        "})()",
        "// app/b.js",
        "modules['app/b.js'] = (() => {",
        "const {A, a} = modules['app/a.js']",
        "async function b() {",
        "  return [A, a]",
        "}",
        "",
        "return {b}",
        "})()",
        "// app/main.js",
        "const {b: c} = modules['app/b.js']",
        "export const main = c",
    ]


def test_what_is_imported_later_is_the_same_module() -> None:
    """A module that one imports at once and another later is there once."""
    text = join(
        {
            "app/main.js": 'import {b} from "./b.js"\nconst later = () => import("./a.js")\n',
            "app/b.js": 'import {a} from "./a.js"\nexport const b = a\n',
            "app/a.js": "export const a = 1\n",
        },
        "app/main.js",
    )
    assert text.count("const a = 1") == 1
    assert "const later = () => Promise.resolve(modules['app/a.js'])" in text


def test_vendored_modules_stay_apart() -> None:
    """A vendored module is imported by the whole, once, however many need it."""
    line = 'import {io} from "../vendor/io.js"\n'
    text = join(
        {"app/main.js": f'{line}import {{a}} from "./a.js"\n', "app/a.js": f"{line}export const a = io\n"},
        "app/main.js",
    )
    assert text.startswith(line)
    assert text.count(line) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        'import * as a from "./a.js"',
        'import a from "./a.js"',
        'import "./a.js"',
        "export default 1",
        "export {a}",
        "export let a = 1",
        "const a = import(b)",
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_form_that_is_not_handled_is_refused(wrong: str, inside: bool) -> None:
    """Nothing is joined wrongly in silence: the error names the module and the form."""
    sources = {"app/main.js": 'import {other} from "./other.js"\n', "app/other.js": "export const other = 1\n"}
    path = "app/other.js" if inside else "app/main.js"
    sources[path] += wrong
    with pytest.raises(ValueError, match=f"{path} has a form that is not handled: (import|export)"):
        join(sources, "app/main.js")


def test_modules_that_import_each_other_are_refused() -> None:
    """A circle is an error that names the modules in it."""
    with pytest.raises(ValueError, match="imports itself"):
        join(
            {
                "app/main.js": 'import {a} from "./a.js"\n',
                "app/a.js": 'export const a = () => import("./main.js")\n',
            },
            "app/main.js",
        )


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_page_fetches_one_script(entry: str) -> None:
    """What a page begins with imports nothing that is not vendored, at once or later."""
    text = ASSETS.files[entry].plain.decode()
    imported = re.findall(r'^import .* from "(.+?)"', text, re.MULTILINE)
    assert all(address.startswith("../vendor/") for address in imported)
    assert not re.search(r"\bimport\(", text)


def test_every_module_of_ours_is_in_a_script_that_a_page_begins_with() -> None:
    """No module lies there that nothing imports; only those that are no modules stand alone."""
    ours = {
        f"{each.parent.name}/{each.name}" for name in ("app", "pages") for each in (FOLDER / name).glob("*.js")
    }
    joined = "".join(ASSETS.files[entry].plain.decode() for entry in ENTRIES)
    inside = set(re.findall(r"^// ((?:app|pages)/\S+\.js)$", joined, re.MULTILINE))
    assert ours - inside - set(ENTRIES) == {"app/theme.js"}
