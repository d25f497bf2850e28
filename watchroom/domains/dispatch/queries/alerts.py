"""Public alerts: ours, those received beside them, and what subscribers read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Q, QuerySet
from shapely.geometry import Polygon, shape
from shapely.geometry.polygon import orient

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text, join
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Beat, Matter

from .. import rules
from ..exchange import cap, geojson
from ..flow import ALERT, INCIDENT
from ..models import AlertMessage, Incident, PublicAlert
from ..rules import Said
from .incidents import views_of
from .views import IncidentView

SUBSCRIBE = "dispatch.subscribe"
SHOWN = 50


@dataclass(frozen=True, slots=True)
class AlertView:
    """A public alert of ours."""

    id: int
    number: str
    version: int
    state: str
    standing: Text
    headline: Text
    event: Text
    description: Text
    instruction: Text | None
    area: Text
    category: tuple[str, ...]
    urgency: str
    severity: str
    certainty: str
    response: tuple[str, ...]
    status: str
    valid: str
    agency: str
    replaces: str
    issued_at: datetime | None
    expires_at: datetime | None
    rings: tuple[cap.Ring, ...]


@dataclass(frozen=True, slots=True)
class AlertList:
    """What stands, what waits to be issued, what ended last, and what others told us."""

    in_force: tuple[AlertView, ...]
    waiting: tuple[AlertView, ...]
    over: tuple[AlertView, ...]
    received: tuple[IncidentView, ...]


def alerts(actor: Actor) -> AlertList:
    """The alerts the actor may see; of those that are over, the last 50."""
    return AlertList(
        in_force=_seen(actor, _standing()),
        waiting=_seen(actor, Q(matter__state__in=("drafted", "approved"))),
        over=_seen(actor, Q(matter__state__in=("updated", "cancelled", "expired", "discarded"))),
        received=_received(actor),
    )


def _standing() -> Q:
    """In force: issued, and its time is not over, even where the worker has not noticed yet."""
    return Q(matter__state="issued", expires_at__gt=now())


def _seen(actor: Actor, wanted: Q) -> tuple[AlertView, ...]:
    visible = access.visible(actor, Matter.objects.filter(kind=ALERT.kind))
    rows = _rows().filter(wanted, matter__in=visible).order_by("-pk")[:SHOWN]
    return tuple(map(_view, rows))


def _rows() -> QuerySet[PublicAlert]:
    return PublicAlert.objects.select_related("matter__agency", "replaces__matter")


def _view(row: PublicAlert) -> AlertView:
    m = row.matter
    return AlertView(
        id=m.pk,
        number=m.number,
        version=m.version,
        state=m.state,
        standing=ALERT.states[m.state].title,
        headline=Text.from_dict(row.headline),
        event=Text.from_dict(row.event),
        description=Text.from_dict(row.description),
        instruction=Text.from_dict(row.instruction) if row.instruction["zh"] else None,
        area=Text.from_dict(row.area),
        category=tuple(row.category),
        urgency=row.urgency,
        severity=row.severity,
        certainty=row.certainty,
        response=tuple(row.response),
        status=row.status,
        valid=row.valid,
        agency=m.agency.name,
        replaces=row.replaces.matter.number if row.replaces else "",
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        rings=tuple(tuple((x, y) for x, y in ring) for ring in row.rings),
    )


def _received(actor: Actor) -> tuple[IncidentView, ...]:
    told = Incident.objects.filter(external_id__startswith="cap:", matter__closed_at=None)
    open_rows = access.visible(actor, Matter.objects.filter(kind=INCIDENT.kind, closed_at=None))
    ids = open_rows.filter(pk__in=told.values("pk")).order_by("-pk").values_list("pk", flat=True)
    return tuple(views_of(list(ids[:SHOWN])))


def alert(actor: Actor, alert_id: int) -> AlertView:
    """One alert the actor may see."""
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    return _view(_rows().get(pk=alert_id))


def alert_row(actor: Actor, number: str) -> PublicAlert:
    """The row behind an alert, for a form that begins with what it says."""
    matter = access.find(actor, number=number.upper(), kind=ALERT.kind)
    return _rows().get(pk=matter.pk)


def alert_messages(actor: Actor, alert_id: int) -> list[AlertMessage]:
    """What was told of an alert, first to last."""
    access.find(actor, pk=alert_id, kind=ALERT.kind)
    return list(AlertMessage.objects.filter(alert_id=alert_id))


def _outer(ring: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
    """Counter-clockwise, as GeoJSON wants it (RFC 7946, 3.1.6)."""
    return np.asarray(orient(Polygon(ring)).exterior.coords)


def alerts_geojson(actor: Actor) -> dict[str, Any]:
    """The areas of our alerts in force."""
    return geojson.collection(
        geojson.feature(
            view.id,
            geojson.polygons([[_outer(ring)] for ring in view.rings]),
            number=view.number,
            severity=view.severity,
            headline_zh=view.headline.zh,
            headline_en=view.headline.en,
            expires=view.expires_at and view.expires_at.isoformat(),
        )
        for view in _seen(actor, _standing())
    )


# -- where ------------------------------------------------------------------------------------


def area_of(names: Iterable[str]) -> tuple[tuple[cap.Ring, ...], Said]:
    """(rings, what the area is called) of beats, or agencies with all their beats.

    By code or name. Refusal with those nobody knows.
    """
    wanted = [name.strip() for name in names if name.strip()]
    found = {name: _beats_of(name) for name in wanted}
    if unknown := [name for name in wanted if not found[name][1]]:
        raise Refusal(
            Text("没有这样的警格或辖区：{n}", "No beat or area of that name: {n}").format(
                n="、".join(unknown)
            ),
            code="area",
        )
    if not wanted:
        return (), Said()
    shapes = [shape(beat.outline) for _, beats in found.values() for beat in beats]
    title = join(title for title, _ in found.values())
    return rules.outlines(shapes), Said(title.zh[:240], title.en[:240])


def _beats_of(name: str) -> tuple[Text, list[Beat]]:
    beat = Beat.objects.filter(Q(code=name) | Q(name=name)).order_by("code").first()
    if beat:
        return Text(beat.name, beat.name), [beat]
    named = Q(code=name) | Q(name=name) | Q(name_en__iexact=name)
    agency = Agency.objects.filter(named).order_by("path").first()
    if agency is None:
        return Text(name, name), []
    below = Beat.objects.filter(agency__path__startswith=agency.path)
    return Text(agency.name, agency.name_en or agency.name), list(below)


def area_names(actor: Actor) -> list[str]:
    """What can be chosen as an area where the actor drafts: agencies and beats."""
    agencies = Agency.objects.filter(pk__in=actor.reach("dispatch.draft"))
    beats = Beat.objects.filter(agency__in=agencies).order_by("name")
    return [*agencies.values_list("name", flat=True), *beats.values_list("name", flat=True)]


# -- for subscribers --------------------------------------------------------------------------


def told_now(actor: Actor) -> list[AlertMessage]:
    """What the public should know now: alerts in force, and what was called off before its time.

    An alert that an update replaced is told by the update, which refers to it.
    """
    return list(
        _told(actor)
        .filter(Q(alert__matter__state="issued") | Q(message="Cancel"), alert__expires_at__gt=now())
        .order_by("-sent_at", "-pk")[:200]
    )


def _told(actor: Actor) -> QuerySet[AlertMessage]:
    access.require(actor, SUBSCRIBE)
    own = Q(alert__matter__agency_id__in=actor.reach(SUBSCRIBE), alert__matter__sealed=False)
    return AlertMessage.objects.filter(own).select_related("alert__matter__agency")


def told(actor: Actor, identifier: str) -> AlertMessage:
    """One message; NotFound says the same for absent and out of reach."""
    found = _told(actor).filter(identifier=identifier).first()
    if found is None:
        raise access.NotFound
    return found
