"""Hazards: found, graded by declared rules, sent, answered, put right."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Counterpart, Matter

from .. import queries, rules
from ..flow import HAZARD, RESPOND
from ..models import Hazard, Notice
from .preparing import Prepared
from .refusing import refuse


def find_hazard(
    actor: Actor,
    title: str,
    *,
    kind: str,
    beat_id: int,
    words: str = "",
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """A hazard somebody found in a beat of theirs."""
    refuse(rules.why_not_hazard(kind, title, words))
    beat = queries.beats(actor, RESPOND).filter(pk=beat_id).first()
    if beat is None:
        raise Refusal(Text("没有这个警格，或不归您管", "There is no such beat, or not yours"))

    def change(matter: Matter) -> Mapping[str, Any]:
        Hazard.objects.create(matter=matter, kind=kind)
        return {"kind": kind}

    return acts.open_matter(
        access.on_account_of(actor, RESPOND),
        HAZARD.kind,
        title=title.strip()[:200],
        agency_id=beat.agency_id,
        beat_id=beat.pk,
        owner_id=actor.staff_id,
        words=words.strip(),
        place=place.strip(),
        lon=lon,
        lat=lat,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def grade(_actor: Actor, matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    """The grade follows from what was seen; the rules that made it are kept with it."""
    kind = str(said.get("kind") or matter.community_hazard.kind)
    seen = [fact for fact in said.get("facts") or [] if fact in rules.FACTS or fact == rules.AGAIN]
    refuse(rules.why_not_hazard(kind, matter.title, ""))
    graded = rules.grade(kind, seen)
    said |= {"kind": kind, "facts": seen, "grade": graded.grade}

    def change(held: Matter) -> None:
        held.priority = graded.grade
        because = [[text.zh, text.en] for text in graded.because]
        Hazard.objects.filter(pk=held.pk).update(
            kind=kind, facts=seen, grade=graded.grade, because=because
        )

    return change, {"grade": graded.grade}


def send(actor: Actor, matter: Matter, said: dict[str, Any], at: datetime) -> Prepared:
    """A notice to the organ that answers for it; how it goes there stands with the organ."""
    organ = Counterpart.objects.filter(key=str(said.get("organ") or "")).first()
    if organ is None:
        return None, None
    hazard = matter.community_hazard

    def change(held: Matter) -> None:
        Notice.objects.create(
            hazard=hazard,
            organ=organ,
            channel=organ.channel,
            record=_told(held, hazard),
            sent_at=at,
            sent_by_id=actor.staff_id,
        )

    return change, None


def _told(matter: Matter, hazard: Hazard) -> dict[str, Any]:
    """What the organ is told: the hazard, never who lives there."""
    return {
        "number": matter.number,
        "title": matter.title,
        "words": matter.words,
        "kind": hazard.kind,
        "grade": hazard.grade,
        "because": hazard.because,
        "place": matter.place,
        "lon": matter.lon,
        "lat": matter.lat,
        "found_at": matter.occurred_at.isoformat(),
        "agency": matter.agency.name,
    }


def answer(_actor: Actor, matter: Matter, said: dict[str, Any], at: datetime) -> Prepared:
    """What the organ answers stands with its notice, not in the trail."""
    words = str(said.get("words") or "").strip()
    refuse(rules.why_not_told(words))
    said["words"] = bool(words) or ""

    def change(_held: Matter) -> None:
        last = Notice.objects.filter(hazard=matter.pk).order_by("-pk").first()
        if last is not None:
            last.answer = "\n".join(filter(None, [last.answer, words]))
            last.answered_at = last.answered_at or at
            last.save(update_fields=["answer", "answered_at"])

    return change, None


def put_right(_actor: Actor, matter: Matter, said: dict[str, Any], _at: datetime) -> Prepared:
    """What was done, in words anybody may read."""
    words = str(said.get("words") or "").strip()
    refuse(rules.why_not_told(words))
    return None, None
