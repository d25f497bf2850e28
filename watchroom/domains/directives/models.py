"""The tables of directives."""

from django.db import models

from .rules import SORTS


class Directive(models.Model):
    """指令: one-to-one with a matter of kind directives.directive, whose words are its text."""

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="directives_directive"
    )
    sort = models.CharField(max_length=12)
    because_of = models.OneToOneField("kernel.Entry", models.PROTECT, null=True, related_name="+")
    """The entry it follows from by itself (a posting plan in force): one directive for each."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sort__in=list(SORTS)), name="directive_sort_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Order(models.Model):
    """落实单: one agency's part, child of the directive; the agency is the matter's own."""

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="directives_order"
    )
    result = models.TextField(blank=True)
    checked = models.PositiveIntegerField(null=True)
    found = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(found=None) | models.Q(found__lte=models.F("checked")),
                name="order_finds_what_it_checks",
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
