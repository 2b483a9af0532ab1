"""The live server keeps what its own OpenAPI document says."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from loadzone.web.route import Route
from loadzone.web.routes import ROUTES
from tests.web.conftest import _live

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Give the address of a server in a thread of its own, and the token of an administrator there."""
    ready, found = threading.Event(), list[Any]()

    async def serve(folder: Path) -> None:
        stop = asyncio.Event()
        async with _live(folder, mode="open") as live:
            client = await live.logged_in("admin@example.com")
            token = (await client.post("/add-token", json={"name": "check", "scope": "write"})).json()["secret"]
            found.extend([live.url, token, asyncio.get_running_loop(), stop])
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(tmp_path_factory.mktemp("live")),))
    thread.start()
    assert ready.wait(20)
    yield found[0], found[1]
    found[2].call_soon_threadsafe(found[3].set)
    thread.join(20)


@pytest.fixture(scope="module")
def schema(address: tuple[str, str]) -> Any:
    """Give the schema as the server tells it."""
    return schemathesis.openapi.from_url(f"{address[0]}/openapi.json")


# These could end the very token that is used here.
_ASKED = [route for route in ROUTES if route.path not in ("/logout", "/revoke-token")]


@pytest.mark.parametrize("route", _ASKED, ids=lambda route: f"{route.method} {route.path}")
def test_a_call_answers_as_its_document_says(route: Route, schema: Any, address: tuple[str, str]) -> None:
    asked = 0

    # Driven here and not by schemathesis' pytest plugin, which does not know this pytest yet.
    @given(case=schema[route.path][route.method].as_strategy())
    @settings(
        max_examples=10,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(headers={"Authorization": f"Bearer {address[1]}"}, checks=CHECKS)

    ask()
    assert asked
