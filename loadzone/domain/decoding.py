"""What msgspec says of data that does not fit, as a place, a stable code and data for a message."""

import re
from typing import Any, NamedTuple

import msgspec

_AT = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<place>.*?)`)?$", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<expected>.*?)`, got `(?P<got>.*?)`")
_EXPECTED_ONLY = re.compile(r"Expected `(?P<expected>.*?)`")
_MISSING = re.compile(r"Object missing required field `(?P<field>.*?)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>.*?)`")
_MALFORMED = re.compile(r"\(byte (?P<byte>\d+)\)")


class Misfit(NamedTuple):
    """Where data does not fit (`vms[3].group`; empty for the whole), and why."""

    place: str
    code: str
    data: dict[str, Any]


def misfit(error: msgspec.DecodeError | UnicodeDecodeError, source: bytes | None = None) -> Misfit:
    """Return what `error` says. `source` lets a syntax error name its line and column."""
    told = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return Misfit(_line_and_column(told, source), "json_malformed", {})
    parts = _AT.match(told)
    what, place = (parts["what"], parts["place"] or "") if parts else (told, "")
    if found := _MISSING.match(what):
        return Misfit(_join(place, found["field"]), "required", {})
    if found := _UNKNOWN.match(what):
        return Misfit(_join(place, found["field"]), "unknown_field", {})
    if found := _EXPECTED.match(what):
        expected = found["expected"].removesuffix(" | null")
        if expected == "datetime":
            return Misfit(place, "time_malformed", {})
        return Misfit(place, "wrong_type", {"expected": expected, "got": found["got"]})
    if what == "Number out of range":
        return Misfit(place, "number_too_large", {})
    if "datetime" in what:
        return Misfit(place, "time_malformed", {})
    found = _EXPECTED_ONLY.match(what)
    return Misfit(place, "wrong_value", {"detail": found["expected"] if found else what})


def _join(place: str, field: str) -> str:
    return f"{place}.{field}" if place else field


def _first_bad_letter(source: bytes) -> int:
    """Return where `source` stops to be UTF-8; its end when it is UTF-8 and merely ends too early."""
    try:
        source.decode()
    except UnicodeDecodeError as wrong:
        return wrong.start
    return len(source)


def _line_and_column(told: str, source: bytes | None) -> str:
    if source is None:
        return ""
    found = _MALFORMED.search(told)
    at = int(found["byte"]) if found else _first_bad_letter(source)
    before = source[:at]
    newline = b"\n"
    return f"{before.count(newline) + 1}:{at - before.rfind(newline)}"
