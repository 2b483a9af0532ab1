"""Importing a CSV file over HTTP: read by the server, whole or in pieces, all VMs or none."""

import asyncio
import base64
from typing import Any

import httpx
import pytest

from loadzone.web.uploads import UPLOAD_MAX, Uploads
from tests.web.conftest import Live
from tests.web.test_http_errors import check_problem

GOOD = 'sep=;\r\nID;Group;Tags\r\nnew-1;GPU;a;;\r\nnew-2;production;"a,b"\r\n;;;\r\nnew-3;;\r\n'.encode(
    "utf-8-sig"
)


def body(content: bytes, **more: Any) -> dict[str, Any]:
    return {"content": base64.b64encode(content).decode(), **more}


async def ids(client: httpx.AsyncClient) -> set[str]:
    return {vm["id"] for vm in (await client.get("/vms")).json()["vms"]}


async def test_a_file_is_shown_before_and_its_groups_are_created_with_its_vms(admin: httpx.AsyncClient) -> None:
    seen = await ids(admin)
    shown = check_problem(await admin.post("/check-csv", json=body(GOOD)), 400, "invalid_input")
    assert [(each["field"], each["code"]) for each in shown["errors"]] == [("lines[3].group", "group_unknown")]
    assert (shown["count"], shown["wrong"], shown["new_groups"]) == (3, 1, ["GPU"])
    assert [row["line"] for row in shown["rows"]] == [3, 4, 6]
    check_problem(await admin.post("/import-csv", json=body(GOOD)), 400, "invalid_input")
    shown = (await admin.post("/check-csv", json=body(GOOD, create_groups=True))).json()
    assert (shown["count"], shown["wrong"], shown["new_groups"]) == (3, 0, ["GPU"])
    assert await ids(admin) == seen
    done = await admin.post("/import-csv", json=body(GOOD, create_groups=True))
    assert (done.status_code, done.json()) == (201, {"count": 3, "common": "new-", "groups": ["GPU"]})
    fleet = (await admin.get("/vms")).json()
    groups = {group["name"]: group["vm_ids"] for group in fleet["groups"]}
    assert groups == {"Production": ["server-01", "server-02", "new-2"], "GPU": ["new-1"]}
    assert {vm["id"]: vm.get("tags") for vm in fleet["vms"]}["new-2"] == ["a", "b"]


async def test_every_fault_has_its_line_and_column_and_nothing_is_added(admin: httpx.AsyncClient) -> None:
    """An id that another VM has in other letters is taken, in the fleet and in the file."""
    seen = await ids(admin)
    lines = ["id,group,internal_ip", "SERVER-01,,", "new 4,Nowhere,10.0.0.999", "n,,", "N,9,", "o,,,more"]
    told = (await admin.post("/import-csv", json=body("\n".join(lines).encode()))).json()
    assert {(each["field"], each["code"]) for each in told["errors"]} == {
        ("lines[2].id", "vm_exists"),
        ("lines[3].id", "vm_id_malformed"),
        ("lines[3].group", "group_unknown"),
        ("lines[3].internal_ip", "address_malformed"),
        ("lines[5].id", "vm_exists"),
        ("lines[5].group", "group_unknown"),
        ("lines[6]", "csv_too_many_fields"),
    }
    assert "server-01" in told["errors"][0]["message"]
    assert await ids(admin) == seen


@pytest.mark.parametrize("path", ["/add-vm", "/import-vms"])
async def test_groups_are_named_in_json_too(admin: httpx.AsyncClient, path: str) -> None:
    def wish(**vm: Any) -> dict[str, Any]:
        return vm if path == "/add-vm" else {"vms": [vm]}

    assert (await admin.post(path, json=wish(id="n-1", group="PRODUCTION"))).status_code == 201
    assert (await admin.post(path, json=wish(id="n-2", group="1"))).status_code == 201
    groups = (await admin.get("/groups")).json()
    assert groups[0]["vm_ids"] == ["server-01", "server-02", "n-1", "n-2"]
    for wrong, code in (({"group": "Lab"}, "group_unknown"), ({"group": "1", "group_id": 1}, "group_given_twice")):
        told = check_problem(await admin.post(path, json=wish(id="n-3", **wrong)), 400, "invalid_input")
        assert [each["code"] for each in told["errors"]] == [code]
    twice = await admin.post("/add-vm", json={"id": "Server-01"})
    assert (twice.status_code, twice.json()["code"], twice.json()["vm_id"]) == (409, "vm_exists", "server-01")


