"""What somebody who asked without signing in follows their matter by."""

from django.db import models


class Receipt(models.Model):
    """回执: a number given once to whoever asked; kept here is its SHA-256 alone."""

    matter = models.OneToOneField("kernel.Matter", models.CASCADE, related_name="receipt")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.matter_id}"
