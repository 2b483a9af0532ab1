"""Who is disabled by a command beside the running server is out, though nobody asks the server anything."""

import asyncio
from pathlib import Path

import httpx
import pytest

import loadzone
from loadzone.core.accounts import OPERATOR, Accounts
from loadzone.core.auth_file import Scope
from loadzone.core.data_file import auth_path
from loadzone.domain.errors import LoginRequired
from loadzone.domain.permissions import Role
from tests.server.conftest import Serve

ANN = "ann@example.com"
# Far above what it takes, and below the half minute after which housekeeping would notice.
SECONDS = 15


@pytest.mark.parametrize("act", ["disable", "revoke"])
def test_an_idle_feed_ends_when_another_process_ends_its_token(serve: Serve, path: Path, act: str) -> None:
    """The feed of a token whose owner is disabled, or that is revoked, ends; the next request is 401."""
    accounts = Accounts(auth_path(path))
    asyncio.run(accounts.add_person(OPERATOR, ANN, Role.USER))
    secret, token = asyncio.run(accounts.add_token(OPERATOR, ANN, "ci", Scope.READ))
    server = serve("--auth", "password").start()
    zone = loadzone.connect(server.url, token=secret)
    watch = zone.watch(SECONDS)
    if act == "disable":
        asyncio.run(accounts.edit_person(OPERATOR, ANN, disabled=True))
    else:
        asyncio.run(accounts.revoke_token(OPERATOR, token.id))
    with zone, pytest.raises(LoginRequired):
        list(watch)
    headers = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{server.url}/vms", headers=headers, timeout=60).status_code == 401
