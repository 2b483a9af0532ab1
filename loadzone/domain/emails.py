"""E-mail addresses, with letters of any script before and after the @, in one form each.

The form that is kept is the one people read: lower case, composed (NFC), the domain in its own script
(`münchen.de`, never `xn--mnchen-3ya.de`). So an address and its ASCII form are one person.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from loadzone.domain import texts

Entry = TypeVar("Entry", bound=Struct)

EMAIL_MAX: Final = 254
LOCAL_MAX: Final = 64
_ASCII_LOCAL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+\Z")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ASCII_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")


def clean(email: str) -> str | None:
    """Return an address as it is kept, None for what no mail server would try to deliver to."""
    email = texts.lines(email)
    # Measured first: normalising and the rules of international domains cost more than linear time.
    if len(email) > EMAIL_MAX:
        return None
    return _clean_ascii(email) if _is_plain(email) else _clean_international(email)


def canonical(email: str) -> str:
    """Return an address that stands in a file in the form that `clean` gives; what is none, in lower case."""
    return email.lower() if _is_plain(email) else clean(email) or email.lower()


def with_canonical(entry: Entry) -> Entry:
    """Return an entry of a file with the people in its fields in the form that `canonical` gives."""
    people = {name: getattr(entry, name, None) for name in ("user", "by", "email")}
    return replace(entry, **{name: canonical(each) for name, each in people.items() if each is not None})


def domain(name: str) -> str:
    """Return a domain as it stands in addresses that are clean."""
    name = name.strip().lstrip("@").lower()
    return (clean(f"x@{name}") or f"x@{name}").removeprefix("x@")


def _is_plain(email: str) -> bool:
    return email.isascii() and "xn--" not in email.lower()


def _clean_ascii(email: str) -> str | None:
    local, _, name = email.lower().rpartition("@")
    valid = len(local) <= LOCAL_MAX and _ASCII_LOCAL.match(local) and _ASCII_DOMAIN.match(name)
    return f"{local}@{name}" if valid else None


@lru_cache(maxsize=4096)
def _clean_international(email: str) -> str | None:
    local, _, name = unicodedata.normalize("NFC", email).rpartition("@")
    local = unicodedata.normalize("NFC", local.lower())
    found = _domain_forms(name.lower())
    if not _is_local(local) or found is None:
        return None
    in_script, in_ascii = found
    if len(local.encode()) > LOCAL_MAX or len(f"{local}@{in_ascii}".encode()) > EMAIL_MAX:
        return None
    return f"{local}@{in_script}"


def _is_local(local: str) -> bool:
    """Tell whether this may stand before the @: of letters that are not ASCII, those that can be seen."""
    if not local or unicodedata.category(local[0])[0] == "M" or texts.forbidden(local):
        return False
    return all(
        _ASCII_LOCAL.match(letter) if letter.isascii() else not texts.is_invisible(letter) for letter in local
    )


def _domain_forms(name: str) -> tuple[str, str] | None:
    """Return a domain in its own script and in ASCII; None for what is none."""
    # Loaded for the few who need it: most addresses are ASCII.
    import idna  # noqa: PLC0415

    try:
        in_ascii = name if name.isascii() else idna.encode(name, uts46=True, std3_rules=True).decode()
    except UnicodeError:
        return None
    if not _ASCII_DOMAIN.match(in_ascii):
        return None
    try:
        return idna.decode(in_ascii), in_ascii
    except UnicodeError:
        # A name that only looks like an encoded one: it goes on as it is.
        return in_ascii, in_ascii
