"""The table of appraisal."""

from django.db import models


class Scheme(models.Model):
    """考评方案: one-to-one with a matter of kind appraisal.scheme; its agency's are compared.

    `level`: the kind of agency that is compared, below that agency. `since`, `until`: its days,
    both inside. `scheme`: `scoring.as_dict`. `refusals`: what the guard said, with the rules.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="appraisal_scheme"
    )
    level = models.CharField(max_length=24)
    since = models.DateField()
    until = models.DateField()
    scheme = models.JSONField()
    refusals = models.JSONField(default=list)
    proposed_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(since__lte=models.F("until")), name="scheme_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
