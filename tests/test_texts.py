"""Every text that a person reads comes from the language files, and stands in all of them."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fluent.syntax import ast as ftl
from fluent.syntax import parse
from fluent.syntax.visitor import Visitor

from loadzone.i18n import LANGUAGES

PACKAGE = Path(__file__).parent.parent / "loadzone"
LOCALES = PACKAGE / "locales"
NAMES = sorted({path.name for lang in LANGUAGES for path in (LOCALES / lang).glob("*.ftl")})
SCRIPTS = sorted((PACKAGE / "dashboard" / "assets").glob("[acp]*/*.js"))
TEMPLATES = sorted(PACKAGE.glob("*/templates/*.html"))
# What builds pages. The page of the API (`docs_page.py`) is left out: it is in English, as the API's names are.
PYTHON = [
    *(PACKAGE / "web" / name for name in ("pages.py", "desk_pages.py")),
    *sorted((PACKAGE / "dashboard").glob("*.py")),
]
# The product's name, and the languages in their own words.
NO_TEXT = {"LoadZone", "English", "Русский"}
# Attributes that people read or hear.
SPOKEN = {"alt", "aria-label", "aria-description", "aria-roledescription", "placeholder", "title"}
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
COMMENT = re.compile(r"(?m)(?:^|(?<=[\s;{}(),]))//.*$")
SPOKEN_LITERAL = re.compile(r'"?\b(alt|aria-label|placeholder|title)"?: "([^"]*)"')
SENTENCE = re.compile(
    r"[А-Яа-яЁё]|^[A-Z][a-z]+ [a-z]+|[a-z]{2}[.!?…] |[a-z] [a-z].*[.!?…]$|^[a-z]+ [a-z]+ [a-z]+ [a-z]+"
)


class Places(Visitor):
    """Collects the names of what is filled in at the places of a message."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802  # Fluent's visitor
        self.names.add(node.id.name)

    def visit_TextElement(self, node: ftl.TextElement) -> None:  # noqa: N802  # Fluent's visitor
        # What a script in the page fills in.
        self.names.update(re.findall(r"\$(\w+)", node.value))


def messages(lang: str, name: str) -> dict[str, set[str]]:
    """Return the places of each message of a file."""
    path = LOCALES / lang / name
    found: dict[str, set[str]] = {}
    for entry in parse(path.read_text(encoding="utf-8")).body if path.is_file() else ():
        assert not isinstance(entry, ftl.Junk), f"{lang}/{name}: {entry.content}"
        if isinstance(entry, ftl.Message):
            assert entry.id.name not in found, f"{lang}/{name}: {entry.id.name} stands twice"
            places = Places()
            places.visit(entry)
            found[entry.id.name] = places.names
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_file_says_the_same_in_every_language(name: str) -> None:
    """Each language has the file, with the same messages and the same places in each."""
    first, *others = (messages(lang, name) for lang in LANGUAGES)
    assert first
    for other in others:
        assert other == first


def test_no_message_stands_in_two_files() -> None:
    """A text has one place, so that nobody mends the other one."""
    for lang in LANGUAGES:
        keys = [key for name in NAMES for key in messages(lang, name)]
        assert sorted(keys) == sorted(set(keys))


def told(text: str) -> bool:
    """Tell whether a text is for people: a word beside what is filled in."""
    return re.search(r"[^\W\d_]{2}", text) is not None and text not in NO_TEXT


class Shown(HTMLParser):
    """Collects what a template shows of its own: texts between tags, and in attributes that are read or heard."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        if self.inside[-1:] not in (["script"], ["style"]):
            self.texts.append(data)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_text_of_its_own(path: Path) -> None:
    """Between the tags and in what is read out stands only what is filled in."""
    shown = Shown()
    shown.feed(re.sub(r"\{[{%].*?[}%]\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    words = [word.strip(" \n·") for text in shown.texts for word in text.split("\n")]
    assert [word for word in words if told(word)] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_no_text_of_its_own(path: Path) -> None:
    """No literal of a script is a sentence or Russian, and none is what is read out of an element."""
    code = COMMENT.sub("", path.read_text(encoding="utf-8"))
    literals = [plain or re.sub(r"\$\{[^}]*\}", "", made) for plain, made in LITERAL.findall(code)]
    assert [text for text in literals if SENTENCE.search(text) and told(text)] == []
    assert [text for _, text in SPOKEN_LITERAL.findall(code) if told(text)] == []


def literals(path: Path) -> Iterator[str]:
    """Yield the texts in a module, without docstrings and what is raised for programmers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for raised in (node for node in ast.walk(tree) if isinstance(node, ast.Raise)):
        left |= {id(node) for node in ast.walk(raised)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left:
            yield node.value


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_what_builds_pages_has_no_text_of_its_own(path: Path) -> None:
    """No text in the code of a page is a sentence or Russian."""
    assert [text for text in literals(path) if SENTENCE.search(text) and told(text)] == []
