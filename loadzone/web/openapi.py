"""The OpenAPI 3.1 document, made from the route table and the types that the handlers decode and encode."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from loadzone import __version__
from loadzone.cookies import SESSION
from loadzone.domain.permissions import Act
from loadzone.i18n import translate
from loadzone.web.bodies import Problem
from loadzone.web.codes import CODES
from loadzone.web.problems import CONTENT_TYPE
from loadzone.web.route import Parameter, Route

DOCSTRINGS: Final = "en"

_REF: Final = "#/components/schemas/{name}"

# What can go wrong in the same way in many calls.
_OF_BODY: Final = ("invalid_input", "json_malformed", "not_an_object", "body_too_large", "not_json")
_OF_CHANGE: Final = ("cross_origin", "host_not_ours", "store_unavailable")
_OF_CALLER: Final = ("login_required", "token_invalid")
_OF_ACT: Final[Mapping[Act | None, tuple[str, ...]]] = {
    Act.SEE: _OF_CALLER,
    Act.BOOK: (*_OF_CALLER, "read_only_token"),
    Act.MANAGE_FLEET: (*_OF_CALLER, "read_only_token", "admin_only"),
    Act.AUDIT: (*_OF_CALLER, "admin_only"),
    Act.ADMINISTER: (*_OF_CALLER, "read_only_token", "admin_only"),
}


def all_errors(route: Route) -> tuple[str, ...]:
    """Return every error code that a call can answer with, its own first, besides 405 and 500."""
    codes = [*route.errors, *_OF_ACT.get(route.act, ())]
    if route.body is not None:
        codes += _OF_BODY
    if route.changes:
        codes += _OF_CHANGE
        codes += ("idempotency_key_reused",) if route.repeatable else ()
    return tuple(dict.fromkeys(codes))


def document(routes: Sequence[Route], lang: str, session_cookie: str = SESSION) -> dict[str, Any]:
    """Return the document in plain values, told in `lang`; `session_cookie` is the name of that cookie here."""
    schema_of, components = _schemas(routes)
    if lang != DOCSTRINGS:
        # What describes the types are docstrings of the source, in its language alone.
        for component in components.values():
            component.pop("description", None)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of, lang)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "LoadZone",
            "version": __version__,
            "summary": translate(lang, "api-summary"),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": session_cookie},
                "token": {"type": "http", "scheme": "bearer", "description": translate(lang, "api-token")},
            },
        },
    }


def _schemas(routes: Iterable[Route]) -> tuple[dict[Any, Any], dict[str, Any]]:
    types = list(dict.fromkeys([each for route in routes for each in (route.answer, route.body) if each]))
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    for name in ("Book", "Renew"):
        components[name]["properties"]["hours"]["exclusiveMinimum"] = 0
    # Further members are data of the code, as `holder` and `until`.
    components["Problem"]["additionalProperties"] = True
    return dict(zip(types, schemas, strict=False)), components


def _operation(route: Route, schema_of: Mapping[Any, Any], lang: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary(lang),
        "responses": _responses(route, schema_of[route.answer], lang),
    }
    if parameters := _parameters(route, lang):
        operation["parameters"] = parameters
    if route.body is not None:
        content: dict[str, Any] = {"schema": schema_of[route.body]}
        if route.example is not None:
            content["example"] = route.example
        # A body in which nothing is required may be left away.
        operation["requestBody"] = {
            "required": bool(msgspec.structs.fields(route.body)),
            "content": {"application/json": content},
        }
    if route.act is not None:
        operation["security"] = [{"session": []}, {"token": []}]
        if route.act is Act.SEE:
            # In open mode, or with public_read, reading needs no login.
            operation["security"].append({})
    return operation


def _parameters(route: Route, lang: str) -> list[dict[str, Any]]:
    found = [_parameter(each, lang) for each in route.query]
    if route.path_id is not None:
        schema = {"type": "integer", "format": "int64"}
        found.append({"name": route.path_id, "in": "path", "required": True, "schema": schema})
    if route.changes and route.repeatable:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": translate(lang, "api-idempotency-key"),
                "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
            }
        )
    return found


def _parameter(parameter: Parameter, lang: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.told(lang),
        "schema": dict(parameter.schema),
    }


def _responses(route: Route, schema: Any, lang: str) -> dict[str, Any]:
    text = {"type": "string"}
    content = {media: {"schema": schema if media.endswith("json") else text} for media in route.media}
    responses: dict[str, Any] = {
        str(route.status): {"description": translate(lang, "api-done"), "content": content}
    }
    by_status: dict[int, list[str]] = {}
    for code in all_errors(route):
        by_status.setdefault(CODES[code].status, []).append(code)
    for status, codes in sorted(by_status.items()):
        told = ", ".join(f"`{code}`" for code in codes)
        responses[str(status)] = _problem(f"{translate(lang, 'api-refused')} {told}.")
    responses["default"] = _problem(translate(lang, "api-refused-otherwise"))
    return responses


def _problem(told: str) -> dict[str, Any]:
    return {"description": told, "content": {CONTENT_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}}
