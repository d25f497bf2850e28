"""我的事项: the first page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import signed_in
from watchroom.kernel.models import Agency
from watchroom.kernel.registry import registry

from .. import steps, worklist
from ..language import language
from ..worklist import Filters, Page

SCOPES = {
    "mine": Text("我的", "Mine"),
    "agency": Text("本单位", "My agency"),
    "all": Text("全部", "All"),
}
COLUMNS = {
    "number": Text("编号", "Number"),
    "kind": Text("业务", "Kind"),
    "title": Text("事项", "Matter"),
    "place": Text("地点", "Place"),
    "state": Text("状态", "State"),
    "due": Text("时限", "Due"),
    "agency": Text("单位", "Agency"),
    "owner": Text("承办人", "Owner"),
    "occurred": Text("发生时间", "Happened"),
}


@require_GET
@signed_in
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open matters, overdue first."""
    filters = Filters.read(_one_value_each(request))
    page = worklist.page(actor, filters)
    values = {
        "filters": filters,
        "page": page,
        "tabs": _tabs(actor, filters, page),
        "scopes": SCOPES,
        "columns": COLUMNS,
        "flows": registry.flows,
        "states": steps.titles(_states(filters).items(), language(request)),
        "agencies": _agencies(actor),
        "now": now(),
    }
    return render(request, "desk/worklist.html", values)


def _one_value_each(request: HttpRequest) -> dict[str, str]:
    """The address as plain values; the form of columns sends one value a box."""
    query = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    if boxes := request.GET.getlist("column"):
        query["columns"] = ".".join(boxes)
    return query


def _tabs(actor: Actor, filters: Filters, page: Page) -> list[dict[str, Any]]:
    """All, then each domain with open matters or the one being looked at, then its kinds."""
    tabs: list[dict[str, Any]] = [
        {
            "title": Text("全部", "All"),
            "href": filters.address(domain="", kind="", state=""),
            "active": not (filters.domain or filters.kind),
            "count": sum(page.counts.values()),
        }
    ]
    for domain in registry.domains.values():
        seen = [flow for flow in domain.flows if actor.holds(flow.view_permission)]
        count = sum(page.counts.get(flow.kind, 0) for flow in seen)
        if seen and (count or filters.domain == domain.key):
            tabs.append(_tab(domain.title, filters, domain=domain.key, kind="", count=count))
        if len(seen) > 1 and (filters.domain or filters.kind.split(".")[0]) == domain.key:
            tabs += [
                _tab(
                    f.title,
                    filters,
                    domain=domain.key,
                    kind=f.kind,
                    count=page.counts.get(f.kind, 0),
                )
                for f in seen
            ]
    return tabs


def _tab(title: Text, filters: Filters, *, domain: str, kind: str, count: int) -> dict[str, Any]:
    return {
        "title": title,
        "href": filters.address(domain=domain, kind=kind, state=""),
        "active": (filters.domain, filters.kind) == (domain, kind),
        "count": count,
    }


def _states(filters: Filters) -> dict[str, Text]:
    """States that can be chosen: of one kind, or of a domain that has only one."""
    flows = registry.domains[filters.domain].flows if filters.domain else ()
    flow = registry.flows.get(filters.kind) or (flows[0] if len(flows) == 1 else None)
    states = flow.states.items() if flow else ()
    return {name: state.title for name, state in states if not state.final}


def _agencies(actor: Actor) -> list[Agency]:
    """Agencies the actor sees matters of, for the filter."""
    reach: set[int] = set()
    for flow in registry.flows.values():
        reach |= actor.reach(flow.view_permission)
    return list(Agency.objects.filter(pk__in=reach)[:500]) if len(reach) > 1 else []


urlpatterns = [path("", show, name="worklist")]
