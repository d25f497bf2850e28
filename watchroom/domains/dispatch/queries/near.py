"""What is near a place: likely duplicates, other incidents, notes for those who go there."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from watchroom.base.clock import now
from watchroom.base.geometry import Box, distance_m
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter
from watchroom.kernel.places import Found, search

from .. import rules
from ..flow import INCIDENT
from ..models import Call, IncidentClass, PremiseNote
from ..rules import ClassFacts, Duplicate, OpenIncident, Suggestion
from .views import NearView, NoteView

DUPLICATE_M, DUPLICATE_SPAN = 800.0, timedelta(hours=1)
NEARBY_M, HISTORY_DAYS, NEARBY_LIMIT = 200.0, 365, 20


def _around(rows: QuerySet[Matter], lon: float, lat: float, metres: float) -> QuerySet[Matter]:
    box = Box.around(lon, lat, metres)
    return rows.filter(lon__gte=box.west, lon__lte=box.east, lat__gte=box.south, lat__lte=box.north)


def _incidents(actor: Actor) -> QuerySet[Matter]:
    rows = Matter.objects.filter(kind=INCIDENT.kind)
    return access.visible(actor, rows.select_related("dispatch_incident__incident_class"))


def likely_duplicates(actor: Actor, incident_id: int) -> tuple[Duplicate, ...]:
    """Open incidents that may be the same as this one."""
    matter = access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    return duplicates_like(actor, matter, Call.objects.filter(incident_id=incident_id).first())


def duplicates_like(actor: Actor, matter: Matter, call: Call | None) -> tuple[Duplicate, ...]:
    """Open incidents that may be the same as this one, of which `call` told first."""
    if matter.closed_at:
        return ()
    row = matter.dispatch_incident
    return duplicates_of(
        actor,
        words=call.words if call else "",
        lon=matter.lon,
        lat=matter.lat,
        place=row.place_typed,
        caller=call.caller if call else "",
        group=row.incident_class.group if row.incident_class else "",
        at=matter.occurred_at,
        without=matter.pk,
    )


def duplicates_of(
    actor: Actor,
    *,
    words: str = "",
    lon: float | None = None,
    lat: float | None = None,
    place: str = "",
    caller: str = "",
    group: str = "",
    at: datetime | None = None,
    without: int | None = None,
) -> tuple[Duplicate, ...]:
    """Open incidents that may be the same as what is being typed; best first, each with reasons."""
    moment = at or now()
    known = _candidates(actor, moment, lon, lat, place, caller).exclude(pk=without or 0)
    new = OpenIncident(0, "", "", lon, lat, 0.0, group, words, place, caller)
    matters = list(known.order_by("-occurred_at")[:100])
    told: dict[int, tuple[str, str]] = {}
    for pk, said, number in Call.objects.filter(
        incident_id__in=[m.pk for m in matters]
    ).values_list("incident_id", "words", "caller"):
        if pk not in told or (caller and number == caller):
            told[pk] = (said, number)
    return rules.duplicates(new, [_compared(m, moment, *told.get(m.pk, ("", ""))) for m in matters])


def _candidates(
    actor: Actor,
    moment: datetime,
    lon: float | None,
    lat: float | None,
    place: str,
    caller: str,
) -> QuerySet[Matter]:
    fits = Q(pk__in=[])
    if lon is not None and lat is not None:
        box = Box.around(lon, lat, DUPLICATE_M)
        fits |= Q(lon__gte=box.west, lon__lte=box.east, lat__gte=box.south, lat__lte=box.north)
    if place:
        fits |= Q(dispatch_incident__place_typed=place)
    if caller:
        fits |= Q(pk__in=Call.objects.filter(caller=caller).values("incident_id"))
    span = (moment - DUPLICATE_SPAN, moment + DUPLICATE_SPAN)
    return _incidents(actor).filter(fits, closed_at=None, occurred_at__range=span)


def _compared(m: Matter, moment: datetime, words: str, caller: str) -> OpenIncident:
    row = m.dispatch_incident
    return OpenIncident(
        m.pk,
        m.number,
        m.title,
        m.lon,
        m.lat,
        (moment - m.occurred_at).total_seconds(),
        row.incident_class.group if row.incident_class else "",
        words,
        row.place_typed,
        caller,
    )


def nearby_open(
    actor: Actor, lon: float, lat: float, *, metres: float = 500.0
) -> tuple[NearView, ...]:
    """Open incidents around a place, nearest first."""
    rows = _around(_incidents(actor).filter(closed_at=None), lon, lat, metres)
    return _near(rows, lon, lat, metres)


def nearby(
    actor: Actor, lon: float | None, lat: float | None, *, without: int | None = None
) -> tuple[NearView, ...]:
    """What happened at a place in the last year, latest first: its history."""
    if lon is None or lat is None:
        return ()
    since = now() - timedelta(days=HISTORY_DAYS)
    rows = _around(_incidents(actor).filter(occurred_at__gte=since), lon, lat, NEARBY_M)
    latest = rows.exclude(pk=without or 0).order_by("-occurred_at")[:NEARBY_LIMIT]
    found = _near(latest, lon, lat, NEARBY_M)
    return tuple(sorted(found, key=lambda v: v.occurred_at, reverse=True))


def _near(rows: QuerySet[Matter], lon: float, lat: float, metres: float) -> tuple[NearView, ...]:
    views = [_near_view(m, distance_m(lon, lat, m.lon or 0.0, m.lat or 0.0)) for m in rows]
    return tuple(sorted((v for v in views if v.metres <= metres), key=lambda v: v.metres))


def _near_view(m: Matter, metres: float) -> NearView:
    row, state = m.dispatch_incident, INCIDENT.states[m.state]
    known = row.incident_class
    title = Text(known.zh, known.en) if known else None
    return NearView(
        m.pk, m.number, m.title, title, m.state, state.title, m.occurred_at, metres,
        row.disposition,
    )  # fmt: skip


def premise_notes(actor: Actor, lon: float | None, lat: float | None) -> tuple[NoteView, ...]:
    """Notes that hold at this place, nearest first; for whoever may see incidents at all."""
    if lon is None or lat is None or not (actor.everywhere or actor.holds("dispatch.view")):
        return ()
    box = Box.around(lon, lat, 1000.0)
    moment = now()
    rows = PremiseNote.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=moment),
        ended_at=None,
        lon__range=(box.west, box.east),
        lat__range=(box.south, box.north),
    )
    views = [
        NoteView(n.pk, n.kind, n.words, metres, n.radius_m, n.valid_until)
        for n in rows
        if (metres := distance_m(lon, lat, n.lon, n.lat)) <= n.radius_m
    ]
    return tuple(sorted(views, key=lambda v: v.metres))


def class_facts(row: IncidentClass) -> ClassFacts:
    """A class as the rules see it."""
    return ClassFacts(row.code, Text(row.zh, row.en), row.group, row.priority, tuple(row.keywords))


def classes(actor: Actor) -> list[IncidentClass]:
    """The list in force, in its own order."""
    if not (actor.everywhere or actor.holds("dispatch.view")):
        return []
    return list(IncidentClass.objects.filter(class_list__in_force=True).order_by("code"))


def suggested_classes(actor: Actor, words: str, *, limit: int = 5) -> tuple[Suggestion, ...]:
    """Classes that what was typed points to, best first, each with the words that point there."""
    return rules.suggest_classes(words, [class_facts(c) for c in classes(actor)], limit)


def search_places(
    _actor: Actor, text: str, *, near: tuple[float, float] | None = None, limit: int = 10
) -> list[Found]:
    """Places by what people call them; place names are no secret."""
    return search(text, near, limit)
