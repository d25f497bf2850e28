"""The command board: queue, map, one incident's assessment, a command line."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from watchroom.base.clock import now
from watchroom.base.text import Text
from watchroom.kernel import trail, typed
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Matter

from .. import queries
from ..queries import IncidentView
from . import answers, assessment

GROUPS: tuple[tuple[str, Text, frozenset[str]], ...] = (
    ("waiting", Text("待处置", "Waiting"), frozenset({"received", "classified", "handing_over"})),
    ("active", Text("处置中", "Under way"), frozenset({"dispatched", "on_scene"})),
    ("resolved", Text("待办结", "To be closed"), frozenset({"resolved"})),
)
FAR = datetime(9999, 1, 1, tzinfo=UTC)
APART, MOST_DRAWN = "\x1e", 4096
_drawn: dict[tuple[str, IncidentView], SafeString] = {}


def group_of(row: IncidentView) -> str:
    """Which part of the queue an incident stands in."""
    return next((key for key, _, states in GROUPS if row.state in states), "waiting")


def rank_of(row: IncidentView) -> str:
    """A text that sorts as the queue does: late first, then urgent, then what runs out first."""
    late = "0" if row.overdue else "1"
    due = row.due_at or FAR
    return f"{late}{row.priority or 2}{due:%Y%m%d%H%M%S}{row.id:012d}"


def in_groups(rows: Iterable[IncidentView]) -> list[dict[str, Any]]:
    """The queue as it is drawn."""
    ordered = sorted(rows, key=rank_of)
    return [
        {"key": key, "title": title, "rows": [r for r in ordered if r.state in states]}
        for key, title, states in GROUPS
    ]


def drawn(request: HttpRequest, rows: Sequence[IncidentView]) -> dict[int, SafeString]:
    """The rows as HTML by id. A row is drawn once for each language, however many screens show it:
    what it says hangs on nothing but its values."""
    lang = answers.lang_of(request)
    known = {row: line for row in rows if (line := _drawn.get((lang, row))) is not None}
    if fresh := [row for row in rows if row not in known]:
        values = {"rows": fresh, "rank_of": rank_of, "group_of": group_of, "apart": APART}
        lines = render_to_string("dispatch/parts/rows.html", values, request).split(APART)
        made = {row: SafeString(line) for row, line in zip(fresh, lines[1:], strict=True)}
        if len(_drawn) > MOST_DRAWN:
            _drawn.clear()
        _drawn.update({(lang, row): line for row, line in made.items()})
        known |= made
    return {row.id: known[row] for row in rows}


@require_GET
@needs("dispatch.view")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The whole board; `?incident=` opens one beside the map."""
    live_from = trail.stream_position()
    rows = queries.board(actor)
    groups = in_groups(rows)
    chosen = _chosen(actor, groups, request.GET.get("incident", ""))
    pk, free = (chosen.pk if chosen else None), queries.free_now(actor)
    values = {
        "groups": groups,
        "drawn": drawn(request, rows),
        "live_from": live_from,
        "selected": pk,
        "center": _center(rows, pk),
        "free": free,
        "covered": queries.covered_now(free),
        "late": sum(1 for r in rows if r.overdue),
        "open": len(rows),
        **(assessment.panel(actor, chosen, request) if chosen is not None else {}),
    }
    return render(request, "dispatch/board.html", values)


def _center(rows: Sequence[IncidentView], chosen: int | None) -> str:
    """Where the map opens: at the chosen incident, else at any that has a place."""
    placed = sorted((r for r in rows if r.lon is not None), key=lambda r: r.id != chosen)
    return f"{placed[0].lon},{placed[0].lat}" if placed else ""


def _chosen(actor: Actor, groups: Sequence[dict[str, Any]], wish: str) -> Matter | None:
    """The incident asked for, if it may be seen; where none was, the first of the queue."""
    first = next((row.id for group in groups for row in group["rows"]), None)
    first = typed.whole(wish) or first
    try:
        return queries.incident_matter(actor, pk=first) if first else None
    except NotFound:
        return None


@require_GET
@needs("dispatch.view")
def rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Rows of the queue: those asked for by id, or all of them. What has ended does not come."""
    asked = request.GET.get("ids")
    ids = None if asked is None else [n for p in asked.split(",") if (n := typed.whole(p))]
    found = sorted(queries.board(actor, ids=ids), key=rank_of)
    lines = format_html_join("", "{}", [(line,) for line in drawn(request, found).values()])
    return HttpResponse(format_html("<table><tbody>{}</tbody></table>", lines))


@require_GET
@needs("dispatch.view")
def coverage(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The figures at the head of the board, as of now."""
    free = queries.free_now(actor)
    values = {"free": free, "covered": queries.covered_now(free), "at": now()}
    return render(request, "dispatch/parts/figures.html", values)


def geojson(name: str) -> Any:
    """A view that answers with one of the map's layers."""
    read = getattr(queries, name)

    @require_GET
    @needs("dispatch.view")
    def layer(request: HttpRequest, actor: Actor) -> HttpResponse:
        return JsonResponse(read(actor), content_type="application/geo+json")

    return layer


@require_GET
@needs("dispatch.view")
def routes(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """The ways of units to an incident: those on their way, or those asked for."""
    row = queries.incident(actor, assessment.found(actor, number).pk)
    ids = [n for p in request.GET.get("units", "").split(",") if (n := typed.whole(p))]
    under_way = [a.unit_id for a in row.assignments if a.state in ("sent", "signed", "set_out")]
    goal = None if row.lon is None or row.lat is None else (row.lon, row.lat)
    features = queries.route_features(actor, goal, ids or under_way) if goal else _nothing()
    return JsonResponse(features, content_type="application/geo+json")


def _nothing() -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": []}
