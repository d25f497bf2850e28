"""An incident as other centres are told of it."""

from django.conf import settings

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Entry

from ..exchange import eido
from ..flow import INCIDENT
from ..models import Assignment, Call
from .incidents import views_of


def eido_facts(actor: Actor, incident_id: int) -> eido.Facts:
    """The facts of an EIDO document; numbers and names of callers are not among them."""
    matter = access.find(actor, pk=incident_id, kind=INCIDENT.kind)
    (view,) = views_of([incident_id])
    last = Entry.objects.filter(matter=matter).order_by("-id").values_list("entered_at", flat=True)
    row = matter.dispatch_incident
    return eido.Facts(
        issuer=settings.WATCHROOM_NAME,
        number=view.number,
        class_code=view.class_code,
        class_title=view.class_title.en if view.class_title else "",
        state=view.state,
        priority=view.priority,
        agency_code=matter.agency.code,
        agency_name=view.agency,
        place=view.place,
        lon=view.lon,
        lat=view.lat,
        changed_at=last.first() or matter.entered_at,
        calls=[
            eido.Told(*call)
            for call in Call.objects.filter(incident_id=incident_id).values_list(
                "pk", "channel", "received_at", "answered_at"
            )
        ],
        resources=_resources(incident_id),
        disposition=row.disposition,
        feedback=row.feedback,
    )


def _resources(incident_id: int) -> list[eido.Resource]:
    rows = Assignment.objects.filter(incident_id=incident_id).select_related("matter", "unit")
    return [
        eido.Resource(
            a.pk,
            a.unit.code,
            a.unit.name,
            a.unit.kind,
            a.matter.state,
            a.ended_at or a.arrived_at or a.set_out_at or a.signed_at or a.sent_at or a.queued_at,
        )
        for a in rows.order_by("pk")
    ]
