"""Every read of community policing, by name. The actor comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from watchroom.base.clock import now
from watchroom.kernel import access
from watchroom.kernel.access import Actor, NotFound
from watchroom.kernel.models import Agency, Beat, Counterpart, Entry, Matter, Staff

from ..flow import HAZARD, MEETING, RESPOND, VIEW, VISIT
from ..models import Card, Contact, Hazard, Household, Meeting, Notice, Visit

PAGE = 50
YEAR = timedelta(days=365)


def beats(actor: Actor, permission: str = VIEW) -> QuerySet[Beat]:
    """Beats in which the actor has the permission: by agency, or because the beat is theirs."""
    if actor.everywhere:
        return Beat.objects.all()
    wanted = Q(agency_id__in=actor.reach(permission))
    if actor.staff_id and actor.holds(permission):
        wanted |= Q(pk__in=access.beats_of(actor.staff_id).values("pk"))
    return Beat.objects.filter(wanted)


def my_beats(actor: Actor) -> list[Beat]:
    """The beats whose officer or deputy the actor is."""
    if not actor.staff_id or not actor.holds(VIEW):
        return []
    rows = access.beats_of(actor.staff_id).select_related("agency", "officer")
    return list(rows.order_by("code"))


def beat_of(actor: Actor, code: str, permission: str = VIEW) -> Beat:
    """One beat by its code; NotFound where there is none or it is not the actor's."""
    return _one(beats(actor, permission).select_related("agency", "officer").filter(code=code))


def household_of(actor: Actor, household_id: int, permission: str = VIEW) -> Household:
    """One household in a beat of the actor's."""
    rows = Household.objects.select_related("beat__agency", "beat__officer")
    return _one(rows.filter(pk=household_id, beat__in=beats(actor, permission)))


def _one(rows: QuerySet[Any]) -> Any:
    found = rows.first()
    if found is None:
        raise NotFound
    return found


# -- whom to visit ---------------------------------------------------------------------------


@dataclass(frozen=True)
class After:
    """Where a page of households begins: behind this one."""

    last_visit_at: datetime | None
    pk: int

    @classmethod
    def read(cls, said: str) -> "After | None":
        """From a page's address; None where nothing was said or it cannot be read."""
        at, _, pk = said.rpartition("~")
        try:
            moment = datetime.fromisoformat(at) if at else None
            return cls(moment, int(pk)) if moment is None or moment.tzinfo else None
        except ValueError:
            return None

    def __str__(self) -> str:
        at = self.last_visit_at.isoformat() if self.last_visit_at else ""
        return f"{at}~{self.pk}"


def longest_ago(beat: Beat, after: After | None = None, limit: int = PAGE) -> list[Household]:
    """Households by how long nobody has called: never first. Each page is read from the index."""
    rows = Household.objects.filter(beat=beat).order_by(
        F("last_visit_at").asc(nulls_first=True), "id"
    )
    if after is None:
        return list(rows[:limit])
    if after.last_visit_at is not None:
        return _seen_after(rows, after)[:limit]
    never = list(rows.filter(last_visit_at=None, pk__gt=after.pk)[:limit])
    more = limit - len(never)
    return [*never, *rows.filter(last_visit_at__isnull=False)[:more]] if more else never


def _seen_after(rows: QuerySet[Household], after: After) -> Any:
    at = after.last_visit_at
    return list(
        rows.filter(last_visit_at__gte=at).exclude(last_visit_at=at, pk__lte=after.pk)[:PAGE]
    )


def asked(beat: Beat) -> list[Household]:
    """Households that asked to be visited, the longest waiting first."""
    return list(
        Household.objects.filter(beat=beat, asked_at__isnull=False).order_by("asked_at")[:PAGE]
    )


def found(beat: Beat, words: str) -> list[Household]:
    """Households of a beat whose address holds the words."""
    rows = Household.objects.filter(beat=beat)
    for word in words.split():
        rows = rows.filter(Q(address__contains=word) | Q(door__contains=word))
    return list(rows.order_by("address", "door")[:PAGE])


