"""Every read of disputes, by name. The actor comes first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

from watchroom.base.clock import now
from watchroom.base.geometry import Box
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Beat, Involvement, Matter, Staff

from . import rules
from .flow import DISPUTE, REGISTER
from .models import (
    Agreement,
    Dispute,
    DisputeType,
    Mediator,
    Party,
    Session,
    Signature,
    TypeList,
    Visit,
)

MEDIATOR = "mediator"
"""Why an officer may see a dispute they mediate: this one, and no other of the same people."""
LOOKED_BACK = timedelta(days=730)
NEAR_M, MOST = 60.0, 20
"""How far back and how near a repeat is looked for, and how many are shown."""
SAME_NUMBER = Text("电话相同", "same telephone")
SAME_NAME = Text("姓名相同", "same name")
SAME_PLACE = Text("地点相同", "same place")


def disputes(actor: Actor, *, over: bool = False) -> QuerySet[Matter]:
    """Open disputes the actor may see, the most urgent first; `over`: those that ended, newest
    first."""
    rows = access.visible(actor).filter(kind=DISPUTE.kind, closed_at__isnull=not over)
    rows = rows.select_related("agency", "owner", "disputes_dispute__type")
    if over:
        return rows.order_by("-occurred_at", "-id")
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def in_my_hands(actor: Actor, states: Sequence[str]) -> QuerySet[Matter]:
    """Open disputes in these states that the actor answers for or mediates, by what is due."""
    me = actor.staff_id or 0
    mediated = Involvement.objects.filter(staff_id=me, role=MEDIATOR, until=None)
    mine = Q(owner_id=me) | Q(pk__in=mediated.values("matter"))
    rows = access.visible(actor).filter(mine, kind=DISPUTE.kind, state__in=states, closed_at=None)
    rows = rows.select_related("disputes_dispute__type")
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def dispute_of(actor: Actor, matter_id: int) -> Dispute:
    """One dispute the actor may see; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind=DISPUTE.kind)
    return Dispute.objects.select_related("matter", "type").get(pk=matter.pk)


# -- types -------------------------------------------------------------------------------------


def types() -> list[DisputeType]:
    """The list in force, in the order of its codes; empty before one is imported."""
    return list(DisputeType.objects.filter(type_list__in_force=True).order_by("code"))


def type_lists() -> list[TypeList]:
    """Every version, the newest first."""
    return list(TypeList.objects.select_related("imported_by").order_by("-id"))


def type_by_code(code: str) -> DisputeType | None:
    """A type of the list in force."""
    return DisputeType.objects.filter(type_list__in_force=True, code=code).first()


def type_of_call(class_code: str) -> DisputeType | None:
    """The type that calls of this class are the sign of; None where they are the sign of none."""
    rows = DisputeType.objects.filter(type_list__in_force=True, calls__contains=[class_code])
    return rows.order_by("code").first()


# -- one dispute -------------------------------------------------------------------------------


def parties(dispute_id: int) -> list[Party]:
    """Of a dispute the caller has found already."""
    return list(Party.objects.filter(dispute=dispute_id).order_by("id"))


def mediators(dispute_id: int) -> list[Mediator]:
    """Who mediates it now."""
    return list(Mediator.objects.filter(dispute=dispute_id, until=None).order_by("id"))


def sessions(dispute_id: int) -> list[Session]:
    """In the order they were held."""
    rows = Session.objects.filter(dispute=dispute_id).select_related("by")
    return list(rows.order_by("held_at", "id"))


def visits(dispute_id: int) -> list[Visit]:
    """In the order they were made."""
    rows = Visit.objects.filter(dispute=dispute_id).select_related("by")
    return list(rows.order_by("visited_at", "id"))


def agreement(dispute_id: int) -> Agreement | None:
    """The one that holds, or waits to be signed."""
    rows = Agreement.objects.filter(dispute=dispute_id, void_at=None)
    return rows.select_related("document").first()


@dataclass(frozen=True)
class Told:
    """Everything about one dispute that is read only for a purpose, and who mediates it."""

    parties: list[Party]
    mediators: list[Mediator]
    sessions: list[Session]
    agreement: Agreement | None
    visits: list[Visit]


def told(dispute_id: int) -> Told:
    """Of a dispute the caller has found already."""
    return Told(
        parties(dispute_id),
        mediators(dispute_id),
        sessions(dispute_id),
        agreement(dispute_id),
        visits(dispute_id),
    )


