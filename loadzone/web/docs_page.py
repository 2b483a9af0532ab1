"""`/docs`: the API as one page without scripts or anything from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from html import escape
from typing import Any, Final

import msgspec
from msgspec import NODEFAULT, Struct

from loadzone import __version__
from loadzone.i18n import translate
from loadzone.web.codes import CODES
from loadzone.web.handlers import BaseHandler
from loadzone.web.openapi import all_errors
from loadzone.web.route import Route
from loadzone.web.site import Site

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --get: #1769aa; --post: #2e7d32; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: var(--soft); padding: .75rem; border-radius: .4rem; overflow-x: auto; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 3.2rem; color: var(--get); }
summary b.post { color: var(--post); }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
@media (prefers-color-scheme: dark) { :root { --get: #6db3e8; --post: #7fc783; } }
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


_ADDRESS: Final = "\0address\0"


class Docs:
    """The page, made once of the route table."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._routes = routes

    def page(self, address: str) -> str:
        """Return the page as HTML; `address` is where the examples send their requests."""
        # The examples hold a mark: the page is made once, and the Host header is whatever a client says it is.
        return self._html.replace(_ADDRESS, escape(address))

    @cached_property
    def _html(self) -> str:
        calls = "".join(map(_call, self._routes))
        codes = "".join(map(_code, CODES))
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>LoadZone API</title><style>{_STYLE}</style></head><body>"
            f"<h1>LoadZone API</h1><p>Version {escape(__version__)}. JSON in, JSON out. "
            'The same as a document for tools: <a href="/openapi.json">openapi.json</a>.</p>'
            "<p>Log in with <code>POST /auth</code> and keep the cookie, or send an API token: "
            "<code>Authorization: Bearer lz_…</code>. Times are ISO 8601 in UTC. A request that changes something "
            "may carry <code>Idempotency-Key</code>: a repeat within a day gets the first answer.</p>"
            f"<h2>Calls</h2>{calls}"
            "<h2>Errors</h2><p>Every refusal is <code>application/problem+json</code> (RFC 9457) with a stable "
            "<code>code</code>, in English or Russian, as <code>Accept-Language</code> asks. The messages here "
            "are examples.</p><table><tr><th>Status</th><th>Code</th><th>Message</th></tr>"
            f"{codes}</table></body></html>"
        )


class DocsHandler(BaseHandler):
    """Gives the page."""

    site: Site
    route_path = "/docs"

    def initialize(self, site: Site, docs: Docs) -> None:
        """Take the site and the page."""
        self.site = site
        self.docs = docs

    def get(self) -> None:
        """Answer with the page, its examples addressed to where it was asked for."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.finish(self.docs.page(f"{self.request.protocol}://{self.request.host}"))

    head = get


def _call(route: Route) -> str:
    kind = ' class="post"' if route.changes else ""
    return (
        f'<details id="{route.name}"><summary><b{kind}>{route.method}</b> <code>{escape(route.path)}</code> '
        f"{escape(route.summary)}</summary>{_fields(route)}<p>Answers {route.status} "
        f"<code>{escape(_name(route.answer))}</code>.</p><pre>{escape(curl(route), quote=False)}</pre>"
        f"{_errors(route)}</details>"
    )


def _name(kind: Any) -> str:
    return kind.__name__ if isinstance(kind, type) and issubclass(kind, Struct) else str(kind)


def _fields(route: Route) -> str:
    rows = [(each.name, "", each.told) for each in route.query]
    rows += list(_body_fields(route.body)) if route.body is not None else []
    if not rows:
        return ""
    told = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(need)}</td><td>{escape(what)}</td></tr>"
        for name, need, what in rows
    )
    return f"<table>{told}</table>"


def _body_fields(body: type[Struct]) -> Iterator[tuple[str, str, str]]:
    _, components = msgspec.json.schema_components([body])
    properties = components[body.__name__]["properties"]
    for field in msgspec.structs.fields(body):
        required = field.default is NODEFAULT and field.default_factory is NODEFAULT
        yield field.encode_name, "required" if required else "", _schema_words(properties[field.encode_name])


def _schema_words(schema: Any) -> str:
    if "anyOf" in schema:
        return " or ".join(map(_schema_words, schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_schema_words(schema['items'])}"
    return str(schema.get("type") or schema.get("$ref", "").rpartition("/")[2])


def curl(route: Route) -> str:
    """Return a command that makes the call."""
    path = route.path if route.path_id is None else route.path.replace(f"{{{route.path_id}}}", "1")
    if not route.changes:
        return f"curl -b cookies.txt {_ADDRESS}{path}"
    keep = "-c" if not route.repeatable else "-b"
    body = json.dumps(route.example, ensure_ascii=False)
    return (
        f"curl {keep} cookies.txt -X POST {_ADDRESS}{path} \\\n"
        f"  -H 'Content-Type: application/json' \\\n  -d '{body}'"
    )


def _errors(route: Route) -> str:
    links = ", ".join(f'<a href="#{code}"><code>{code}</code></a>' for code in all_errors(route))
    return f"<p>Errors: {links}.</p>" if links else ""


def _code(code: str) -> str:
    known = CODES[code]
    message = translate("en", "error-" + code.replace("_", "-"), **known.data)
    where = " (in <code>errors</code>)" if known.of_field else ""
    name = f"<code>{code}</code>"
    return f'<tr id="{code}"><td>{known.status}{where}</td><td>{name}</td><td>{escape(message)}</td></tr>'
