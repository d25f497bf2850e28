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


class Device(models.Model):
    """设备: a phone or tracker that reports where a unit is.

    It says so with a key that nobody else knows; kept here is the key's SHA-256 alone. Enrolling
    the same name again gives a new key and revokes the old one.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="devices")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    revoked_at = models.DateTimeField(null=True)
    handset = models.ForeignKey(
        "kernel.Handset", models.SET_NULL, null=True, related_name="devices"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                condition=models.Q(revoked_at=None),
                name="one_device_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.name}"


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
