"""All waiting calls at once: the proven best choice beside the hurried one; people decide."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import typed
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs

from .. import actions, queries
from . import answers


@require_http_methods(["GET", "POST"])
@needs("dispatch.dispatch")
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The choice, to be accepted whole or in part."""
    results = _accept(request, actor) if request.method == "POST" else []
    best = queries.best_assignment(actor)
    hurried = {p.incident_id: p for p in best.greedy}
    rows = {r.id: r for r in queries.board(actor, ids=[p.incident_id for p in best.pairs])}
    values = {
        "best": best,
        "lines": [_line(p, hurried[p.incident_id], rows.get(p.incident_id)) for p in best.pairs],
        "results": results,
        "new_id": uuid7,
        "weights": queries.URGENCY,
    }
    response = render(request, "dispatch/optimum.html", values)
    if results:
        response["HX-Trigger"] = answers.changed([r["id"] for r in results])
    return response


def _line(ours: queries.Pair, theirs: queries.Pair, row: Any) -> dict[str, Any]:
    both = ours.seconds is not None and theirs.seconds is not None
    gain = (theirs.seconds or 0.0) - (ours.seconds or 0.0) if both else None
    return {"ours": ours, "theirs": theirs, "row": row, "gain": gain}


def _accept(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    """Send the pairs that were ticked; one that another desk was faster with says so."""
    results = []
    for pair in request.POST.getlist("pair"):
        incident_id, unit_id = (typed.whole(part) or 0 for part in (pair + ":").split(":")[:2])
        number = request.POST.get(f"number-{incident_id}", "")
        try:
            done = actions.dispatch(
                actor,
                incident_id,
                [unit_id],
                reason="最优派警 / best assignment",
                act_id=typed.act_id(request.POST, f"act-{incident_id}"),
            )
            text, ok = Text(f"{done.number}：已派", f"{done.number}: sent"), True
        except Refusal as refusal:
            text, ok = Text(number, number) + Text("：", ": ") + refusal.text, False
        results.append({"id": incident_id, "text": text, "ok": ok})
    return results
