"""Every address there is and every method it is asked with: the resolver says them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from watchroom.desk.api import api
from watchroom.kernel.flow import Flow
from watchroom.kernel.registry import registry

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
PAGES = ("get", "post")
API = "api/v1/"


@dataclass(frozen=True)
class Row:
    """One line of the matrix: a route, a method, and for a step of a flow which one."""

    method: str
    route: str
    step: tuple[str, str] | None = None
    """(kind of matter, name of the step) where the route takes a step."""

    @property
    def key(self) -> str:
        """How the row is called in the expectations and in the document."""
        said = f" {self.step[0]}.{self.step[1]}" if self.step else ""
        return f"{self.method.upper()} /{self.route}{said}"

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Names of the parameters and how each is written (int, str, slug, uuidstr)."""
        return {m["name"]: m["kind"] or "str" for m in PARAMETER.finditer(self.route)}

    def address(self, values: dict[str, Any]) -> str:
        """The route with its parameters filled in."""
        return "/" + PARAMETER.sub(lambda m: str(values[m["name"]]), self.route)


@cache
def described() -> dict[str, Any]:
    """What the interface says of itself, made once."""
    return dict(api.get_openapi_schema())


def rows() -> Iterator[Row]:
    """Every row of the matrix."""
    routes = sorted({route for route, _ in _patterns(get_resolver().url_patterns)})
    for route in routes:
        if route.startswith(API):
            continue
        for method in PAGES:
            yield from _with_steps(method, route)
    known = {PARAMETER.sub(lambda m: "{" + m["name"] + "}", route): route for route in routes}
    for path, operations in described()["paths"].items():
        for method in operations:
            yield Row(method, known[path.lstrip("/")])
    yield Row("get", f"{API}openapi.json")
    yield Row("get", API)


def _with_steps(method: str, route: str) -> Iterator[Row]:
    if method != "post" or route != "m/<str:number>/step/<str:name>/":
        yield Row(method, route)
        return
    for flow in registry.flows.values():
        yield from (Row(method, route, (flow.kind, step)) for step in _taken_by_hand(flow))


def _taken_by_hand(flow: Flow) -> list[str]:
    return [step.name for step in flow.steps if step.sources and not step.hidden]


def _patterns(found: Any, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern), pattern


def operation(row: Row) -> dict[str, Any]:
    """What the OpenAPI says of a row of the machine interface; empty for a page."""
    if not row.route.startswith(API):
        return {}
    path = "/" + PARAMETER.sub(lambda m: "{" + m["name"] + "}", row.route)
    found: dict[str, Any] = described()["paths"].get(path, {})
    return dict(found.get(row.method, {}))
