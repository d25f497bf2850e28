"""Every read of work reports, by name. The actor comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures.periods import Period
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Matter

from ..flow import DRAFT, REPORT, UNDER_WAY
from ..models import Block, Edit, Number, Report


def reports(actor: Actor, *, under_way: bool) -> QuerySet[Matter]:
    """Reports the actor may see, the newest period first: those being written, or the others."""
    rows = access.visible(actor).filter(kind=REPORT.kind)
    rows = rows.filter(state__in=UNDER_WAY) if under_way else rows.exclude(state__in=UNDER_WAY)
    related = ("agency", "owner", "reports_report")
    return rows.select_related(*related).order_by("-reports_report__until", "-id")


def report_of(actor: Actor, matter_id: int) -> Report:
    """One report the actor may see; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=REPORT.kind)
    return Report.objects.select_related("matter__agency", "replaces__matter").get(pk=matter.pk)


def by_number(actor: Actor, number: str) -> Report:
    """The same by the number of its matter."""
    return report_of(actor, access.find(actor, number=number, kind=REPORT.kind).pk)


def period_of(report: Report) -> Period:
    """The period a report tells of."""
    return Period(report.since, report.until)


def blocks(report: Report) -> list[Block]:
    """Its headings, paragraphs and charts in order, also those that were dropped."""
    return list(report.blocks.all())


def numbers(report: Report) -> dict[int, Number]:
    """Its numbers by their place."""
    return {one.n: one for one in report.numbers.all()}


def edits(report: Report) -> list[Edit]:
    """Everything that people changed, the newest first."""
    return list(Edit.objects.filter(block__report=report).select_related("block").order_by("-id"))


def editors(report: Report) -> set[int]:
    """Ids of those who changed its words."""
    rows = Edit.objects.filter(block__report=report, by__isnull=False)
    return set(rows.values_list("by_id", flat=True))


def may_report_on(actor: Actor) -> list[Agency]:
    """Agencies whose report the actor may draft: where figures may be read too."""
    both = actor.reach(DRAFT) & actor.reach("figures.view")
    return list(Agency.objects.filter(pk__in=both).order_by("path"))


def replaceable(actor: Actor) -> QuerySet[Matter]:
    """Issued reports the actor may replace by a new one."""
    rows = reports(actor, under_way=False).filter(state="issued")
    return rows.filter(agency_id__in=actor.reach(DRAFT))


@dataclass(frozen=True)
class Beginning:
    """Since when a domain keeps matters in an agency and below; None for never."""

    at: datetime | None

    def covers(self, period: Period) -> bool:
        """Whether it was there from the beginning of the period."""
        return self.at is not None and self.at <= period.start


def agency_of(actor: Actor, agency_id: int) -> Agency:
    """An agency whose report the actor may draft; Refusal for any other."""
    found: Sequence[Agency] = [one for one in may_report_on(actor) if one.pk == agency_id]
    if not found:
        raise Refusal(
            Text(
                "请选择本单位或下级单位：须有起草综述和查看指标的权限",
                "Choose your agency or one below it where you may draft reports and see figures",
            )
        )
    return found[0]
