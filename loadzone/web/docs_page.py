"""`/docs` and `/openapi.json`: the API as a page without scripts or anything from elsewhere, and as a document."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Struct

from loadzone import __version__
from loadzone.cookies import SESSION, Cookies
from loadzone.i18n import translate
from loadzone.web.codes import CODES
from loadzone.web.handlers import BaseHandler
from loadzone.web.openapi import all_errors, document
from loadzone.web.route import Route
from loadzone.web.site import Site

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --get: #1769aa; --post: #2e7d32; --ground: #fff; }
body { background: var(--ground); font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: var(--soft); padding: .75rem; border-radius: .4rem; white-space: pre-wrap; }
pre { overflow-wrap: anywhere; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0; padding: .5rem .75rem; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 3.2rem; color: var(--get); }
summary b.post { color: var(--post); }
table { border-collapse: collapse; width: 100%; }
td, th {
  border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere;
}
@media (prefers-color-scheme: dark) { :root { --get: #6db3e8; --post: #7fc783; --ground: #12161f; } }
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

_CODE: Final = re.compile(r"`([^`]+)`")
_ADDRESS: Final = "\0address\0"


class Docs:
    """The API told to people and to tools, made of the route table once for each language."""

    def __init__(self, routes: Sequence[Route], cookies: Cookies) -> None:
        self._routes = routes
        self._cookies = cookies
        self._pages: dict[str, str] = {}
        self._documents: dict[str, bytes] = {}

    def page(self, address: str, lang: str) -> str:
        """Return the page as HTML; `address` is where the examples send their requests."""
        if lang not in self._pages:
            self._pages[lang] = self._html(lang)
        # The examples hold a mark: the page is made once, and the Host header is whatever a client says it is.
        return self._pages[lang].replace(_ADDRESS, escape(address))

    def document(self, lang: str) -> bytes:
        """Return the OpenAPI document as JSON."""
        if lang not in self._documents:
            self._documents[lang] = msgspec.json.encode(document(self._routes, lang, self._cookies.name(SESSION)))
        return self._documents[lang]

    def _html(self, lang: str) -> str:
        def say(key: str, **data: Any) -> str:
            return marked(translate(lang, key, **data))

        columns = "".join(f"<th>{say(f'api-column-{name}')}</th>" for name in ("status", "code", "message"))
        return (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{say('api-title')}</title><style>{_STYLE}</style></head><body>"
            f"<h1>{say('api-title')}</h1><p>{say('api-version', version=__version__)} "
            f'<a href="/openapi.json">openapi.json</a>.</p><p>{say("api-login")}</p>'
            f"<h2>{say('api-calls')}</h2>{''.join(_call(route, lang) for route in self._routes)}"
            f"<h2>{say('api-errors')}</h2><p>{say('api-errors-told')}</p><table><tr>{columns}</tr>"
            f"{''.join(_code(code, lang) for code in CODES)}</table></body></html>"
        )


class DocsHandler(BaseHandler):
    """Gives the page."""

    site: Site
    route_path = "/docs"

    def initialize(self, site: Site, docs: Docs) -> None:
        """Take the site and what it tells."""
        self.site = site
        self.docs = docs

    def get(self) -> None:
        """Answer with the page, its examples addressed to where it was asked for."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", POLICY)
        self.finish(self.docs.page(self.site.identity.origins.address(self.request), self.reader()))

    head = get

    def reader(self) -> str:
        """Return the reader's language, and say in the answer that it depends on it."""
        lang = self.site.language(self.request)
        self.set_header("Content-Language", lang)
        self.set_header("Vary", "Accept-Language, Cookie")
        return lang


class DocumentHandler(DocsHandler):
    """Gives the OpenAPI document."""

    route_path = "/openapi.json"

    def get(self) -> None:
        """Answer with the document."""
        self.finish(self.docs.document(self.reader()))

    head = get


def marked(text: str) -> str:
    """Return `text` as HTML, with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text, quote=False))


def _call(route: Route, lang: str) -> str:
    kind = ' class="post"' if route.changes else ""
    answers = translate(lang, "api-answers", status=route.status)
    return (
        f'<details id="{route.name}"><summary><b{kind}>{route.method}</b> <code>{escape(route.path)}</code> '
        f"{marked(route.summary(lang))}</summary>{_fields(route, lang)}"
        f"<p>{escape(answers)} <code>{escape(_name(route.answer))}</code>.</p>"
        f"<pre>{escape(curl(route), quote=False)}</pre>{_errors(route, lang)}</details>"
    )


def _name(kind: Any) -> str:
    if inner := get_args(kind):
        return f"{_name(get_origin(kind))}[{', '.join(map(_name, inner))}]"
    return kind.__name__ if isinstance(kind, type) else str(kind)


def _fields(route: Route, lang: str) -> str:
    rows = [(each.name, "", each.told(lang)) for each in route.query]
    rows += list(_body_fields(route.body, lang)) if route.body is not None else []
    if not rows:
        return ""
    told = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(need)}</td><td>{marked(what)}</td></tr>"
        for name, need, what in rows
    )
    return f"<table>{told}</table>"


def _body_fields(body: type[Struct], lang: str) -> Iterator[tuple[str, str, str]]:
    _, components = msgspec.json.schema_components([body])
    properties = components[body.__name__]["properties"]
    for field in msgspec.structs.fields(body):
        required = field.default is NODEFAULT and field.default_factory is NODEFAULT
        need = translate(lang, "api-required") if required else ""
        yield field.encode_name, need, _schema_words(properties[field.encode_name], lang)


def _schema_words(schema: Any, lang: str) -> str:
    either = f" {translate(lang, 'api-or')} "
    if "anyOf" in schema:
        return either.join(_schema_words(each, lang) for each in schema["anyOf"])
    if "enum" in schema:
        return either.join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return translate(lang, "api-list-of", what=_schema_words(schema["items"], lang))
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


def _errors(route: Route, lang: str) -> str:
    links = ", ".join(f'<a href="#{code}"><code>{code}</code></a>' for code in all_errors(route))
    return f"<p>{escape(translate(lang, 'api-errors-of'))} {links}.</p>" if links else ""


def _code(code: str, lang: str) -> str:
    known = CODES[code]
    message = translate(lang, "error-" + code.replace("_", "-"), **known.data)
    where = f" {marked(translate(lang, 'api-of-field'))}" if known.of_field else ""
    name = f"<code>{code}</code>"
    return f'<tr id="{code}"><td>{known.status}{where}</td><td>{name}</td><td>{escape(message)}</td></tr>'
