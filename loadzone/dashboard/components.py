"""The page's own components: three places in the Material frame that one JavaScript application fills.

The application is the module `app/main.js` of the assets. All three parts share one copy of it, hence one
fleet, one socket and one view state; only the table part talks to Python, and after a break a wire in its stead.
"""

from typing import Any, ClassVar

import param
from panel.custom import JSComponent


class Part(JSComponent):
    """One place on the page, filled by `app/main.js`.

    `part` is `top`, `side` or `fleet`, or `wire`, which shows nothing; `module` is the module's address; `boot`
    is what the application has to know before it starts (only the fleet part carries it).
    """

    part = param.String()
    module = param.String()
    boot = param.Dict({})

    # The page's template loads the application itself, early and natively; Panel would pull it through its module
    # loader, which reads and rewrites every file. In a notebook there is no such template. There the module runs
    # from a blob, where addresses have no base: it is resolved against the page.
    _esm: ClassVar[str] = """
export function render({model, view}) {
  const root = document.createElement("div")
  root.className = "part part-" + model.part
  const loaded = () => new Promise((resolve) => addEventListener("loadzone", () => resolve(globalThis.loadzone)))
  const own = document.querySelector("script[data-loadzone]") != null
  const app = globalThis.loadzone ?? (own ? loaded() : import(new URL(model.module, document.baseURI).href))
  Promise.resolve(app).then(({mount}) => mount(model.part, root, model, view))
  return root
}
"""

    @property
    def _linked_properties(self) -> tuple[str, ...]:
        """Watch no property: the browser tells things by messages, and each watch costs every opening."""
        return ()

    def answer(self, data: dict[str, Any]) -> None:
        """Send one message to the application in the browser."""
        self._send_msg(data)


def part(name: str, module: str, **params: Any) -> Part:
    """Return the part `name`, to be filled by the application at the address `module`."""
    return Part(part=name, module=module, **params)  # type: ignore[no-untyped-call]  # Panel's components have no types
