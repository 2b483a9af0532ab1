"""The Bokeh server that carries the page, LoadZone's own handlers and nothing else."""

from collections.abc import Sequence
from typing import Any, Final, cast

import msgspec
from bokeh.application.handlers.handler import Handler
from bokeh.core.validation import silence
from bokeh.core.validation.warnings import EMPTY_LAYOUT
from bokeh.document import Document
from bokeh.server.auth_provider import AuthProvider
from bokeh.server.contexts import BokehSessionContext
from bokeh.server.views.ico_handler import IcoHandler
from bokeh.server.views.multi_root_static_handler import MultiRootStaticHandler
from bokeh.server.views.root_handler import RootHandler
from bokeh.server.views.static_handler import StaticHandler
from panel.config import config
from panel.io.application import Application as PanelApplication
from panel.io.resources import COMPONENT_PATH
from panel.io.server import AutoloadJsHandler, DocHandler, Server, WSHandler
from panel.io.state import set_curdoc
from tornado.httputil import HTTPServerRequest
from tornado.ioloop import IOLoop
from tornado.routing import Rule
from tornado.web import RequestHandler

from loadzone.cookies import Cookies
from loadzone.dashboard.application import TITLE, Application, Opening
from loadzone.dashboard.assets import Assets
from loadzone.dashboard.bokeh_handlers import PAYLOAD_KEY, PageHandler, PageSocket
from loadzone.dashboard.door import Door
from loadzone.dashboard.files import AssetHandler, BokehFiles, ComponentFiles, ExtensionFiles
from loadzone.dashboard.page_messages import FRAGMENT_MAX
from loadzone.dashboard.rendering import Renderer
from loadzone.dashboard.slim_document import slim
from loadzone.dashboard.visitors import Identify, IsOwnOrigin

DAY: Final = 24 * 3600
UNUSED_SECONDS: Final = 60
PING_SECONDS: Final = 30

Pattern = tuple[str, type[RequestHandler]] | tuple[str, type[RequestHandler], dict[str, Any]]


class _OpenHandler(Handler):
    """Builds the document of one session, and puts into its token who looks and in which language."""

    def __init__(self, application: Application, door: Door) -> None:
        super().__init__()
        self._application = application
        self._door = door

    def process_request(self, request: HTTPServerRequest) -> dict[str, Any]:
        """Return what the session token carries; called for the page and for its socket, with their cookies."""
        visitor = self._door.visitor(request)
        if visitor is None:
            return {}
        opening = Opening(
            visitor=visitor,
            lang=self._door.language(request),
            dark=self._door.was_dark(request),
        )
        return {PAYLOAD_KEY: msgspec.to_builtins(opening)}

    def modify_document(self, doc: Document) -> None:
        """Build the page."""
        # Bokeh sets it before it asks for the document.
        context = cast(BokehSessionContext, doc.session_context)
        opening = msgspec.convert(context.token_payload[PAYLOAD_KEY], Opening)
        # Once the frame is drawn, the page needs nothing more of its session.
        doc.config.reconnect_session = False
        doc.config.notify_connection_status = False
        with set_curdoc(doc):
            self._application.page(opening).server_doc(doc, title=TITLE, location=False)
        doc.template_variables.update(self._application.variables(opening))
        doc.template_variables["cookie_suffix"] = self._door.cookies.suffix
        slim(doc)


class _Auth(AuthProvider):
    """Tells Bokeh's handlers whether somebody may see the page; where strangers go is the handlers' matter."""

    def __init__(self, door: Door) -> None:
        self._door = door
        super().__init__()

    @property
    def get_user(self) -> Any:
        """A function from a handler to the visitor, or to None for strangers."""
        return lambda handler: self._door.visitor(handler.request)

    @property
    def login_url(self) -> str:
        """The login page."""
        return "/login"


class PageServer(Server):
    """Panel's server with one page, and with a hand on its sockets. It listens once it is made."""

    door: Door

    def close_session(self, session_id: str) -> int:
        """Close the sockets of all pages that a login session opened; return how many there were."""
        return self.door.close_session(session_id)

    def open_pages(self) -> int:
        """Return how many pages are open."""
        return len(self.door.sockets)


