"""Where people stand, and the hours they stand there."""

from django.db import models
from django.db.models import Q

POST_KINDS = ("duty", "quick", "school", "gate", "joint", "zone")


class DutyPost(models.Model):
    """岗位: a place where people stand, or with an `outline` a zone in which they patrol.

    `outline` is a GeoJSON polygon in WGS-84; lon and lat are then a point inside it. `secret` is
    what the QR code on the wall holds; a new one makes the old code worthless.
    """

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=8)
    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="duty_posts")
    lon = models.FloatField()
    lat = models.FloatField()
    radius_m = models.FloatField(default=150)
    outline = models.JSONField(null=True, blank=True)
    secret = models.CharField(max_length=32, unique=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=POST_KINDS), name="post_kind_known"),
            models.CheckConstraint(
                condition=Q(radius_m__gte=10, radius_m__lte=2000), name="post_radius_sensible"
            ),
            models.CheckConstraint(
                condition=Q(kind="zone", outline__isnull=False) | ~Q(kind="zone"),
                name="zone_has_outline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def label(self, lang: str) -> str:
        """The name in the reader's language."""
        return self.name_en if lang == "en" and self.name_en else self.name


class Shift(models.Model):
    """班次: hours on the wall clock. One that ends no later than it begins ends the next day."""

    agency = models.ForeignKey("kernel.Agency", models.PROTECT, related_name="duty_shifts")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    starts = models.TimeField()
    ends = models.TimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts", "code")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code"], condition=Q(closed_at=None), name="shift_once_an_agency"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.hours}"

    @property
    def hours(self) -> str:
        """15:00-23:00"""
        return f"{self.starts:%H:%M}-{self.ends:%H:%M}"

    def label(self, lang: str) -> str:
        """The name in the reader's language."""
        return self.name_en if lang == "en" and self.name_en else self.name


class Tiers(models.Model):
    """一三五分钟: what an agency asks of response times. `limits`: key → seconds, by `basis`.

    place: the setting of the beat; force: the kind of unit; urgency: the priority. An agency
    without one of its own keeps the nearest one above it.
    """

    agency = models.OneToOneField("kernel.Agency", models.PROTECT, related_name="coverage_tiers")
    basis = models.CharField(max_length=8)
    limits = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(basis__in=("place", "force", "urgency")), name="tier_basis_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.basis}"
