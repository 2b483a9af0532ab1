"""Is it alive, is it ready, how is it doing: for supervisors and Prometheus."""

from msgspec import UNSET

from loadzone.domain.errors import LoginRequired
from loadzone.domain.permissions import Act, demand
from loadzone.web.bodies import Done, Ready
from loadzone.web.fleet_calls import DONE
from loadzone.web.handlers import BaseHandler
from loadzone.web.metrics import CONTENT_TYPE
from loadzone.web.problems import RequestRefused
from loadzone.web.proxies import is_client_within
from loadzone.web.route import Asked
from loadzone.web.site import Site

NOT_READY = 503


async def alive(_asked: Asked) -> Done:
    """Say that the process answers."""
    return DONE


async def ready(asked: Asked) -> Ready:
    """Say that bookings can be made and will end in time, or refuse with the reasons why not.

    A clock that is doubted is told and no reason to refuse: bookings are made and end by elapsed time meanwhile.
    """
    reasons = []
    if not asked.site.service.store_health().writable:
        reasons.append("store_unavailable")
    if not asked.site.scheduler_on_time():
        reasons.append("scheduler_late")
    doubts = ["clock_doubted"] if asked.site.clock_doubted() else []
    if reasons:
        raise RequestRefused(NOT_READY, "not_ready", reasons=[*reasons, *doubts])
    return Ready(reasons=doubts or UNSET)


class MetricsHandler(BaseHandler):
    """Gives the metrics to clients in the networks of `metrics_from`, and elsewhere to logged-in people."""

    site: Site
    route_path = "/metrics"

    def initialize(self, site: Site) -> None:
        """Take the site."""
        self.site = site

    def get(self) -> None:
        """Answer in Prometheus' text format."""
        if not is_client_within(self.request, self.site.metrics_from, self.site.proxies):
            actor = self.site.identity.identify(self.request).actor
            demand(actor, Act.SEE)
            if actor.email is None:
                raise LoginRequired
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(self.site.metrics.exposition())

    head = get
