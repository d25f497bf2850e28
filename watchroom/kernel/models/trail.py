"""The trail: append-only, hash-chained, one chain per agency and month."""

from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Xid8Field(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit transaction id, read as int."""

    def db_type(self, connection: object) -> str:
        return "xid8"

    def from_db_value(self, value: object, expression: object, connection: object) -> int:
        return int(str(value))


class Chain(models.Model):
    """A run of entries of one agency in one month. `head` is the hash of its last entry."""

    agency = models.ForeignKey("kernel.Agency", models.PROTECT)
    month = models.CharField(max_length=7)
    algorithm = models.CharField(max_length=8)
    length = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "month"], name="one_chain_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}/{self.month}"


class Entry(models.Model):
    """留痕: what happened, to which matter, by whom, when, why. Never changed, never deleted.

    `xid` orders entries for readers: all entries below the oldest running transaction are there
    for good, so a stream that reads up to it misses none and repeats none.
    """

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="entries", db_index=False)
    position = models.BigIntegerField()
    matter = models.ForeignKey(
        "kernel.Matter", models.PROTECT, null=True, related_name="entries", db_index=False
    )
    matter_version = models.PositiveIntegerField(null=True)
    event = models.CharField(max_length=100)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT, db_index=False)
    actor = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, db_index=False)
    actor_name = models.CharField(max_length=120)
    occurred_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    act_id = models.UUIDField(null=True, unique=True)
    hash = models.CharField(max_length=64)
    xid = Xid8Field(db_default=models.Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="entry_in_its_place"),
            models.UniqueConstraint(
                fields=["matter", "matter_version"],
                condition=models.Q(matter_version__isnull=False),
                name="one_entry_a_version",
            ),
        ]
        indexes = [
            models.Index(fields=["matter", "id"], name="entry_of_matter"),
            models.Index(fields=["event", "occurred_at"], name="entry_by_event"),
            models.Index(fields=["xid", "id"], name="entry_in_stream_order"),
            models.Index(fields=["agency", "id"], name="entry_of_agency"),
            models.Index(fields=["actor", "id"], name="entry_of_person"),
            BrinIndex(fields=["entered_at"], autosummarize=True, name="entry_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.matter_id or ''}"
