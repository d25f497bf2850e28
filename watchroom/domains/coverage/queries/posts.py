"""Posts, shifts, and whom and what a plan can name."""

from django.db.models import QuerySet

from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency, Staff, Unit

from ..flow import PLAN_DUTY, VIEW
from ..models import DutyPost, Shift


def posts(actor: Actor, permission: str = VIEW) -> QuerySet[DutyPost]:
    """Posts in use in the agencies where the actor has the permission, by code."""
    rows = DutyPost.objects.filter(closed_at=None).select_related("agency")
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(permission))


def find_post(actor: Actor, post_id: int, permission: str = VIEW) -> DutyPost:
    """A post in use where the actor has the permission; NotFound otherwise."""
    row = posts(actor, permission).filter(pk=post_id).first()
    if row is None:
        raise NotFound
    return row


def post_of_secret(secret: str) -> DutyPost | None:
    """The post on whose wall this code hangs now."""
    return DutyPost.objects.filter(secret=secret, closed_at=None).select_related("agency").first()


def shifts(actor: Actor) -> QuerySet[Shift]:
    """Shifts a plan of the actor's can use: those of the agencies they plan for, and above them."""
    rows = Shift.objects.filter(closed_at=None).select_related("agency")
    if actor.everywhere:
        return rows
    mine = Agency.objects.filter(pk__in=actor.reach(PLAN_DUTY)).values_list("path", flat=True)
    known = {int(part) for path in mine for part in path.split(".") if part}
    return rows.filter(agency_id__in=known)


def find_shift(actor: Actor, shift_id: int) -> Shift:
    """A shift the actor can plan with; NotFound otherwise."""
    row = shifts(actor).filter(pk=shift_id).first()
    if row is None:
        raise NotFound
    return row


def people(actor: Actor) -> QuerySet[Staff]:
    """Whom the actor can plan for: active staff of the agencies where they plan duty."""
    rows = Staff.objects.filter(is_active=True).order_by("agency__path", "name", "pk")
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach(PLAN_DUTY))


def people_ids(actor: Actor) -> set[int]:
    """The ids of `people`."""
    return set(people(actor).values_list("pk", flat=True))


def units(actor: Actor) -> QuerySet[Unit]:
    """Units a plan can name."""
    rows = Unit.objects.order_by("code")
    return rows if actor.everywhere else rows.filter(agency_id__in=actor.reach("unit.view"))


def seen_unit_ids(actor: Actor) -> set[int]:
    """The ids of `units`."""
    return set(units(actor).values_list("pk", flat=True))
