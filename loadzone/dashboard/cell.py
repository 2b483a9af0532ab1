"""The live fleet in a notebook's cell: the page's application, which Python brings along and feeds."""

import threading
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

import param
from bokeh.document import Document
from bokeh.document.events import MessageSentEvent
from panel.io.model import diff
from panel.io.notebook import push
from panel.io.state import state
from panel.models.esm import ESMEvent

from loadzone.dashboard.assets import FOLDER
from loadzone.dashboard.bundle import bundle
from loadzone.dashboard.components import Part

_LOADER: Final = FOLDER / "cell" / "loader.js"


class Cell(Part):
    """The part with the fleet, which takes its modules, styles, texts, rows and changes from Python.

    `bundle` is the application as `loadzone.dashboard.bundle` packs it; `boot` is what it has to know.
    """

    boot = param.Dict({})
    bundle = param.String()

    _esm: ClassVar[Path] = _LOADER  # type: ignore[assignment]  # Panel takes a text or a file

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)  # type: ignore[no-untyped-call]  # Panel's components have no types
        self._sending = threading.Lock()

    def answer(self, data: dict[str, Any]) -> None:
        """Send one message to the browser, from any thread.

        Jupyter may hand over what the page asks in a thread of its own, also while a cell runs. Panel's way would
        gather messages at the document, where two threads lose some.
        """
        for ref, (model, _) in list(self._models.items()):
            if (view := state._views.get(ref)) is None:  # noqa: SLF001  # where Panel keeps what is shown
                continue
            _, _, document, comm = view
            event = ESMEvent(model=model, data=data)  # type: ignore[no-untyped-call]  # as above
            sent = MessageSentEvent(document, "bokeh_event", event)
            if comm is not None:
                self._push(document, comm, sent)
            elif document.session_context is not None:
                document.add_next_tick_callback(partial(document.callbacks.trigger_on_change, sent))
            else:
                document.callbacks.trigger_on_change(sent)

    def _push(self, document: Document, comm: Any, sent: MessageSentEvent) -> None:
        # A page that has not opened its side yet asks for everything when it does.
        if comm._comm is None:  # noqa: SLF001  # Panel looks there too
            return
        # One message takes several sendings, which must follow each other.
        with self._sending:
            push(document, comm, msg=diff(document, events=[sent]))


def cell(boot: dict[str, Any], **params: Any) -> Cell:
    """Return the cell of one zone; `boot` is what the application has to know before it starts."""
    return Cell(part="cell", boot=boot, bundle=bundle(boot["lang"]), **params)
