"""One person, one type of fraud: the case on the desk, and how to reach them."""

from django.db import models
from django.db.models import Q


class Contact(models.Model):
    """How to reach somebody who may be defrauded. Clear personal data: only here.

    `person` is a keyed hash; whatever else knows the person knows only that. No table outside this
    domain may refer to a contact, and no enforcement may: a warning is never held against anybody.
    After `keep_until` the row is emptied (`erased_at`); figures stay, for they need no name.
    """

    person = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=64, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    id_number = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=240, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    keep_until = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["keep_until"], condition=Q(erased_at=None), name="contact_to_erase"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class Case(models.Model):
    """预警劝阻: one-to-one with a matter of kind fraud.case; its level is the matter's priority.

    Money in fen, in classes of its own: intended (in danger), saved, lost. `open` is true exactly
    while the matter is: PostgreSQL allows one open case a person and type.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="fraud_case"
    )
    person = models.UUIDField()
    type_code = models.CharField(max_length=16)
    open = models.BooleanField(default=True)
    age_band = models.CharField(max_length=8, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    feed = models.ForeignKey("fraud.Feed", models.PROTECT, related_name="+")
    warned_at = models.DateTimeField()
    last_warned_at = models.DateTimeField()
    warnings = models.PositiveIntegerField(default=1)
    first_level = models.PositiveSmallIntegerField()
    intended_fen = models.BigIntegerField(null=True)
    saved_fen = models.BigIntegerField(null=True)
    lost_fen = models.BigIntegerField(null=True)
    evidence = models.CharField(max_length=4, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    reached_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=8, blank=True)
    verified = models.CharField(max_length=12, blank=True)
    app_installed = models.BooleanField(null=True)
    protected = models.PositiveSmallIntegerField(default=0)
    revisit_result = models.CharField(max_length=12, blank=True)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "type_code"], condition=Q(open=True), name="one_open_case"
            ),
            models.CheckConstraint(
                condition=Q(saved_fen=None, lost_fen=None) | ~Q(evidence=""),
                name="case_sum_has_evidence",
            ),
        ]
        indexes = [models.Index(fields=["person", "-warned_at"], name="cases_of_a_person")]

    def __str__(self) -> str:
        return f"{self.matter_id}"
