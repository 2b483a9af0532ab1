"""What a well-formed field is. Every check gives the clean value or notes a FieldError."""

import ipaddress
import math
import re
from collections.abc import Container
from typing import Any

from loadzone.domain import emails, texts
from loadzone.domain.errors import FieldError, InvalidInput

VM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
# The zone of a link-local IPv6 address: the name of a network interface.
ZONE = re.compile(r"[A-Za-z0-9._-]{1,15}\Z")

GROUP_NAME_MAX = 80
PURPOSE_MAX = 200
NOTE_MAX = 2000
TAG_MAX = 40
TAGS_MAX = 20
# More are counted only: cleaning them would be work for nothing.
TAGS_GIVEN_MAX = 1000


class Fields:
    """Collects what is wrong with a wish, so that the actor learns of all of it at once."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def wrong(self, field: str, code: str, **data: Any) -> None:
        """Note that `field` is wrong."""
        self.errors.append(FieldError(field, code, data))

    def check(self) -> None:
        """Raise InvalidInput when anything was wrong."""
        if self.errors:
            raise InvalidInput(*self.errors)

    def hours(self, hours: float, limit: float) -> float:
        """Check a length in hours: above 0 and at most `limit`, never clamped."""
        if not (math.isfinite(hours) and hours > 0):
            self.wrong("hours", "hours_not_positive", max=limit)
        elif hours > limit:
            self.wrong("hours", "hours_too_many", max=limit)
        return hours

    def vm_id(self, vm_id: str, field: str = "id") -> str:
        """Check the form of a new VM's id."""
        if not VM_ID.match(vm_id):
            self.wrong(field, "vm_id_malformed")
        return vm_id

    def group_name(self, name: str, field: str = "name") -> str:
        """Return a group's name as it is kept."""
        return self.name(field, name, GROUP_NAME_MAX)

    def name(self, field: str, name: str, limit: int) -> str:
        """Return a name as it is kept: one line, in which something can be seen."""
        clean = self._checked(field, texts.one_line(name), limit)
        if not clean:
            self.wrong(field, "required")
        return clean

    def email(self, email: str, field: str = "email") -> str:
        """Return an e-mail address as it is kept."""
        clean = emails.clean(email)
        if clean is None:
            self.wrong(field, "email_malformed" if email.strip() else "required")
        return clean or ""

    def known_person(self, field: str, text: str, known: Container[str]) -> str:
        """Return whom a filter names: one of those `known`, whom a file may call anything, or an e-mail."""
        person = emails.canonical(texts.lines(text))
        return person if person in known else self.email(text, field)

    def known_vm(self, field: str, text: str, known: Container[str]) -> str:
        """Return which VM a filter names: one of those `known`, or one that may have been deleted."""
        return text if text in known else self.vm_id(text, field)

    def text(self, field: str, text: str | None, limit: int) -> str | None:
        """Return a text of several lines as it is kept; None when nothing can be seen in it."""
        return self._checked(field, texts.lines(text or ""), limit) or None

    def _checked(self, field: str, clean: str, limit: int) -> str:
        """Check the length, in code points, and the characters; a text in which nothing can be seen is empty."""
        if len(clean) > limit:
            self.wrong(field, "too_long", max=limit)
        elif found := texts.forbidden(clean):
            letter, place = texts.code_point(found[0]), found.start() + 1
            self.wrong(field, "not_printable", character=letter, place=place)
        elif not texts.is_visible(clean):
            return ""
        return clean

    def address(self, field: str, address: str | None) -> str | None:
        """Check an IPv4 or IPv6 address, empty becoming None."""
        address = texts.one_line(address or "")
        if not address:
            return None
        plain, percent, zone = address.partition("%")
        # The library takes anything for the zone of an IPv6 address, control characters included.
        zoned = not percent or (":" in plain and ZONE.match(zone))
        try:
            return str(ipaddress.ip_address(plain if zoned else "")) + percent + zone
        except ValueError:
            self.wrong(field, "address_malformed")
            return None

    def tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Clean tags, drop repeats and empty ones, and check their number and lengths."""
        checked = (self._checked("tags", texts.one_line(tag), TAG_MAX) for tag in tags[:TAGS_GIVEN_MAX])
        clean = tuple(dict.fromkeys(filter(None, checked)))
        if len(clean) > TAGS_MAX or len(tags) > TAGS_GIVEN_MAX:
            self.wrong("tags", "too_many", max=TAGS_MAX)
        return clean


def clean_email(email: str) -> str:
    """Return an e-mail address as it is kept; raises InvalidInput when it is not one."""
    fields = Fields()
    email = fields.email(email)
    fields.check()
    return email
