"""Nothing acknowledged is lost, and exactly one wins: against a real server that is killed, raced and starved."""

import asyncio
import random
import resource
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.server.conftest import Process, Serve, write

KILLS = 8
VMS = 24


def _fleet(path: Path, count: int) -> None:
    free = {"group": None, "booked_by": None, "expires_at": None}
    vms = [{"id": f"vm-{number:02d}", **free} for number in range(count)]
    write(path, {"vms": vms, "groups": [], "users": {}})


async def _book_until_gone(url: str, number: int, acknowledged: list[dict[str, Any]]) -> None:
    """Book and release one VM until the server is gone, noting every answer that came."""
    vm_id, email = f"vm-{number:02d}", f"user-{number:02d}@example.com"
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        try:
            await client.post("/auth", json={"email": email})
            while True:
                for path, body in (("/book", {"vm_id": vm_id, "hours": 1}), ("/cancel", {"vm_id": vm_id})):
                    answer = await client.post(path, json=body)
                    if answer.status_code == 200:
                        acknowledged.append({"path": path, "user": email, **answer.json()})
        except httpx.TransportError:
            return


async def _load_and_kill(server: Process, moment: float) -> list[dict[str, Any]]:
    acknowledged: list[dict[str, Any]] = []
    clients = asyncio.gather(*(_book_until_gone(server.url, number, acknowledged) for number in range(VMS)))
    while len(acknowledged) < VMS:
        assert not clients.done(), "the server went away by itself"
        await asyncio.sleep(0.01)
    await asyncio.sleep(moment)
    await asyncio.to_thread(server.kill)
    await clients
    return acknowledged


def test_kills_under_load_lose_nothing(serve: Serve, path: Path) -> None:
    """After each of many SIGKILLs under load, the restarted server knows every booking that it acknowledged."""
    _fleet(path, VMS)
    expected: set[tuple[str, str, str]] = set()
    chance = random.Random(7)
    for _ in range(KILLS):
        server = serve().start()
        acknowledged = asyncio.run(_load_and_kill(server, chance.uniform(0.0, 0.4)))
        assert acknowledged
        expected |= {("book", one["user"], one["booked_at"]) for one in acknowledged if one["path"] == "/book"}
        # A release says nothing of itself in its answer, but it stands between two bookings of the same VM.
    server = serve().start()
    records = httpx.get(f"{server.url}/history", timeout=60).json()["records"]
    kept = {(record["action"], record["user"], record["start"]) for record in records}
    assert expected <= kept
    assert len(expected) > KILLS * VMS
    for vm in httpx.get(f"{server.url}/vms").json()["vms"]:
        last = [record for record in records if record["vm_id"] == vm["id"]][-1]
        assert (vm["booked_by"] is None) == (last["action"] == "release")
    server.terminate()


def test_one_of_thirty_two_wins(serve: Serve, path: Path) -> None:
    """Of 32 clients that book one VM at once exactly one gets it; each other learns who has it and until when."""

    async def race(url: str, vm_id: str) -> list[httpx.Response]:
        async def one(number: int) -> httpx.Response:
            async with httpx.AsyncClient(base_url=url, timeout=60) as client:
                await client.post("/auth", json={"email": f"user-{number}@example.com"})
                ready.release()
                await start.wait()
                return await client.post("/book", json={"vm_id": vm_id, "hours": 1})

        start, ready = asyncio.Event(), asyncio.Semaphore(0)
        racers = [asyncio.create_task(one(number)) for number in range(32)]
        for _ in racers:
            await ready.acquire()
        start.set()
        return await asyncio.gather(*racers)

    server = serve().start()
    for vm_id in ("server-01", "server-02", "server-03"):
        answers = asyncio.run(race(server.url, vm_id))
        won = [answer.json() for answer in answers if answer.status_code == 200]
        lost = [answer.json() for answer in answers if answer.status_code == 409]
        assert (len(won), len(lost)) == (1, 31)
        assert {(one["code"], one["holder"], one["until"]) for one in lost} == {
            ("vm_taken", won[0]["booked_by"], won[0]["expires_at"])
        }
        assert all(won[0]["booked_by"] in one["error"] for one in lost)


def test_a_full_disk_refuses_and_recovers(serve: Serve, path: Path) -> None:
    """Without room a booking is refused with 503 and undone; with room again it goes through, nothing lost."""
    server = serve().start()
    with server.client() as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1}).raise_for_status()
        _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, hard))
        refused = client.post("/book", json={"vm_id": "server-02", "hours": 1})
        assert (refused.status_code, refused.json()["code"]) == (503, "store_unavailable")
        assert client.get("/readyz").status_code == 503
        states = {vm["id"]: vm["booked_by"] for vm in client.get("/vms").json()["vms"]}
        assert states == {"server-01": "user@example.com", "server-02": None, "server-03": None}
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert client.post("/book", json={"vm_id": "server-02", "hours": 1}).status_code == 200
        assert client.get("/readyz").status_code == 200
    server.kill()
    again = serve().start()
    states = {vm["id"]: vm["booked_by"] for vm in httpx.get(f"{again.url}/vms").json()["vms"]}
    assert states == {"server-01": "user@example.com", "server-02": "user@example.com", "server-03": None}


def test_a_booking_ends_by_itself(serve: Serve, path: Path) -> None:
    """A booking of one second is over a moment after its end, and a restart does not bring it back."""
    server = serve().start()
    with server.client() as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1 / 3600}).raise_for_status()
        with httpx.Client(base_url=server.url) as other:
            booked = next(vm for vm in other.get("/vms").json()["vms"] if vm["id"] == "server-01")
            while other.get("/vms").json()["vms"][0]["booked_by"] is not None:
                pass
            freed = datetime.fromisoformat(other.get("/vms").json()["now"])
            assert freed >= datetime.fromisoformat(booked["expires_at"])
            release = other.get("/history").json()["records"][-1]
    assert (release["action"], release["reason"], release["start"]) == ("release", "expired", booked["expires_at"])
    server.kill()
    again = serve().start()
    assert httpx.get(f"{again.url}/vms").json()["vms"][0]["booked_by"] is None
