"""Every read of lost property, by name. The actor comes first."""

from datetime import datetime

from django.db.models import F, QuerySet

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Deadline, Matter

from .flow import ITEM
from .models import Item


def in_store(actor: Actor) -> QuerySet[Matter]:
    """What we still have and the actor may see, the most urgent first."""
    rows = access.visible(actor).filter(kind=ITEM.kind, closed_at=None)
    urgent = F("due_at").asc(nulls_last=True)
    return rows.select_related("agency", "owner", "lost_property_item").order_by(urgent, "id")


def item(actor: Actor, matter_id: int) -> Item:
    """One item the actor may see; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=ITEM.kind)
    return Item.objects.select_related("matter").get(pk=matter.pk)


def year_ends(matter: Matter) -> datetime | None:
    """When the year of the notice is over; None where there is no notice."""
    rows = Deadline.objects.filter(matter=matter, clock="keep", state="running")
    return rows.values_list("due_at", flat=True).first()
