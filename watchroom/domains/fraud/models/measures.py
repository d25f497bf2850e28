"""The tables of stops, freezes and returns, and of the money in them. Amounts are fen."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from ..rules.money import CLASSES, MAY_BECOME
from ..rules.orders import SORTS

ACTS = (*SORTS, "renew", "lift", "pay")
ORDER_STATES = ("waiting", "sent", "done", "refused", "given_up", "by_hand")
MATTER = "kernel.Matter"


class Bank(models.Model):
    """A bank that orders go to. Without an address they go on paper, and answers are entered."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=500, blank=True)
    secret = models.CharField(max_length=255, blank=True)
    """Signs what is sent; kept encrypted."""
    token = models.OneToOneField("kernel.ApiToken", models.PROTECT, null=True, related_name="+")
    """With what the bank calls us: it answers its own orders and can do nothing else."""
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code

    def label(self, lang: str) -> str:
        """Its name in a language."""
        return self.name if lang == "zh" else self.name_en or self.name


class Account(models.Model):
    """One account at one bank. Its row is locked while it is counted how often it was stopped."""

    bank = models.ForeignKey(Bank, models.PROTECT)
    number = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bank", "number"], name="account_once")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Measure(models.Model):
    """止付、冻结: one-to-one with a matter of kind fraud.measure.

    The account is where money went, never the account of whom a warning is about. `parent` of the
    matter, if any, is the case whose money it is.
    """

    matter = models.OneToOneField(
        MATTER, models.PROTECT, primary_key=True, related_name="fraud_measure"
    )
    sort = models.CharField(max_length=8)
    account = models.ForeignKey(Account, models.PROTECT, related_name="measures")
    holder = models.CharField(max_length=120)
    asked = models.BigIntegerField(null=True)
    """None: whatever is on the account."""
    done = models.BigIntegerField(null=True)
    """What the bank said it had stopped or frozen."""
    holds = models.BigIntegerField(default=0)
    """What of it is still under the measure: returns take from it, its end empties it."""
    known = models.BigIntegerField(default=0)
    """How much of `holds` had been counted as lost: it is lost again if the measure just ends."""
    document = models.CharField(max_length=60, blank=True)
    receipt = models.CharField(max_length=60, blank=True)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    asked_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=list(SORTS)), name="measure_sort_known"),
            models.CheckConstraint(
                condition=Q(asked=None) | Q(asked__gt=0), name="measure_asks_for_something"
            ),
            models.CheckConstraint(
                condition=Q(holds__gte=0, known__gte=0, known__lte=models.F("holds"))
                & (Q(done=None, holds=0) | Q(holds__lte=models.F("done"))),
                name="measure_holds_no_more_than_done",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("asked_by")),
                name="measure_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Protest(models.Model):
    """Somebody says that something is wrong. Answered in writing."""

    who = models.CharField(max_length=120)
    words = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.pk}"


class Appeal(Protest):
    """申诉 against a measure."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="appeals")


class Restitution(models.Model):
    """资金返还: one-to-one with a matter of kind fraud.return; shares out what a freeze holds."""

    matter = models.OneToOneField(
        MATTER, models.PROTECT, primary_key=True, related_name="fraud_return"
    )
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="returns")
    pot = models.BigIntegerField()
    left = models.BigIntegerField()
    announced = models.CharField(max_length=240, blank=True)
    """Where the notice was put out."""
    proposed_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pot__gt=0, left__gte=0, left__lte=models.F("pot")), name="return_pot"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("proposed_by")),
                name="return_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Claim(models.Model):
    """What one victim lost, and their share of what is returned."""

    restitution = models.ForeignKey(Restitution, models.CASCADE, related_name="claims")
    case = models.ForeignKey(MATTER, models.PROTECT, null=True, related_name="+")
    """The victim's own case, whose lost money becomes returned."""
    victim = models.CharField(max_length=120)
    bank = models.ForeignKey(Bank, models.PROTECT, related_name="+")
    account = models.CharField(max_length=32)
    reported_at = models.DateTimeField()
    lost = models.BigIntegerField()
    traced = models.BigIntegerField(default=0)
    direct = models.BigIntegerField(default=0)
    pro_rata = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    lost__gt=0,
                    traced__gte=0,
                    traced__lte=models.F("lost"),
                    direct__gte=0,
                    pro_rata__gte=0,
                    lost__gte=models.F("direct") + models.F("pro_rata"),
                ),
                name="claim_gets_no_more_than_lost",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def share(self) -> int:
        """What this victim gets, in fen."""
        return self.direct + self.pro_rata


class Objection(Protest):
    """异议 during the public notice."""

    restitution = models.ForeignKey(Restitution, models.PROTECT, related_name="objections")


class BankOrder(models.Model):
    """One thing a bank is asked to do. Its id is what makes sending it twice harmless."""

    id = models.UUIDField(primary_key=True)
    bank = models.ForeignKey(Bank, models.PROTECT)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="orders")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="orders")
    act = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField(null=True)
    until = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=["waiting", "sent"]), name="order_open"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=ACTS), name="order_act_known"),
            models.CheckConstraint(condition=Q(state__in=ORDER_STATES), name="order_state_known"),
            models.UniqueConstraint(fields=["claim"], name="claim_paid_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Money(models.Model):
    """How many fen of one matter are in each class; only `MoneyMove` changes it (promises)."""

    matter = models.OneToOneField(
        MATTER, models.PROTECT, primary_key=True, related_name="fraud_money"
    )
    intended = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    stopped = models.BigIntegerField(default=0)
    frozen = models.BigIntegerField(default=0)
    returned = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 0 for name in CLASSES}), name="money_not_below_zero"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class MoneyMove(models.Model):
    """So many fen changed class, because of a matter, when. Never edited, never deleted."""

    matter = models.ForeignKey(MATTER, models.PROTECT, related_name="fraud_moves")
    because = models.ForeignKey(MATTER, models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, blank=True)
    target = models.CharField(max_length=8, blank=True)
    fen = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["matter", "id"], name="money_moves")]
        constraints = [
            models.CheckConstraint(
                condition=Q(fen__gt=0)
                & reduce(or_, (Q(source=s, target__in=sorted(t)) for s, t in MAY_BECOME.items())),
                name="money_move_sound",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