def planned(actor: Actor, beat_ids: Sequence[int]) -> list[Matter]:
    """Visits to be made in these beats, by day, then by place."""
    rows = access.visible(actor).filter(kind=VISIT.kind, closed_at=None, beat__in=list(beat_ids))
    rows = rows.select_related("community_visit__household", "agency", "owner", "beat")
    day = F("community_visit__planned_on").asc(nulls_last=True)
    return list(rows.order_by(day, "place", "id")[:PAGE])


def visits_there(actor: Actor, household: Household) -> list[Matter]:
    """The visits to a household, the newest first."""
    rows = access.visible(actor).filter(community_visit__household=household)
    return list(rows.select_related("community_visit", "owner").order_by("-occurred_at")[:PAGE])


def visit_of(actor: Actor, matter_id: int) -> Visit:
    """One visit the actor may see."""
    matter = access.find(actor, pk=matter_id, kind=VISIT.kind)
    return Visit.objects.select_related("matter", "household__beat__agency").get(matter=matter)


def open_visit(household: Household) -> Visit | None:
    """The visit that is planned there, if any."""
    rows = Visit.objects.filter(household=household, matter__closed_at=None)
    return rows.select_related("matter").first()


def planned_at(household_ids: Iterable[int]) -> dict[int, Visit]:
    """The visits planned at these households."""
    rows = Visit.objects.filter(household__in=list(household_ids), matter__closed_at=None)
    return {row.household_id: row for row in rows.select_related("matter").order_by("pk")}


def done(act_ids: Iterable[UUID | None]) -> dict[UUID | None, Matter]:
    """The matters of acts that arrive again."""
    wanted = [act_id for act_id in act_ids if act_id]
    rows = Entry.objects.filter(act_id__in=wanted, matter__kind=VISIT.kind)
    return {row.act_id: row.matter for row in rows.select_related("matter") if row.matter}


# -- hazards and meetings --------------------------------------------------------------------


def hazards(actor: Actor, *, over: bool = False, beat_ids: Sequence[int] = ()) -> QuerySet[Matter]:
    """Hazards the actor may see: open ones by time left, or those that are over."""
    rows = access.visible(actor).filter(kind=HAZARD.kind, closed_at__isnull=not over)
    if beat_ids:
        rows = rows.filter(beat__in=list(beat_ids))
    order = ("-closed_at", "-id") if over else (F("due_at").asc(nulls_last=True), "id")
    return rows.select_related("agency", "owner", "beat", "community_hazard").order_by(*order)


def hazard_of(actor: Actor, matter_id: int) -> Hazard:
    """One hazard the actor may see."""
    matter = access.find(actor, pk=matter_id, kind=HAZARD.kind)
    return Hazard.objects.select_related("matter__beat", "matter__agency").get(matter=matter)


def notices(hazard: Hazard) -> list[Notice]:
    """What organs were told, the last first."""
    return list(hazard.notices.select_related("organ", "sent_by").order_by("-id"))


def untold(hazard_id: int) -> list[int]:
    """Notices that go out by themselves and have not arrived."""
    rows = Notice.objects.filter(hazard=hazard_id, told_at=None, channel__in=["webhook", "email"])
    return list(rows.values_list("pk", flat=True))


def notice_of(actor: Actor, notice_id: int) -> Notice:
    """One notice of a hazard the actor may see."""
    rows = Notice.objects.select_related("hazard__matter__agency", "organ", "sent_by")
    row: Notice = _one(rows.filter(pk=notice_id, hazard__matter__in=access.visible(actor)))
    return row


def organs() -> list[Counterpart]:
    """The organs that hazards can be sent to."""
    return list(Counterpart.objects.order_by("name"))


def meeting_of(actor: Actor, matter_id: int) -> Meeting:
    """One meeting the actor may see."""
    matter = access.find(actor, pk=matter_id, kind=MEETING.kind)
    return Meeting.objects.select_related("matter").get(matter=matter)


