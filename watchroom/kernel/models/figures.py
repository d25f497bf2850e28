"""Figures that were issued, and the samples from which boards of figures are kept up to date."""

from django.db import models


class IssuedFigure(models.Model):
    """A figure that went out, under its short id. PostgreSQL refuses to change or delete it.

    `agencies`: whose, with all below them at the time; None is everybody's. `version` is the hash
    of the definition (its words and its query), `snapshot` that of the records behind the figure:
    over the sorted pairs of matter number and value.
    """

    id = models.CharField(primary_key=True, max_length=16)
    indicator = models.CharField(max_length=100)
    definition = models.JSONField()
    version = models.CharField(max_length=64)
    agencies = models.JSONField(null=True)
    beat = models.ForeignKey("kernel.Beat", models.PROTECT, null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    value = models.DecimalField(max_digits=24, decimal_places=4, null=True)
    said = models.JSONField()
    count = models.BigIntegerField()
    known_at = models.DateTimeField()
    snapshot = models.CharField(max_length=64)
    issued_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    issued_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["indicator", "-issued_at"], name="issued_of_indicator")]

    def __str__(self) -> str:
        return self.id


class KeptIndicator(models.Model):
    """An indicator whose samples are kept; another `version` (hash of its query), other samples."""

    key = models.CharField(max_length=100, unique=True)
    version = models.CharField(max_length=64)
    built_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class FigureSample(models.Model):
    """One thing counted: what the indicator's expression says of one matter, as a row.

    Written by `kept_figures` only. No foreign keys: every row is recomputed from the records.
    """

    kept = models.ForeignKey(
        KeptIndicator, models.CASCADE, related_name="samples", db_index=False, db_constraint=False
    )
    matter_id = models.BigIntegerField()
    agency_id = models.BigIntegerField()
    at = models.DateTimeField()
    value = models.FloatField()
    of = models.FloatField(null=True)
    what = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["kept", "at"],
                include=["agency_id", "value", "of", "what"],
                name="sample_by_time",
            ),
            models.Index(fields=["matter_id", "kept"], name="sample_of_matter"),
        ]


class FigureCell(models.Model):
    """A figure somebody looked at, kept until a sample behind it changes.

    `fresh_until`: when the next sample that lies in the future comes to count.
    """

    kept = models.ForeignKey(KeptIndicator, models.CASCADE, related_name="cells", db_index=False)
    agency = models.ForeignKey("kernel.Agency", models.CASCADE, db_index=False)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    count = models.BigIntegerField()
    part = models.FloatField()
    p50 = models.FloatField(null=True)
    p90 = models.FloatField(null=True)
    p95 = models.FloatField(null=True)
    stale = models.BooleanField(default=False)
    fresh_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kept", "starts", "ends"], name="one_cell")
        ]
        indexes = [
            models.Index(fields=["kept", "starts"], name="cell_by_time"),
            models.Index(fields=["asked_at"], condition=models.Q(stale=True), name="cell_stale"),
        ]


class FigureStream(models.Model):
    """How far the trail has been read into the samples: one row."""

    xid = models.BigIntegerField()
    entry = models.BigIntegerField(default=0)
