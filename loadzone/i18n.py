"""Texts in the reader's language, from the Fluent files in `loadzone/locales/`.

A key that is missing in Russian or English is a defect; the tests compare the languages.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number
from fluent.syntax.ast import Message, Resource, SelectExpression, VariableReference
from fluent.syntax.visitor import Visitor

from loadzone.domain.errors import DataError, FieldError, InvalidInput, LoadZoneError

LANGUAGES: Final = ("en", "ru")
DEFAULT_LANGUAGE: Final = "en"
"""What the reader has chosen in the browser, for pages, answers and messages alike."""
_COUNTABLE: Final = 2**53
_SHOWN_MAX: Final = 200
_LOCALES = Path(__file__).parent / "locales"


@cache
def _resources(lang: str) -> tuple[Resource, ...]:
    # To parse them is a good part of a start, so it is done once.
    paths = sorted((_LOCALES / lang).glob("*.ftl"))
    return tuple(FluentResource(path.read_text(encoding="utf-8")) for path in paths)


@cache
def _bundle(lang: str) -> FluentBundle:
    # Isolation marks would be invisible characters inside JSON messages and terminals.
    bundle = FluentBundle([lang], use_isolating=False)
    for resource in _resources(lang):
        bundle.add_resource(resource)
    return bundle


def moment(at: datetime) -> str:
    """Return a time as people read it, with its zone said: `2026-11-23 18:00 UTC`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _plain(value: Any, *, counted: bool = False) -> Any:
    match value:
        case datetime():
            return moment(value)
        case Enum():
            return str(value.value)
        case bool():
            return str(value).lower()
        case float() | int() if abs(value) >= _COUNTABLE:
            # Beyond this the formatter fails, and nobody counts so far.
            return _cut(str(value))
        case float() if not value.is_integer():
            return value
        case float() | int():
            # Ids, lines and ports are numbers too: "group 1,234" would be wrong. What is counted is grouped.
            return fluent_number(int(value), useGrouping=counted)
        case None:
            return ""
        case list() | tuple():
            return _cut(", ".join(map(str, value)))
        case str():
            return _cut(value)
        case _:
            return value


def _cut(text: str) -> str:
    # What a stranger sends as a name may be a megabyte, and the formatter refuses texts of over 1,000 characters.
    return text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1] + "…"


def translate(lang: str, key: str, /, **data: Any) -> str:
    """Return the text of `key` in `lang` with `data` in its places.

    Datetimes are shown in UTC with the word said. Raises KeyError for a key that no file has.
    """
    bundle = _bundle(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)
    message = bundle.get_message(key)
    if message.value is None:
        raise KeyError(key)
    counts = _counts(lang if lang in LANGUAGES else DEFAULT_LANGUAGE, key)
    given = {name: _plain(value, counted=name in counts) for name, value in data.items()}
    text, problems = bundle.format_pattern(message.value, given)
    if problems:
        raise KeyError(f"{key}: {problems}")
    return str(text)


def number(lang: str, value: float, digits: int = 0) -> str:
    """Return a number as people read it: 8,278 in English, 8 278 in Russian; with at most so many decimals."""
    shown: str = format_decimal(round(value, digits), format=f"#,##0.{'#' * digits}", locale=lang)
    return shown


def percent(lang: str, share: float) -> str:
    """Return a share as whole per cent: 36% in English, 36 % in Russian."""
    shown: str = format_percent(round(share, 2), locale=lang)
    return shown


def date_and_time(lang: str, at: datetime) -> str:
    """Return a moment on its own clock as the page shows it: Nov 23, 2026, 18:00, or 23 нояб. 2026, 18:00."""
    shown: str = format_datetime(at, "d MMM y, HH:mm" if lang == "ru" else "MMM d, y, HH:mm", locale=lang)
    return shown


def has_text(lang: str, key: str) -> bool:
    """Tell whether `lang` has a text for `key`."""
    return bool(_bundle(lang).has_message(key))


def texts(lang: str, prefix: str) -> Mapping[str, str]:
    """Return all texts of `lang` whose key starts with `prefix` and needs no data, for scripts in the page."""
    found: dict[str, str] = {}
    bundle = _bundle(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)
    for key in _messages(lang if lang in LANGUAGES else DEFAULT_LANGUAGE):
        message = bundle.get_message(key)
        if key.startswith(prefix) and message.value is not None:
            text, problems = bundle.format_pattern(message.value, {})
            if not problems:
                found[key] = str(text)
    return found


class _Selectors(Visitor):
    """Collects the names of what a message is chosen by: the numbers of what is counted."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_SelectExpression(self, node: SelectExpression) -> None:  # noqa: N802  # Fluent's visitor
        if isinstance(node.selector, VariableReference):
            self.names.add(node.selector.id.name)
        self.generic_visit(node)


@cache
def _messages(lang: str) -> Mapping[str, Message]:
    entries = (entry for resource in _resources(lang) for entry in resource.body)
    return {entry.id.name: entry for entry in entries if isinstance(entry, Message)}


@cache
def _counts(lang: str, key: str) -> frozenset[str]:
    """Return the names of the numbers that choose the plural forms of a message."""
    selectors = _Selectors()
    selectors.visit(_messages(lang)[key])
    return frozenset(selectors.names)


def error_text(error: LoadZoneError, lang: str) -> str:
    """Return the sentence that tells `error` to a person."""
    if isinstance(error, InvalidInput) and error.fields:
        return " ".join(f"{each.field}: {field_text(each, lang)}" for each in error.fields)
    if isinstance(error, DataError):
        problem = translate(lang, _key(error.data["problem"]), **error.data)
        return translate(lang, "error-data-error", place=error.data["place"], problem_text=problem)
    return translate(lang, _key(error.code), **error.data)


def field_text(error: FieldError, lang: str) -> str:
    """Return the sentence that tells what is wrong with one field."""
    return translate(lang, _key(error.code), **error.data)


def _key(code: str) -> str:
    return "error-" + code.replace("_", "-")


def system_language() -> str:
    """Return the language that the environment of this process asks for."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            lang = value.replace("-", "_").split("_")[0].split(".")[0].lower()
            return lang if lang in LANGUAGES else DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


def reader_language(chosen: str | None, accept_language: str | None, configured: str = "auto") -> str:
    """Return the reader's language: the `chosen` one (cookie), else the best that is asked for, else `configured`.

    This is the one rule for pages, answers and messages. A `configured` language that we have not, as `auto`,
    stands for English.
    """
    if chosen in LANGUAGES:
        return chosen
    return negotiate(accept_language, configured if configured in LANGUAGES else DEFAULT_LANGUAGE)


def negotiate(accept_language: str | None, default: str = DEFAULT_LANGUAGE) -> str:
    """Return the best of our languages for an `Accept-Language` header, `default` when none fits."""
    best, best_weight = default, 0.0
    for part in (accept_language or "").split(","):
        name, _, rest = part.strip().partition(";")
        lang = name.strip().lower().split("-")[0]
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            continue
        if lang in LANGUAGES and weight > best_weight:
            best, best_weight = lang, weight
    return best
