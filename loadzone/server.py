"""The composition root: opens, wires, starts and stops everything, in order."""

import asyncio
import gc
import logging
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import uvloop
from tornado.httpserver import HTTPServer
from tornado.routing import AnyMatches, Rule

from loadzone.config import Settings, in_force
from loadzone.core.account_log import AccountLog
from loadzone.core.accounts import NOTICE_SECONDS, Accounts
from loadzone.core.clock import Clock, TrustedClock, system_clock
from loadzone.core.data_file import auth_path
from loadzone.core.engines import open_store
from loadzone.core.json_store import JSONStore
from loadzone.core.scheduler import Scheduler
from loadzone.core.service import Service
from loadzone.core.ticker import Ticker
from loadzone.dashboard.application import Application
from loadzone.dashboard.assets import read_assets
from loadzone.dashboard.bokeh_host import PageServer, make_server
from loadzone.domain.errors import StoreUnavailable
from loadzone.i18n import LANGUAGES, system_language, translate
from loadzone.origins import Origin
from loadzone.reports.scheduled import Outcome, of_settings
from loadzone.web import analytics_page, desk_pages, pages, routes
from loadzone.web.analyses import Analyses
from loadzone.web.analyst import Analyst
from loadzone.web.connections import Connections, is_loopback
from loadzone.web.descriptors import connection_limits, raise_limit
from loadzone.web.hosts import HostGuard
from loadzone.web.http_server import LimitedServer
from loadzone.web.idempotency import Replays
from loadzone.web.identity import Identity
from loadzone.web.lost_page import LostPage
from loadzone.web.metrics import Metrics
from loadzone.web.own_origins import OwnOrigins
from loadzone.web.proxies import Proxies, ProxyHeaders
from loadzone.web.push import Push
from loadzone.web.site import Site, Told

log = logging.getLogger(__name__)

DRAIN_SECONDS = 5.0
ANSWER_SECONDS = 0.1
SWITCH_SECONDS = 0.001
GC_THRESHOLDS = (10_000, 20, 20)
# Above the API's own limit, which answers in the reader's language; Tornado only cuts the connection.
BODY_MAX = 2 * 1024 * 1024
LAG_SECONDS = 0.5

Pattern = tuple[Any, ...]
Say = Callable[[str], None]


class Running:
    """A LoadZone that is up: what a caller may look at, and the address people open."""

    def __init__(
        self, settings: Settings, service: Service, accounts: Accounts, server: PageServer, lost: asyncio.Event
    ) -> None:
        self.settings = settings
        self.service = service
        self.accounts = accounts
        self.server = server
        self.lost = lost
        """Set when the store can write no more because another process has its files."""

    @property
    def url(self) -> str:
        """The address of the page."""
        return self.settings.public_url or self.own_url

    @property
    def own_url(self) -> str:
        """The address that the server itself listens on: where a proxy sends requests to."""
        host = self.settings.host
        shown = "localhost" if host in {"127.0.0.1", "::1", "localhost"} else host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.server.port}"


