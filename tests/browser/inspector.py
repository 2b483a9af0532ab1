"""What is wrong with what a page shows: with names, roles and contrast, by axe-core, and with its language."""

from functools import cache
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe

from tests.browser.language import foreign
from tests.browser.people import Person

# A rule that axe leaves out unless it is asked for: a finger must hit what it means. In dialogs it is left out:
# axe knows nothing of the browser's top layer, and believes that what stands behind a dialog covers it.
_RULES: Final = {"rules": {"target-size": {"enabled": True}}}
# Where dialogs of the dashboard, and those of the pages beside it, are found by axe.
DIALOG: Final = {"fromShadowDom": ["#loadzone-overlay", "dialog[open]:last-of-type"]}
PLAIN_DIALOG: Final = "dialog[open]"
_FLIPPED: Final = {"light": "dark", "dark": "light"}
# One line a place. What may be a fault and may be none (`incomplete`) is not told, nor what is over in a moment: a
# theme takes some frames to come to all parts.
_RUN: Final = """async ([within, options]) => {
  const frames = async (count) => {
    for (let at = 0; at < count; at += 1) await new Promise((done) => requestAnimationFrame(done))
  }
  const told = ({id, nodes}) => nodes.map(({target, html, any}) =>
    `${id}: ${target.flat().join(" ")} ${html.slice(0, 200)} ${any[0]?.message ?? ""}`)
  const judge = async () => {
    const asked = {...options, resultTypes: ["violations"], preload: false}
    const {violations} = await axe.run(within ?? document, asked)
    return violations.filter(({impact}) => impact === "critical" || impact === "serious").flatMap(told)
  }
  await frames(2)
  let found = await judge()
  for (let tries = 0; tries < 5 && found.length > 0; tries += 1) {
    await frames(10)
    found = await judge()
  }
  return found
}"""


class Inspector:
    """Looks at what somebody's page shows, in light and in dark, and keeps what is critical or serious."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.faults: list[str] = []
        self.looked: list[str] = []
        self._scheme = "light"
        person.context.add_init_script(_script())

    def look(self, what: str, within: Any = None) -> None:
        """Judge by every rule in the present theme, by contrast in the other too; `within` is axe's context."""
        self.looked.append(what)
        self.faults += [f"{what}, not in {self.person.lang}: {text}" for text in foreign(self.person)]
        self._judge(what, within, _RULES if within is None else {})
        self._flip()
        self._judge(what, within, {"runOnly": ["color-contrast"]})

    def _judge(self, what: str, within: Any, options: dict[str, Any]) -> None:
        found = self.person.page.evaluate(_RUN, [within, options])
        self.faults += [f"{what}, {self._scheme}: {fault}" for fault in found]

    def _flip(self) -> None:
        self._scheme = _FLIPPED[self._scheme]
        self.person.page.emulate_media(color_scheme="dark" if self._scheme == "dark" else "light")


@cache
def _script() -> str:
    script: str = Axe().axe_script
    return script
