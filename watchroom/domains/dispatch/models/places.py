"""What is known of places, for those who go there."""

from django.db import models
from django.db.models import Q


class PremiseNote(models.Model):
    """地点提示: a dog behind the gate, a second entrance. About the place, never about a person."""

    lon = models.FloatField()
    lat = models.FloatField()
    radius_m = models.FloatField(default=50)
    kind = models.CharField(max_length=16, default="hazard")
    words = models.CharField(max_length=400)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    valid_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lon", "lat"], name="premise_note_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(radius_m__gt=0, radius_m__lte=1000), name="premise_note_radius"
            )
        ]

    def __str__(self) -> str:
        return self.words[:40]
