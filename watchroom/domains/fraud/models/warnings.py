"""Warnings as they came in, and the windows that hold what belongs together."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q


class Warning(models.Model):
    """预警: one signal of one source, kept as received and never changed. Holds no name or number.

    No foreign key is checked by PostgreSQL here: three checks a row would halve what one statement
    can take in, and intake looks feed, agency and rules up once a batch.

    `matched` is the set of rules that fired, bit n for the n-th rule of `rule_set`; `level` is what
    they made of it. The primary key is what makes a repeat harmless.
    """

    pk = models.CompositePrimaryKey("feed_id", "source_id")
    feed = models.ForeignKey(
        "fraud.Feed", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    source_id = models.CharField(max_length=80, db_collation="C")
    person = models.UUIDField()
    type_code = models.CharField(max_length=16, db_collation="C")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    level = models.PositiveSmallIntegerField()
    matched = models.BigIntegerField()
    rule_set = models.ForeignKey(
        "fraud.RuleSet",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    agency = models.ForeignKey(
        "kernel.Agency", models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    amount_fen = models.BigIntegerField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    age = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=1, blank=True)
    minutes_on_call = models.PositiveSmallIntegerField(null=True)
    transferred = models.BooleanField(default=False)
    screen_shared = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    corrects = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="warning_of_person"),
            # Rows come in the order of arrival: what came lately is found for next to nothing.
            BrinIndex(fields=["received_at"], name="warning_by_arrival", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.feed_id}/{self.source_id}"


class Window(models.Model):
    """归并窗口: warnings of one person and type, no gap wider than the window.

    From the moment a warning is acknowledged its window either waits to be opened (`matter` is
    null; `received_at` is when its clocks began) or belongs to a case.
    """

    person = models.UUIDField()
    type_code = models.CharField(max_length=16, db_collation="C")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    received_at = models.DateTimeField()
    level = models.PositiveSmallIntegerField()
    warnings = models.PositiveIntegerField()
    changed = models.BooleanField(default=False)
    matter = models.ForeignKey("kernel.Matter", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="window_of_person"),
            models.Index(
                fields=["-level", "received_at"],
                condition=Q(matter=None) | Q(changed=True),
                name="window_to_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type_code} {self.first_at}"


class TakenBack(models.Model):
    """撤回: a source says that a warning does not hold, perhaps before the warning has come."""

    pk = models.CompositePrimaryKey("feed_id", "source_id")
    feed = models.ForeignKey("fraud.Feed", models.PROTECT, related_name="+", db_index=False)
    source_id = models.CharField(max_length=80, db_collation="C")
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.feed_id}/{self.source_id}"


class Reject(models.Model):
    """退回: a row that was refused, with the sentence.

    What it held is emptied when somebody has dealt with it: corrected and taken in, or closed.
    """

    feed = models.ForeignKey("fraud.Feed", models.PROTECT, related_name="rejects")
    source_id = models.CharField(max_length=80, blank=True)
    why_zh = models.CharField(max_length=200)
    why_en = models.CharField(max_length=240)
    row = models.JSONField()
    at = models.DateTimeField()
    state = models.CharField(max_length=8, default="open")
    reason = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["feed", "-at"], name="rejects_of_a_feed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("open", "taken", "closed")), name="reject_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None)
                | ~Q(state="open") & Q(settled_at__isnull=False, row={}),
                name="reject_settled_is_emptied",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.why_en}"
