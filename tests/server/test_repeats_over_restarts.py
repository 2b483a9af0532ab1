"""`Idempotency-Key` over the death of the server: whoever asks again gets the first answer, and nothing more."""

from pathlib import Path
from typing import Any

import httpx

from loadzone.core.data_file import archive_path, journal_path, sealed_path
from tests.server.conftest import Serve

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/book", {"vm_id": "server-01", "hours": 4, "purpose": 'нагрузка, ","receipt":'}),
    ("/renew", {"vm_id": "server-01", "hours": 1.5}),
    ("/groups", {"name": "Staging", "vm_ids": ["server-02", "server-03"]}),
    ("/groups/1/add-existing-vms", {"vm_ids": ["server-02"]}),
    ("/add-vm", {"id": "server-09", "tags": ["gpu"]}),
    ("/delete-vm", {"vm_id": "server-03"}),
)


def ask(client: httpx.Client) -> list[tuple[int, bytes]]:
    """Send every call with its key and return the answers."""
    sent = [client.post(path, json=body, headers={"Idempotency-Key": f"key {path}"}) for path, body in CALLS]
    return [(answer.status_code, answer.content) for answer in sent]


def test_a_client_that_asks_again_after_a_crash_gets_the_first_answer_and_books_once(
    serve: Serve, path: Path
) -> None:
    """Killed with the changes in its journal, then stopped with all of them folded."""
    server = serve().start()
    with server.client() as client:
        first = ask(client)
        vms = client.get("/vms").json()
        records = client.get("/history").json()["records"]
        server.kill()
    assert [status for status, _ in first] == [200, 200, 201, 200, 201, 200]
    assert len(records) == 2
    for again in range(2):
        server = serve().start()
        with server.client() as client:
            assert ask(client) == first
            assert client.get("/history").json()["records"] == records
            assert client.get("/vms").json()["vms"] == vms["vms"]
            other = {"vm_id": "server-01", "hours": 9}
            reused = client.post("/book", json=other, headers={"Idempotency-Key": "key /book"})
            assert reused.json()["code"] == "idempotency_key_reused"
        assert server.terminate() == 0
        if again == 0:
            assert not sealed_path(path).exists()
            assert journal_path(path).stat().st_size == 0
    written = archive_path(path).read_text(encoding="utf-8")
    assert written.count('"receipt":{') == len(CALLS)
    assert "key /book" not in written


def test_a_key_of_one_caller_says_nothing_to_another_after_a_restart(serve: Serve) -> None:
    key = {"Idempotency-Key": "0b0e9c8e"}
    server = serve().start()
    with server.client() as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1}, headers=key).raise_for_status()
        server.kill()
    server = serve().start()
    with server.client("other@example.com") as client:
        refused = client.post("/book", json={"vm_id": "server-01", "hours": 1}, headers=key)
        assert refused.json()["code"] == "vm_taken"
