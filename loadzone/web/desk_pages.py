"""The pages beside the dashboard: one's own account, and for administrators people, tokens, settings and so on.

They are plain pages over the same calls that programs use: a script lists and asks, a dialog a change. What only
this process knows, the settings in force and its health, stands in the page itself.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from msgspec import Struct
from tornado.template import Loader, Template

from loadzone.domain.permissions import Act, Actor, may
from loadzone.i18n import LANGUAGES, date_and_time, number, translate
from loadzone.web.handlers import BaseHandler
from loadzone.web.pages import POLICY, HasAddresses
from loadzone.web.site import Site

ACCOUNT: Final = "/account"
ANALYTICS: Final = "/analytics"
ADMIN: Final = ("people", "tokens", "history", "audit", "import", "settings", "health")
FORBIDDEN: Final = 403
_NAMES: Final = {"en": "English", "ru": "Русский"}


class Shown(Struct, frozen=True, kw_only=True):
    """A table that stands in a page: what it is called, its columns, and its rows of texts.

    The first `names` columns hold what is called so in every language, so that no browser translates it.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 0


class DeskPage(BaseHandler):
    """`GET /account` and `GET /admin/<page>`: strangers go to the login, others may be told no."""

    site: Site
    policy = POLICY
    sheets: tuple[str, ...] = ()

    def initialize(self, site: Site, assets: HasAddresses) -> None:
        """Take the site, and where scripts and styles are."""
        self.site = site
        self.assets = assets

    def get(self, page: str = "account") -> None:
        """Answer with the page."""
        actor = self.site.identity.identify(self.request).actor
        if actor.email is None:
            self.redirect(f"/login?next={quote(self.request.path)}")
            return
        allowed = page == "account" or may(actor, Act.ADMINISTER)
        if not allowed:
            self.set_status(FORBIDDEN)
        self.show(actor, page if allowed else "forbidden")

    head = get

    def show(self, actor: Actor, page: str) -> None:
        """Answer with one page as `actor` may see it."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", self.policy)
        self.set_header("Cache-Control", "no-store")
        self.finish(_template().generate(**self._filled(actor, page)))

    def data(self) -> Mapping[str, str]:
        """Return what the page's script needs to know besides what all of them do."""
        return {}

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.site.language(self.request)

    def text(self, key: str, **data: Any) -> str:
        """Return the text `admin-<key>`."""
        return translate(self.lang, f"admin-{key}", **data)

    def _filled(self, actor: Actor, page: str) -> dict[str, Any]:
        tables = TABLES[page](self) if page in TABLES else ()
        return {
            "assets": self.assets.url(),
            "lang": self.lang,
            "cookie_suffix": self.site.identity.cookies.suffix,
            "title": self.text(page),
            "back": self.text("back"),
            "email": actor.email,
            "login": (f"/login?next={quote(self.request.path)}", translate(self.lang, "dashboard-log-in")),
            "looks": self._looks(actor),
            "data": {
                "page": page,
                "lang": self.lang,
                "assets": self.assets.url(),
                "email": actor.email or "",
                "role": actor.role.value,
                "mode": self.site.accounts.mode,
                "registration": self.site.registration,
                "now": self.site.service.clock().isoformat(),
                **self.data(),
            },
            "sheets": self.sheets,
            "navigation": self.text("navigation"),
            "tabs": self._tabs(actor, page),
            "notes": [self.text(f"{page}-note")] if page in ("forbidden", "settings") else [],
            "tables": tables,
            "languages": [(code, _NAMES[code]) for code in LANGUAGES],
            "language_label": translate(self.lang, "page-language"),
            "needs_script": translate(self.lang, "page-needs-script"),
        }

    def _looks(self, actor: Actor) -> dict[str, str]:
        """Return the texts of what the script puts into the bar: the theme, and the way out for who is in."""
        known = {theme: f"theme-{theme}" for theme in ("system", "light", "dark")}
        known |= {"person-changed": "person-changed", "reload": "reload"}
        if actor.email is not None:
            known |= {"log-out": "log-out", "no-answer": "no-answer"}
        return {name: translate(self.lang, f"dashboard-{key}") for name, key in known.items()}

    def _tabs(self, actor: Actor, here: str) -> list[tuple[str, str, bool]]:
        pages = [("analytics", ANALYTICS), *([] if actor.email is None else [("account", ACCOUNT)])]
        if may(actor, Act.ADMINISTER):
            pages += [(page, f"/admin/{page}") for page in ADMIN]
        return [(address, self.text(page), page == here) for page, address in pages]