async def start(
    settings: Settings,
    stack: AsyncExitStack,
    *,
    clock: Clock = system_clock,
    extra_patterns: Sequence[Pattern] = (),
) -> Running:
    """Start everything on `settings` and leave on `stack` how it is stopped, last things first.

    `clock` is the wall clock; all parts go by one trusted clock on top of it.

    Raises DataError, Conflict(`store_locked`) or StoreUnavailable when the store cannot be opened, and
    StoreUnavailable(`port_taken`) when the address cannot be listened on.
    """
    metrics = Metrics()
    clock = trusted = TrustedClock(clock)
    accounts = Accounts(
        auth_path(settings.data),
        clock,
        mode=settings.auth,
        idle=settings.session_idle,
        absolute=settings.session_absolute,
        registration=settings.registration,
        registration_domains=settings.registration_domains,
    )
    stack.push_async_callback(accounts.close)
    store = open_store(settings.data, ZoneInfo(settings.assume_tz))
    lost = asyncio.Event()
    if isinstance(store, JSONStore):
        store.on_sync = metrics.fsync.observe
        store.on_lost = lost.set
    service = Service(store, settings.policy(), clock)
    metrics.watch(service)
    await service.start()
    stack.push_async_callback(service.stop)
    newest_change = await service.newest_moment()
    if newest_change is not None:
        trusted.not_before(newest_change)
    account_log = AccountLog(accounts, service)
    _join(accounts, account_log, service, stack)
    await account_log.tell()
    proxies = Proxies(settings.proxies())
    origins = OwnOrigins(settings.public_url, settings.allowed_origins, proxies)
    identity = Identity(accounts, settings.auth, settings.public_read, origins)
    push = Push(service, identity, metrics, lang=_language(settings))
    await push.ring.recall(service)
    service.subscribe(push.on_changes)
    scheduler = Scheduler(
        service,
        housekeeping=[accounts.sweep, account_log.tell, partial(service.forget_before, settings.audit_days)],
        observe_lateness=metrics.expiry_lateness.observe,
    )
    await scheduler.start()
    stack.callback(scheduler.stop)
    replays = Replays()
    # A clock that is ahead must not make a repeat after a restart a new request.
    last = min(newest_change or clock(), clock())
    replays.recall(await service.receipts(last - replays.keep, replays.limit), last)
    newest: deque[Told] = deque(maxlen=1)
    if settings.report_every is not None:
        reports = of_settings(settings, _language(settings), clock, lambda one: _note_report(one, newest, metrics))
        await reports.start()
        stack.push_async_callback(reports.stop)
    site = Site(
        service=service,
        accounts=accounts,
        identity=identity,
        metrics=metrics,
        lang=_language(settings),
        registration=settings.registration,
        started=clock(),
        scheduler_on_time=scheduler.on_time,
        clock_doubted=lambda: trusted.doubted,
        secure_cookies=(settings.public_url or "").startswith("https://"),
        settings=in_force(settings),
        ring=push.ring,
        proxies=proxies,
        metrics_from=settings.metrics_from,
        replays=replays,
        newest_report=None if settings.report_every is None else lambda: newest[-1] if newest else None,
    )
    # What answers the Analytics page is another reader of the data, as a notebook is.
    analyst = (sys.executable, "-m", "loadzone.reports.analyst", str(settings.data), settings.assume_tz)
    analyses = Analyses(Analyst(analyst))
    server = _page_server(settings, site, push, analyses, extra_patterns)
    metrics.open_pages = server.open_pages
    accounts.on_session_end(push.end_session)
    accounts.on_session_end(lambda session_id: _close_pages(server, session_id))
    server.start()
    stack.push_async_callback(_stop_serving, server, push, service)
    stack.push_async_callback(analyses.close)
    lag = asyncio.create_task(_watch_lag(metrics.loop_lag.set), name="loadzone-lag")
    stack.callback(lag.cancel)
    return Running(settings, service, accounts, server, lost)


def _join(accounts: Accounts, account_log: AccountLog, service: Service, stack: AsyncExitStack) -> None:
    """Let accounts and fleet know of each other, and notice what commands do to accounts while nobody asks."""
    accounts.on_untold(account_log.tell)
    accounts.reserve(service.holds)
    watch = Ticker(accounts.watch, NOTICE_SECONDS, "looking at the account file")
    watch.start()
    stack.callback(watch.stop)


def _note_report(one: Outcome, newest: "deque[Told]", metrics: Metrics) -> None:
    newest.append(Told(*one.period, one.at, one.problem))
    metrics.reports.labels("failed" if one.problem else "made").inc()


def _page_server(
    settings: Settings, site: Site, push: Push, analyses: Analyses, extra_patterns: Sequence[Pattern]
) -> PageServer:
    assets = read_assets()
    HTTPServer.configure(LimitedServer)  # Bokeh makes the server itself
    try:
        server = make_server(
            Application(site.service, assets, open_mode=settings.auth == "open"),
            assets=assets,
            identify=site.identity.identify,
            is_own_origin=site.identity.origins.is_own,
            cookies=site.identity.cookies,
            secret_key=site.accounts.cookie_secret().encode(),
            port=settings.port,
            address=settings.host,
            lang=site.lang,
            extra_patterns=[
                *routes.patterns(site),
                *pages.patterns(site, assets),
                *desk_pages.patterns(site, assets),
                *analytics_page.patterns(site, assets, analyses),
                (r"/socket\.io/", push.handler()),
                *extra_patterns,
            ],
            default_handler_class=LostPage,
            default_handler_args={"site": site, "assets": assets},
            http_server_kwargs={
                "max_body_size": BODY_MAX,
                "connections": Connections(
                    connection_limits(settings.connections_per_address),
                    lambda address: is_loopback(address) or site.proxies.trusts(address),
                ),
                "lang": site.default_language,
            },
        )
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        raise StoreUnavailable("port_taken", host=settings.host, port=settings.port, reason=reason) from wrong
    finally:
        HTTPServer.configure(None)
    site.identity.cookies.use_port(_public_port(settings) or server.port)
    app = server._tornado  # noqa: SLF001  # Bokeh keeps both to itself
    server._http.request_callback = ProxyHeaders(app, site.proxies)  # noqa: SLF001  # the same
    if settings.auth == "open" and not settings.trust_network:
        # Before everything else, the dashboard's own addresses included.
        guard = Rule(AnyMatches(), HostGuard(site.identity.origins, settings.host, site.language))
        server._tornado.wildcard_router.rules.insert(0, guard)  # noqa: SLF001  # Bokeh offers no way to put one first
    return server


