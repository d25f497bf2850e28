"""The tables of requests."""

from django.db import models

from .rules import CHANNELS, SORTS


class Request(models.Model):
    """诉求: one-to-one with a matter of kind requests.request, whose words are what is asked.

    `asked_by` is the officer who asks for themselves; of others a name and a telephone are kept,
    masked until somebody says what for.
    """

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="requests_request"
    )
    sort = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    asked_by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    asker_name = models.CharField(max_length=64, blank=True)
    asker_phone = models.CharField(max_length=32, blank=True)
    firm = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sort__in=list(SORTS)), name="request_sort_known"
            ),
            models.CheckConstraint(
                condition=models.Q(channel__in=list(CHANNELS)), name="request_channel_known"
            ),
        ]
        indexes = [models.Index(fields=["sort"], name="request_sort")]

    def __str__(self) -> str:
        return f"{self.matter_id}"


class Answer(models.Model):
    """答复: what was answered, each time; kept here and not in the trail, which nothing leaves."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="answers")
    words = models.TextField()
    by = models.ForeignKey("kernel.Staff", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.request_id}"


class Article(models.Model):
    """知识条目: one-to-one with a matter of kind requests.article, which holds title and text."""

    matter = models.OneToOneField(
        "kernel.Matter", models.PROTECT, primary_key=True, related_name="requests_article"
    )
    sort = models.CharField(max_length=12)
    grown_from = models.ForeignKey(Request, models.PROTECT, null=True, related_name="articles")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sort__in=list(SORTS)), name="article_sort_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id}"
