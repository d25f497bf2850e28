"""Policy as data: the class list, response plans, reserves, premise notes, demand."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts, code_lists, demand
from watchroom.kernel.access import Actor
from watchroom.kernel.code_lists import Imported
from watchroom.kernel.learned_roads import Lesson
from watchroom.kernel.models import Agency
from watchroom.kernel.roads import roads

from .. import queries, rules
from ..flow import INCIDENT
from ..models import ClassList, IncidentClass, PremiseNote, ReserveRule, ResponsePlan
from ..rules.class_rows import read_row

CONFIGURE, PREMISE = "dispatch.configure", "dispatch.premise"
QUARTER = timedelta(days=90)


def import_classes(
    actor: Actor, lines: Iterable[str], *, source: str = "", put_in_force: bool = True
) -> Imported:
    """Import one version of the class list from CSV lines; bad rows are reported and left out.

    Columns: version, code, parent, zh, en, group, priority, response_plan, gat_code, keywords and,
    if given, skills. A version that is there already is refused: lists are never edited in place.
    """
    access.require(actor, CONFIGURE)
    return code_lists.bring_in(
        actor,
        ClassList,
        lines,
        read_row=read_row,
        code=lambda made, row: IncidentClass(class_list=made, **row),
        event="dispatch.classes.imported",
        source=source,
        in_force=put_in_force,
    )


def put_in_force(actor: Actor, version: str) -> ClassList:
    """From now on calls are classified by this version."""
    access.require(actor, CONFIGURE)
    return code_lists.put_in_force(actor, ClassList, version, event="dispatch.classes.in_force")


def set_plan(
    actor: Actor,
    group: str,
    priority: int,
    needs: Mapping[str, int],
    *,
    agency_id: int | None = None,
) -> ResponsePlan:
    """Say what a group of classes needs at a priority, for all or for one agency and below."""
    access.require_in(actor, CONFIGURE, agency_id or actor.agency_id)
    clean = rules.plan_needs({}, needs)
    with acts.together():
        agency = Agency.objects.get(pk=agency_id) if agency_id else None
        row, _ = ResponsePlan.objects.update_or_create(
            agency=agency, group=group, priority=priority, defaults={"needs": clean}
        )
        data = {"group": group, "priority": priority, "needs": clean}
        acts.happened(actor, "dispatch.plan.set", agency_id or actor.agency_id, data=data)
    return row


def set_reserve(
    actor: Actor, agency_id: int, *, kind: str = "", kept_for: int = 1, minimum: int
) -> ReserveRule:
    """Say how many free units an agency keeps for urgent calls; 0 keeps none."""
    access.require_in(actor, CONFIGURE, agency_id)
    with acts.together():
        row, _ = ReserveRule.objects.update_or_create(
            agency_id=agency_id, kind=kind, kept_for=kept_for, defaults={"minimum": minimum}
        )
        data = {"kind": kind, "kept_for": kept_for, "minimum": minimum}
        acts.happened(actor, "dispatch.reserve.set", agency_id, data=data)
    return row


def add_premise_note(
    actor: Actor,
    *,
    lon: float,
    lat: float,
    words: str,
    radius_m: float = 50.0,
    kind: str = "hazard",
    valid_until: datetime | None = None,
    act_id: UUID | None = None,
) -> PremiseNote:
    """Leave a note for whoever goes there. About the place, never about a person."""
    access.require(actor, PREMISE)
    if not words.strip() or not 0 < radius_m <= 1000:
        raise Refusal(
            Text("请写明提示，范围1至1000米", "Write the note; its radius is 1 to 1,000 m")
        )
    with acts.together():
        row = PremiseNote.objects.create(
            lon=lon,
            lat=lat,
            radius_m=radius_m,
            kind=kind,
            words=words[:400],
            agency_id=actor.agency_id,
            made_at=now(),
            made_by_id=actor.staff_id,
            valid_until=valid_until,
        )
        data = {"note": row.pk, "words": row.words, "lon": lon, "lat": lat}
        acts.happened(actor, "dispatch.premise.noted", row.agency_id, data=data, act_id=act_id)
    return row


def end_premise_note(actor: Actor, note_id: int, *, reason: str = "") -> PremiseNote:
    """The note no longer holds; it is kept, not deleted."""
    with acts.together():
        row = PremiseNote.objects.select_for_update().filter(pk=note_id).first()
        if row is None:
            raise access.NotFound
        access.require_in(actor, PREMISE, row.agency_id)
        if row.ended_at is None:
            row.ended_at = now()
            row.save(update_fields=["ended_at"])
            acts.happened(
                actor,
                "dispatch.premise.ended",
                row.agency_id,
                data={"note": row.pk},
                reason=reason,
            )
    return row


def rebuild_demand(since: datetime | None = None) -> int:
    """Count last year's calls by cells of about 500 m; returns how many cells. A nightly job."""
    return demand.rebuild(INCIDENT.kind, since=since, without=("linked", "cancelled"))


def learn_streets(since: datetime | None = None) -> Lesson | None:
    """Learn the streets' speeds from the finished drives of a quarter; None without a network."""
    return roads.learn(queries.drives(since or now() - QUARTER))
