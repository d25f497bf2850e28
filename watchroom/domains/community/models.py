"""The tables of community policing. A household is a door, never a register of who lives there."""

from django.db import models
from django.db.models import F, Q

from .rules import ASKERS, HAZARDS, PURPOSES, SERVICES


class Village(models.Model):
    """村（社区）: a village by its twelve-digit division code, and the beat that looks after it."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    beat = models.ForeignKey("kernel.Beat", models.PROTECT, null=True, related_name="villages")

    def __str__(self) -> str:
        return self.name


class Household(models.Model):
    """户: an address and a door in a beat. Who lives there is not kept.

    A name and number to arrange visits by may be given; they are masked until somebody says what
    for, on the page of a visit there, and end (`retention`).
    """

    beat = models.ForeignKey(
        "kernel.Beat", models.PROTECT, related_name="households", db_index=False
    )
    address = models.CharField(max_length=120)
    door = models.CharField(max_length=40, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    last_visit_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    contact_name = models.CharField(max_length=64, blank=True)
    contact_phone = models.CharField(max_length=32, blank=True)
    contact_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["beat", "address", "door"], name="household_once")
        ]
        indexes = [
            models.Index(
                F("beat"), F("last_visit_at").asc(nulls_first=True), F("id"),
                name="household_longest_ago",
            ),
            models.Index(
                fields=["beat", "asked_at"], condition=Q(asked_at__isnull=False),
                name="household_asked",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.address}{self.door}"


class Visit(models.Model):
    """走访: one-to-one with a matter of kind community.visit."""

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="community_visit"
    )
    household = models.ForeignKey(Household, models.PROTECT, related_name="visits")
    purpose = models.CharField(max_length=12)
    asked_by = models.CharField(max_length=12, blank=True)
    planned_on = models.DateField(null=True)
    service = models.CharField(max_length=12, blank=True)
    helped = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=list(PURPOSES)), name="visit_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(asked_by__in=["", *ASKERS]), name="visit_asker_known"
            ),
            models.CheckConstraint(
                condition=Q(service__in=["", *SERVICES]), name="visit_service_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Meeting(models.Model):
    """群众会议: one-to-one with a matter of kind community.meeting."""

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="community_meeting"
    )
    planned_at = models.DateTimeField()
    attended = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Hazard(models.Model):
    """安全隐患: one-to-one with a matter of kind community.hazard. `because`: pairs [zh, en]."""

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="community_hazard"
    )
    kind = models.CharField(max_length=12)
    facts = models.JSONField(default=list)
    grade = models.PositiveSmallIntegerField(null=True)
    because = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(HAZARDS)), name="hazard_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Notice(models.Model):
    """移送函: what an organ was told of a hazard, how, whether it arrived, and what it answered."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="notices")
    organ = models.ForeignKey("kernel.Counterpart", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    record = models.JSONField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=120, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.hazard_id} → {self.organ_id}"


class Contact(models.Model):
    """网格力量: somebody of another agency who works in a beat, by their work number."""

    beat = models.ForeignKey("kernel.Beat", models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=40)
    organ = models.CharField(max_length=80)
    phone = models.CharField(max_length=32, blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    """警民联系卡: what anybody may know of a beat: the number to call and when."""

    beat = models.OneToOneField(
        "kernel.Beat", models.CASCADE, primary_key=True, related_name="community_card"
    )
    phone = models.CharField(max_length=32)
    hours = models.CharField(max_length=80, blank=True)
    hours_en = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.phone
