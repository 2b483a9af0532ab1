"""How dialogs refuse what makes no sense, and how they are left."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.people import Person

Wrong = tuple[str, str, str, dict[str, Any]]
"""A field's text without its prefix, what is typed in it, and the error that answers, with its data."""


def refuses(person: Person, confirm: str, wrongs: tuple[Wrong, ...], prefix: str = "dashboard") -> None:
    """Try what is wrong, field by field; each answer stands at its field, which keeps text and focus."""
    for name, typed, error, data in wrongs:
        field = person.field(f"{prefix}-{name}")
        before = field.input_value()
        field.fill(typed)
        person.button(confirm, person.dialog).click()
        told = person.dialog.get_by_role("alert").get_by_text(person.say(f"error-{error}", **data))
        expect(told).to_be_visible()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_be_focused()
        expect(field).to_have_value(typed)
        assert told.get_attribute("id") in (field.get_attribute("aria-describedby") or "").split()
        field.fill("another")
        expect(told).to_have_count(0)
        field.fill(before)


def leave(person: Person) -> None:
    """Close the dialog by Escape."""
    person.page.keyboard.press("Escape")
    expect(person.dialog).to_have_count(0)
