"""The tables of disputes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from watchroom.kernel.models import CodeList, NamedCode

from .rules import MEDIATORS, RESULTS, ROLES, SOURCES, TRACKS


class TypeList(CodeList):
    """纠纷类型表: one version of the list of types."""


class DisputeType(NamedCode):
    """纠纷类型. PostgreSQL refuses to change one: a new version of the list is imported instead.

    `calls`: classes of calls that such disputes are found by.
    """

    type_list = models.ForeignKey(TypeList, models.PROTECT, related_name="types")
    organ_zh = models.CharField(max_length=80, blank=True)
    organ_en = models.CharField(max_length=120, blank=True)
    calls = ArrayField(models.CharField(max_length=24), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type_list", "code"], name="type_once_a_version")
        ]

    def organ(self, lang: str) -> str:
        """Which organ else settles such disputes; empty where the list names none."""
        return self.organ_en if lang == "en" else self.organ_zh


class Dispute(models.Model):
    """矛盾纠纷: one-to-one with a matter of kind disputes.dispute, whose priority is its risk.

    `found_by`: the call it was found by. `failures`: mediations that failed. `place_word`: the
    place as it is compared, inside `beat` alone.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="disputes_dispute"
    )
    type = models.ForeignKey(DisputeType, models.PROTECT)
    source = models.CharField(max_length=8)
    track = models.CharField(max_length=12, default="civil")
    factors = ArrayField(models.CharField(max_length=12), default=list)
    risk_rule = models.CharField(max_length=4)
    failures = models.PositiveSmallIntegerField(default=0)
    case_number = models.CharField(max_length=60, blank=True)
    route = models.CharField(max_length=16, blank=True)
    confirmation = models.CharField(max_length=8, blank=True)
    found_by = models.OneToOneField("kernel.Matter", models.PROTECT, null=True, related_name="+")
    beat = models.ForeignKey("kernel.Beat", models.PROTECT, null=True, db_index=False)
    place_word = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["beat", "place_word"], condition=~Q(place_word=""), name="dispute_place"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__in=list(SOURCES)), name="dispute_source_known"
            ),
            models.CheckConstraint(condition=Q(track__in=list(TRACKS)), name="dispute_track_known"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Party(models.Model):
    """当事人: somebody's part in one dispute. A name, a telephone if there is one, and no more.

    The keys are hashes that only mean something inside the dispute's own beat: with them nobody can
    be followed from beat to beat, and without a beat there are none.
    """

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="parties")
    role = models.CharField(max_length=12)
    name = models.CharField(max_length=64)
    phone = models.CharField(max_length=32, blank=True)
    name_key = models.CharField(max_length=64, blank=True)
    phone_key = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["name_key"], condition=~Q(name_key=""), name="party_name_key"),
            models.Index(fields=["phone_key"], condition=~Q(phone_key=""), name="party_phone_key"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="party_role_known")
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.role}"


class Mediator(models.Model):
    """调解员: who mediates. An officer is one of ours (`staff`); others are named."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="mediators")
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    staff = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(MEDIATORS)), name="mediator_known")
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.kind}"


class Session(models.Model):
    """一次调解: when, and what was said, in the words of whoever entered it."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="sessions")
    held_at = models.DateTimeField()
    summary = models.TextField()
    by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.held_at}"


class Agreement(models.Model):
    """调解协议: written and signed, or oral. PostgreSQL keeps what was signed as it was signed."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="agreements")
    terms = models.TextField()
    perform_by = models.DateField(null=True)
    oral = models.BooleanField(default=False)
    template = models.CharField(max_length=16)
    text = models.TextField()
    drafted_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    void_at = models.DateTimeField(null=True)
    performed = models.TextField(blank=True)
    document = models.OneToOneField("kernel.Document", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(void_at=None), name="one_agreement_a_dispute"
            )
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.drafted_at}"


class Signature(models.Model):
    """签名: drawn on the screen (`strokes`), or typed by who cannot draw."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatures")
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    mediator = models.ForeignKey(Mediator, models.PROTECT, null=True, related_name="+")
    typed = models.CharField(max_length=80, blank=True)
    strokes = models.JSONField(null=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="party_signs_once"),
            models.UniqueConstraint(fields=["agreement", "mediator"], name="mediator_signs_once"),
            models.CheckConstraint(
                condition=Q(party=None) ^ Q(mediator=None), name="signed_by_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.party_id or self.mediator_id}"


class Visit(models.Model):
    """回访: how it stands since."""

    dispute = models.ForeignKey(Dispute, models.CASCADE, related_name="visits")
    visited_at = models.DateTimeField()
    result = models.CharField(max_length=8)
    words = models.TextField()
    by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(result__in=list(RESULTS)), name="visit_result_known")
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.visited_at}"
