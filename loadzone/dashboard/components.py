"""The page's own components: three places in the Material frame that one JavaScript application fills.

The application is the module `app/main.js` of the assets. All three parts share one copy of it, hence one
fleet, one socket and one view state; only the table part talks to Python, and after a break a wire in its stead.
"""

from typing import Any, ClassVar

import param
from panel.custom import JSComponent


class Part(JSComponent):
    """One place on the page: `top`, `side` or `fleet`, or `wire`, which shows nothing."""

    part = param.String()

    # The application begins before BokehJS, and brings the part that it has drawn already.
    _esm: ClassVar[str] = """
export function render({model, view}) {
  const place = document.createElement("div")
  place.style.cssText = "width: 100%; height: 100%"
  globalThis.loadzone.mount(model.part, place, model, view)
  return place
}
"""

    @property
    def _linked_properties(self) -> tuple[str, ...]:
        """Watch no property: the browser tells things by messages, and each watch costs every opening."""
        return ()

    def answer(self, data: dict[str, Any]) -> None:
        """Send one message to the application in the browser."""
        self._send_msg(data)


def part(name: str, **params: Any) -> Part:
    """Return the part `name`."""
    return Part(part=name, **params)  # type: ignore[no-untyped-call]  # Panel's components have no types
