"""What a well-formed field is. Every check gives the clean value or notes a FieldError."""

import ipaddress
import math
import re
from typing import Any

from loadzone.domain.errors import FieldError, InvalidInput

VM_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
# One @, no spaces, a domain of dotted labels: what a mail server would at least try to deliver to.
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\Z"
)

GROUP_NAME_MAX = 80
PURPOSE_MAX = 200
NOTE_MAX = 2000
TAG_MAX = 40
TAGS_MAX = 20
EMAIL_MAX = 254


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

    def group_name(self, name: str) -> str:
        """Trim a group's name and check its length."""
        name = " ".join(name.split())
        if not name:
            self.wrong("name", "required")
        elif len(name) > GROUP_NAME_MAX:
            self.wrong("name", "too_long", max=GROUP_NAME_MAX)
        elif not name.isprintable():
            self.wrong("name", "not_printable")
        return name

    def email(self, email: str, field: str = "email") -> str:
        """Lower-case an e-mail address and check its form."""
        email = email.strip().lower()
        if not email:
            self.wrong(field, "required")
        elif len(email) > EMAIL_MAX or not EMAIL.match(email):
            self.wrong(field, "email_malformed")
        return email

    def text(self, field: str, text: str | None, limit: int) -> str | None:
        """Trim a free text, empty becoming None, and check its length."""
        text = (text or "").strip()
        if len(text) > limit:
            self.wrong(field, "too_long", max=limit)
        elif not all(letter.isprintable() or letter in "\n\t" for letter in text):
            self.wrong(field, "not_printable")
        return text or None

    def address(self, field: str, address: str | None) -> str | None:
        """Check an IPv4 or IPv6 address, empty becoming None."""
        address = (address or "").strip()
        if not address:
            return None
        try:
            return str(ipaddress.ip_address(address))
        except ValueError:
            self.wrong(field, "address_malformed")
            return None

    def tags(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Trim tags, drop repeats and empty ones, and check their number and lengths."""
        clean = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
        if len(clean) > TAGS_MAX:
            self.wrong("tags", "too_many", max=TAGS_MAX)
        for tag in clean:
            if len(tag) > TAG_MAX:
                self.wrong("tags", "too_long", max=TAG_MAX)
            elif not tag.isprintable():
                self.wrong("tags", "not_printable")
        return clean


def clean_email(email: str) -> str:
    """Return `email` lower-cased; raises InvalidInput when it is not one."""
    fields = Fields()
    email = fields.email(email)
    fields.check()
    return email
