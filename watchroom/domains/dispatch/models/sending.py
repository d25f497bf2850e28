"""A unit sent to an incident."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Assignment(models.Model):
    """派警单: one-to-one with a matter of kind dispatch.assignment, child of the incident's matter.

    `holding`: the unit belongs to this assignment now; PostgreSQL allows one such row a unit.
    `stack_order`: place in the unit's queue while it is not sent yet.
    `travel_seconds`, `by_road`, `position_age_s`, `rank`, `reasons`: what was promised at sending
    and on which knowledge. `not_recorded`: steps whose time was never told; it stands as the time
    of the step after, and figures leave it out.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="dispatch_assignment"
    )
    incident = models.ForeignKey("dispatch.Incident", models.PROTECT, related_name="assignments")
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, related_name="assignments")
    attempt = models.PositiveSmallIntegerField(default=1)
    holding = models.BooleanField(default=False)
    stack_order = models.PositiveSmallIntegerField(null=True)
    travel_seconds = models.FloatField(null=True)
    by_road = models.BooleanField(default=False)
    position_age_s = models.FloatField(null=True)
    rank = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    set_out_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    not_recorded = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(holding=True), name="unit_on_one_assignment"
            ),
            models.UniqueConstraint(
                fields=["incident", "unit"],
                condition=Q(ended_at=None),
                name="unit_once_an_incident",
            ),
            models.UniqueConstraint(
                fields=["unit", "stack_order"],
                condition=Q(stack_order__isnull=False),
                name="one_place_in_the_queue",
            ),
            models.CheckConstraint(
                condition=Q(holding=False) | Q(ended_at=None), name="ended_holds_no_unit"
            ),
        ]
        indexes = [
            models.Index(fields=["unit"], condition=Q(ended_at=None), name="unit_open_assignments")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
