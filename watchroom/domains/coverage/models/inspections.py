"""What somebody found who came to look."""

from django.db import models
from django.db.models import Q

FINDINGS = ("absent", "short", "late", "equipment", "conduct", "records", "place", "other")


class Inspection(models.Model):
    """查勤: one-to-one with a matter of kind coverage.inspection.

    It is about a post, never about a person: `finding` says what kind of thing was wrong.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="coverage_inspection"
    )
    post = models.ForeignKey("coverage.DutyPost", models.PROTECT, related_name="inspections")
    posting = models.ForeignKey(
        "coverage.Posting", models.PROTECT, null=True, related_name="inspections"
    )
    inspector = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    seen = models.PositiveSmallIntegerField(null=True)
    finding = models.CharField(max_length=12, blank=True)
    words = models.TextField(blank=True)
    remedy = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__in=("", *FINDINGS)), name="inspection_finding_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
