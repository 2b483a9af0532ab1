"""Who may do what."""

from datetime import UTC, datetime

import pytest

from loadzone.domain.errors import LoginRequired, NotAllowed
from loadzone.domain.model import VM
from loadzone.domain.permissions import GUEST, STRANGER, Act, Actor, Role, demand, may

USER = Actor(email="user@example.com", role=Role.USER)
OTHER = Actor(email="other@example.com", role=Role.USER)
ADMIN = Actor(email="admin@example.com", role=Role.ADMIN)
READER = Actor(email="admin@example.com", role=Role.ADMIN, read_only=True)
HELD = VM(id="a", group=None, booked_by="user@example.com", expires_at=datetime(2026, 11, 23, tzinfo=UTC))

# One row an actor: see, book, renew, release, manage_fleet, administer, audit (l) of a VM that `user` holds.
TABLE = [
    (STRANGER, "-------"),
    (GUEST, "s------"),
    (USER, "sbnr---"),
    (OTHER, "sb-----"),
    (ADMIN, "sb-rmal"),
    (READER, "s-----l"),
]


@pytest.mark.parametrize(("actor", "rights"), TABLE)
def test_each_actor_may_exactly_what_the_table_says(actor: Actor, rights: str) -> None:
    assert [may(actor, act, HELD) for act in Act] == [right != "-" for right in rights]


@pytest.mark.parametrize(("actor", "rights"), TABLE)
def test_demand_raises_exactly_where_may_is_false(actor: Actor, rights: str) -> None:
    for act in Act:
        if may(actor, act, HELD):
            assert demand(actor, act, HELD) == (actor.email or "")
        else:
            with pytest.raises((LoginRequired, NotAllowed)):
                demand(actor, act, HELD)


def test_a_refusal_says_why() -> None:
    with pytest.raises(LoginRequired, match="login_required"):
        demand(GUEST, Act.BOOK)
    with pytest.raises(NotAllowed, match="read_only_token"):
        demand(READER, Act.BOOK)
    with pytest.raises(NotAllowed, match="admin_only"):
        demand(USER, Act.MANAGE_FLEET)
    with pytest.raises(NotAllowed, match="admin_only"):
        demand(Actor(email="user@example.com", role=Role.USER, read_only=True), Act.AUDIT)
    with pytest.raises(NotAllowed, match="not_holder") as refused:
        demand(OTHER, Act.RELEASE, HELD)
    assert refused.value.data == {"vm_id": "a", "holder": "user@example.com", "until": HELD.expires_at}
