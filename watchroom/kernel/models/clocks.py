"""Running clocks."""

from django.db import models
from django.db.models import Q


class Deadline(models.Model):
    """时限: a clock made by a rule of `law`, with every pause, extension and restart kept.

    `state`: running, paused, met (stopped in time), missed (stopped late), dropped.
    """

    matter = models.ForeignKey("kernel.Matter", models.CASCADE, related_name="deadlines")
    clock = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="running")
    ended_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)
    events = models.JSONField(default=list)
    complete = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state="running", raised_at=None), name="deadline_due"
            ),
            models.Index(fields=["matter", "clock"], name="deadline_of_matter"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "clock"],
                condition=Q(state__in=("running", "paused")),
                name="one_running_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.due_at}"


class Extension(models.Model):
    """延期: what somebody asked for a running clock, and what another person decided.

    `state`: asked, granted, refused, withdrawn. `rung` is the step of the rule's ladder.
    """

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="extensions")
    rung = models.CharField(max_length=40)
    amount = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField()
    state = models.CharField(max_length=9, default="asked")
    asked_by = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="extension_waiting")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(state="asked"), name="one_extension_asked"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(state="withdrawn")
                | ~Q(decided_by=models.F("asked_by")),
                name="extension_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rung} {self.state}"
