"""The files that browsers load are what they claim to be, complete, and worded in both languages."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from loadzone.dashboard.assets import FOLDER, read_assets
from loadzone.i18n import LANGUAGES, texts

SCRIPTS = sorted((FOLDER / "app").glob("*.js"))
VENDOR = FOLDER / "vendor"
ROW = re.compile(r"^\| [\w.-]+ \| [\d.]+ \| MIT \| `(.+?)` \| `([0-9a-f]{64})` \|$", re.MULTILINE)
ROWS = ROW.findall((VENDOR / "VENDORED.md").read_text())
# `t("key")`, and keys that a script puts together: `${act}-title`.
LITERAL_KEY = re.compile(r"""\bt\("([\w-]+)"|notes?\("([\w-]+)"\)""")
CHOSEN = {
    "state": ("free", "taken", "mine"),
    "view": ("all", "free", "mine", "expiring"),
    "layout": ("table", "cards", "timeline", "groups"),
    "theme": ("system", "light", "dark"),
    "groups": ("name", "total", "free", "busy", "next"),
    "how": ("active", "expired", "cancelled", "forced", "vm-deleted"),
    "empty": ("all", "free", "mine", "expiring", "group", "search", "fleet", "fleet-admin", "fleet-led"),
    "steps": ("vms", "people", "book", "vms-about", "people-about", "book-about", "done", "to-do"),
    "role": ("user", "admin"),
    "dialog": ("free", "held", "yours", "gone"),
}
ACTS = ("book", "renew", "release")
MANY = ("book", "release", "move", "delete")
PLURAL_FORMS = ("one", "few", "many", "other")


def test_every_vendored_file_is_listed() -> None:
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert found == {name for name, _ in ROWS} | {"VENDORED.md"}


@pytest.mark.parametrize(("name", "digest"), ROWS)
def test_a_vendored_file_is_the_release_that_is_named(name: str, digest: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_each_vendored_package_has_its_licence() -> None:
    for folder in (path for path in VENDOR.iterdir() if path.is_dir()):
        assert "Permission is hereby granted" in (folder / "LICENSE").read_text()


def test_the_version_changes_with_any_file(tmp_path: Path) -> None:
    (tmp_path / "one.js").write_text("1")
    first = read_assets(tmp_path).version
    (tmp_path / "one.js").write_text("2")
    assert read_assets(tmp_path).version not in (first, "")


def test_a_script_imports_only_files_that_are_there() -> None:
    for script in SCRIPTS:
        for name in re.findall(r'from "(.+?)"', script.read_text()):
            assert (script.parent / name).is_file(), f"{script.name}: {name}"


def test_nothing_that_browsers_load_names_another_host() -> None:
    for path in (*FOLDER.glob("app/*"), *FOLDER.glob("pages/*")):
        foreign = set(re.findall(r"https?://[^\s\"'`)]+", path.read_text())) - {"http://www.w3.org/2000/svg"}
        assert not foreign, f"{path.name}: {foreign}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_that_the_scripts_use_exists(lang: str) -> None:
    told = json.loads(read_assets().files[f"texts/{lang}.json"].plain)
    used = {key for script in SCRIPTS for pair in LITERAL_KEY.findall(script.read_text()) for key in pair if key}
    used |= {f"{start}-{end}" for start, ends in CHOSEN.items() for end in ends}
    used |= {f"{act}{end}" for act in ACTS for end in ("", "-title", "-confirm")}
    used |= {"book-length", "renew-length"}
    used |= {f"{act}-many-{end}" for act in MANY for end in ("title", "confirm", "done")}
    plural = {key for key in used if f"{key}-one" in told}
    used = (used - plural) | {f"{key}-{form}" for key in plural for form in PLURAL_FORMS}
    assert used <= set(told)


def test_the_languages_have_the_same_texts_with_the_same_places() -> None:
    english, russian = (texts(lang, "dashboard-") for lang in LANGUAGES)
    assert set(english) == set(russian)
    for key, text in english.items():
        assert set(re.findall(r"\$\w+", text)) == set(re.findall(r"\$\w+", russian[key])), key


def test_no_text_is_left_untranslated() -> None:
    english, russian = (texts(lang, "dashboard-") for lang in LANGUAGES)
    same = {key for key, text in english.items() if text == russian[key]}
    assert same == {"dashboard-count-ratio", "dashboard-today-at", "dashboard-day-at"}
