"""What is known of places: notes for those who go there, and where calls come from."""

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


class DemandPoint(models.Model):
    """Where calls come from: one cell of about 500 m with its share of last year's calls.

    `rebuilt` is the same for all rows of one rebuild; it names the version for caches.
    """

    lon = models.FloatField()
    lat = models.FloatField()
    calls = models.FloatField()
    share = models.FloatField()
    rebuilt = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.lon:.3f},{self.lat:.3f} {self.share:.4f}"
