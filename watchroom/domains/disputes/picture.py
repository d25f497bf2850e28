"""What disputes bring to the daily picture: open ones with a risk of harm, by agency, as counts."""

from datetime import date

from django.db.models import Count

from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency
from watchroom.kernel.picture import Line, Part

from .flow import DISPUTE

GRAVEST, SHOWN = 1, 8


def risky(actor: Actor, _day: date) -> Part:
    """How many open disputes of high risk each agency has, the most first."""
    rows = access.visible(actor).filter(kind=DISPUTE.kind, closed_at=None, priority=GRAVEST)
    counted = list(rows.values_list("agency").annotate(n=Count("id")).order_by("-n", "agency"))
    agencies = Agency.objects.in_bulk([pk for pk, _ in counted])
    lines = [
        Line(
            Text("{a}：{n} 件", "{a}: {n}").format(
                a=Text(agencies[pk].label("zh"), agencies[pk].label("en")), n=n
            )
        )
        for pk, n in counted[:SHOWN]
    ]
    title = Text("未化解的高风险纠纷", "Open disputes of high risk")
    return Part(title, lines, more=max(0, len(counted) - SHOWN))


PARTS = (risky,)
