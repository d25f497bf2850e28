"""留痕: reading, checking and exporting the trail."""

import io
from dataclasses import replace

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from watchroom.base.clock import local, now
from watchroom.kernel import access, audit, personal, trail_export
from watchroom.kernel import trail as kernel_trail
from watchroom.kernel.access import Actor
from watchroom.kernel.doors import needs
from watchroom.kernel.models import Chain

from .. import trail
from ..trail import Filters


@require_GET
@needs(trail.PERMISSION)
def show(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Entries, newest first, and the chains they stand in."""
    filters = Filters.read(request.GET.dict())
    return render(request, "desk/trail.html", _values(actor, filters))


def _values(actor: Actor, filters: Filters) -> dict[str, object]:
    return {
        "filters": filters,
        "page": trail.page(actor, filters),
        "agencies": list(trail.agencies(actor)[:500]),
        "chains": trail.chains(actor, filters),
        "may_export": actor.holds("personal.export"),
        "purposes": personal.PURPOSES,
        "key": trail_export.public_key(),
        "month": local(now()).strftime("%Y-%m"),
    }


@require_POST
@needs(trail.PERMISSION)
def verify(request: HttpRequest, actor: Actor, chain_id: int) -> HttpResponse:
    """Walk one chain from its beginning and say whether it holds."""
    chain = get_object_or_404(Chain, pk=chain_id, agency__in=trail.agencies(actor))
    faults = list(kernel_trail.verify(Chain.objects.filter(pk=chain.pk)))
    audit.note("trail.verified", actor=actor, data={"chain": str(chain), "faults": len(faults)})
    values = {"chain": chain, "faults": faults}
    return render(request, "desk/trail_verified.html", values)


@require_POST
@needs(trail.PERMISSION)  # type: ignore[arg-type]
def export(request: HttpRequest, actor: Actor) -> HttpResponse | FileResponse:
    """The chains of an agency and month as a signed file."""
    said = personal.purpose(request.POST.get("purpose", ""), request.POST.get("words", ""))
    filters = Filters.read(request.POST.dict())
    agency = None
    if filters.agency:
        agency = get_object_or_404(trail.agencies(actor), pk=filters.agency)
    access.require(actor, "personal.export")
    text = io.StringIO()
    month = request.POST.get("month", "")
    trail_export.export(replace(actor, purpose=said), text, agency=agency, month=month)
    name = f"trail-{agency.code if agency else 'all'}-{month or 'all'}.jsonl"
    return FileResponse(
        io.BytesIO(text.getvalue().encode()),
        as_attachment=True,
        filename=name,
        content_type="application/jsonl",
    )


urlpatterns = [
    path("trail/", show, name="trail"),
    path("trail/export/", export, name="trail-export"),
    path("trail/<int:chain_id>/verify/", verify, name="trail-verify"),
]
