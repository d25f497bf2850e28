"""The organisation tree, its beats and the names of places."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper


class Agency(models.Model):
    """单位: a node of the tree. `path` is ".1.4.17.": the ids from the root to itself."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=24)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=240, db_index=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        ordering = ("path",)
        indexes = [
            models.Index(OpClass(models.F("path"), "text_pattern_ops"), name="agency_path_prefix")
        ]

    def __str__(self) -> str:
        return self.name

    def label(self, lang: str) -> str:
        """The name in the reader's language."""
        return self.name_en if lang == "en" and self.name_en else self.name


class FormerPlace(models.Model):
    """Where an agency stood in the tree until a moment. Who never moved has no row.

    Figures of then are added up along the tree of then (the view `kernel_agency_at`).
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="former_places")
    path = models.CharField(max_length=240)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "until"], name="one_place_a_time")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.path}"


class Beat(models.Model):
    """警格: the smallest area with a named community officer. `outline` is GeoJSON in WGS-84.

    `setting`: urban, suburb or rural: how soon somebody must arrive there.
    """

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="beats")
    officer = models.ForeignKey("kernel.Staff", models.SET_NULL, null=True, related_name="beats")
    deputies = models.ManyToManyField("kernel.Staff", related_name="deputy_of")
    setting = models.CharField(max_length=8, default="urban")
    outline = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["west", "east", "south", "north"], name="beat_box")]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """地名: what people say and where it is: villages, crossings, landmarks."""

    name = models.CharField(max_length=120)
    aliases = models.CharField(max_length=240, blank=True)
    initials = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=24)
    lon = models.FloatField()
    lat = models.FloatField()
    weight = models.FloatField(default=0)

    class Meta:
        indexes = [
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="place_name_trigram"),
            models.Index(OpClass(models.F("initials"), "text_pattern_ops"), name="place_initials"),
        ]

    def __str__(self) -> str:
        return self.name
