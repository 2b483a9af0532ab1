"""Where things are on the page of the fleet that every view shares."""

from playwright.sync_api import Locator

from tests.browser.people import Person


def layout(person: Person, name: str) -> Locator:
    """Return the button that shows another layout."""
    return person.button(f"dashboard-layout-{name}")


def search(person: Person) -> Locator:
    """Return the field to search with."""
    return person.page.get_by_role("searchbox", name=person.say("dashboard-search"))


def summary(person: Person, shown: int, free: int) -> Locator:
    """Return the line that counts what is shown, and what is free of that."""
    text = person.say("dashboard-shown", shown=shown, free=free)
    return person.page.get_by_text(text, exact=True)


def side(person: Person, text: str) -> Locator:
    """Return a link of the side panel."""
    panel = person.page.get_by_role("navigation", name=person.say("dashboard-views"))
    return panel.get_by_role("link").filter(has_text=text)
