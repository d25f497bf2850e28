"""Roads that are shut."""

from django.db import models
from django.db.models import Q


class Closure(models.Model):
    """封路: a stretch that cannot be driven, from a moment until a moment or until opened.

    `line` is what was drawn, [[lon, lat], …] in WGS-84, one point or more; streets within `width_m`
    of it are shut in both directions. It is matched to the imported network when the network is
    asked, so a new import needs no second look at it.
    """

    title = models.CharField(max_length=120)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT)
    line = models.JSONField()
    width_m = models.FloatField(default=15)
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["starts"], condition=Q(opened_at=None), name="closed_road")]

    def __str__(self) -> str:
        return self.title
