"""The page's own components: three places in the Material frame that one JavaScript application fills.

The application is the module `app/main.js` of the assets. All three parts share one copy of it, hence one
fleet, one socket and one view state. None of them talks to Python: the page asks for changes over HTTP.
"""

from typing import Any, ClassVar

import param
from panel.custom import JSComponent


class Part(JSComponent):
    """One place on the page: `top`, `side` or `fleet`."""

    part = param.String()

    # The application begins before BokehJS, and brings the part that it has drawn already.
    _esm: ClassVar[str] = """
export function render({model, view}) {
  const place = document.createElement("div")
  place.style.cssText = "width: 100%; height: 100%"
  globalThis.loadzone.mount(model.part, place, view)
  return place
}
"""

    @property
    def _linked_properties(self) -> tuple[str, ...]:
        """Watch no property: each watch costs every opening."""
        return ()


def part(name: str, **params: Any) -> Part:
    """Return the part `name`."""
    return Part(part=name, **params)  # type: ignore[no-untyped-call]  # Panel's components have no types
