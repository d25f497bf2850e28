"""Which units somebody may see."""

from django.db.models import QuerySet

from watchroom.kernel.access import Actor
from watchroom.kernel.models import Unit

SEE_UNITS = "unit.view"


def seen_units(actor: Actor) -> QuerySet[Unit]:
    """The units the actor may see."""
    rows = Unit.objects.all()
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(SEE_UNITS))
