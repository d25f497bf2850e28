"""Work reports of the fictional city: one half-year that was issued, one campaign being written."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from watchroom.base.clock import local_date, now
from watchroom.domains.reports import actions, queries
from watchroom.domains.reports.actions import Paragraph
from watchroom.domains.reports.flow import APPROVE, DRAFT
from watchroom.domains.reports.models import Report
from watchroom.domains.reports.rules import spans
from watchroom.kernel.access import Actor, actor_of, holders
from watchroom.kernel.models import Agency, Staff

from .model import City

MONTHS = 6
ADDED = "各所已按月核对本章数字，差错当月更正。"
"""What a person added to the half-year's report: it shows as an edit."""


def is_loaded() -> bool:
    """Whether the reports are there."""
    return Report.objects.exists()


def load(city: City, say: Callable[[str], None] = lambda _line: None) -> int:
    """Write, check and issue one, and begin another; returns how many numbers they tell."""
    agency, people = _authors(city)
    author, checker = people[0], people[1]
    with transaction.atomic():  # both or neither: a load that broke off is done anew
        half = _half_year(author, checker, agency)
        week = _week(author, agency)
    told = sum(len(queries.numbers(report)) for report in (half, week))
    say(f"  a half-year and a week reported for {agency.name}, {told} numbers")
    return told


def _authors(city: City) -> tuple[Agency, list[Actor]]:
    """The first county or district where two people may write reports, and these two."""
    bureaus = Agency.objects.filter(kind="bureau", parent__isnull=False).order_by("code")
    for agency in bureaus:
        both = sorted(set(holders(DRAFT, agency)) & set(holders(APPROVE, agency)))
        if len(both) > 1:
            staff = Staff.objects.filter(pk__in=both).order_by("pk")
            return agency, [actor_of(one) for one in staff]
    raise LookupError(f"no district of {city.zh} has two people who may write reports")


def _half_year(author: Actor, checker: Actor, agency: Agency) -> Report:
    """The last six whole months."""
    today = local_date(now())
    number = today.year * 12 + today.month - 1 - MONTHS
    period = spans.months("half", number // 12, number % 12 + 1)
    matter = actions.draft(author, agency.pk, "half", period)
    report = queries.report_of(author, matter.pk)
    rows = [Paragraph(b.pk, b.words) for b in queries.blocks(report)]
    actions.edit(author, matter.pk, [*rows, Paragraph(None, ADDED, chapter=report.chapters[-1])])
    actions.perform(author, matter.pk, "submit")
    actions.perform(checker, matter.pk, "check")
    actions.perform(checker, matter.pk, "issue")
    return report


def _week(author: Actor, agency: Agency) -> Report:
    """The last seven days, in English."""
    today = local_date(now())
    period = spans.campaign(today - dt.timedelta(days=6), today)
    matter = actions.draft(
        author, agency.pk, "campaign", period, lang="en", campaign="the last seven days"
    )
    return queries.report_of(author, matter.pk)
