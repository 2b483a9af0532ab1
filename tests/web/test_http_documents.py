"""The OpenAPI document, the docs page, the written docs and the error texts keep pace with the route table."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from loadzone.domain.errors import FieldError, LoadZoneError
from loadzone.i18n import error_text, field_text, has_text, translate
from loadzone.web.codes import CODES
from loadzone.web.openapi import all_errors, document
from loadzone.web.routes import ROUTES

DOCS = Path(__file__).parents[2] / "docs" / "http-api.md"
PACKAGE = Path(__file__).parents[2] / "loadzone"


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_code_has_a_text_in_both_languages(code: str, lang: str) -> None:
    known = CODES[code]
    assert has_text(lang, "error-" + code.replace("_", "-"))
    if known.of_field:
        assert field_text(FieldError("x", code, dict(known.data)), lang)
    else:
        assert error_text(LoadZoneError(code, **known.data), lang)
        assert translate(lang, f"problem-{known.status}")


def test_every_code_that_a_route_names_is_known() -> None:
    assert {code for route in ROUTES for code in all_errors(route)} <= set(CODES)


def test_every_code_that_is_raised_anywhere_has_texts() -> None:
    raised = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        raised |= set(
            re.findall(r"(?:NotFound|Conflict|NotAllowed|LoginRequired|TooManyTries)\(\s*\"(\w+)\"", text)
        )
        raised |= set(re.findall(r"StoreUnavailable\(\s*\"(\w+)\"", text))
        raised |= set(re.findall(r"(?:\.wrong|\binvalid)\(\s*[\w\".]+,\s*\"(\w+)\"", text))
        raised |= set(re.findall(r"DataError\(\s*[^,()]+(?:\([^()]*\))?[^,()]*,\s*\"(\w+)\"", text))
        raised |= set(re.findall(r"RequestRefused\(\s*\w+,\s*\"(\w+)\"", text))
    assert len(raised) > 40
    keys = {code: "error-" + code.replace("_", "-") for code in raised}
    assert [code for code, key in sorted(keys.items()) if not (has_text("en", key) and has_text("ru", key))] == []


@pytest.mark.parametrize("name", ["api.ftl", "errors.ftl"])
def test_both_languages_have_the_same_keys(name: str) -> None:
    def keys(lang: str) -> set[str]:
        text = (PACKAGE / "locales" / lang / name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z][\w-]*) =", text, re.MULTILINE))

    assert keys("en") == keys("ru")


def test_every_problem_title_exists() -> None:
    for lang in ("en", "ru"):
        for status in {known.status for known in CODES.values()}:
            assert has_text(lang, f"problem-{status}")


def test_the_written_docs_name_every_route_and_every_code() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for route in ROUTES:
        assert f"`{route.method} {route.path}`" in text, route.name
    for code in CODES:
        assert f"`{code}`" in text, code


async def test_the_document_describes_every_call_with_resolvable_types(stranger: httpx.AsyncClient) -> None:
    told: dict[str, Any] = (await stranger.get("/openapi.json")).json()
    assert told["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, item in told["paths"].items() for method in item}
    assert described == {(route.method, route.path) for route in ROUTES}
    names = re.findall(r'"#/components/schemas/(\w+)"', msgspec.json.encode(told).decode())
    assert set(names) <= set(told["components"]["schemas"])
    ids = [operation["operationId"] for item in told["paths"].values() for operation in item.values()]
    assert len(ids) == len(set(ids))


def test_every_example_is_a_body_that_its_call_accepts() -> None:
    for route in ROUTES:
        if route.body is not None:
            assert route.example is not None, route.name
            msgspec.convert(route.example, route.body)


def test_every_call_that_changes_something_documents_the_refusals_of_its_body() -> None:
    paths = document(ROUTES, "en")["paths"]
    for route in ROUTES:
        if route.changes:
            assert {"400", "403", "413", "415", "503"} <= set(paths[route.path]["post"]["responses"]), route.name


async def test_the_docs_page_lists_every_call_and_needs_nothing_from_elsewhere(
    stranger: httpx.AsyncClient,
) -> None:
    answer = await stranger.get("/docs")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = answer.text
    for route in ROUTES:
        assert f"<code>{route.path}</code>" in page
        path = route.path.replace("{group_id}", "1")
        assert f"{stranger.base_url}".rstrip("/") + path in page
    for code in CODES:
        assert f'id="{code}"' in page
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_every_call_and_parameter_is_told_in_both_languages_and_nothing_else_is() -> None:
    told = {f"api-call-{route.name}" for route in ROUTES}
    told |= {f"api-parameter-{each.about or each.name}" for route in ROUTES for each in route.query}
    for lang in ("en", "ru"):
        text = (PACKAGE / "locales" / lang / "api.ftl").read_text(encoding="utf-8")
        assert set(re.findall(r"^(api-(?:call|parameter)-[\w-]+) =", text, re.MULTILINE)) == told


async def test_the_docs_page_speaks_the_language_of_its_reader(stranger: httpx.AsyncClient) -> None:
    russian = await stranger.get("/docs", headers={"Accept-Language": "ru"})
    english = await stranger.get("/docs", headers={"Accept-Language": "ru", "Cookie": "loadzone_lang=en"})
    assert (russian.headers["Content-Language"], english.headers["Content-Language"]) == ("ru", "en")
    assert '<html lang="ru">' in russian.text
    assert "Забронировать свободную ВМ" in russian.text
    assert "её держит user@example.com" in russian.text
    for page in (russian, english):
        assert "Accept-Language" in page.headers["Vary"]
        assert "`" not in page.text
    words = re.sub(
        r"<style>.*?</style>|<pre>.*?</pre>|<code>.*?</code>|<[^>]*>", "", russian.text, flags=re.DOTALL
    )
    assert not re.findall(r"\b(?:Log in|Answers|required|list of|This|Book|Errors)\b", words)


async def test_the_document_speaks_the_language_of_its_reader_and_says_the_same(
    stranger: httpx.AsyncClient,
) -> None:
    russian = (await stranger.get("/openapi.json", headers={"Accept-Language": "ru"})).json()
    english = (await stranger.get("/openapi.json", headers={"Accept-Language": "en"})).json()
    assert russian["paths"]["/book"]["post"]["summary"].startswith("Забронировать")
    assert without_prose(russian) == without_prose(english)


def without_prose(value: Any) -> Any:
    """Return a document without what is only for people."""
    if isinstance(value, list):
        return [without_prose(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: without_prose(each) for key, each in value.items() if key not in ("summary", "description")}


async def test_the_docs_page_does_not_believe_the_host_header(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/docs", headers={"Host": 'x"<script>alert(1)</script>'})).text
    assert "<script" not in page