async def test_missing_groups_are_created_by_a_json_import_that_asks_for_it(admin: httpx.AsyncClient) -> None:
    vms = [{"id": "n-1", "group": "Lab"}, {"id": "n-2", "group": "lab"}, {"id": "n-3", "group": "GPU"}]
    done = await admin.post("/import-vms", json={"vms": vms, "create_groups": True})
    assert [vm["group"] for vm in done.json()["vms"]] == [2, 2, 3]
    assert [group["name"] for group in (await admin.get("/groups")).json()] == ["Production", "Lab", "GPU"]


async def test_a_large_file_comes_in_pieces_as_one_change_and_holds_the_loop_for_moments_only(
    admin: httpx.AsyncClient, live: Live
) -> None:
    """While thousands of VMs are read, others are answered."""
    rows = "".join(
        f"big-{n:05},Production,10.1.{n // 250}.{n % 250},linux;rack-{n % 40},{'x' * 90}\n" for n in range(8000)
    )
    content = ("id,group,internal_ip,tags,note\n" + rows).encode()
    assert len(content) > 1024 * 1024
    whole = check_problem(await admin.post("/import-csv", json=body(content)), 413, "body_too_large")
    assert "pieces" in whole["detail"]
    size = 512 * 1024
    for piece, begin in enumerate(range(0, len(content), size)):
        part = body(content[begin : begin + size], upload="big", piece=piece)
        for _ in range(2):
            assert (await admin.post("/upload-csv", json=part)).status_code == 200
    before = live.site.service.seq
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    counting = asyncio.create_task(count_turns())
    done = await admin.post("/import-csv", json={"upload": "big"})
    counting.cancel()
    assert done.json() == {"count": 8000, "common": "big-0", "groups": []}
    assert turns > 100
    assert live.site.service.seq == before + 1
    gone = await admin.post("/import-csv", json={"upload": "big"})
    check_problem(gone, 404, "upload_not_found")


async def test_an_import_that_is_sent_again_under_its_key_is_made_once(admin: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k"}
    first, again = [await admin.post("/import-csv", json=body(b"id\nn-1\n"), headers=key) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, again.json())


async def test_only_the_first_faults_of_very_many_are_told(admin: httpx.AsyncClient) -> None:
    told = (await admin.post("/import-csv", json=body(b"id\n" + b"?\n" * 5000))).json()
    assert (len(told["errors"]), told["errors_left_out"]) == (200, 4800)


@pytest.mark.parametrize("asked", [{}, {"upload": "a", "content": ""}])
async def test_a_file_is_given_in_one_way(admin: httpx.AsyncClient, asked: dict[str, Any]) -> None:
    told = check_problem(await admin.post("/check-csv", json=asked), 400, "invalid_input")
    assert [each["code"] for each in told["errors"]] == ["csv_content_or_upload"]


async def test_files_are_for_administrators(alice: httpx.AsyncClient) -> None:
    for path in ("/check-csv", "/import-csv"):
        check_problem(await alice.post(path, json=body(b"id\nx\n")), 403, "admin_only")
    check_problem(await alice.post("/upload-csv", json=body(b"", upload="a", piece=0)), 403, "admin_only")


def test_uploads_are_bounded_in_size_number_and_time() -> None:
    now = 0.0
    uploads = Uploads(lambda: now)
    ann = [("ann", name) for name in "abc"]
    for key in ann:
        uploads.add(key, 0, b"x")
    assert list(uploads._kept) == ann[1:]
    uploads.add(ann[2], 1, b"y")
    uploads.add(ann[2], 1, b"z")
    assert uploads.content(ann[2]) == b"xz"
    with pytest.raises(Exception, match="piece_out_of_order"):
        uploads.add(ann[2], 3, b"")
    uploads.add(ann[2], 0, bytes(UPLOAD_MAX))
    with pytest.raises(Exception, match="upload_too_large"):
        uploads.add(ann[2], 1, b"x")
    for number in range(20):
        uploads.add((f"person-{number}", "a"), 0, b"x")
    assert len(uploads._kept) == 8
    now = 601.0
    with pytest.raises(Exception, match="upload_not_found"):
        uploads.content(("person-19", "a"))
    assert not uploads._kept
