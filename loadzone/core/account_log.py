"""What happens to accounts, brought among the store's changes.

The account file comes first: a change of it carries what is to be told of it, in one write. So nothing is told
that did not happen, and nothing is missed while the store is unavailable, the process dies, or a command changes
accounts with no server running: it is told when a server next looks.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, get_args

from loadzone.core.accounts import Accounts
from loadzone.core.service import Service
from loadzone.core.store import ChangeQuery
from loadzone.domain.account_facts import AnyAccountFact
from loadzone.domain.errors import LoadZoneError

log = logging.getLogger(__name__)

KINDS: Final = frozenset(str(kind.__struct_config__.tag) for kind in get_args(AnyAccountFact))


class AccountLog:
    """Tells the store what happened to accounts, each fact once."""

    def __init__(self, accounts: Accounts, service: Service) -> None:
        self._accounts = accounts
        self._service = service
        self._one = asyncio.Lock()

    async def tell(self) -> None:
        """Tell what is untold; where that is not possible now it stays, and is told another time."""
        async with self._one:
            try:
                await self._tell(self._accounts.untold())
            except (LoadZoneError, OSError) as problem:
                log.warning("what happened to accounts is to be told later: %s", problem)

    async def _tell(self, untold: Sequence[AnyAccountFact]) -> None:
        if not untold:
            return
        # Told and not yet forgotten, by a process that died between: it must not be told twice.
        query = ChangeQuery(since=min(fact.at for fact in untold), kinds=KINDS)
        told = {
            fact async for page in self._service.recorded(query) for each in page.changes for fact in each.facts
        }
        news = [fact for fact in untold if fact not in told]
        if news:
            await self._service.record(news)
        await self._accounts.told(untold)
