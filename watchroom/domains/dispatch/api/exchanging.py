"""Exchange with others: alerts in (CAP 1.2), an incident out (EIDO 1.0)."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router

from watchroom.kernel.machines import actor_of

from .. import actions, queries
from ..exchange import cap, eido
from .schemas import Reported

router = Router()


@router.post("/cap", response=Reported, summary="Take a public alert (CAP 1.2)")
def take_alert(request: HttpRequest) -> Any:
    """The body is the CAP message itself (application/cap+xml). Answers the incident it became or
    was added to; the same message again changes nothing. Updates and cancellations find their
    alert by `references`. Needs dispatch.take_call."""
    return actions.take_alert(actor_of(request), cap.parse(request.body))


@router.get(
    "/incidents/{int:incident_id}/eido",
    response=dict[str, Any],
    summary="An incident as EIDO 1.0 (NENA-STA-021)",
)
def as_eido(request: HttpRequest, incident_id: int) -> JsonResponse:
    """Without personal data. Where NENA's registries have no word for ours they say "Other", and
    our own code stands beside it."""
    return JsonResponse(eido.build(queries.eido_facts(actor_of(request), incident_id)))
