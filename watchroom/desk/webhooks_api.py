"""The interface of webhooks: /api/v1/webhooks/. Needs tokens.manage."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from watchroom.kernel import webhooks
from watchroom.kernel.access import Actor, NotFound, require
from watchroom.kernel.machines import actor_of
from watchroom.kernel.models import Agency, Webhook

router = Router()


class WebhookIn(Schema):
    """Who is to be told of what. `events`: names or patterns such as "dispatch.incident.*"."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=80)
    url: str = Field(min_length=1, max_length=500)
    events: list[str] = Field(min_length=1, max_length=50)
    agency_id: int | None = Field(None, description="This agency and below; default: your own")


class WebhookOut(Schema):
    id: int
    name: str
    url: str
    events: list[str]
    agency_id: int
    agency: str
    created_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None

    @staticmethod
    def resolve_agency(row: Webhook) -> str:
        return row.agency.name


class WebhookMade(WebhookOut):
    """With the secret, which is shown this once."""

    secret: str


class DeliveryOut(Schema):
    """Whether one event arrived. `state`: waiting, delivered or given_up."""

    id: int
    event: str
    state: str
    attempts: int
    status: int | None
    error: str
    made_at: datetime
    next_at: datetime | None
    done_at: datetime | None


def _actor(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    require(actor, webhooks.PERMISSION)
    return actor


@router.get("", response=list[WebhookOut], summary="Subscriptions")
def listed(request: HttpRequest) -> Any:
    """Latest first, ended ones too."""
    return webhooks.managed(_actor(request))


@router.post("", response=WebhookMade, summary="Subscribe")
def subscribe(request: HttpRequest, wanted: WebhookIn) -> Any:
    """Events from now on, signed as Standard Webhooks describe it (webhook-id, webhook-timestamp,
    webhook-signature). No personal data: which matter, which step, when."""
    actor = _actor(request)
    agency = Agency.objects.filter(pk=wanted.agency_id or actor.agency_id).first()
    if agency is None or not (actor.everywhere or agency.pk in actor.reach(webhooks.PERMISSION)):
        raise NotFound
    hook, secret = webhooks.subscribe(actor, wanted.name, wanted.url, wanted.events, agency)
    hook.secret = secret  # in the answer only: the row keeps it encrypted
    return hook


@router.get("/{int:webhook_id}/deliveries", response=list[DeliveryOut], summary="What arrived")
def deliveries(request: HttpRequest, webhook_id: int, state: str = "") -> Any:
    """The latest 200, or of one state."""
    rows = webhooks.find(_actor(request), webhook_id).deliveries.order_by("-pk")
    return rows.filter(state=state)[:200] if state else rows[:200]


@router.post("/{int:webhook_id}/pause", response=WebhookOut, summary="Hold back")
def pause(request: HttpRequest, webhook_id: int) -> Any:
    """Nothing is lost: it is told after `resume`."""
    return webhooks.pause(_actor(request), webhook_id)


@router.post("/{int:webhook_id}/resume", response=WebhookOut, summary="Tell again")
def resume(request: HttpRequest, webhook_id: int) -> Any:
    """Beginning with what was held back."""
    return webhooks.resume(_actor(request), webhook_id)


@router.post("/{int:webhook_id}/end", response=WebhookOut, summary="End a subscription")
def end(request: HttpRequest, webhook_id: int) -> Any:
    """For good; what was told stays on record."""
    return webhooks.end(_actor(request), webhook_id)


@router.post("/deliveries/{int:delivery_id}/again", response=DeliveryOut, summary="Try once more")
def again(request: HttpRequest, delivery_id: int) -> Any:
    """A delivery that was given up."""
    return webhooks.try_again(_actor(request), delivery_id)
