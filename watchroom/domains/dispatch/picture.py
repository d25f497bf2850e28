"""What dispatch brings to the daily picture: incidents by class, and the gravest that are open."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import Count, QuerySet

from watchroom.base.clock import local
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter
from watchroom.kernel.picture import Line, Part, Tally, Watched

from .flow import INCIDENT
from .models import IncidentClass

CLASS, PARENT = (f"dispatch_incident__incident_class__{name}" for name in ("code", "parent"))
NOT_COUNTED = ("linked", "cancelled")
GRAVE, SHOWN = 1, 8


def tally(start: datetime, end: datetime) -> Iterable[Tally]:
    """Incidents by the class at the top of the list, without duplicates and cancelled ones."""
    rows = Matter.objects.filter(kind=INCIDENT.kind, occurred_at__gte=start, occurred_at__lt=end)
    counted = rows.exclude(state__in=NOT_COUNTED).values_list("agency_id", "beat_id", PARENT, CLASS)
    for agency, beat, parent, code, n in counted.annotate(n=Count("id")).order_by():
        yield Tally(agency, beat, parent or code or "", n)


def titles() -> Mapping[str, Text]:
    """The classes at the top of the list in force."""
    tops = IncidentClass.objects.filter(parent="", class_list__in_force=True)
    return {code: Text(zh, en) for code, zh, en in tops.values_list("code", "zh", "en")}


def of(matters: QuerySet[Matter], what: str) -> QuerySet[Matter]:
    """Those of one class at the top of the list."""
    counted = matters.exclude(state__in=NOT_COUNTED)
    own = counted.filter(**{CLASS: what})
    return own | counted.filter(**{PARENT: what}) if what else counted.filter(**{CLASS: None})


def grave(actor: Actor, _day: date) -> Part:
    """Incidents of the highest priority that are not over, the oldest first. What the caller said
    stays on the incident's own page: a picture is printed and handed round."""
    rows = access.visible(actor).filter(kind=INCIDENT.kind, closed_at=None, priority=GRAVE)
    near = rows.select_related("agency", "dispatch_incident__incident_class")
    found = list(near.order_by("occurred_at")[: SHOWN + 1])
    return Part(
        Text("未办结的一级警情", "Open incidents of priority 1"),
        [Line(_said(matter), matter.number) for matter in found[:SHOWN]],
        more=rows.count() - SHOWN if len(found) > SHOWN else 0,
    )


def _said(matter: Matter) -> Text:
    known = matter.dispatch_incident.incident_class
    return Text("{at} {where}：{what}", "{at} {where}: {what}").format(
        at=f"{local(matter.occurred_at):%m-%d %H:%M}",
        where=Text(matter.agency.label("zh"), matter.agency.label("en")),
        what=Text(known.zh, known.en) if known else Text("未分类", "no class yet"),
    )


WATCHED = (Watched(INCIDENT.kind, Text("警情", "Incidents"), tally, titles, of),)
PARTS = (grave,)
