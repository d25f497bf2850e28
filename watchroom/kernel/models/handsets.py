"""Phones that people work with."""

from django.db import models


class Handset(models.Model):
    """手机: one browser on one phone, known by a cookie whose SHA-256 is kept here.

    `cut_off_at`: it was lost. Whatever it asks for, it is told to wipe itself; `wiped_at` is when
    it said that it had.
    """

    digest = models.CharField(max_length=64, unique=True)
    agent = models.CharField(max_length=300, blank=True)
    holders = models.ManyToManyField("kernel.Staff", related_name="handsets")
    first_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    cut_off_at = models.DateTimeField(null=True)
    cut_off_by = models.ForeignKey(
        "kernel.Staff", models.PROTECT, null=True, related_name="handsets_cut_off"
    )
    wiped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.first_at}"
