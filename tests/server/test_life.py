"""How a server process begins and ends, and what it leaves behind."""

import json
import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import BASE, Serve, write


def test_a_base_file_keeps_its_form_and_gains_the_history(serve: Serve, path: Path) -> None:
    """A hand-written base-form file, after bookings and SIGTERM, is the base form with the history in it."""
    server = serve().start()
    with server.client("ann@example.com") as client:
        for call, body in (
            ("/book", {"vm_id": "server-01", "hours": 2, "purpose": "load test"}),
            ("/renew", {"vm_id": "server-01", "hours": 1}),
            ("/book", {"vm_id": "server-02", "hours": 1}),
            ("/cancel", {"vm_id": "server-02"}),
        ):
            assert client.post(call, json=body).status_code == 200
    assert server.terminate() == 0
    after = json.loads(path.read_text(encoding="utf-8"))
    assert {"vms", "groups", "users"} <= set(after)
    assert after["groups"] == BASE["groups"]
    vms = {vm["id"]: vm for vm in after["vms"]}
    assert vms["server-01"]["booked_by"] == "ann@example.com"
    assert vms["server-01"]["expires_at"].endswith("Z")
    assert (vms["server-02"]["booked_by"], vms["server-02"]["expires_at"]) == (None, None)
    records = after["users"]["ann@example.com"]["bookings"]
    assert [record["action"] for record in records] == ["book", "renew", "book", "release"]
    assert records[1]["end"] == vms["server-01"]["expires_at"]
    assert (records[3]["end"], records[3]["reason"]) == (None, "cancelled")
    assert (path.with_name("data.json.journal")).read_bytes() == b""


def test_what_it_prints(serve: Serve, path: Path) -> None:
    """A start tells the address, the file, the number of VMs and users, and the first administrator's link."""
    told = serve("--auth", "password").start().told(3)
    assert "http://localhost:" in told[0]
    assert str(path) in told[1]
    assert "3 VMs" in told[1]
    assert "0 users" in told[1]
    assert "/setup?key=" in told[2]


def test_a_second_server_is_refused(serve: Serve, path: Path) -> None:
    """A second server on the same file ends with 1 and names the first one's process; the first goes on."""
    first = serve().start()
    code, told = serve().refused()
    assert code == 1
    assert str(first.pid) in told
    assert len(told.strip().splitlines()) == 1
    assert httpx.get(f"{first.url}/vms").status_code == 200


def test_a_file_that_cannot_be_trusted_is_refused(serve: Serve, path: Path) -> None:
    """A broken invariant ends `serve` with 1 and one line that names the place; the file is untouched."""
    broken = json.loads(json.dumps(BASE))
    broken["vms"][2]["group"] = 9
    write(path, broken)
    before = path.read_bytes()
    code, told = serve().refused()
    assert code == 1
    assert "vms[2].group" in told
    assert "9" in told
    assert len(told.strip().splitlines()) == 1
    assert path.read_bytes() == before


def test_a_file_that_is_no_json_is_refused(serve: Serve, path: Path) -> None:
    """A torn data file ends `serve` with 1, one line, no traceback, and is left as it is."""
    path.write_bytes(path.read_bytes()[:-20])
    before = path.read_bytes()
    code, told = serve().refused()
    assert code == 1
    assert "Traceback" not in told
    assert len(told.strip().splitlines()) == 1
    assert path.read_bytes() == before


def test_open_mode_stays_on_this_machine(serve: Serve) -> None:
    """Open mode on all addresses is refused with 1 and the flag that would allow it is named."""
    code, told = serve("--auth", "open", "--host", "0.0.0.0").refused()
    assert code in {1, 2}
    assert "--trust-network" in told


