"""Files that belong to a matter."""

from django.db import models


class Document(models.Model):
    """A file with its SHA-256 and its type as found in its content, never as claimed.

    When its time is over name and content go (`erased_at`, then `file_gone`); that there was one,
    and its SHA-256, stay.
    """

    matter = models.ForeignKey("kernel.Matter", models.PROTECT, related_name="documents")
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    personal = models.BooleanField(default=True)
    added_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True)
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    file_gone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="document_by_content")]

    def __str__(self) -> str:
        return self.name
