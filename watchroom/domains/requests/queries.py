"""Every read of requests and of the knowledge base, by name. The actor comes first."""

from django.db.models import F, Q, QuerySet

from watchroom.base.clock import now
from watchroom.kernel import access, search
from watchroom.kernel.access import NEEDED, Actor
from watchroom.kernel.models import Agency, Beat, Involvement, Matter, Staff

from .flow import ARTICLE, ASK, REQUEST, RESPOND
from .models import Answer, Request

CHOSEN, ASKER, TAKER = "chosen", "asker", "taker"
"""Why somebody needs to see a request."""

MOST_BEATS = 300


def listed(actor: Actor, *, sort: str = "", over: bool = False) -> QuerySet[Matter]:
    """Requests the actor may see: open ones by time left, or those that are over, newest first."""
    rows = access.visible(actor).filter(kind=REQUEST.kind, closed_at__isnull=not over)
    if sort:
        rows = rows.filter(requests_request__sort=sort)
    order = ("-closed_at", "-id") if over else (F("due_at").asc(nulls_last=True), "id")
    return rows.select_related("agency", "owner", "requests_request").order_by(*order)


def asked_by_me(actor: Actor) -> QuerySet[Matter]:
    """What the actor asked or entered, the newest first."""
    mine = {"involvements__staff_id": actor.staff_id or 0, "involvements__role": ASKER}
    rows = access.visible(actor).filter(kind=REQUEST.kind, **mine)
    return rows.select_related("agency", "owner", "requests_request").order_by("-id")


def in_my_hands(actor: Actor) -> QuerySet[Matter]:
    """What the actor has to answer, what waits in their beat, and what they shall confirm."""
    me = actor.staff_id or 0
    wanted = Q(owner_id=me, state="taken")
    here = Q(involvements__in=_chosen(me)) | Q(beat__in=access.beats_of(me).values("pk"))
    wanted |= Q(owner=None, state="asked") & here
    wanted |= Q(state="answered", requests_request__asked_by_id=me)
    rows = access.visible(actor).filter(wanted, kind=REQUEST.kind).distinct()
    urgent = F("due_at").asc(nulls_last=True)
    return rows.select_related("requests_request").order_by(urgent, "id")


def _chosen(staff_id: int) -> QuerySet[Involvement]:
    return Involvement.objects.filter(staff_id=staff_id, role=CHOSEN, until=None)


def request_of(actor: Actor, matter_id: int) -> Request:
    """One request the actor may see."""
    matter = access.find(actor, pk=matter_id, kind=REQUEST.kind)
    return Request.objects.select_related("matter", "asked_by").get(matter=matter)


def answers(request: Request) -> list[Answer]:
    """What was answered, the first answer first."""
    return list(request.answers.select_related("by").order_by("id"))


def told_the_asker(matter: Matter) -> str:
    """What whoever holds the number is answered: the last answer, or why it is refused."""
    if matter.kind != REQUEST.kind:
        return ""
    if matter.state == "refused":
        why = matter.entries.filter(event=f"{REQUEST.kind}.refuse").last()
        return why.reason if why else ""
    if matter.state not in ("answered", "confirmed"):
        return ""
    last = Answer.objects.filter(request_id=matter.pk).last()
    return last.words if last else ""


def articles(actor: Actor, words: str = "", sort: str = "") -> list[Matter]:
    """What is known: what holds all the words, the best first; without words the newest."""
    if words.strip():
        found = search.matters(actor, words, kinds=[ARTICLE.kind]).matters
        by_pk = _articles(actor).filter(pk__in=[row.pk for row in found]).in_bulk()
        rows = [by_pk[row.pk] for row in found if row.pk in by_pk]
    else:
        rows = list(_articles(actor).order_by("-id")[: search.WINDOW])
    return [row for row in rows if not sort or row.requests_article.sort == sort]


def _articles(actor: Actor) -> QuerySet[Matter]:
    rows = access.visible(actor).filter(kind=ARTICLE.kind).exclude(state="retired")
    return rows.select_related("agency", "owner", "requests_article")


def similar(actor: Actor, words: str, limit: int = 5) -> list[Matter]:
    """Published articles that share most with the words, for whoever is about to answer."""
    rows = _articles(actor).filter(state="published")
    return search.alike_among(rows, words, limit)


def may_be_asked(actor: Actor) -> list[Agency]:
    """The actor's own agency and those above it, the own one first."""
    path = Agency.objects.values_list("path", flat=True).get(pk=actor.agency_id)
    ids = [int(part) for part in path.split(".") if part]
    return list(Agency.objects.filter(pk__in=ids).order_by("-path"))


def usually_asked(actor: Actor, *, above: bool) -> int:
    """Who is asked where nobody else is said: the actor's own agency, or the one right above."""
    known = may_be_asked(actor)
    return known[1 if above and len(known) > 1 else 0].pk


def may_be_chosen(actor: Actor) -> list[Staff]:
    """Who may be shown a hardship: people who answer requests for the actor's agency or above."""
    agency = Agency.objects.get(pk=actor.agency_id)
    ids = set(access.holders(RESPOND, agency)) - {actor.staff_id}
    return list(Staff.objects.filter(pk__in=ids).select_related("agency").order_by("name"))


def may_take(matter: Matter) -> list[Staff]:
    """Who may be given a request: of a sealed one the chosen, else people of its agency."""
    if matter.sealed:
        shown = {"involvements__matter": matter, "involvements__role": CHOSEN}
        return list(Staff.objects.filter(involvements__until=None, **shown).order_by("name"))
    moment = now()
    today = Q(posts__starts=None) | Q(posts__starts__lte=moment)
    today &= Q(posts__ends=None) | Q(posts__ends__gt=moment)
    answers_ = Q(posts__role__permissions__contains=[RESPOND])
    answers_ |= Q(posts__role__permissions__contains=[RESPOND + NEEDED])
    rows = Staff.objects.filter(today & answers_, posts__agency=matter.agency_id, is_active=True)
    return list(rows.distinct().order_by("name"))


def beats(actor: Actor) -> list[Beat]:
    """Beats a worry may be about: one's own first, then those of the agencies one asks in."""
    reach = actor.reach(ASK)
    rows = Beat.objects.filter(agency_id__in=reach).select_related("officer")[:MOST_BEATS]
    return sorted(rows, key=lambda beat: (beat.officer_id != actor.staff_id, beat.code))
