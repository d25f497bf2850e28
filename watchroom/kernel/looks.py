"""Who looked at personal data, what for: for supervisors, unusual looks first.

A remark is a fact about one look that anybody can check (at night, outside the reader's beat). It
is counted and never weighed; people get no score, and no list ranks them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from watchroom.base.clock import local, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.base.text import Text

from . import acts, holds, personal
from .access import Actor, NotFound, visible
from .models import Beat, Entry, Involvement, LookReview, Matter
from .registry import registry

PERMISSION = "looks.review"
OF_MATTERS = ("personal_read", "document_read")
OTHERS = ("search.person", "trail.exported", "subject.exported")
NIGHT = (22, 6)
"""Local hours from which to which a look is at night."""
MANY = 20
"""Looks of one person in one hour from which on each of them is one of many."""
MOST = 5_000
"""Looks gone through at once; for more a shorter period is to be chosen."""

REMARKS: Mapping[str, Text] = {
    "not_involved": Text("未参与办理", "not involved"),
    "other_beat": Text("非本人警格", "outside own beat"),
    "other_agency": Text("非本单位事项", "another agency's matter"),
    "night": Text("夜间（22时至6时）", "at night (22 to 6)"),
    "many": Text("一小时内{n}次以上", "{n} or more within the hour").format(n=MANY),
    "other_purpose": Text("用途为“其他”", "purpose “something else”"),
}
OUTCOMES: Mapping[str, Text] = {
    "fine": Text("属正常履职", "In order"),
    "explain": Text("已要求说明", "Asked to explain"),
}


@dataclass(frozen=True)
class Look:
    """One look: its entry, the matter where the reviewer may see it, and what is remarkable."""

    entry: Entry
    matter: Matter | None
    purpose: Text
    remarks: tuple[str, ...]
    review: LookReview | None


@dataclass(frozen=True)
class Overview:
    """The looks of a period and how many of them bear each remark. `cut`: there were more."""

    looks: list[Look]
    remarks: Mapping[str, int]
    purposes: Mapping[str, int]
    by_hour: tuple[int, ...]
    cut: bool


def events() -> list[str]:
    """The events that say that somebody looked."""
    return [f"{kind}.{name}" for kind in registry.flows for name in OF_MATTERS] + list(OTHERS)


def entries(actor: Actor, since: datetime, until: datetime) -> QuerySet[Entry]:
    """Looks at matters of the agencies one answers for, and looks by their people; newest first.

    What concerns a sealed matter shows only to who may see it.
    """
    reach = actor.reach(PERMISSION)
    rows = Entry.objects.filter(
        Q(agency_id__in=reach) | Q(actor__agency_id__in=reach),
        event__in=events(),
        occurred_at__gte=since,
        occurred_at__lt=until,
        actor__isnull=False,
    )
    hidden = Matter.objects.filter(sealed=True).exclude(pk__in=visible(actor).values("pk"))
    rows = rows.exclude(matter__in=hidden)
    return rows.select_related("actor", "matter", "look_review").order_by("-occurred_at", "-id")


def overview(actor: Actor, since: datetime, until: datetime, person: str = "") -> Overview:
    """The looks of a period, those with most remarks first, else the newest first."""
    rows = entries(actor, since, until)
    if person:
        rows = rows.filter(Q(actor__name=person) | Q(actor__username=person))
    found = list(rows[: MOST + 1])
    shown = found[:MOST]
    seen = visible(actor).in_bulk({e.matter_id for e in shown if e.matter_id})
    facts = _Facts(shown)
    looks = [
        Look(
            entry,
            seen.get(entry.matter_id or 0),
            _purpose(entry),
            facts.remarks(entry),
            getattr(entry, "look_review", None),
        )
        for entry in shown
    ]
    return Overview(
        sorted(looks, key=lambda look: (look.review is not None, -len(look.remarks))),
        Counter(remark for look in looks for remark in look.remarks),
        Counter(_code(look.entry) for look in looks),
        _by_hour(shown),
        len(found) > MOST,
    )


def _by_hour(rows: Iterable[Entry]) -> tuple[int, ...]:
    hours = Counter(local(entry.occurred_at).hour for entry in rows)
    return tuple(hours[hour] for hour in range(24))


def _said(entry: Entry) -> str:
    return str(entry.data.get("purpose") or entry.reason)


def _code(entry: Entry) -> str:
    code = _said(entry).partition(":")[0].strip()
    return code if code in personal.PURPOSES else ""


def _purpose(entry: Entry) -> Text:
    title = personal.PURPOSES.get(_code(entry))
    words = _said(entry).partition(":")[2].strip() if title else _said(entry)
    if title is None:
        return Text(words, words)
    return Text(f"{title.zh} {words}".strip(), f"{title.en} {words}".strip())


class _Facts:
    """What the remarks on many looks are told from, read in a few queries."""

    def __init__(self, rows: list[Entry]) -> None:
        people = {entry.actor_id for entry in rows}
        matters = {entry.matter_id for entry in rows if entry.matter_id}
        self.beats = _beats(people)
        self.involved = _involved(people, matters)
        self.acted = set(
            Entry.objects.filter(
                matter__in=matters, actor__in=people, matter_version__isnull=False
            ).values_list("matter_id", "actor_id")
        )
        self.hours = Counter((e.actor_id, _hour(e.occurred_at)) for e in rows)

    def remarks(self, entry: Entry) -> tuple[str, ...]:
        found = {
            "night": not NIGHT[1] <= local(entry.occurred_at).hour < NIGHT[0],
            "many": self.hours[entry.actor_id, _hour(entry.occurred_at)] >= MANY,
            "other_purpose": _code(entry) == "other",
            **(self._of_matter(entry, entry.matter) if entry.matter else {}),
        }
        return tuple(remark for remark in REMARKS if found.get(remark))

    def _of_matter(self, entry: Entry, matter: Matter) -> dict[str, bool]:
        own = self.beats.get(entry.actor_id or 0, frozenset())
        agency = entry.actor.agency_id if entry.actor else None
        return {
            "not_involved": not self._took_part(entry, matter),
            "other_beat": bool(own) and matter.beat_id is not None and matter.beat_id not in own,
            "other_agency": agency != matter.agency_id,
        }

    def _took_part(self, entry: Entry, matter: Matter) -> bool:
        key = (matter.pk, entry.actor_id)
        spans = self.involved.get((matter.pk, entry.actor_id or 0), ())
        at = entry.occurred_at
        return (
            matter.owner_id == entry.actor_id
            or key in self.acted
            or any(since <= at and (until is None or at <= until) for since, until in spans)
        )


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _beats(people: Iterable[int | None]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    wanted = [pk for pk in people if pk]
    officers = Beat.objects.filter(officer__in=wanted).values_list("officer", "pk")
    deputies = Beat.deputies.through.objects.filter(staff__in=wanted).values_list("staff", "beat")
    for staff, beat in [*officers, *deputies]:
        found.setdefault(staff, set()).add(beat)
    return {staff: frozenset(beats) for staff, beats in found.items()}


_Spans = dict[tuple[int, int], list[tuple[datetime, datetime | None]]]


def _involved(people: Iterable[int | None], matters: Iterable[int]) -> _Spans:
    rows = Involvement.objects.filter(matter__in=list(matters), staff__in=[p for p in people if p])
    found: _Spans = {}
    for matter, staff, since, until in rows.values_list("matter", "staff", "since", "until"):
        found.setdefault((matter, staff), []).append((since, until))
    return found


@transaction.atomic
def review(actor: Actor, entry_id: int, outcome: str, words: str) -> LookReview:
    """Say of a look that it was in order, or that an explanation was asked for."""
    later = now() + timedelta(days=1)
    rows = entries(actor, datetime.min.replace(tzinfo=later.tzinfo), later)
    entry = rows.filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    if entry.actor_id == holds.person(actor):
        raise Refusal(
            Text("不能复核自己的查阅", "Nobody reviews their own looks"), code="forbidden"
        )
    if outcome not in OUTCOMES:
        raise Refusal(Text("请选择复核结论", "Choose an outcome"))
    said = holds.said(words) if outcome == "explain" else words.strip()[: holds.LONGEST]
    try:
        with transaction.atomic():
            made = LookReview.objects.create(
                entry=entry, outcome=outcome, words=said, by_id=holds.person(actor), at=now()
            )
    except IntegrityError as error:
        raise Conflict(Text("已有人复核", "Somebody has reviewed it already")) from error
    data = {"entry": entry.pk, "outcome": outcome}
    acts.happened(actor, "looks.reviewed", entry.agency_id, data=data, reason=said)
    return made
