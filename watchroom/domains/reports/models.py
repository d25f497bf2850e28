"""The tables of work reports. What is issued stays as it is: migrations/promises.sql."""

from django.db import models
from django.db.models import Q

from .rules.spans import SORTS

LANGUAGES = ("zh", "en")
BLOCKS = ("heading", "words", "chart")


class Report(models.Model):
    """工作综述: one-to-one with a matter, whose agency is the one reported on.

    `counted_at`: when its numbers were read, as they were known then. `since`, `until`: of the
    period, the second no longer in it.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="reports_report"
    )
    sort = models.CharField(max_length=12)
    lang = models.CharField(max_length=2)
    since = models.DateTimeField()
    until = models.DateTimeField()
    counted_at = models.DateTimeField()
    chapters = models.JSONField(default=list)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=list(SORTS)), name="report_sort_known"),
            models.CheckConstraint(condition=Q(lang__in=LANGUAGES), name="report_lang_known"),
            models.CheckConstraint(
                condition=Q(since__lt=models.F("until")), name="report_period_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Block(models.Model):
    """A heading, paragraph or chart. `written` by the writer, `words` as they stand; `by_hand`:
    somebody added it. `recounted`: its numbers changed after somebody had edited it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="blocks")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=80, blank=True)
    chapter = models.CharField(max_length=40, blank=True)
    sort = models.CharField(max_length=8)
    written = models.TextField(blank=True)
    words = models.TextField(blank=True)
    chart = models.JSONField(null=True)
    dropped = models.BooleanField(default=False)
    recounted = models.BooleanField(default=False)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(sort__in=BLOCKS), name="block_sort_known"),
            models.UniqueConstraint(
                fields=["report", "key"], condition=~Q(key=""), name="block_written_once"
            ),
        ]

    @property
    def by_hand(self) -> bool:
        """Whether a person added it."""
        return not self.key

    @property
    def edited(self) -> bool:
        """Whether it says something else than was written."""
        return self.words != self.written

    def __str__(self) -> str:
        return f"{self.report_id}/{self.position}"


class Number(models.Model):
    """A number of a report, the n-th: what it was read from and how it was printed."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="numbers")
    n = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120)
    indicator = models.CharField(max_length=80)
    reading = models.CharField(max_length=12)
    since = models.DateTimeField()
    until = models.DateTimeField()
    base_since = models.DateTimeField(null=True)
    base_until = models.DateTimeField(null=True)
    figure = models.CharField(max_length=16)
    base_figure = models.CharField(max_length=16, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    said = models.CharField(max_length=40)

    class Meta:
        ordering = ("n",)
        constraints = [
            models.UniqueConstraint(fields=["report", "n"], name="number_counted_once"),
            models.UniqueConstraint(fields=["report", "key"], name="number_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.said}"


class Edit(models.Model):
    """What a person changed in a block, kept for ever: the words before and after."""

    block = models.ForeignKey(Block, models.PROTECT, related_name="edits")
    by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    at = models.DateTimeField()
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    dropped = models.BooleanField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.block_id} {self.at}"
