"""The incident, the calls that told of it, and what was done with it beside sending units."""

from django.db import models
from django.db.models import Q

CHANNELS = ("voice", "text", "video", "silent", "walk_in", "partner", "officer")


class Incident(models.Model):
    """警情: one-to-one with a matter of kind dispatch.incident.

    `place_typed` is what the call-taker wrote and nothing ever overwrites it. The matter's place,
    lon and lat are what is acted on: typed, or a suggestion that somebody accepted.
    `attempt` counts how often the incident has waited for a unit afresh.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="dispatch_incident"
    )
    incident_class = models.ForeignKey("dispatch.IncidentClass", models.PROTECT, null=True)
    priority_reason = models.JSONField(default=dict, blank=True)
    place_typed = models.CharField(max_length=240, blank=True)
    channel = models.CharField(max_length=12, default="voice")
    callback = models.CharField(max_length=32, blank=True)
    caller_name = models.CharField(max_length=64, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    duplicate_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    disposition = models.CharField(max_length=40, blank=True)
    disposition_words = models.TextField(blank=True)
    feedback = models.TextField(blank=True)
    fed_back_at = models.DateTimeField(null=True)
    first_on_scene_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=64, null=True, unique=True)

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Call(models.Model):
    """来电: one contact about an incident. The number is personal data: show `masked`."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="calls")
    number_dialled = models.CharField(max_length=16, default="110", blank=True)
    caller = models.CharField(max_length=32, blank=True)
    channel = models.CharField(max_length=12, default="voice")
    words = models.TextField(blank=True)
    place_typed = models.CharField(max_length=240, blank=True)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    taken_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)

    class Meta:
        ordering = ("received_at", "id")
        indexes = [models.Index(fields=["caller", "-received_at"], name="calls_of_a_number")]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="call_channel_known")
        ]

    def __str__(self) -> str:
        return f"{self.masked} {self.received_at}"

    @property
    def masked(self) -> str:
        """The caller's number as everybody may see it: 138****6789."""
        number = self.caller
        return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


class PlaceSuggestion(models.Model):
    """A position from a geocoder, a device or a person, standing beside what was typed."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="suggestions")
    source = models.CharField(max_length=12)
    label = models.CharField(max_length=240, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    accuracy_m = models.FloatField(null=True)
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.source} {self.lon:.5f},{self.lat:.5f}"


class Handover(models.Model):
    """移交: to which organ, with which record, and what it answered."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="handovers")
    counterpart = models.ForeignKey("kernel.Counterpart", models.PROTECT)
    record = models.JSONField()
    reason = models.TextField()
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    receipt = models.CharField(max_length=120, blank=True)
    receipt_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.incident_id} → {self.counterpart_id}"


class FollowUp(models.Model):
    """回访: somebody is to be called back; what came of it."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="follow_ups")
    why = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=24, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident"], condition=Q(done_at=None), name="one_open_follow_up"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.asked_at}"
