"""Public alerts of ours: list, one, draft, steps, and the messages as they went out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema

from watchroom.kernel import access
from watchroom.kernel.machines import Act, Given, actor_of, whole

from .. import actions, queries, rules
from ..exchange import atom
from ..flow import ALERT
from ..rules import AlertWords, Said
from .schemas import Both, IncidentOut, Lat, Lon, MatterOut

router = Router()


class Words(Schema):
    zh: Annotated[str, Field(max_length=4000)] = ""
    en: Annotated[str, Field(max_length=4000)] = ""

    def said(self) -> Said:
        return Said(self.zh.strip(), self.en.strip())


class AlertIn(Given):
    """What is told, in both languages. The area: names or codes of beats and agencies, rings of
    corners, or both."""

    event: Words
    headline: Words
    description: Words
    instruction: Words = Words()
    area: Words = Words()
    category: list[str] = Field(min_length=1, max_length=12)
    urgency: str
    severity: str
    certainty: str
    response: list[str] = Field(default=[], max_length=9)
    status: Literal["Actual", "Exercise", "Test"] = "Actual"
    valid: Literal["1h", "2h", "6h", "12h", "24h", "72h"]
    areas: list[str] = Field(default=[], max_length=50)
    rings: list[list[tuple[Lon, Lat]]] = Field(default=[], max_length=50)
    replaces: int | None = Field(None, description="The alert in force that this one updates")
    act_id: UUID | None = None

    def words(self) -> AlertWords:
        named, title = queries.area_of(self.areas)
        area = self.area.said()
        return AlertWords(
            event=self.event.said(),
            headline=self.headline.said(),
            description=self.description.said(),
            instruction=self.instruction.said(),
            area=Said(area.zh or title.zh, area.en or title.en),
            category=tuple(self.category),
            urgency=self.urgency,
            severity=self.severity,
            certainty=self.certainty,
            response=tuple(self.response),
            status=self.status,
            valid=self.valid,
            rings=(*named, *(rules.close_ring(list(ring)) for ring in self.rings)),
        )


class AlertOut(Schema):
    id: int
    number: str
    version: int
    state: str
    standing: Both
    headline: Both
    event: Both
    description: Both
    instruction: Both | None
    area: Both
    category: list[str]
    urgency: str
    severity: str
    certainty: str
    response: list[str]
    status: str
    valid: str
    agency: str
    replaces: str
    issued_at: datetime | None
    expires_at: datetime | None
    rings: list[list[tuple[float, float]]]


class AlertsOut(Schema):
    """What stands, what waits, what ended last, and what others told us (as incidents)."""

    in_force: list[AlertOut]
    waiting: list[AlertOut]
    over: list[AlertOut]
    received: list[IncidentOut]


@router.get("/alerts", response=AlertsOut, summary="Public alerts")
def alerts(request: HttpRequest) -> Any:
    """Ours and those received."""
    actor = actor_of(request)
    access.require(actor, ALERT.view_permission)
    return queries.alerts(actor)


@router.post("/alerts", response=MatterOut, summary="Draft a public alert")
def draft(request: HttpRequest, alert: AlertIn) -> Any:
    """It waits for the approval of a person who did not write it. Needs dispatch.draft."""
    return actions.draft_alert(
        actor_of(request), alert.words(), replaces=alert.replaces, act_id=alert.act_id
    )


@router.get("/alerts.geojson", summary="Areas of the alerts in force, as GeoJSON")
def areas(request: HttpRequest) -> JsonResponse:
    """MultiPolygons with number, severity and headline in both languages."""
    found = queries.alerts_geojson(actor_of(request))
    return JsonResponse(found, content_type="application/geo+json")


@router.get("/alerts/{int:alert_id}", response=AlertOut, summary="One public alert")
def alert(request: HttpRequest, alert_id: int) -> Any:
    """With its words in both languages."""
    return queries.alert(actor_of(request), alert_id)


@router.get("/alerts/{int:alert_id}/cap", summary="What was told last, as CAP 1.2")
def cap(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Exactly as it went out; 404 before it was issued."""
    messages = queries.alert_messages(actor_of(request), alert_id)
    if not messages:
        raise access.NotFound
    return HttpResponse(messages[-1].body, content_type=atom.CAP_TYPE)


@router.post("/alerts/{int:alert_id}/{str:step}", response=MatterOut, summary="Take a step")
def take(request: HttpRequest, alert_id: int, step: str, act: Act) -> Any:
    """approve (another person than the author) · send_back · issue · cancel · discard."""
    actor = actor_of(request)
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    return actions.perform(actor, alert_id, step, **whole(act))
