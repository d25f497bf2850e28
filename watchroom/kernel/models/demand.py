"""Where and when matters of a kind are expected."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class DemandCell(models.Model):
    """One cell of about 500 m: how many matters of a kind it had, how many to expect in each hour.

    `demand.rebuild` makes them anew; `rebuilt` is the same for all cells of one rebuild.
    """

    kind = models.CharField(max_length=64)
    lon = models.FloatField()
    lat = models.FloatField()
    count = models.IntegerField()
    by_hour = ArrayField(models.FloatField(), size=24)
    rebuilt = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "rebuilt"], name="demand_of_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.lon:.3f},{self.lat:.3f} {self.count}"
