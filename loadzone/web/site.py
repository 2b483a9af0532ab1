"""What the web needs of the rest, handed over once by the server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tornado.httputil import HTTPServerRequest

from loadzone.core.accounts import Accounts
from loadzone.core.service import Service
from loadzone.i18n import DEFAULT_LANGUAGE, LANGUAGES
from loadzone.web.feed_ring import Ring
from loadzone.web.idempotency import Replays
from loadzone.web.identity import Identity
from loadzone.web.metrics import Metrics
from loadzone.web.problems import language
from loadzone.web.proxies import LOOPBACK, Network, Proxies
from loadzone.web.snapshots import Snapshots
from loadzone.web.uploads import Uploads


class Told(NamedTuple):
    """How a scheduled report went: its period, when it was tried, and what went wrong (empty: nothing)."""

    since: datetime
    until: datetime
    at: datetime
    problem: str


@dataclass(frozen=True, kw_only=True)
class Site:
    """The parts that handlers call, and the settings that they obey.

    `lang` is `ru`, `en` or `auto`; `registration` is `closed`, `domain` or `invite`. `scheduler_on_time`
    tells whether bookings end when they should, `clock_doubted` whether a step of the machine's clock is
    not followed yet. `settings` are those in force: name, value, and where it came from (empty: the default).
    `newest_report` tells how the newest scheduled report went; it is None where none
    are made. `ring` holds the last changes, as the live feed does. `proxies` are those that are trusted.
    Clients in the networks of `metrics_from` get the metrics without a login.
    """

    service: Service
    accounts: Accounts
    identity: Identity
    metrics: Metrics
    lang: str
    registration: str
    started: datetime
    scheduler_on_time: Callable[[], bool]
    secure_cookies: bool
    clock_doubted: Callable[[], bool] = lambda: False
    settings: Sequence[tuple[str, str, str]] = ()
    newest_report: Callable[[], Told | None] | None = None
    ring: Ring = field(default_factory=Ring)
    proxies: Proxies = field(default_factory=Proxies)
    metrics_from: Sequence[Network] = LOOPBACK
    uploads: Uploads = field(default_factory=Uploads)
    replays: Replays = field(default_factory=Replays)
    snapshots: Snapshots = field(default_factory=Snapshots)

    @property
    def default_language(self) -> str:
        """The language for a reader who asks for none that we have."""
        return self.lang if self.lang in LANGUAGES else DEFAULT_LANGUAGE

    def language(self, request: HTTPServerRequest) -> str:
        """Return the language to answer a request in."""
        return language(request, self.default_language, self.identity.cookies)
