"""Public alerts of ours, and the messages by which they were told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PublicAlert(models.Model):
    """公共预警: one-to-one with a matter of kind dispatch.alert.

    The words are pairs {"zh", "en"}. `rings` are [[lon, lat], …] in WGS-84, closed. `valid` names
    the rule that says how long it holds once issued. `replaces`: the alert this one updates.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="dispatch_alert"
    )
    event = models.JSONField()
    headline = models.JSONField()
    description = models.JSONField()
    instruction = models.JSONField()
    area = models.JSONField()
    category = ArrayField(models.CharField(max_length=12))
    urgency = models.CharField(max_length=12)
    severity = models.CharField(max_length=12)
    certainty = models.CharField(max_length=12)
    response = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    status = models.CharField(max_length=12, default="Actual")
    valid = models.CharField(max_length=4)
    rings = models.JSONField()
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    issued_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="alert_in_force")]

    def __str__(self) -> str:
        return str(self.headline.get("zh", self.matter_id))


class AlertMessage(models.Model):
    """What was told of an alert, exactly as it went out (CAP 1.2). PostgreSQL keeps it so."""

    alert = models.ForeignKey(PublicAlert, models.PROTECT, related_name="messages")
    identifier = models.CharField(max_length=48, unique=True)
    sender = models.CharField(max_length=120)
    message = models.CharField(max_length=8)
    sent_at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.identifier
