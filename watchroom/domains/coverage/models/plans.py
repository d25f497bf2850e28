"""The posting plan: which posts, in which shifts, with how many and with whom."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from watchroom.kernel.models import Staff

PLAN_KINDS = ("daily", "night", "school", "joint", "event")


class Plan(models.Model):
    """勤务方案: one-to-one with a matter of kind coverage.plan. Only a draft's content changes.

    `agency` repeats the matter's, so that PostgreSQL can allow one plan in force for each agency
    and kind. `in_force` is true exactly while the matter is.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="coverage_plan"
    )
    agency = models.ForeignKey("kernel.Agency", models.PROTECT)
    kind = models.CharField(max_length=8)
    starts_on = models.DateField()
    ends_on = models.DateField()
    in_force = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind"], condition=Q(in_force=True), name="one_plan_in_force"
            ),
            models.CheckConstraint(condition=Q(kind__in=PLAN_KINDS), name="plan_kind_known"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="plan_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class PlanLine(models.Model):
    """One (post, shift, strength): what an optimiser can fill. People and unit may come later.

    `days` of the week, Monday is 1. `partner`: the other force of a joint patrol (武警, 城管).
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="lines")
    post = models.ForeignKey("coverage.DutyPost", models.PROTECT, related_name="lines")
    shift = models.ForeignKey("coverage.Shift", models.PROTECT, related_name="lines")
    strength = models.PositiveSmallIntegerField(default=1)
    days = ArrayField(models.PositiveSmallIntegerField())
    unit = models.ForeignKey("kernel.Unit", models.PROTECT, null=True, related_name="+")
    partner = models.CharField(max_length=80, blank=True)
    staff = models.ManyToManyField("kernel.Staff", related_name="coverage_lines")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "post", "shift"], name="post_and_shift_once"),
            models.CheckConstraint(
                condition=Q(strength__gte=1, strength__lte=500), name="line_strength_sensible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.shift_id} x{self.strength}"

    def people_on(self, day: int) -> list["Staff"]:
        """Who stands there on a day of the week: by the roster where there is one."""
        turns = list(self.turns.all())
        if not turns:
            return list(self.staff.all())
        return [turn.staff for turn in turns if turn.day == day]

    def strength_on(self, day: int) -> int:
        """How many stand there on a day of the week."""
        return len(self.people_on(day)) if self.turns.all() else self.strength


class Turn(models.Model):
    """轮班: somebody stands at a line's post on one day of the week. The rows of a line are its
    roster; its `staff` are then everybody in it, its `strength` the most of any day."""

    line = models.ForeignKey(PlanLine, models.CASCADE, related_name="turns")
    day = models.PositiveSmallIntegerField()
    staff = models.ForeignKey("kernel.Staff", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("day", "pk")
        constraints = [
            models.UniqueConstraint(fields=["line", "day", "staff"], name="turn_once_a_day"),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=7), name="turn_day_known"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.day} {self.staff_id}"


class Requirement(models.Model):
    """At least `minimum` people from an hour to before another, at a post or over the whole plan.

    A plan that does not keep its own requirements cannot be submitted.
    """

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="requirements")
    post = models.ForeignKey("coverage.DutyPost", models.PROTECT, null=True, related_name="+")
    from_hour = models.PositiveSmallIntegerField(default=0)
    to_hour = models.PositiveSmallIntegerField(default=24)
    minimum = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_hour__lt=F("to_hour"), to_hour__lte=24),
                name="requirement_hours_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id or '*'} {self.from_hour}-{self.to_hour} ≥{self.minimum}"
