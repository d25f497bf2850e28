"""A planning run: what was asked, how far it has come, and what was found."""

from django.db import models
from django.db.models import Q

RUN_STATES = ("waiting", "running", "done", "refused", "failed")
RUN_KINDS = ("posts", "play", "zones", "roster")


class PlanningRun(models.Model):
    """规划计算: kept with its question and its answer, so that both can be read again.

    `progress`: the best so far with its bound, while it runs. `answer`: what was found, also by a
    run that somebody stopped. `said`: why it was refused, in both languages. Asked for by a person,
    or by a machine with its token.
    """

    what = models.CharField(max_length=8)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    asked_with = models.ForeignKey("kernel.ApiToken", models.PROTECT, null=True, related_name="+")
    basis = models.ForeignKey("self", models.PROTECT, null=True, related_name="played")
    asked = models.JSONField()
    state = models.CharField(max_length=8, default="waiting")
    progress = models.JSONField(default=dict)
    stop = models.BooleanField(default=False)
    answer = models.JSONField(null=True)
    said = models.JSONField(null=True)
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        indexes = [models.Index(fields=["agency", "-asked_at"], name="planning_runs_of_agency")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RUN_STATES), name="run_state_known"),
            models.CheckConstraint(condition=Q(what__in=RUN_KINDS), name="run_kind_known"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(answer__isnull=False), name="done_run_has_answer"
            ),
            models.CheckConstraint(
                condition=Q(asked_by=None) ^ Q(asked_with=None), name="run_asked_for_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.pk} {self.state}"

    @property
    def asker(self) -> str:
        """Who asked: the name of a person or of a machine's token."""
        return str(self.asked_by.name if self.asked_by else self.asked_with)

    @property
    def is_open(self) -> bool:
        """Whether more is to come."""
        return self.state in ("waiting", "running")
