"""The page is thin, and carries what its visitor may know."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from loadzone.core.memory_store import MemoryStore
from loadzone.core.service import Service
from loadzone.dashboard.application import Application, Opening
from loadzone.dashboard.assets import read_assets
from loadzone.dashboard.slim_document import slim
from loadzone.dashboard.visitors import Visitor
from loadzone.domain.permissions import Role

ASSETS = read_assets()
ANN = Visitor(email="ann@example.com", role=Role.USER, session_id="session-1")
OPENING = Opening(visitor=ANN, lang="ru")


@pytest.fixture
def service() -> Service:
    return Service(MemoryStore())


def document(service: Service, *, slimmed: bool = True) -> Document:
    doc = Document()
    with set_curdoc(doc):
        Application(service, ASSETS).page(OPENING).server_doc(doc, location=False)
    if slimmed:
        slim(doc)
    return doc


def test_a_page_has_few_models_and_tells_the_browser_of_their_classes_only(service: Service) -> None:
    doc = document(service)
    told: Any = doc.to_json(deferred=False)
    assert len(list(doc.models)) <= 12
    assert len(told["defs"]) <= 6
    assert len(json.dumps(told)) < 20_000


def test_a_slim_document_tells_the_same_models_as_bokeh_does(service: Service) -> None:
    doc = document(service, slimmed=False)
    whole: Any = doc.to_json(deferred=False)
    slim(doc)
    told: Any = doc.to_json(deferred=False)
    assert {key: told[key] for key in ("roots", "title", "version")} == {
        key: whole[key] for key in ("roots", "title", "version")
    }
    assert [each for each in whole["defs"] if each in told["defs"]] == told["defs"]


def test_the_page_is_told_who_looks_and_no_secret(service: Service) -> None:
    boot = Application(service, ASSETS).variables(OPENING)["boot"]
    assert datetime.fromisoformat(boot.pop("now")).tzinfo == UTC
    assert boot == {
        "assets": f"/assets/{ASSETS.version}/",
        "lang": "ru",
        "email": "ann@example.com",
        "role": "user",
        "open": False,
        "max_hours": 168,
    }
