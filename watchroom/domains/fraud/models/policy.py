"""What the agency sets: who sends warnings, which types there are, which rules grade them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from watchroom.kernel.models import CodeList, NamedCode


class Feed(models.Model):
    """来源: a bank, a telecom, the national app, another centre. `agency`: whose desk it is for."""

    key = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("bank", "telecom", "app", "centre", "other")),
                name="feed_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.key

    def label(self, lang: str) -> str:
        """The name in the reader's language."""
        return self.name_en if lang == "en" and self.name_en else self.name


class TypeList(CodeList):
    """诈骗类型表: one version of the list (the national top ten changes every year)."""


class FraudType(NamedCode):
    """诈骗类型. Stays as imported. `script`: what the caller says, a line a question."""

    type_list = models.ForeignKey(TypeList, models.PROTECT, related_name="types")
    script_zh = models.TextField(blank=True)
    script_en = models.TextField(blank=True)
    message_zh = models.CharField(max_length=200, blank=True)
    keywords = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type_list", "code"], name="fraud_type_once_a_version")
        ]

    def script(self, lang: str) -> str:
        """What the caller says, in the reader's language."""
        return self.script_en if lang == "en" and self.script_en else self.script_zh


class RuleSet(models.Model):
    """分级规则: one version of the rules that grade. Its rules stay as they were drafted.

    draft → shadow (grades beside the live one, changes nothing) → live; approved by another person.
    """

    version = models.CharField(max_length=32, unique=True)
    rules = models.JSONField()
    state = models.CharField(max_length=8, default="draft")
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    shadow_since = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "shadow", "live", "retired")),
                name="rule_set_state_known",
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="live"), name="one_rule_set_live"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="shadow"), name="one_rule_set_in_shadow"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("drafted_by")),
                name="rules_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.version
