"""Who comes back is told what happened while they were away, and nothing that is not for them."""

import httpx

from loadzone.domain.permissions import Actor, Role
from loadzone.domain.wishes import AddGroup, Book, EditVM, Release
from loadzone.web.feed_ring import Ring
from loadzone.web.recent import SHOWN
from tests.web.conftest import ADMIN, ALICE, Live
from tests.web.test_http_errors import check_problem

BOSS = Actor(email=ADMIN, role=Role.ADMIN)
HOLDER = Actor(email=ALICE, role=Role.USER)


async def happened(live: Live) -> None:
    """Let Alice book, and the administrator release it; the ring hears of it from the store."""
    await live.site.service.grant(HOLDER, Book(vm_id="server-01", hours=4))
    await live.site.service.grant(BOSS, Release(vm_id="server-01"))
    await live.site.ring.recall(live.site.service)


async def told(client: httpx.AsyncClient, **headers: str) -> list[tuple[str, str]]:
    """Return the types and messages that somebody is given."""
    answer = await client.get("/notifications", headers=headers)
    assert answer.status_code == 200
    return [(each["type"], each["msg"]) for each in answer.json()["notifications"]]


async def test_the_holder_is_told_of_a_release_and_the_others_what_they_may_know(
    live: Live, admin: httpx.AsyncClient, alice: httpx.AsyncClient, bob: httpx.AsyncClient
) -> None:
    """A personal notification is given to its person only, newest first, and others get the public one."""
    await happened(live)

    assert (await told(alice))[0] == ("released_by_admin", f"{ADMIN} released server-01: your booking is over")
    assert [kind for kind, _ in await told(alice)] == ["released_by_admin", "booked"]
    assert (await told(bob))[0] == ("released", f"{ADMIN} released server-01, which {ALICE} held")
    assert (await told(admin))[0] == ("released", f"You released server-01, which {ALICE} held")
    assert (await told(bob, **{"Accept-Language": "ru"}))[0][1].startswith(f"Администратор {ADMIN} освободил")


async def test_each_notification_says_who_did_it(live: Live, bob: httpx.AsyncClient) -> None:
    """Beside what the feed says stands who did it, and the answer says up to which change it goes."""
    await happened(live)

    answer = (await bob.get("/notifications")).json()

    assert [(each["user"], each["by"]) for each in answer["notifications"]] == [(ALICE, ADMIN), (ALICE, ALICE)]
    assert answer["seq"] == live.site.service.seq == answer["notifications"][0]["seq"]


async def test_a_stranger_is_told_nothing(live: Live, stranger: httpx.AsyncClient) -> None:
    """Who may not see the fleet is refused."""
    assert (await stranger.get("/notifications")).json()["code"] == "login_required"


async def test_only_the_newest_are_given(live: Live, bob: httpx.AsyncClient) -> None:
    """However much happened, the answer has a bounded length and ends with the newest."""
    for number in range(SHOWN + 5):
        await live.site.service.grant(BOSS, EditVM(vm_id="server-02", note=str(number)))
    await live.site.service.grant(BOSS, AddGroup(name="Newest"))
    await live.site.ring.recall(live.site.service)

    found = await told(bob)

    assert len(found) == SHOWN
    assert found[0][0] == "group_added"


async def test_a_ring_recalls_no_more_than_it_holds(live: Live) -> None:
    """After a restart the last changes are there again, as many as are kept, without a gap."""
    for number in range(6):
        await live.site.service.grant(BOSS, EditVM(vm_id="server-02", note=str(number)))
    ring, seq = Ring(3), live.site.service.seq

    await ring.recall(live.site.service)

    assert [change.seq for change in ring.newest_first()] == [seq, seq - 1, seq - 2]
    assert [change.seq for change in ring.since(seq - 3, seq) or ()] == [seq - 2, seq - 1, seq]
    assert ring.since(seq - 4, seq) is None


async def test_a_filter_that_there_is_none_of_is_refused(alice: httpx.AsyncClient) -> None:
    """It would change nothing, and nobody would see that."""
    told = check_problem(await alice.get("/notifications?user=bob@example.com"), 400, "invalid_input")
    assert [(each["field"], each["code"]) for each in told["errors"]] == [("user", "unknown_parameter")]
