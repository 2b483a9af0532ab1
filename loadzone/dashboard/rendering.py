"""The HTML of a page, as Panel renders it, but with the list of its resources worked out only once.

Which files a page needs depends on the model classes that the process has loaded, not on the page; Panel asks the
file system for them anew each time, which is half of what opening a page costs.
"""

from functools import cached_property
from typing import Final, Literal

from bokeh.document import Document
from bokeh.embed.bundle import Bundle
from bokeh.embed.elements import html_page_for_render_items
from bokeh.embed.util import RenderItem
from bokeh.resources import Resources as BokehResources
from bokeh.server.session import ServerSession
from panel.io.resources import LOCAL_DIST, Resources, bundle_resources, patch_model_css
from panel.io.state import set_curdoc

COMPONENTS: Final[tuple[Literal["bokeh", "bokeh-widgets", "bokeh-tables"], ...]] = (
    "bokeh",
    "bokeh-widgets",
    "bokeh-tables",
)
"""What a page takes of BokehJS: the parts that Panel builds on, without those that only draw plots."""


def use_own_files(document: Document) -> None:
    """Let the style sheets of a document's models come from this server; Panel names its CDN until told."""
    with set_curdoc(document):
        for root in document.roots:
            patch_model_css(root, dist_url=LOCAL_DIST)


class Renderer:
    """Renders pages of one server, whose resources are `resources`."""

    def __init__(self, resources: BokehResources) -> None:
        self._resources = resources

    @cached_property
    def _bundle(self) -> Bundle:
        # With no roots: they could only ask for MathJax, of which these pages show none.
        resources = Resources.from_bokeh(self._resources)  # type: ignore[no-untyped-call]  # Panel has no types here
        resources.components = list(COMPONENTS)
        return bundle_resources([], resources, enable_mathjax=False)  # type: ignore[no-any-return]  # nor here

    def html(self, session: ServerSession) -> str:
        """Return the HTML page of a session's document."""
        document = session.document
        use_own_files(document)
        with set_curdoc(document):
            return html_page_for_render_items(
                self._bundle,
                {},
                [RenderItem(token=session.token, roots=document.roots, use_for_title=False)],
                document.title,
                template=document.template,
                template_variables={
                    **document.template_variables,
                    "scripts": self._bundle.js_files,
                    "frame": frame_module(document),
                },
            )


def frame_module(document: Document) -> str | None:
    """Return where the browser gets the module that draws the frame: the largest file, which it asks for last."""
    drawn = (root for root in document.roots if getattr(root, "bundle", None) == "url")
    return next((getattr(root, "esm", None) for root in drawn), None)
