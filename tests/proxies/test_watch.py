"""`zone.watch()` hears everything where a proxy lets no websocket through."""

from pathlib import Path

import httpx
import pytest

import loadzone
from loadzone.domain.errors import LoginRequired
from tests.proxies.conftest import KINDS, site
from tests.server.conftest import BASE, Process, write

ANN, BEN = "ann@example.com", "ben@example.com"


@pytest.mark.parametrize("kind", KINDS)
def test_a_watch_tells_what_happens_behind_a_proxy(kind: str, tmp_path: Path) -> None:
    write(tmp_path / "data.json", BASE)
    with site(kind, tmp_path, Process, "--auth", "open", name="localhost") as behind:
        server = behind.server

        def book(vm_id: str) -> None:
            with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as ben:
                ben.post("/auth", json={"email": BEN}).raise_for_status()
                ben.post("/book", json={"vm_id": vm_id, "hours": 1}).raise_for_status()

        with loadzone.connect(behind.url, email=ANN) as zone, zone.watch(timeout=60) as watch:
            for vm_id in ("server-01", "server-02"):
                book(vm_id)
                note = next(watch)
                assert (note.type, note.vm_id, note.user) == ("booked", vm_id, BEN)
            watch.close()
            assert list(watch) == []


def test_a_watch_that_the_server_does_not_let_in_says_so_behind_a_proxy(tmp_path: Path) -> None:
    write(tmp_path / "data.json", BASE)
    with (
        site("nginx as it comes", tmp_path, Process, "--auth", "password", name="localhost") as behind,
        loadzone.connect(behind.url) as zone,
        pytest.raises(LoginRequired),
    ):
        zone.watch()