def signing(paper: Agreement) -> list[tuple[Party | Mediator, rules.Signing]]:
    """Everybody who signs an agreement: the parties, then the mediators."""
    done = set(paper.signatures.values_list("party_id", "mediator_id"))
    rows: list[tuple[Party | Mediator, rules.Signing]] = [
        (p, rules.Signing(rules.ROLES[p.role].zh, p.name, (p.pk, None) in done))
        for p in parties(paper.dispute_id)
    ]
    return rows + [
        (m, rules.Signing("调解员", m.name, (None, m.pk) in done))
        for m in mediators(paper.dispute_id)
    ]


def signatures(paper: Agreement) -> list[Signature]:
    """In the order they were given."""
    rows = paper.signatures.select_related("party", "mediator")
    return list(rows.order_by("signed_at", "id"))


def beats(actor: Actor) -> list[Beat]:
    """Where the actor may register disputes; their own beats first."""
    rows = Beat.objects.filter(agency_id__in=actor.reach(REGISTER)).defer("outline")
    return sorted(rows.order_by("code"), key=lambda beat: beat.officer_id != actor.staff_id)


def officers_of(matter: Matter) -> list[Staff]:
    """Who of the dispute's own agency could mediate it."""
    rows = Staff.objects.filter(agency_id=matter.agency_id, is_active=True)
    return list(rows.order_by("name", "id"))


# -- repeats, inside one beat ------------------------------------------------------------------


@dataclass(frozen=True)
class Repeat:
    """An earlier dispute that may be the same quarrel, and why it is thought so."""

    matter: Matter
    why: Text


def key_of(beat_id: int | None, said: str) -> str:
    """What somebody is compared by inside a beat; "" where there is no beat or nothing was said.

    Another beat's key of the same person is another: nobody can be followed through the city.
    """
    return _keys(beat_id, said)[0] if beat_id and rules.match_word(said) else ""


def _keys(beat_id: int | None, said: str) -> list[str]:
    """Under the secret of today, and under retired ones: what was written then is still found."""
    word = rules.match_word(said)
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        salted_hmac(f"watchroom.disputes.{beat_id}", word, secret=s, algorithm="sha256").hexdigest()
        for s in secrets
    ]


def at_the_same_place(
    actor: Actor,
    beat_id: int | None,
    place: str,
    lon: float | None = None,
    lat: float | None = None,
    *,
    without: int | None = None,
    at: datetime | None = None,
) -> list[Repeat]:
    """Disputes of the last two years at this place of the beat that the actor may see."""
    word = rules.place_word(place)
    if beat_id is None or not (word or (lon is not None and lat is not None)):
        return []
    ids = set[int]()
    if word:
        ids |= _ids(Q(disputes_dispute__beat=beat_id, disputes_dispute__place_word=word), at)
    if lon is not None and lat is not None:
        box = Box.around(lon, lat, NEAR_M)
        near = Q(lon__range=(box.west, box.east), lat__range=(box.south, box.north))
        ids |= _ids(near & Q(beat=beat_id), at)
    return [Repeat(matter, SAME_PLACE) for matter in _seen(actor, ids - {without or 0})]


def _ids(wanted: Q, at: datetime | None) -> set[int]:
    since = (at or now()) - LOOKED_BACK
    rows = Matter.objects.filter(wanted, kind=DISPUTE.kind, occurred_at__gte=since)
    return set(rows.values_list("pk", flat=True)[: 10 * MOST])


def _seen(actor: Actor, ids: Iterable[int]) -> list[Matter]:
    if not (wanted := list(ids)):
        return []
    rows = access.visible(actor).filter(pk__in=wanted).select_related("agency")
    return list(rows.order_by("-occurred_at")[:MOST])


def between_the_same(actor: Actor, dispute: Dispute) -> list[Repeat]:
    """Disputes of the beat with one of the same parties, as far as the actor may see them.

    Only `actions.look_for_repeats` asks this: it takes a purpose, and leaves an entry.
    """
    if dispute.beat_id is None:
        return []
    found: dict[int, Text] = {}
    known = Party.objects.exclude(dispute=dispute)
    for party in parties(dispute.pk):
        for column, said, why in (
            ("name_key", party.name, SAME_NAME),
            ("phone_key", party.phone, SAME_NUMBER),
        ):
            if rules.match_word(said):
                keys = _keys(dispute.beat_id, said)
                rows = known.filter(**{f"{column}__in": keys}).exclude(**{column: ""})
                found |= dict.fromkeys(rows.values_list("dispute_id", flat=True)[:MOST], why)
    return [Repeat(matter, found[matter.pk]) for matter in _seen(actor, found)]


def results(visited: Sequence[Visit]) -> list[str]:
    """How each visit came out."""
    return [visit.result for visit in visited]
