"""What can be sent, and where it last was."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Unit(models.Model):
    """警力: a car, a foot patrol, a community officer on duty, a quick-response team.

    `status`: off (下勤), free (待命), busy (处警), rest (休整). Only the owning domain changes it.
    """

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=24)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="units")
    device = models.CharField(max_length=64, unique=True)
    skills = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    crew = models.ManyToManyField("kernel.Staff", related_name="units")
    status = models.CharField(max_length=8, default="off")
    status_since = models.DateTimeField(null=True)
    home_lon = models.FloatField()
    home_lat = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["status", "agency"], name="unit_status")]

    def __str__(self) -> str:
        return self.code


class UnitPosition(models.Model):
    """The last position of a unit on duty. Apart from the unit: it changes 400 times a second."""

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="position")
    lon = models.FloatField()
    lat = models.FloatField()
    speed = models.FloatField(null=True)
    at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.unit_id} {self.at}"
