"""Lists of codes that change by versions: classes of calls, types of disputes, types of fraud."""

from django.db import models
from django.db.models import Q


class CodeList(models.Model):
    """代码表: one version of a list. Imported whole, never edited; one version is in force."""

    version = models.CharField(max_length=32, unique=True)
    source = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    in_force = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["in_force"],
                condition=Q(in_force=True),
                name="%(app_label)s_%(class)s_in_force",
            )
        ]

    def __str__(self) -> str:
        return self.version


class NamedCode(models.Model):
    """One code of a list, with its name in both languages."""

    code = models.CharField(max_length=24)
    zh = models.CharField(max_length=80)
    en = models.CharField(max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.zh}"

    def label(self, lang: str) -> str:
        """The name in the reader's language."""
        return self.en if lang == "en" else self.zh