def meetings(actor: Actor, beat_ids: Sequence[int]) -> list[Matter]:
    """Meetings of these beats, those to come first."""
    rows = access.visible(actor).filter(kind=MEETING.kind, beat__in=list(beat_ids))
    rows = rows.select_related("community_meeting", "owner", "agency")
    return list(rows.order_by("-community_meeting__planned_at")[:20])


# -- the beat --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """How a beat stands: its doors, and what was done there in a year."""

    beat: Beat
    households: int = 0
    visited: int = 0
    never: int = 0
    visits: int = 0
    meetings: int = 0
    services: int = 0
    helped: int = 0
    hazards: int = 0
    hazards_late: int = 0


def standing(rows: Sequence[Beat]) -> list[Standing]:
    """Of each of these beats, in four questions however many they are."""
    ids, since = [beat.pk for beat in rows], now() - YEAR
    doors = _by_beat(
        Household.objects.filter(beat__in=ids),
        households=Count("pk"),
        visited=Count("pk", filter=Q(last_visit_at__gte=since)),
        never=Count("pk", filter=Q(last_visit_at=None)),
    )
    made = Matter.objects.filter(
        beat__in=ids, occurred_at__gte=since, kind=VISIT.kind, state="made"
    )
    done = _by_beat(
        made,
        visits=Count("pk"),
        services=Count("pk", filter=~Q(community_visit__service="")),
        helped=Sum("community_visit__helped"),
    )
    held = Matter.objects.filter(
        beat__in=ids, occurred_at__gte=since, kind=MEETING.kind, state="held"
    )
    met = _by_beat(held, meetings=Count("pk"))
    still = Matter.objects.filter(beat__in=ids, kind=HAZARD.kind, closed_at=None)
    danger = _by_beat(
        still, hazards=Count("pk"), hazards_late=Count("pk", filter=Q(due_at__lt=now()))
    )
    return [Standing(beat, **_facts(beat.pk, doors, done, met, danger)) for beat in rows]


def _by_beat(rows: QuerySet[Any], **counts: Any) -> dict[int, dict[str, int]]:
    return {row.pop("beat_id"): row for row in rows.values("beat_id").annotate(**counts)}


def _facts(pk: int, *tables: dict[int, dict[str, int]]) -> dict[str, int]:
    return {name: n for table in tables for name, n in table.get(pk, {}).items()}


def beats_page(actor: Actor, after: str = "") -> list[Beat]:
    """The beats the actor may see by code, a page behind this code."""
    rows = beats(actor).select_related("agency", "officer").filter(code__gt=after)
    return list(rows.order_by("code")[:PAGE])


def contacts(beat: Beat) -> list[Contact]:
    """Who of other agencies works in the beat."""
    return list(beat.contacts.filter(ended_at=None).order_by("organ", "name"))


def card(beat: Beat) -> Card | None:
    """What anybody may know of the beat."""
    return Card.objects.filter(beat=beat).first()


def public_beat(code: str) -> Beat:
    """A beat with a card, for whoever asks without signing in."""
    rows = Beat.objects.select_related("agency", "officer", "community_card")
    return _one(rows.filter(code=code, community_card__isnull=False))


def may_be_deputy(beat: Beat) -> list[Staff]:
    """Who may stand in: people of the beat's agency who work in beats or lead there."""
    agency = Agency.objects.get(pk=beat.agency_id)
    ids = set(access.holders(RESPOND, agency)) | set(
        access.holders(RESPOND + access.NEEDED, agency)
    )
    rows = Staff.objects.filter(pk__in=ids, agency_id=beat.agency_id).exclude(
        pk=beat.officer_id or 0
    )
    return list(rows.order_by("name"))


def outline(beat: Beat) -> dict[str, Any]:
    """The beat's outline as GeoJSON."""
    props = {"id": beat.pk, "name": beat.name}
    feature = {"type": "Feature", "geometry": beat.outline, "properties": props}
    return {"type": "FeatureCollection", "features": [feature]}
