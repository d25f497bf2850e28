"""Traces for OpenTelemetry, where an operator turns them on: WATCHROOM_TRACES, extra `traces`.

A span is named by the route's template and carries the status: no address, no query, no person.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings

Told = Callable[[str, int], None]


def _nothing(name: str, status: int) -> None:
    """Without traces nothing is told."""


@contextmanager
def span() -> Iterator[Told]:
    """One request; what is yielded takes the span's name and the status."""
    tracer = _tracer()
    if tracer is None:
        yield _nothing
        return
    with tracer.start_as_current_span("request", record_exception=False) as current:

        def told(name: str, status: int) -> None:
            current.update_name(name)
            current.set_attribute("http.response.status_code", status)

        yield told


@lru_cache(maxsize=1)
def _tracer() -> Any:
    """The tracer of this process; None where traces are off."""
    if not settings.WATCHROOM_TRACES:
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": "watchroom"}))
    exporter = OTLPSpanExporter(endpoint=settings.WATCHROOM_TRACES, timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider.get_tracer("watchroom")
