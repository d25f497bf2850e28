"""What directives bring to the daily picture: those issued on the day, and how far they are."""

from datetime import date, timedelta

from django.db.models import Count, Q

from watchroom.base.clock import day_start
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter
from watchroom.kernel.picture import Line, Part

from .flow import DIRECTIVE, OPEN, ORDER

SHOWN = 10


def issued(actor: Actor, day: date) -> Part:
    """Each directive of the day that the reader may see, with how many agencies have carried it
    out."""
    start, end = day_start(day), day_start(day + timedelta(days=1))
    rows = access.visible(actor).filter(
        kind=DIRECTIVE.kind, occurred_at__gte=start, occurred_at__lt=end
    )
    found = list(rows.order_by("priority", "occurred_at")[: SHOWN + 1])
    orders = _orders(found)
    return Part(
        Text("当日下达的指令", "Directives of the day"),
        [Line(_said(one, *orders.get(one.pk, (0, 0))), one.number) for one in found[:SHOWN]],
        more=rows.count() - SHOWN if len(found) > SHOWN else 0,
    )


def _orders(directives: list[Matter]) -> dict[int | None, tuple[int, int]]:
    rows = Matter.objects.filter(parent__in=directives, kind=ORDER.kind).values("parent")
    counted = rows.annotate(all=Count("id"), over=Count("id", filter=~Q(state__in=OPEN)))
    return {row["parent"]: (row["over"], row["all"]) for row in counted.order_by()}


def _said(directive: Matter, over: int, every: int) -> Text:
    said = Text("{t}（{n} 个单位中 {k} 个已落实）", "{t} ({k} of {n} agencies done)")
    return said.format(t=directive.title, n=every, k=over)


PARTS = (issued,)
