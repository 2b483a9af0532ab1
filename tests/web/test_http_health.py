"""Health, readiness, metrics, and the headers that every answer carries."""

import httpx
import pytest

from loadzone.core.memory_store import MemoryStore
from loadzone.core.store import Health
from tests.web.conftest import Live, Start, small_fleet
from tests.web.test_http_errors import check_problem


async def test_a_running_server_is_alive_and_ready(stranger: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await stranger.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


class ReadOnly(MemoryStore):
    """A store that cannot be written just now."""

    def health(self) -> Health:
        return Health(writable=False)


async def test_readiness_names_what_is_not_ready_while_liveness_stays(start_live: Start) -> None:
    async with start_live(store=ReadOnly(small_fleet())) as live:
        live.scheduler_on_time[0] = False
        client = live.client()
        told = check_problem(await client.get("/readyz"), 503, "not_ready")
        assert told["reasons"] == ["store_unavailable", "scheduler_late"]
        assert (await client.get("/healthz")).status_code == 200


async def test_metrics_count_bookings_conflicts_and_answers(
    live: Live, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    await alice.post("/book", json={"vm_id": "server-01", "hours": 1})
    await bob.post("/book", json={"vm_id": "server-01", "hours": 1})
    await alice.post("/renew", json={"vm_id": "server-01", "hours": 1})
    await alice.post("/cancel", json={"vm_id": "server-01"})
    live.site.metrics.open_pages = lambda: 3
    live.site.metrics.socket_clients = lambda: 2
    live.site.metrics.fsync.observe(0.002)
    live.site.metrics.expiry_lateness.observe(0.1)
    answer = await live.client().get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    for line in (
        'loadzone_bookings_total{kind="made"} 1.0',
        'loadzone_bookings_total{kind="renewed"} 1.0',
        'loadzone_bookings_total{kind="cancelled"} 1.0',
        "loadzone_conflicts_total 1.0",
        'loadzone_http_requests_total{route="/book",status="200"} 1.0',
        'loadzone_http_requests_total{route="/book",status="409"} 1.0',
        "loadzone_open_pages 3.0",
        "loadzone_socket_clients 2.0",
        "loadzone_fsync_seconds_count 1.0",
        "loadzone_expiry_lateness_seconds_count 1.0",
        "loadzone_store_history_records 3.0",
        "loadzone_vms 5.0",
        "loadzone_loop_lag_seconds 0.0",
    ):
        assert line in answer.text.splitlines()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/vms"),
        ("GET", "/me"),
        ("GET", "/history"),
        ("GET", "/history?format=csv"),
        ("GET", "/metrics"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/nowhere"),
        ("GET", "/book"),
        ("POST", "/book"),
        ("POST", "/auth"),
        ("HEAD", "/vms"),
    ],
)
async def test_every_answer_carries_the_security_headers(alice: httpx.AsyncClient, method: str, path: str) -> None:
    headers = (await alice.request(method, path)).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers
    assert "Tornado" not in headers["Server"]
    assert headers["Date"].endswith("GMT")
