"""Two schemes of the fictional city: one in force over its stations, and one the guard refused.

People act through the same acts as everybody. Done twice it changes nothing.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal as D

from watchroom.base.clock import local_date, now
from watchroom.domains.appraisal import actions
from watchroom.domains.appraisal.actions import Draft
from watchroom.domains.appraisal.flow import APPROVE, DRAFT, SCHEME
from watchroom.figures.scoring import Item, Scheme
from watchroom.kernel.access import Actor, actor_of
from watchroom.kernel.models import Agency, Matter, Staff

from .model import City

Progress = Callable[[str], None]

SERVICE = Scheme(
    (
        Item("dispatch.call_to_arrival", D(30), "scale", D(1800), D(300), level=0.9),
        Item("requests.asked_to_answered", D(25), "scale", D(7 * 86400), D(86400)),
        Item("requests.confirmed", D(20), "scale", D(50), D(100)),
        Item("disputes.until_agreed", D(15), "rank", better="lower"),
        Item("community.visits", D("0.02"), "each", cap=D(10), per="officers"),
        Item("dispatch.incidents", D(0), "each"),
    )
)
FEWER_CALLS = Scheme(
    (
        Item("requests.confirmed", D(60), "scale", D(50), D(100)),
        Item("dispatch.incidents", D(40), "rank", better="lower"),
    )
)


def is_loaded() -> bool:
    """Whether anybody has proposed a scheme yet."""
    return Matter.objects.filter(kind=SCHEME.kind).exists()


def load(_city: City, say: Progress) -> int:
    """Propose both for the district with the most stations; returns how many were."""
    people = _people()
    if people is None:
        say("  no two people who could propose and approve")
        return 0
    bureau, proposes, approves = people
    used = actions.propose(proposes, _draft("服务群众综合考评", SERVICE), agency_id=bureau.pk)
    actions.perform(proposes, used.pk, "check")
    actions.perform(approves, used.pk, "approve")
    actions.perform(approves, used.pk, "start")
    bad = actions.propose(proposes, _draft("压降警情竞赛", FEWER_CALLS), agency_id=bureau.pk)
    actions.perform(proposes, bad.pk, "check")
    say("  2 schemes, one of them refused")
    return 2


def _draft(title: str, scheme: Scheme) -> Draft:
    today = local_date(now())
    return Draft(title, "station", today - dt.timedelta(days=27), today, scheme)


def _people() -> tuple[Agency, Actor, Actor] | None:
    """The bureau with the most stations, and two of its people who lead."""
    bureaus = Agency.objects.filter(children__kind="station").distinct()
    for bureau in sorted(bureaus, key=lambda one: (-one.children.count(), one.code)):
        rows = Staff.objects.filter(
            posts__agency__path__startswith=bureau.path,
            posts__role__permissions__contains=[DRAFT, APPROVE],
        )
        actors = (actor_of(person) for person in rows.distinct().order_by("username"))
        able = [a for a in actors if a.within(DRAFT, bureau.pk) and a.within(APPROVE, bureau.pk)]
        if len(able) > 1:
            return bureau, able[0], able[1]
    return None
