"""`GET /analytics`: the page on how the fleet was used, for everybody who may read the history, and its figures.

The figures come from `GET /analytics/data`, an address of the page's own and no row of the route table: what it
sends are plots for the BokehJS of this very release. Programs ask `GET /history` and `loadzone.analytics` instead.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final
from urllib.parse import quote

from loadzone.domain.permissions import Act, demand, may
from loadzone.web.analyses import Analyses
from loadzone.web.analytics_query import read_question
from loadzone.web.desk_pages import ANALYTICS, DeskPage
from loadzone.web.pages import HasAddresses
from loadzone.web.site import Site
from loadzone.web.streaming import StreamHandler

# Bokeh styles what it draws inline, and its tools have cursors as data.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class AnalyticsPage(DeskPage):
    """`GET /analytics`; strangers go to the login and come back to the same range."""

    policy = POLICY
    sheets = ("pages/analytics.css",)

    def initialize(self, site: Site, assets: HasAddresses, analyses: Analyses) -> None:  # type: ignore[override]  # Tornado calls it by name
        """Take the site, where scripts and styles are, and who works the figures out."""
        super().initialize(site, assets)
        self.analyses = analyses

    async def get(self) -> None:  # type: ignore[override]  # Tornado awaits what it is given
        """Answer with the page, and let the process start that will be asked next."""
        actor = self.site.identity.identify(self.request).actor
        if not may(actor, Act.SEE):
            self.redirect(f"/login?next={quote(self.request.uri or ANALYTICS, safe='')}")
            return
        self.show(actor, "analytics")
        await self.analyses.analyst.warm()

    head = get  # type: ignore[assignment]  # as above

    def data(self) -> Mapping[str, str]:
        """Return where BokehJS is; its version makes the address last for a year."""
        return {"bokeh": f"/static/js/bokeh.min.js?v={version('bokeh')}"}


class AnalyticsData(StreamHandler):
    """`GET /analytics/data?range&since&until&group&user&tz`: lines of JSON, each sent when it is there."""

    route_path = "/analytics/data"

    def initialize(self, site: Site, analyses: Analyses) -> None:  # type: ignore[override]  # Tornado calls it by name
        """Take the site, and who works the figures out."""
        super().initialize(site)
        self.analyses = analyses

    async def get(self) -> None:
        """Answer line by line; raises InvalidInput naming the fields that are wrong, RequestRefused when busy."""
        actor = self.site.identity.identify(self.request).actor
        demand(actor, Act.SEE)
        service = self.site.service
        now, lang = service.clock(), self.site.language(self.request)
        question = read_question(self.request.query_arguments, service.see(actor), lang, now)
        whose = actor.email or str(self.request.remote_ip)
        await self.stream(self.analyses.answer(service.seq, question, now, whose), self._begin)

    def _begin(self) -> None:
        # Text of its own kind, which is compressed on its way and no browser shows as a page.
        self.set_header("Content-Type", "text/x-ndjson; charset=utf-8")


def patterns(site: Site, assets: HasAddresses, analyses: Analyses) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return Tornado's rules for the page and its figures."""
    return [
        (ANALYTICS, AnalyticsPage, {"site": site, "assets": assets, "analyses": analyses}),
        (f"{ANALYTICS}/data", AnalyticsData, {"site": site, "analyses": analyses}),
    ]