def test_a_taken_port_is_said_in_one_line(serve: Serve, path: Path) -> None:
    """A port that somebody listens on ends `serve` with 1 and one line; the data file is free again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, told = serve("--auth", "open", "--port", str(port)).refused()
    assert code == 1
    assert str(port) in told
    assert len(told.strip().splitlines()) == 1
    assert httpx.get(f"{serve().start().url}/vms").status_code == 200


def test_ctrl_c_stops_it_in_good_order(serve: Serve, path: Path) -> None:
    """SIGINT, as Ctrl-C sends it, writes the data file and ends with 0."""
    server = serve().start()
    with server.client() as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1}).raise_for_status()
    os.kill(server.pid, signal.SIGINT)
    assert server._end(signal.SIGINT) == 0
    assert '"booked_by":"user@example.com"' in path.read_text(encoding="utf-8").replace(": ", ":")


def test_the_session_cookie_is_secure_where_the_trusted_proxy_speaks_tls(serve: Serve) -> None:
    """The cookie is Secure when a trusted proxy says https, and is not because a stranger says so."""
    told = {"X-Forwarded-Proto": "https"}
    trusting = serve("--auth", "open", "--use-xheaders").start()
    answer = httpx.post(f"{trusting.url}/auth", json={"email": "ann@example.com"}, headers=told, trust_env=False)
    assert "; Secure" in answer.headers["Set-Cookie"]
    trusting.terminate()
    plain = serve("--auth", "open").start()
    answer = httpx.post(f"{plain.url}/auth", json={"email": "ann@example.com"}, headers=told, trust_env=False)
    assert "; Secure" not in answer.headers["Set-Cookie"]


def test_open_mode_answers_to_no_name_that_a_page_from_elsewhere_could_give_it(serve: Serve) -> None:
    """A page whose name was pointed at this machine reads and changes nothing; localhost and digits do."""
    server = serve("--auth", "open", "--allowed-origins", "http://lab.example.org").start()

    def status(host: str, method: str = "GET", call: str = "/vms") -> int:
        headers = {"Host": host, "Origin": f"http://{host}"}
        return httpx.request(method, server.url + call, json={}, headers=headers, trust_env=False).status_code

    assert [status("evil.example:5000", call=call) for call in ("/vms", "/", "/docs", "/nowhere")] == [403] * 4
    assert status("evil.example", "POST", "/auth") == 403
    assert status("localhost.evil.example") == 403
    assert [status(host) for host in ("localhost:1", "127.0.0.1", "[::1]:7", "lab.example.org")] == [200] * 4


def test_password_mode_is_served_under_any_name(serve: Serve) -> None:
    """Where people log in, the name under which they come is the business of whoever set up the network."""
    server = serve("--auth", "password").start()
    answer = httpx.get(f"{server.url}/me", headers={"Host": "vms.example"}, trust_env=False)
    assert answer.status_code == 200


def test_a_path_in_a_missing_folder_is_refused(serve: Serve, path: Path) -> None:
    """A data file in a folder that is not there ends `serve` with 1 and one line, and no folder is made."""
    missing = path.parent / "mistyped" / "data.json"
    code, told = serve(at=missing).refused()
    assert code == 1
    assert str(missing) in told
    assert len(told.strip().splitlines()) == 1
    assert not missing.parent.exists()


# Files that other programs change


def _delete(path: Path) -> None:
    path.unlink(missing_ok=True)


def _truncate(path: Path) -> None:
    os.truncate(path, 0)


def _put_older_back(path: Path) -> None:
    write(path, BASE)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("data.json", _delete),
        ("data.json", _put_older_back),
        ("data.json.journal", _truncate),
    ],
)
def test_what_another_program_takes_away_is_written_from_memory(
    serve: Serve, path: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    """SIGTERM ends with 0 and "everything is in" only when it is, whatever was deleted, cut or put back before."""
    server = serve().start()
    with server.client() as client:
        for vm_id in ("server-01", "server-02"):
            client.post("/book", json={"vm_id": vm_id, "hours": 1}).raise_for_status()
            spoil(path.with_name(name))
    assert server.terminate() == 0
    after = json.loads(path.read_text(encoding="utf-8"))
    assert [vm["booked_by"] for vm in after["vms"]] == ["user@example.com", "user@example.com", None]
    assert len(after["users"]["user@example.com"]["bookings"]) == 2


def test_an_end_that_could_not_write_the_file_says_so(serve: Serve, path: Path) -> None:
    """SIGTERM on a full disk ends with 1 and one clear line, and the next start has what was acknowledged."""
    server = serve().start()
    with server.client() as client:
        client.post("/book", json={"vm_id": "server-01", "hours": 1}).raise_for_status()
        _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, hard))
    code, told = server.ended(signal.SIGTERM)
    assert code == 1
    assert "everything is in" not in told
    assert "data.json.journal" in told.strip().splitlines()[-1]
    again = serve().start()
    assert httpx.get(f"{again.url}/vms").json()["vms"][0]["booked_by"] == "user@example.com"
    assert again.terminate() == 0


def test_a_server_ends_when_another_has_taken_its_files(serve: Serve, path: Path) -> None:
    """When a deleted lock let a second server in, the first one ends by itself, with 1 and a line naming it."""
    first = serve().start()
    os.kill(first.pid, signal.SIGSTOP)  # else it may take the lock again before the second one has begun
    path.with_name("data.json.lock").unlink()
    second = serve().start()
    code, told = first.ended(signal.SIGCONT)
    assert code == 1
    assert str(second.pid) in told.strip().splitlines()[-1]
    with second.client() as client:
        assert client.post("/book", json={"vm_id": "server-01", "hours": 1}).status_code == 200
    assert second.terminate() == 0
