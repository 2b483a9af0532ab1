"""Query strings read strictly: each reader notes what is wrong with a parameter in `Fields`."""

from collections.abc import Collection, Container, Mapping
from datetime import UTC, datetime
from typing import Final

from loadzone.domain.fields import Fields
from loadzone.domain.spans import EARLIEST, LATEST, is_supported

_DIGITS_MAX: Final = 18
_NAME_MAX: Final = 100


def texts(fields: Fields, arguments: Mapping[str, list[bytes]], known: Collection[str]) -> dict[str, str]:
    """Return the parameters as texts; unknown ones, and those given twice, are wrong."""
    given = {name: _text(fields, name, values) for name, values in arguments.items()}
    for name in given:
        if name not in known:
            fields.wrong(name[:_NAME_MAX], "unknown_parameter")
    return given


def span(fields: Fields, given: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return `since` and `until`."""
    since, until = moment(fields, "since", given), moment(fields, "until", given)
    if since is not None and until is not None and since > until:
        fields.wrong("since", "since_after_until")
    return since, until


def _text(fields: Fields, name: str, values: list[bytes]) -> str:
    if len(values) > 1:
        fields.wrong(name, "given_twice")
    try:
        return values[-1].decode("utf-8")
    except UnicodeDecodeError:
        fields.wrong(name, "not_utf8")
        return ""


def moment(fields: Fields, name: str, given: Mapping[str, str]) -> datetime | None:
    """Return a time in UTC, where none is said of its zone read as UTC; None when it is not given."""
    text = given.get(name, "").strip()
    if not text:
        return None
    # In a query string `+` is a space, and few clients write an offset as %2B.
    try:
        moment = datetime.fromisoformat(text[:-6] + text[-6:].replace(" ", "+") if "T" in text else text)
        moment = moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        fields.wrong(name, "time_malformed")
        return None
    if not is_supported(moment):
        fields.wrong(name, "moment_unsupported", first=EARLIEST.year, last=LATEST.year - 1)
        return None
    return moment


def person(fields: Fields, name: str, given: Mapping[str, str], known: Container[str]) -> str | None:
    """Return an e-mail address in the form that is kept; None when it is not given."""
    text = given.get(name, "").strip()
    # In a query string `+` is a space, and no address has a space.
    return fields.known_person(name, text.replace(" ", "+"), known) if text else None


def vm_id(fields: Fields, name: str, given: Mapping[str, str], known: Container[str]) -> str | None:
    """Return the id of a VM, which may be deleted; None when it is not given."""
    text = given.get(name, "").strip()
    return fields.known_vm(name, text, known) if text else None


def whole(text: str) -> int | None:
    """Return a whole number; None for what is none, or too large for any use here."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX else None


def number(
    fields: Fields, name: str, given: Mapping[str, str], low: int | None = None, high: int | None = None
) -> int | None:
    """Return a whole number within its limits; None when it is not given."""
    text = given.get(name, "").strip()
    if not text:
        return None
    found = whole(text)
    if found is None:
        fields.wrong(name, "wrong_type", expected="int", got="str")
        return None
    if low is not None and high is not None and not low <= found <= high:
        fields.wrong(name, "out_of_range", min=low, max=high)
    return found
