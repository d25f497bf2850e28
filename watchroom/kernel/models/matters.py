"""Matter: anything that has an owner, a clock and an end."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from ..flow import Flow, State


class Matter(models.Model):
    """事项. State changes only through `acts`; PostgreSQL refuses any other way at commit."""

    number = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="matters")
    beat = models.ForeignKey("kernel.Beat", models.PROTECT, null=True, blank=True, db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    owner = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="owned")
    state = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    priority = models.PositiveSmallIntegerField(null=True)
    place = models.CharField(max_length=240, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    words = models.TextField(blank=True)
    sealed = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["agency", "kind", "-occurred_at"], name="matter_history"),
            models.Index(fields=["kind", "-occurred_at"], name="matter_kind_history"),
            models.Index(
                fields=["kind", "agency", "due_at"], condition=Q(closed_at=None), name="matter_open"
            ),
            models.Index(fields=["owner"], condition=Q(closed_at=None), name="matter_owned_open"),
            models.Index(fields=["lon", "lat"], condition=Q(closed_at=None), name="matter_open_at"),
            models.Index(fields=["kind", "lon", "lat"], name="matter_at"),
            models.Index(
                fields=["beat", "kind", "state", "-occurred_at"],
                condition=Q(beat__isnull=False), name="matter_of_beat",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def flow(self) -> "Flow":
        """The declared life of this kind of matter."""
        from ..registry import registry  # noqa: PLC0415 - the registry reads models at start

        return registry.flow(self.kind)

    @property
    def standing(self) -> "State":
        """The declared state the matter is in."""
        return self.flow.states[self.state]

    def facts(self) -> dict[str, Any]:
        """Plain facts for guards and clock rules."""
        return {"priority": self.priority, "kind": self.kind, "state": self.state}


class Words(models.Model):
    """What a matter is found by. PostgreSQL fills it (migrations/search.sql); nobody else does."""

    matter = models.OneToOneField(Matter, models.CASCADE, primary_key=True, related_name="found_by")
    occurred_at = models.DateTimeField()
    grams = SearchVectorField()

    class Meta:
        indexes = [
            GinIndex(fields=["grams"], name="words_grams"),
            models.Index(fields=["occurred_at", "matter"], name="words_newest"),
        ]


class Involvement(models.Model):
    """Need: why a person may see a matter beyond their agency's reach."""

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="involvements")
    staff = models.ForeignKey("kernel.Staff", models.CASCADE, related_name="involvements")
    role = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "staff", "role"], name="involved_once")
        ]


class Link(models.Model):
    """Two matters belong together: duplicate, follow-on, cause, same place.

    `by_hand`: a person said so and may take it back; else it follows from a step.
    """

    source = models.ForeignKey(Matter, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(Matter, models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    by_hand = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="linked_once")
        ]


class Counterpart(models.Model):
    """An organ outside (12345, hospital, city management) that matters are handed to."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=240, blank=True)
    channel = models.CharField(max_length=16, default="print")

    def __str__(self) -> str:
        return self.name
