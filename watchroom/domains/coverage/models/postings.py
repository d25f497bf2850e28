"""A shift at a post on a day, and who was there."""

from django.db import models
from django.db.models import F, Q

HOW = ("position", "qr", "desk")


class Posting(models.Model):
    """班次（某岗某日）: one-to-one with a matter of kind coverage.posting, child of its plan."""

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="coverage_posting"
    )
    line = models.ForeignKey("coverage.PlanLine", models.PROTECT, related_name="postings")
    post = models.ForeignKey("coverage.DutyPost", models.PROTECT, related_name="postings")
    day = models.DateField()
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    strength = models.PositiveSmallIntegerField()
    handover = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "day"], name="one_posting_a_day"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="posting_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["post", "starts_at"], name="postings_of_a_post")]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Presence(models.Model):
    """Somebody who is expected at a posting or was there. `in_at` None: expected, not there yet.

    Of where they checked in only the distance to the post is kept, never the position.
    """

    posting = models.ForeignKey(Posting, models.CASCADE, related_name="presences")
    staff = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="presences")
    planned = models.BooleanField(default=True)
    in_at = models.DateTimeField(null=True)
    in_how = models.CharField(max_length=8, blank=True)
    in_metres = models.FloatField(null=True)
    out_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "staff"],
                condition=Q(out_at=None),
                name="once_at_a_posting",
            ),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(in_at__isnull=False, out_at=None),
                name="one_post_a_person",
            ),
            models.CheckConstraint(
                condition=Q(out_at=None) | Q(out_at__gte=F("in_at")), name="out_after_in"
            ),
            models.CheckConstraint(condition=Q(in_how__in=("", *HOW)), name="check_in_how_known"),
        ]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.staff_id}"