def _public_port(settings: Settings) -> int | None:
    """Return the port that people use, as far as the settings say."""
    public = None if settings.public_url is None else Origin.parse(settings.public_url)
    return None if public is None else public.port


def _close_pages(server: PageServer, session_id: str) -> None:
    server.close_session(session_id)


async def _stop_serving(server: PageServer, push: Push, service: Service) -> None:
    """Stop accepting, let what is in flight finish and its answers out, then close every connection."""
    http = server._http  # noqa: SLF001  # Bokeh keeps its HTTP server to itself
    http.stop()
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            await service.drained()
    # The answers to those changes are written in the next turns of the loop.
    await asyncio.sleep(ANSWER_SECONDS)
    await push.close()
    server.stop()
    await http.close_all_connections()


async def _watch_lag(tell: Callable[[float], None]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_SECONDS
        await asyncio.sleep(LAG_SECONDS)
        tell(max(0.0, loop.time() - due))


async def run(settings: Settings, say: Say, *, extra_patterns: Sequence[Pattern] = ()) -> None:
    """Serve until SIGTERM or SIGINT; `say` gets the lines that a person at the terminal reads.

    Raises what `start` raises, and StoreUnavailable when not everything is in the data file at the end.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        running = await start(settings, stack, extra_patterns=extra_patterns)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        settle()
        for line in _warnings(settings):
            log.warning(line)
        for line in greeting(running):
            say(line)
        await _first(stop, running.lost)
        say(translate(_language(settings), "serve-stopping"))
    if running.service.unsaved is not None:
        raise running.service.unsaved
    say(translate(_language(settings), "serve-stopped", path=str(settings.data)))


async def _first(*events: asyncio.Event) -> None:
    """Return when one of the events is set."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for each in waiting:
        each.cancel()


def settle() -> None:
    """Make the process fit for serving; called once, when everything is loaded.

    What is loaded by now lives as long as the process, so no collection need walk over it; values have no
    cycles and are not tracked, so collections may be rare. The thread that syncs the journal waits for the
    interpreter's lock twice a sync, by default for up to 5 ms each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    sys.setswitchinterval(SWITCH_SECONDS)


def greeting(running: Running) -> list[str]:
    """Return what a start tells: the address, the file, the numbers, and how the first person gets in."""
    settings, fleet, lang = running.settings, running.service.fleet, _language(running.settings)
    lines = [
        translate(lang, "serve-address", url=running.url),
        *([] if settings.public_url is None else [translate(lang, "serve-listens", url=running.own_url)]),
        translate(lang, "serve-data", path=str(settings.data), vms=len(fleet.vms), users=len(fleet.users)),
    ]
    key = running.accounts.first_admin_key() if settings.auth == "password" else None
    if key is not None:
        lines.append(translate(lang, "serve-first-admin", url=f"{running.url}/setup?key={key}"))
    if settings.auth == "open":
        lines.append(translate(lang, "serve-open"))
    return lines


def _warnings(settings: Settings) -> list[str]:
    """Return what a start says of settings that work, but not as well as they could."""
    lang = _language(settings)
    if settings.use_xheaders:
        return [translate(lang, "serve-xheaders-old")]
    if settings.public_url is not None and not settings.trusted_proxies:
        return [translate(lang, "serve-proxy-unknown")]
    return []


def _language(settings: Settings) -> str:
    return settings.lang if settings.lang in LANGUAGES else system_language()


def serve(settings: Settings, *, extra_patterns: Sequence[Pattern] = ()) -> int:
    """Run LoadZone until it is told to stop and return the exit code; raises what `start` raises."""
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    # A refusal is an ordinary answer, whoever gives it.
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    # The same goes for requests that are malformed or broken off, of which this one tells.
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    for chatty in ("bokeh", "apscheduler", "panel", "engineio", "socketio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

    raise_limit()

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run(settings, say, extra_patterns=extra_patterns))
    return 0
