"""What happens at a post by the clock alone: shifts begin and end, plans run out."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef

from watchroom.base.clock import local_date, now
from watchroom.kernel import acts
from watchroom.kernel.access import Actor, system
from watchroom.kernel.models import Deadline, Matter

from ..flow import NOT_BEGUN, ON_POST
from ..models import Plan, Posting, Presence
from .plans import end
from .postings import POSTED, post_ahead


def keep_time(moment: datetime | None = None) -> int:
    """Begin and end what has its time, at the time it had; returns how many steps were taken.

    Each posting by itself: a desk that acts on one does not hold up the others. What was missed
    while nobody kept time is made up for, in order and with its own times.
    """
    at, actor = moment or now(), system()
    steps = _each(actor, _to_begin(at), _begin) + _each(actor, _to_end(at), _end)
    for plan in Plan.objects.filter(in_force=True).select_related("matter"):
        if plan.ends_on < local_date(at):
            end(actor, plan.pk, reason=f"≤ {plan.ends_on}")
            steps += 1
        else:
            steps += post_ahead(actor, plan, at)
    return steps


def _to_begin(at: datetime) -> Iterable[int]:
    clock = Deadline.objects.filter(matter=OuterRef("pk"), clock="man")
    rows = Posting.objects.filter(
        ~Exists(clock), starts_at__lte=at, matter__closed_at=None,
        matter__state__in=("planned", "short"),
    )  # fmt: skip
    return rows.order_by("starts_at", "pk").values_list("pk", flat=True)


def _to_end(at: datetime) -> Iterable[int]:
    rows = Posting.objects.filter(ends_at__lte=at, matter__closed_at=None)
    running = rows.filter(matter__state__in=(*NOT_BEGUN, *ON_POST))
    return running.order_by("ends_at", "pk").values_list("pk", flat=True)


Step = Callable[[Actor, Matter, Posting], bool]


def _each(actor: Actor, ids: Iterable[int], step: Step) -> int:
    taken = 0
    for pk in list(ids):
        with acts.together():
            matter = acts.lock([pk])[pk]
            taken += step(actor, matter, Posting.objects.get(pk=pk))
    return taken


def _begin(actor: Actor, matter: Matter, row: Posting) -> bool:
    name = {"planned": "begin", "short": "begin_short"}.get(matter.state)
    if name is None:  # somebody was faster
        return False
    acts.take(actor, matter.pk, name, occurred_at=row.starts_at)
    return True


def _end(actor: Actor, matter: Matter, row: Posting) -> bool:
    if matter.state in ON_POST:
        acts.take(actor, matter.pk, "end_of_shift", occurred_at=row.ends_at)
        return True
    if matter.state not in NOT_BEGUN:
        return False
    somebody_was = Presence.objects.filter(posting=row, in_at__isnull=False).exists()
    step = "stood_down" if somebody_was else "nobody_came"
    acts.take(actor, matter.pk, step, occurred_at=row.ends_at)
    acts.release(matter, POSTED)
    return True
