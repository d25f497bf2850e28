"""A league table over what other domains recorded."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal as D

from django.test import Client

from tests.people import County
from watchroom.domains.appraisal import actions, queries
from watchroom.domains.appraisal.actions import Draft
from watchroom.domains.appraisal.tests.samples import draft
from watchroom.domains.directives import actions as directives
from watchroom.domains.directives.tests.samples import issued, order_of
from watchroom.figures.scoring import Item, Scheme
from watchroom.kernel.indicators import by_agency


def _signed(county: County) -> None:
    """Both stations received a directive; the east one signed within a minute."""
    order = order_of(issued(county))
    directives.perform(county.chief, order.pk, "sign")


SIGNED = Scheme((Item("directives.issued_to_signed", D(30), "scale", D(3600), D(0)),), base=D(5))


def _this_year(scheme: Scheme) -> Draft:
    today = datetime.now(UTC).date()
    whole = draft(scheme)
    return replace(
        whole, since=today.replace(month=1, day=1), until=today.replace(month=12, day=31)
    )


def test_the_table_says_who_is_where_and_each_number_opens_its_figure(county: County) -> None:
    _signed(county)
    matter = actions.propose(county.leader, _this_year(SIGNED), agency_id=county.bureau.pk)
    league = queries.league(queries.scheme_of(county.leader, matter.pk), SIGNED)
    first, last = league.table.lines
    assert (league.agencies[first.who], first.place) == (county.east, 1)
    assert (last.points, last.place) == (None, None)  # nothing was sent there to be signed
    period = queries.days(queries.scheme_of(county.leader, matter.pk))
    indicator = queries.indicators()["directives.issued_to_signed"]
    (_, figure), _ = by_agency(county.leader, indicator, period, league.agencies)
    assert figure.count == 1
    browser = Client()
    browser.force_login(county.staff["leader"])
    page = browser.get(f"/appraisal/{matter.number}/table/")
    assert page.status_code == 200
    assert "/figures/directives.issued_to_signed/?agency=EAST" in page.text
