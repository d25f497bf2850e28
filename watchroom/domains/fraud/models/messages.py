"""Text messages to people, and what became of them."""

from django.db import models
from django.db.models import Q

MESSAGE_STATES = (
    "waiting", "sending", "accepted", "delivered", "failed", "unknown"
)  # fmt: skip


class Message(models.Model):
    """短信: one message of one matter. Who gets it and what it says is personal; the trail has
    neither. `key` makes asking for it twice harmless; `reference` comes back in receipts."""

    matter = models.ForeignKey("kernel.Matter", models.PROTECT, related_name="fraud_messages")
    key = models.UUIDField(unique=True)
    reference = models.PositiveIntegerField()
    template = models.CharField(max_length=40)
    lang = models.CharField(max_length=2, default="zh")
    phone = models.CharField(max_length=20)
    text = models.TextField()
    state = models.CharField(max_length=10, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    parts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(state__in=["waiting", "sending", "accepted"]),
                name="message_open",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MESSAGE_STATES), name="message_state_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class MessagePart(models.Model):
    """One short message of a long one, under the number the gateway gave it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="segments")
    gateway_id = models.CharField(max_length=65, unique=True)
    state = models.CharField(max_length=10, default="accepted")
    receipt = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.gateway_id
