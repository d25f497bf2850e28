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
