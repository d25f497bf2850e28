"""Who outside is told of what happens, and whether it arrived."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Webhook(models.Model):
    """A subscription: an address told of events in an agency and below.

    `events` are names or patterns ("dispatch.incident.*"). The secret is kept encrypted: it signs.
    `xid` and `entry` are how far the trail was read for it, in stream order.
    """

    name = models.CharField(max_length=80)
    url = models.URLField(max_length=500)
    events = ArrayField(models.CharField(max_length=100))
    agency = models.ForeignKey("kernel.Agency", models.PROTECT)
    secret = models.CharField(max_length=255)
    created_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    xid = models.BigIntegerField()
    entry = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event for one subscription. `state`: waiting, delivered or given_up."""

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    entry = models.ForeignKey("kernel.Entry", models.PROTECT, related_name="+")
    event = models.CharField(max_length=100)
    state = models.CharField(max_length=12, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "entry"], name="told_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state="waiting"), name="webhook_delivery_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook_id}: {self.state}"