def make_server(
    application: Application,
    *,
    assets: Assets,
    identify: Identify,
    is_own_origin: IsOwnOrigin,
    cookies: Cookies | None = None,
    secret_key: bytes,
    port: int,
    address: str | None = None,
    lang: str = "auto",
    extra_patterns: Sequence[Pattern] = (),
    default_handler_class: type[RequestHandler] | None = None,
    default_handler_args: dict[str, Any] | None = None,
    http_server_kwargs: dict[str, Any] | None = None,
) -> PageServer:
    """Return the server, bound to its port; it answers as soon as the running loop turns.

    `application` builds the page of one opening, `identify` tells who is behind a request, `secret_key` signs
    session tokens and must stay the same over restarts, so that open pages can come back. `is_own_origin` tells
    by the origin of a websocket whether a page of ours opens it, `cookies` knows the names of our cookies. Raises
    OSError when the port is taken.
    """
    silence(EMPTY_LAYOUT, True)  # Bokeh names it `silence`
    # A model more in every page, and a message of each browser's, for what no page here asks about.
    config.browser_info = False
    door = Door(identify, is_own_origin=is_own_origin, cookies=cookies, lang=lang)
    options: dict[str, Any] = {}
    if default_handler_class is not None:
        options["default_handler_class"] = default_handler_class
        options["default_handler_args"] = dict(default_handler_args or {})
    opened = PanelApplication(_OpenHandler(application, door))  # type: ignore[no-untyped-call]  # Panel has no types here
    server = PageServer(  # type: ignore[no-untyped-call]  # Panel has no types here
        {"/": opened},
        io_loop=IOLoop.current(),
        port=port,
        address=address,
        auth_provider=_Auth(door),
        extra_patterns=[
            (r"/assets/(\w+)/(.+)", AssetHandler, {"assets": assets}),
            (f"/{COMPONENT_PATH}(.*)", ComponentFiles, {}),
            *extra_patterns,
        ],
        secret_key=secret_key,
        sign_sessions=True,
        include_cookies=[],
        include_headers=[],
        session_token_expiration=DAY,
        unused_session_lifetime_milliseconds=UNUSED_SECONDS * 1000,
        websocket_max_message_size=FRAGMENT_MAX,
        # Tornado's pings instead of Bokeh's, which do not mind when nobody answers.
        keep_alive_milliseconds=0,
        websocket_ping_interval=PING_SECONDS,
        websocket_ping_timeout=PING_SECONDS,
        use_index=False,
        ico_path="none",
        compress_response=True,
        http_server_kwargs=dict(http_server_kwargs or {}),
        door=door,
        **options,
    )
    server.door = door
    door.html = Renderer(server._tornado.resources()).html  # noqa: SLF001  # Bokeh keeps its application to itself
    _close_holes(server)
    return server


# What stands for Bokeh's own handler; None means that its address does not exist here.
_REPLACED: Final[dict[type[RequestHandler], type[RequestHandler] | None]] = {
    DocHandler: PageHandler,
    WSHandler: PageSocket,
    AutoloadJsHandler: None,
    RootHandler: None,
    IcoHandler: None,
    StaticHandler: BokehFiles,
    MultiRootStaticHandler: ExtensionFiles,
}


def _close_holes(server: PageServer) -> None:
    """Put our handlers in the place of Bokeh's, and drop the addresses that LoadZone has no use for."""
    router = server._tornado.wildcard_router  # noqa: SLF001  # Bokeh offers no other way to its routes
    router.rules[:] = [rule for rule in map(_replaced, router.rules) if rule is not None]


def _replaced(rule: Rule) -> Rule | None:
    target = rule.target
    if isinstance(target, type) and target.__module__.startswith(("bokeh.", "panel.")):
        target = _REPLACED.get(target)
    if target is None:
        return None
    rule.target = target
    return rule
