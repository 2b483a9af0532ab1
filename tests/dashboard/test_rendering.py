"""What is rendered with resources that are kept is what Panel would render."""

import html
import re
from collections.abc import AsyncIterator

import pytest
from bokeh.resources import Resources as BokehResources
from bokeh.server.session import ServerSession
from panel.io.resources import Resources, bundle_resources
from panel.io.server import server_html_page_for_session
from tornado.httpclient import AsyncHTTPClient

from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.dashboard.application import Application
from loadzone.dashboard.assets import read_assets
from loadzone.dashboard.bokeh_host import PageServer, make_server
from loadzone.dashboard.rendering import COMPONENTS, Renderer, frame_module
from loadzone.domain.permissions import GUEST, Actor


class Guest:
    """A caller who may see the page."""

    actor: Actor = GUEST
    session_id: str | None = None


@pytest.fixture
async def server() -> AsyncIterator[PageServer]:
    assets = read_assets()
    page = Application(Service(MemoryStore()), assets)
    server = make_server(
        page,
        assets=assets,
        identify=lambda _: Guest(),
        is_own_origin=lambda _: True,
        secret_key=b"secret",
        port=0,
    )
    server.start()
    yield server
    server.stop()
    await server._http.close_all_connections()


async def _session(server: PageServer) -> ServerSession:
    await AsyncHTTPClient().fetch(f"http://localhost:{server.port}/")
    return next(iter(server.get_sessions("/")))


async def test_a_page_is_what_panel_renders(server: PageServer) -> None:
    """Our page is, byte for byte, what Panel renders for the same session with the same parts of BokehJS."""
    session = await _session(server)
    own = BokehResources(mode="server", root_url="/")
    document = session.document
    resources = Resources.from_bokeh(own)  # type: ignore[no-untyped-call]  # Panel has no types here
    resources.components = list(COMPONENTS)
    frame = frame_module(document)
    assert frame is not None
    theirs = server_html_page_for_session(
        session,
        resources=resources,
        title=document.title,
        template=document.template,
        template_variables={**document.template_variables, "scripts": _scripts(resources), "frame": frame},
    )
    assert _alike(Renderer(own).html(session)) == _alike(theirs)


def _scripts(resources: Resources) -> list[str]:
    bundle = bundle_resources([], resources, enable_mathjax=False)
    return list(bundle.js_files)


def _alike(page: str) -> str:
    """Take out the ids that are made up anew for every rendering."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\bp\d{4,}\b", "id", html.unescape(page))
