"""A Bokeh document that tells the browser only about the model classes it uses.

Bokeh sends the definition of every data model class of the process with every page: with panel-material-ui
imported these are about a hundred and fifty classes, 150 kB and 20 ms for each opening, of which a page
here uses a handful. The price: models of other classes cannot be added to the page later.
"""

from types import MethodType

from bokeh import __version__ as bokeh_version
from bokeh.core.has_props import is_DataModel
from bokeh.core.serialization import Serialized, Serializer
from bokeh.document import Document
from bokeh.document.json import DocJson
from bokeh.model import Model


def slim(document: Document) -> None:
    """Make `document` leave out the definitions of data models that it does not hold."""
    document.to_json = MethodType(_to_json, document)  # type: ignore[method-assign]  # Panel replaces `destroy` so too


def _to_json(document: Document, *, deferred: bool = True) -> DocJson | Serialized[DocJson]:
    """Do what `Document.to_json` does, with the definitions that are needed."""
    used = {base for model in document.models for base in type(model).__mro__}
    # In Bokeh's order, in which a class stands behind those that it extends.
    needed = [kind for kind in Model.model_class_reverse_map.values() if kind in used and is_DataModel(kind)]
    serializer = Serializer(deferred=deferred)
    content = DocJson(
        version=bokeh_version,
        title=document.title,
        defs=serializer.encode(needed),
        config=serializer.encode(document.config),
        roots=serializer.encode(document.roots),
    )
    if document.callbacks.js_event_callbacks:
        content["callbacks"] = serializer.encode(document.callbacks.js_event_callbacks)
    document.models.flush_synced()
    return Serialized(content, buffers=serializer.buffers) if deferred else content
