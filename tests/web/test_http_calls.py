"""The calls of the pinned table, each as a client sees it."""

from datetime import timedelta

import httpx
import pytest

from tests.web.conftest import ADMIN, ALICE, START, Live, Start


def iso(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


async def test_vms_shows_all_vms_and_groups_with_the_number_of_the_newest_change(
    alice: httpx.AsyncClient, live: Live
) -> None:
    before = (await alice.get("/vms")).json()
    assert [vm["id"] for vm in before["vms"]] == [f"server-0{n}" for n in range(1, 6)]
    assert before["groups"] == [{"id": 1, "name": "Production", "vm_ids": ["server-01", "server-02"]}]
    assert before["now"] == iso(0)
    await alice.post("/book", json={"vm_id": "server-03", "hours": 1})
    live.clock.forward(minutes=6)
    after = (await alice.get("/vms")).json()
    assert after["seq"] == before["seq"] + 1
    assert after["vms"][2]["booked_by"] == ALICE
    assert after["now"] == iso(0.1)


async def test_groups_shows_all_groups(alice: httpx.AsyncClient) -> None:
    answer = await alice.get("/groups")
    assert answer.json() == [{"id": 1, "name": "Production", "vm_ids": ["server-01", "server-02"]}]


async def test_me_tells_a_stranger_that_they_are_one(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/me")
    assert answer.status_code == 200
    assert answer.json() == {"authenticated": False, "email": None, "role": "stranger", "bookings": []}


async def test_me_shows_the_vms_that_the_caller_holds(alice: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    await alice.post("/book", json={"vm_id": "server-02", "hours": 1})
    await bob.post("/book", json={"vm_id": "server-03", "hours": 1})
    mine = (await alice.get("/me")).json()
    assert (mine["authenticated"], mine["email"], mine["role"]) == (True, ALICE, "user")
    assert [vm["id"] for vm in mine["bookings"]] == ["server-02"]


async def test_book_answers_with_the_booked_vm(alice: httpx.AsyncClient) -> None:
    answer = await alice.post("/book", json={"vm_id": "server-01", "hours": 1.5, "purpose": "load test"})
    assert answer.status_code == 200
    assert answer.json() == {
        "id": "server-01",
        "group": 1,
        "booked_by": ALICE,
        "expires_at": iso(1.5),
        "booked_at": iso(0),
        "purpose": "load test",
    }


async def test_renew_adds_the_hours_to_the_old_end(alice: httpx.AsyncClient, live: Live) -> None:
    await alice.post("/book", json={"vm_id": "server-01", "hours": 2})
    live.clock.forward(hours=1)
    answer = await alice.post("/renew", json={"vm_id": "server-01", "hours": 3})
    assert answer.json()["expires_at"] == iso(5)


async def test_cancel_answers_with_the_free_vm(alice: httpx.AsyncClient) -> None:
    await alice.post("/book", json={"vm_id": "server-01", "hours": 2})
    answer = await alice.post("/cancel", json={"vm_id": "server-01"})
    assert answer.json() == {"id": "server-01", "group": 1, "booked_by": None, "expires_at": None}


async def test_an_administrator_ends_anybodys_booking_and_the_history_says_forced(
    admin: httpx.AsyncClient, alice: httpx.AsyncClient
) -> None:
    await alice.post("/book", json={"vm_id": "server-01", "hours": 2})
    assert (await admin.post("/cancel", json={"vm_id": "server-01"})).status_code == 200
    records = (await admin.get("/history")).json()["records"]
    assert records[-1] == {
        "user": ALICE,
        "vm_id": "server-01",
        "start": iso(0),
        "end": None,
        "action": "release",
        "reason": "forced",
        "by": ADMIN,
    }


async def test_add_vm_answers_201_with_the_vm_in_its_group(admin: httpx.AsyncClient) -> None:
    body = {"id": "new-1", "group_id": 1, "internal_ip": "10.0.0.9", "tags": ["gpu"], "note": "32 GB"}
    answer = await admin.post("/add-vm", json=body)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": "new-1",
        "group": 1,
        "booked_by": None,
        "expires_at": None,
        "internal_ip": "10.0.0.9",
        "tags": ["gpu"],
        "note": "32 GB",
    }
    assert (await admin.get("/groups")).json()[0]["vm_ids"] == ["server-01", "server-02", "new-1"]


async def test_edit_vm_changes_only_the_fields_that_are_given(admin: httpx.AsyncClient) -> None:
    await admin.post("/add-vm", json={"id": "new-1", "note": "old", "internal_ip": "10.0.0.9"})
    answer = await admin.post("/edit-vm", json={"vm_id": "new-1", "note": "new", "group_id": 1})
    assert answer.status_code == 200
    vm = answer.json()
    assert (vm["note"], vm["internal_ip"], vm["group"]) == ("new", "10.0.0.9", 1)


async def test_delete_vm_needs_force_for_a_booked_vm(admin: httpx.AsyncClient, alice: httpx.AsyncClient) -> None:
    await alice.post("/book", json={"vm_id": "server-05", "hours": 2})
    refused = await admin.post("/delete-vm", json={"vm_id": "server-05"})
    assert (refused.status_code, refused.json()["code"]) == (409, "vm_booked")
    answer = await admin.post("/delete-vm", json={"vm_id": "server-05", "force": True})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert len((await admin.get("/vms")).json()["vms"]) == 4


async def test_a_new_group_takes_its_vms_out_of_their_old_group(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/groups", json={"name": " Staging ", "vm_ids": ["server-02", "server-03"]})
    assert answer.status_code == 201
    assert answer.json() == {"id": 2, "name": "Staging", "vm_ids": ["server-02", "server-03"]}
    assert (await admin.get("/groups")).json()[0]["vm_ids"] == ["server-01"]


async def test_a_group_with_an_unknown_vm_is_not_made_at_all(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/groups", json={"name": "Staging", "vm_ids": ["server-02", "ghost"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "vm_not_found")
    assert (await admin.get("/groups")).json() == [
        {"id": 1, "name": "Production", "vm_ids": ["server-01", "server-02"]}
    ]


async def test_add_existing_vms_moves_them_into_the_group_of_the_path(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/groups/1/add-existing-vms", json={"vm_ids": ["server-04"]})
    assert (answer.status_code, answer.json()["vm_ids"]) == (200, ["server-01", "server-02", "server-04"])


async def test_remove_vm_from_group_without_a_group_takes_it_out_of_its_own(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/remove-vm-from-group", json={"vm_id": "server-01"})
    assert (answer.status_code, answer.json()["group"]) == (200, None)


async def test_rename_group_answers_with_the_group(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/rename-group", json={"group_id": 1, "name": "Live"})
    assert (answer.status_code, answer.json()["name"]) == (200, "Live")


async def test_delete_group_leaves_its_vms_without_a_group(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/delete-group", json={"group_id": 1})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert {vm["group"] for vm in (await admin.get("/vms")).json()["vms"]} == {None}


async def test_import_vms_adds_all_or_none(admin: httpx.AsyncClient) -> None:
    refused = await admin.post("/import-vms", json={"vms": [{"id": "a"}, {"id": "server-01"}, {"id": "-bad"}]})
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == ["vms[1]", "vms[2].id"]
    checked = await admin.post(
        "/check-import-vms", json={"vms": [{"id": "a"}, {"id": "server-01"}, {"id": "-bad"}]}
    )
    assert (checked.status_code, checked.json()) == (400, refused.json())
    good = {"vms": [{"id": "a"}, {"id": "b", "group_id": 1}]}
    checked = await admin.post("/check-import-vms", json=good)
    assert (checked.status_code, checked.json()) == (200, {"status": "ok"})
    answer = await admin.post("/import-vms", json=good)
    assert answer.status_code == 201
    assert [(vm["id"], vm["group"]) for vm in answer.json()["vms"]] == [("a", None), ("b", 1)]


async def test_logging_in_sets_a_cookie_and_logging_out_ends_it(live: Live, alice: httpx.AsyncClient) -> None:
    assert (await alice.get("/vms")).status_code == 200
    secret = alice.cookies["loadzone_session"]
    answer = await alice.post("/logout")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "loadzone_session" not in alice.cookies
    again = await live.client().get("/vms", headers={"Cookie": f"loadzone_session={secret}"})
    assert again.status_code == 401


async def test_logging_out_works_without_a_login(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.post("/logout", json={})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_in_open_mode_the_email_alone_logs_in_and_reading_needs_no_login(start_live: Start) -> None:
    async with start_live(mode="open") as live:
        client = live.client()
        assert (await client.get("/vms")).status_code == 200
        refused = await client.post("/book", json={"vm_id": "server-01", "hours": 1})
        assert (refused.status_code, refused.json()["code"]) == (401, "login_required")
        answer = await client.post("/auth", json={"email": "Carol@Example.com", "password": "ignored"})
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        me = (await client.get("/me")).json()
        assert (me["email"], me["role"]) == ("carol@example.com", "admin")
        assert "carol@example.com" in live.site.service.fleet.users


async def test_public_read_opens_the_reading_to_strangers(start_live: Start) -> None:
    async with start_live(public_read=True) as live:
        client = live.client()
        assert (await client.get("/vms")).status_code == 200
        assert (await client.get("/history")).status_code == 200
        assert (await client.post("/book", json={"vm_id": "server-01", "hours": 1})).status_code == 401


@pytest.mark.parametrize("path", ["/vms", "/groups", "/me", "/history", "/healthz", "/openapi.json", "/docs"])
async def test_head_gives_the_headers_of_get_and_no_body(alice: httpx.AsyncClient, path: str) -> None:
    got, headed = await alice.get(path), await alice.head(path)
    assert (headed.status_code, headed.content) == (200, b"")
    assert headed.headers["Content-Type"] == got.headers["Content-Type"]


async def test_an_api_token_acts_for_its_owner(live: Live, alice: httpx.AsyncClient) -> None:
    made = (await alice.post("/add-token", json={"name": "script", "scope": "write"})).json()
    client = live.client(
        headers={"Authorization": f"Bearer {made['secret']}", "Origin": "https://elsewhere.example"}
    )
    answer = await client.post("/book", json={"vm_id": "server-01", "hours": 1})
    assert (answer.status_code, answer.json()["booked_by"]) == (200, ALICE)


async def test_texts_come_back_as_they_were_written(admin: httpx.AsyncClient) -> None:
    """In a note, a tag, a purpose and the name of a group; a character that no text may hold is named."""
    written = "10\u00a0GB \u202f\u00ad👨‍👩‍👧 می\u200cخواهم \U0001faea"
    edited = await admin.post(
        "/edit-vm", json={"vm_id": "server-01", "note": f"{written}\r\nx", "tags": [written]}
    )
    assert (edited.json()["note"], edited.json()["tags"]) == (f"{written}\nx", [written])
    booked = await admin.post("/book", json={"vm_id": "server-01", "hours": 1, "purpose": written})
    assert booked.json()["purpose"] == written
    assert (await admin.post("/groups", json={"name": f"\u3000{written}"})).json()["name"] == written
    again = await admin.post("/groups", json={"name": written.replace("\u00a0", " ").upper()})
    assert (again.status_code, again.json()["code"]) == (409, "group_exists")
    refused = await admin.post("/edit-vm", json={"vm_id": "server-01", "note": "a\u202eb"})
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [("note", "not_printable")]
    assert "U+202E" in refused.json()["errors"][0]["message"]
