"""Requests that schemathesis makes up from our own OpenAPI, stateful ones too, answered in process.

Counted here, at the application itself, not by the tool that sends them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import Any

SCHEMA = "/api/v1/openapi.json"
CHECKS = ("not_a_server_error", "response_schema_conformance", "content_type_conformance")
Start = Callable[..., Any]


@dataclass
class Counting:
    """A WSGI application that counts what it is asked and what it answers."""

    application: Callable[[dict[str, Any], Start], Iterable[bytes]]
    most: int
    statuses: Counter[int] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Requests so far."""
        return sum(self.statuses.values())

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        def started(status: str, *rest: Any) -> Any:
            code = int(status.split(maxsplit=1)[0])
            self.statuses[code] += 1
            if code >= 500:
                self.broken.append(f"{code} {environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return start(status, *rest)

        return self.application(environ, started)


def prepared() -> str:
    """A county with something of everything in the current database; the secret of a machine that
    may do everything there."""
    from tests.people import build
    from watchroom.base.clock import now
    from watchroom.kernel import tokens
    from watchroom.kernel.access import system
    from watchroom.kernel.registry import registry

    county = build()
    for key in registry.domains:
        import_module(f"watchroom.domains.{key}.tests.samples").samples(county)
    until = now() + timedelta(days=30)
    every = sorted(registry.permissions)
    return tokens.create(system(), "fuzz", county.bureau, every, until)[1]


def fuzz(
    secret: str, seed: int, examples: int, most: int, phases: dict[str, bool]
) -> dict[str, Any]:
    """Ask until `most` requests were made or nothing is left to try; what came of it."""
    import schemathesis
    from django.core.wsgi import get_wsgi_application
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema

    _without_redirects()
    application = Counting(get_wsgi_application(), most)
    config = SchemathesisConfig.from_dict(_config(secret, seed, examples, phases))
    schema = schemathesis.openapi.from_wsgi(SCHEMA, application, config=config)
    began, cpu = time.monotonic(), time.process_time()
    failures, errors = _run(from_schema(schema), application)
    return {
        "seed": seed,
        "requests": application.total,
        "statuses": {str(code): n for code, n in sorted(application.statuses.items())},
        "server_errors": application.broken,
        "failures": failures,
        "errors": errors,
        "seconds": round(time.monotonic() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "schemathesis": schemathesis.__version__,
    }


def _without_redirects() -> None:
    """The engine tells also an application in the same process how many redirects to follow, which
    its own transport does not know (4.32.5)."""
    from schemathesis.transport.wsgi import WSGITransport

    send = WSGITransport.send

    def plain(self: Any, case: Any, **given: Any) -> Any:
        given.pop("max_redirects", None)
        return send(self, case, **given)

    WSGITransport.send = plain


def _config(secret: str, seed: int, examples: int, phases: dict[str, bool]) -> dict[str, Any]:
    from schemathesis.checks import CHECKS as KNOWN

    names = KNOWN.get_all_names()
    return {
        "seed": seed,
        "headers": {"Authorization": f"Bearer {secret}"},
        "generation": {"max-examples": examples, "no-shrink": True},
        "phases": {name: {"enabled": on} for name, on in phases.items()},
        "checks": {name: {"enabled": name in CHECKS} for name in names},
    }


def _run(engine: Any, application: Counting) -> tuple[list[str], list[str]]:
    failures, errors = Counter[str](), Counter[str]()
    stream = engine.execute()
    for event in stream:
        for check in _checks(event):
            if check.failure_info is not None:
                failure = check.failure_info.failure
                failures[f"{check.name}: {failure.operation}: {failure.title}"] += 1
        if type(event).__name__ in ("NonFatalError", "FatalError"):
            errors[f"{type(event.value).__name__}: {event.value}"[:300]] += 1
        if application.total >= application.most:
            stream.stop()
            break
    return [f"{n} × {what}" for what, n in sorted(failures.items())], list(errors)


def _checks(event: Any) -> Iterable[Any]:
    recorder = getattr(event, "recorder", None)
    for checks in (recorder.checks if recorder is not None else {}).values():
        yield from checks
