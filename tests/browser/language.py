"""What a page shows or has read out that is not in its language: what was forgotten, or comes from a library."""

import re
from typing import Any, Final

from tests.browser.people import Person

# What is seen, and what is read out or shown on pointing, in shadow roots too. Left out is what says that it is in
# another language, as each language's own name, or that it is called so in every one, as settings.
_GATHER: Final = """() => {
  const spoken = ["aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt"]
  const own = (element) => (element.closest("[lang]") ?? document.documentElement) === document.documentElement
  const told = new Set([document.title])
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot)
      if (element.matches("script, style, noscript, code, pre") || !own(element) || !element.translate) continue
      if (!element.checkVisibility({visibilityProperty: true})) continue
      for (const name of spoken) told.add(element.getAttribute(name) ?? "")
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) told.add(node.data.trim())
    }
  }
  walk(document)
  return [...told]
}"""
# What people have typed, and names: the same in every language.
_DATA: Final = re.compile(
    r"[\w.+-]+@[\w.-]+|\b(?:server|new)-\d+|LoadZone|UTC|Production|Staging|on the left|load test|gpu"
    r"|notebook \w\w|\b(?:ann|ben|cat)\b"
)
# A Russian text may name a thing in Latin letters, but not be one.
_FOREIGN: Final = {
    "ru": re.compile(r"(?=.*[A-Za-z]{2})[^А-Яа-яЁё]+", re.DOTALL),
    "en": re.compile(r".*[А-Яа-яЁё].*", re.DOTALL),
}


def foreign(person: Person) -> list[str]:
    """Return the texts on somebody's page that are not in its language."""
    gathered: Any = person.page.evaluate(_GATHER)
    return [text for text in gathered if _FOREIGN[person.lang].fullmatch(_DATA.sub("", text))]
