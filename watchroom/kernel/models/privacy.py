"""What keeps records, ends them, hides them and answers for who looked at them."""

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q


class Hold(models.Model):
    """保全: nothing of this matter is erased until another person lifts it."""

    matter = models.ForeignKey("kernel.Matter", models.PROTECT, related_name="holds")
    reason = models.TextField()
    set_by = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(lifted_at=None), name="one_hold_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("set_by")),
                name="hold_lifted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.set_at}"


class Seal(models.Model):
    """封存: only these roles see the matter, and whoever is brought in after it was sealed."""

    matter = models.ForeignKey("kernel.Matter", models.PROTECT, related_name="seals")
    roles = ArrayField(models.CharField(max_length=40))
    reason = models.TextField()
    set_by = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(lifted_at=None), name="one_seal_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("set_by")),
                name="seal_lifted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.set_at}"


class ReviewedClass(models.Model):
    """An agency's policy: records of this class, there and below, end only once approved."""

    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=80)
    set_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "rule"], name="class_reviewed_once")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.rule}"


class ErasureReview(models.Model):
    """A list of what is to end: named by one person, approved by another, then ended at night.

    It covers what began before `before`, in `agency` and below, and nothing younger.
    """

    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=80)
    before = models.DateTimeField()
    records = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default="proposed")
    proposed_by = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    erased = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "refused", "done"]),
                name="erasure_review_state_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="erasure_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["agency", "rule"],
                condition=Q(state__in=["proposed", "approved"]),
                name="one_erasure_review_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.state}"


class SubjectRequest(models.Model):
    """查阅复制申请: somebody wants what is kept about them. `sought` is encrypted, and empties."""

    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="+")
    sought = models.TextField(blank=True)
    ending = models.CharField(max_length=4, blank=True)
    basis = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default="asked")
    asked_by = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    withheld = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "approved", "refused", "over"]),
                name="subject_request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="subject_request_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class LookReview(models.Model):
    """A look at personal data that a supervisor has gone into: in order, or to be explained."""

    entry = models.OneToOneField("kernel.Entry", models.PROTECT, related_name="look_review")
    outcome = models.CharField(max_length=8)
    words = models.TextField(blank=True)
    by = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["fine", "explain"]), name="look_outcome_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.outcome}"