def settings_table(page: DeskPage) -> tuple[Shown, ...]:
    """Return the settings in force, and where each came from."""
    text, lang = page.text, page.lang
    rows = tuple(
        (name, value, origin or text("default"), translate(lang, f"setting-{name.replace('_', '-')}"))
        for name, value, origin in page.site.settings
    )
    columns = tuple(text(f"column-{name}") for name in ("setting", "value", "origin", "meaning"))
    return (Shown(caption=text("settings"), columns=columns, rows=rows, names=len(columns) - 1),)


def health_table(page: DeskPage) -> tuple[Shown, ...]:
    """Return how the store, the scheduler and the feed are, now."""
    site, text = page.site, page.text
    health, metrics = site.service.store_health(), site.metrics
    ended = metrics.figure("loadzone_expiry_lateness_seconds_count")
    late = metrics.figure("loadzone_expiry_lateness_seconds_sum") / ended if ended else 0.0
    syncs = metrics.figure("loadzone_fsync_seconds_count")
    sync = metrics.figure("loadzone_fsync_seconds_sum") / syncs if syncs else 0.0
    lag = metrics.figure("loadzone_loop_lag_seconds")
    rows = [
        (text("health-store"), text("good" if health.writable else "health-store-bad")),
        (text("health-scheduler"), text("good" if site.scheduler_on_time() else "health-scheduler-bad")),
        (text("health-lateness"), text("milliseconds", n=number(page.lang, late * 1000, 1))),
        (text("health-sync"), text("milliseconds", n=number(page.lang, sync * 1000, 2))),
        (text("health-lag"), text("milliseconds", n=number(page.lang, lag * 1000, 1))),
        (text("health-pages"), number(page.lang, metrics.open_pages())),
        (text("health-clients"), number(page.lang, metrics.socket_clients())),
        *([] if site.newest_report is None else [(text("health-report"), _newest_report(page))]),
        (text("health-seq"), number(page.lang, site.service.seq)),
        *(
            (text(f"figure-{name.replace('_', '-')}"), _figure(page, name, value))
            for name, value in _known(health.figures)
        ),
        (text("health-started"), _utc(page.lang, site.started)),
        (text("health-now"), _utc(page.lang, site.service.clock())),
        *([(text("health-clock"), text("health-clock-doubted"))] if site.clock_doubted() else []),
    ]
    columns = (text("column-what"), text("column-value"))
    return (Shown(caption=text("health"), columns=columns, rows=tuple(rows)),)


def _utc(lang: str, at: datetime) -> str:
    return f"{date_and_time(lang, at.astimezone(UTC))} UTC"


def _newest_report(page: DeskPage) -> str:
    told = page.site.newest_report() if page.site.newest_report is not None else None
    if told is None:
        return page.text("health-report-none")
    return page.text("health-report-failed" if told.problem else "health-report-made", **told._asdict())


def _figure(page: DeskPage, name: str, value: float) -> str:
    """Return a figure as people read it: sizes in KiB or MiB, counts as they are."""
    if not name.endswith("_bytes"):
        return number(page.lang, value)
    return (
        page.text("mebibytes", n=number(page.lang, value / 2**20, 1))
        if value >= 2**20
        else page.text("kibibytes", n=number(page.lang, value / 2**10, 1))
    )


def _known(figures: dict[str, float]) -> list[tuple[str, float]]:
    """Return those figures of the store that have a text; what another engine counts stands in the metrics."""
    known = ("journal_bytes", "data_bytes", "history_records")
    return [(name, figures[name]) for name in known if name in figures]


TABLES: Final[dict[str, Callable[[DeskPage], tuple[Shown, ...]]]] = {
    "settings": settings_table,
    "health": health_table,
}


class Onward(BaseHandler):
    """`GET` of an address that stands for another goes there."""

    def initialize(self, to: str) -> None:
        """Take the other address."""
        self.to = to

    def get(self) -> None:
        """Go there."""
        self.redirect(self.to)

    head = get


def patterns(site: Site, assets: HasAddresses) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return Tornado's rules for these pages."""
    given = {"site": site, "assets": assets}
    return [
        (ACCOUNT, DeskPage, given),
        ("/admin/?", Onward, {"to": f"/admin/{ADMIN[0]}"}),
        # Where browsers that keep passwords look for the page: a working draft of the W3C.
        ("/.well-known/change-password", Onward, {"to": f"{ACCOUNT}#own-password"}),
        (f"/admin/({'|'.join(ADMIN)})", DeskPage, given),
    ]


@cache
def _template() -> Template:
    return Loader(str(Path(__file__).parent / "templates"), autoescape="xhtml_escape").load("desk.html")
