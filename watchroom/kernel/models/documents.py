"""Files that belong to a matter."""

from django.db import models


class Document(models.Model):
    """A file with its SHA-256 and its type as found in its content, never as claimed."""

    matter = models.ForeignKey("kernel.Matter", models.PROTECT, related_name="documents")
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    personal = models.BooleanField(default=True)
    added_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
