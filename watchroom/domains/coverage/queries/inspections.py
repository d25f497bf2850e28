"""Inspections: what was found, and what became of it."""

from django.db.models import F, QuerySet

from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from ..flow import INSPECTION
from ..models import Inspection


def inspections(actor: Actor, *, open_only: bool = False) -> QuerySet[Matter]:
    """Inspections the actor sees: what is to be put right first, then the latest."""
    rows = access.visible(actor).filter(kind=INSPECTION.kind)
    rows = rows.filter(closed_at=None) if open_only else rows
    told = rows.select_related("agency", "owner", "coverage_inspection__post")
    return told.order_by(F("due_at").asc(nulls_last=True), "-id")


def inspection(actor: Actor, matter_id: int) -> Inspection:
    """One inspection the actor sees; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=INSPECTION.kind)
    return Inspection.objects.select_related("matter", "post", "posting__matter").get(pk=matter.pk)
