"""Policy as data: what kinds of incident there are, what each needs, what is kept in reserve."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from watchroom.kernel.models import CodeList


class ClassList(CodeList):
    """警情类别表: one version of the list of classes."""


class IncidentClass(models.Model):
    """警情类别. PostgreSQL refuses to change one: a new version of the list is imported instead."""

    class_list = models.ForeignKey(ClassList, models.PROTECT, related_name="classes")
    code = models.CharField(max_length=24)
    parent = models.CharField(max_length=24, blank=True)
    zh = models.CharField(max_length=80)
    en = models.CharField(max_length=120)
    group = models.CharField(max_length=40)
    priority = models.PositiveSmallIntegerField()
    response_plan = models.JSONField(default=dict, blank=True)
    skills = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    gat_code = models.CharField(max_length=24, blank=True)
    keywords = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["class_list", "code"], name="class_once_a_version"),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=4), name="class_priority_1_to_4"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.zh}"

    def label(self, lang: str) -> str:
        """The name in the reader's language."""
        return self.en if lang == "en" else self.zh


class ResponsePlan(models.Model):
    """出警预案: for a group of classes at a priority, kinds and numbers of units.

    `needs` is {"car": 2, "foot": 1}. An agency's own plan goes before the general one (agency
    null); the nearest agency upward wins.
    """

    agency = models.ForeignKey("kernel.Agency", models.CASCADE, null=True, blank=True)
    group = models.CharField(max_length=40)
    priority = models.PositiveSmallIntegerField()
    needs = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "group", "priority"],
                nulls_distinct=False,
                name="one_plan_a_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.group} P{self.priority}"


class ReserveRule(models.Model):
    """预留警力: in an agency and below, calls less urgent than `kept_for` must leave `minimum`
    free units of `kind` ("" = any kind)."""

    agency = models.ForeignKey("kernel.Agency", models.CASCADE)
    kind = models.CharField(max_length=24, blank=True)
    kept_for = models.PositiveSmallIntegerField(default=1)
    minimum = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "kept_for"], name="one_reserve_rule")
        ]

    def __str__(self) -> str:
        return f"{self.minimum} {self.kind or '*'} P{self.kept_for}"
