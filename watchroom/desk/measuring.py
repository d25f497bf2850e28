"""What is measured of requests and of the system, for Prometheus: numbers and templates, never ids.

A route is named by its template ("m/<str:number>/"), a matter's kind by its key. Several processes
of one `serve` share a folder (PROMETHEUS_MULTIPROC_DIR, set where they are started).
"""

import os
import time
from collections.abc import Callable, Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY

from watchroom.base.clock import now
from watchroom.kernel import gauges, health

from .tracing import span

Next = Callable[[HttpRequest], HttpResponse]
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)

REQUESTS = Counter(
    "watchroom_requests", "Requests answered.", ("route", "method", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "watchroom_request_seconds", "Time to answer.", ("route",), buckets=BUCKETS, registry=REGISTRY
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def route(request: HttpRequest) -> str:
    """The template of the route that answered; "none" where no route did."""
    match = getattr(request, "resolver_match", None)
    return str(match.route) if match and match.route is not None else "none"


class Measured:
    """Counts and times every request. The outermost of ours: what others refuse is counted too."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        method = request.method if request.method in METHODS else "OTHER"
        with span() as told:
            response = self.get_response(request)
            told(f"{method} {route(request)}", response.status_code)
        SECONDS.labels(route(request)).observe(time.perf_counter() - began)
        REQUESTS.labels(route(request), method, str(response.status_code)).inc()
        return response


class Standing:
    """Gauges that are read off the database when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        """Every gauge; when the database does not answer, that alone."""
        try:
            yield from _read()
            up = 1
        except DatabaseError:
            up = 0
        yield _gauge("watchroom_database_up", "Whether the database answers.", up)


def _gauge(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=value)


def _labelled(name: str, said: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, said, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _read() -> Iterator[Metric]:
    jobs = gauges.jobs()
    states = {
        "waiting": jobs.waiting,
        "under_way": jobs.under_way,
        "stranded": jobs.stranded,
        "failed": jobs.failed,
    }
    yield _labelled("watchroom_jobs", "Jobs by state; failed: in the last day.", "state", states)
    yield _gauge("watchroom_oldest_job_seconds", "Age of the oldest waiting job.", jobs.oldest_s)
    if (silent := gauges.worker_silent_s()) is not None:
        yield _gauge("watchroom_worker_silent_seconds", "Since a worker's last sign.", silent)
    overdue = gauges.overdue()
    yield _labelled("watchroom_clocks_overdue", "Running clocks that are over.", "kind", overdue)
    forgotten = gauges.forgotten_clocks(health.LATE)
    yield _gauge("watchroom_clocks_forgotten", "Clocks over and not raised.", forgotten)
    held = gauges.stream_held_s()
    yield _gauge("watchroom_stream_held_seconds", "How long the live stream is held up.", held)
    yield _gauge(
        "watchroom_live_processes", "Processes of the live stream.", gauges.live_processes()
    )
    yield _gauge("watchroom_trail_entries", "Entries of the trail so far.", gauges.entries())
    yield _gauge("watchroom_database_bytes", "Size of the database.", gauges.database_bytes())
    yield _labelled(
        "watchroom_table_bytes", "Sizes of the largest tables.", "table", gauges.table_bytes()
    )
    yield _gauge("watchroom_database_connections", "Connections.", gauges.connections())
    if made := health.last_backup():
        age = (now() - made).total_seconds()
        yield _gauge("watchroom_backup_age_seconds", "Age of the last backup.", age)


def page() -> bytes:
    """Everything, as Prometheus reads it."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)
    else:
        requests = REGISTRY
    standing = CollectorRegistry()
    standing.register(Standing())
    return generate_latest(requests) + generate_latest(standing)
