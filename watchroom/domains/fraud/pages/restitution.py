"""The pages of a return: proposing it, and its panel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.fields import read_moment
from watchroom.kernel.models import Matter

from ..actions import restitution as actions
from ..actions.restitution import Loss
from ..flow import ASK, MEASURE
from ..models.measures import Claim
from ..queries import measures as queries
from ..rules import money
from .measures import may_read

ROWS = 5
COLUMNS = ("victim", "bank", "account", "reported", "lost", "traced", "case")
REPORTED = Text("报案时间", "Reported at")


@require_http_methods(["GET", "POST"])
@needs(ASK)
def propose(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Propose how a freeze's money is returned: one row for each victim."""
    measure = queries.measure_of(actor, access.find(actor, number=number, kind=MEASURE.kind).pk)
    rows = _typed(request)
    values: dict[str, Any] = {
        "measure": measure,
        "rows": rows + [dict.fromkeys(COLUMNS, "")] * max(ROWS - len(rows), 1),
        "banks": queries.banks(),
        "yuan": money.yuan,
        "act_id": request.POST.get("act_id") or uuid7(),
    }
    if request.method == "GET" or "more" in request.POST:
        return render(request, "fraud/propose_return.html", values)
    try:
        losses = [_loss(actor, row) for row in rows]
        act_id = UUID(request.POST["act_id"]) if request.POST.get("act_id") else None
        matter = actions.propose(actor, measure.pk, losses, act_id=act_id)
    except Refusal as refusal:
        values["refusal"] = refusal.text
        return render(request, "fraud/propose_return.html", values, status=422)
    return redirect("matter", matter.number)


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    columns = [request.POST.getlist(name) for name in COLUMNS]
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=False)]
    return [row for row in rows if row["victim"].strip() or row["account"].strip()]


def _loss(actor: Actor, row: dict[str, str]) -> Loss:
    case = row["case"].strip()
    return Loss(
        victim=row["victim"],
        bank=row["bank"],
        account=row["account"],
        reported_at=_moment(row["reported"]),
        lost=money.fen(row["lost"]),
        traced=money.fen(row["traced"]) if row["traced"].strip() else 0,
        case_id=access.find(actor, number=case).pk if case else None,
    )


def _moment(said: str) -> datetime:
    return read_moment(said.strip(), REPORTED)


def return_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """The panel of a return: who gets how much, names masked until a purpose is given."""
    row = queries.restitution_of(matter.pk)
    opened = may_read(actor, matter)
    if opened:
        personal.reveal(actor, matter, ["victim", "account"])
    claims = list(row.claims.select_related("bank", "case").order_by("reported_at", "id"))
    return {
        "restitution": row,
        "claims": [(claim, payee(claim, opened=opened)) for claim in claims],
        "opened": opened,
        "objections": list(row.objections.order_by("id")) if opened else [],
        "objections_waiting": row.objections.filter(answered_at=None).count(),
        "yuan": money.yuan,
    }


def payee(claim: Claim, *, opened: bool) -> dict[str, str]:
    """Who is paid and where, clear or masked."""
    if opened:
        return {"victim": claim.victim, "account": claim.account}
    return {
        "victim": personal.mask("name", claim.victim),
        "account": personal.mask("phone", claim.account),
    }
