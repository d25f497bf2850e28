"""The table of lost property."""

from django.db import models

CATEGORIES = ("papers", "money", "phone", "bag", "vehicle", "other")


class Item(models.Model):
    """遗失物: one-to-one with a matter of kind lost_property.item.

    What it is stands in the matter's title, what else is known of it in its words: both are
    searched. Finder and claimant are personal data and are not.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="lost_property_item"
    )
    category = models.CharField(max_length=12)
    shelf = models.CharField(max_length=40, blank=True)
    finder = models.CharField(max_length=64, blank=True)
    finder_phone = models.CharField(max_length=32, blank=True)
    claimant = models.CharField(max_length=64, blank=True)
    proof = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category__in=CATEGORIES), name="lost_item_category_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
