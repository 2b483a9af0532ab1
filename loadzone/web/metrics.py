"""What Prometheus reads: counted as it happens, worked out when it asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from loadzone.core.service import Committed, Service
from loadzone.domain.facts import BookingMade, BookingReleased, BookingRenewed

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_FSYNC_BUCKETS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0)
_LATENESS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class _Requests(Collector):
    """Answers by route and status, counted in a plain dict: a labelled counter costs ten times as much."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, int], int] = {}
        self.seconds: dict[str, float] = {}

    def answered(self, route: str, status: int, seconds: float) -> None:
        key = (route, status)
        self.counts[key] = self.counts.get(key, 0) + 1
        self.seconds[route] = self.seconds.get(route, 0.0) + seconds

    def collect(self) -> Iterator[Metric]:
        counts = CounterMetricFamily("loadzone_http_requests", "HTTP answers.", labels=["route", "status"])
        for (route, status), count in self.counts.items():
            counts.add_metric([route, str(status)], count)
        seconds = CounterMetricFamily("loadzone_http_request_seconds", "Time spent on HTTP.", labels=["route"])
        for route, spent in self.seconds.items():
            seconds.add_metric([route], spent)
        yield counts
        yield seconds


class _Figures(Collector):
    """The figures of the store, each a metric of its own name; those that end with `_total` only grow."""

    def __init__(self, read: Callable[[], Mapping[str, float]]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        for name, value in sorted(self._read().items()):
            family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            yield family(f"loadzone_store_{name}", "A figure of the store.", value=value)


class Metrics:
    """All metrics, in a registry of their own.

    The server sets what is read when Prometheus asks: `open_pages` and `socket_clients`; `watch` sets the
    rest. `expiry_lateness`, `loop_lag` and `fsync` are in seconds; `fsync.observe` fits the store's `on_sync`.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.open_pages: Callable[[], float] = _none
        self.socket_clients: Callable[[], float] = _none
        self.store_figures: Callable[[], Mapping[str, float]] = dict
        self._count = self._counted()
        self.conflicts = Counter("loadzone_conflicts", "Wishes refused as clashing.", registry=self.registry)
        self.reports = Counter(
            "loadzone_reports", "Scheduled reports by how they went.", ["outcome"], registry=self.registry
        )
        self.crashes = Counter("loadzone_http_crashes", "Requests that failed inside.", registry=self.registry)
        self.expiry_lateness = Histogram(
            "loadzone_expiry_lateness_seconds",
            "How long after its planned end a booking was ended.",
            buckets=_LATENESS_BUCKETS,
            registry=self.registry,
        )
        self.fsync = Histogram(
            "loadzone_fsync_seconds", "One sync of the journal.", buckets=_FSYNC_BUCKETS, registry=self.registry
        )
        self.loop_lag = Gauge("loadzone_loop_lag_seconds", "The event loop's delay.", registry=self.registry)
        self._read_later("loadzone_open_pages", "Dashboards that are open.", lambda: float(self.open_pages()))
        self._read_later(
            "loadzone_socket_clients", "Clients of the live feed.", lambda: float(self.socket_clients())
        )
        requests = _Requests()
        self.answered = requests.answered
        self.registry.register(requests)
        self.registry.register(_Figures(lambda: dict(self.store_figures())))

    def _counted(self) -> Mapping[str, Callable[[], None]]:
        bookings = Counter("loadzone_bookings", "Bookings by what happened.", ["kind"], registry=self.registry)
        kinds = ("made", "renewed", "cancelled", "expired", "forced", "vm_deleted")
        return {kind: bookings.labels(kind).inc for kind in kinds}

    def _read_later(self, name: str, told: str, read: Callable[[], float]) -> None:
        Gauge(name, told, registry=self.registry).set_function(read)

    def watch(self, service: Service) -> None:
        """Count what happens in `service` and read its figures."""
        self.store_figures = lambda: service.store_health().figures
        self._read_later("loadzone_vms", "VMs in the fleet.", lambda: len(service.fleet.vms))
        self._read_later("loadzone_seq", "The number of the newest change.", lambda: service.seq)
        service.subscribe(self.on_changes)

    def on_changes(self, committed: Sequence[Committed]) -> None:
        """Count the bookings made, renewed and ended."""
        for one in committed:
            for fact in one.change.facts:
                if isinstance(fact, BookingMade):
                    self._count["made"]()
                elif isinstance(fact, BookingRenewed):
                    self._count["renewed"]()
                elif isinstance(fact, BookingReleased):
                    self._count[fact.reason.value]()

    def figure(self, name: str) -> float:
        """Return one figure now, 0 when nothing was counted yet."""
        return self.registry.get_sample_value(name) or 0.0

    def exposition(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


def _none() -> float:
    return 0.0
