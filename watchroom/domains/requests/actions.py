"""Every write of requests, by name. Others call these functions and nothing beneath them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Unpack
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Beat, Matter

from . import queries, rules
from .flow import APPROVE, ARTICLE, ASK, OF_THE_ASKER, REQUEST, RESPOND
from .models import Answer, Article, Request
from .queries import ASKER, CHOSEN, TAKER


def ask(
    actor: Actor,
    title: str,
    *,
    sort: str,
    words: str = "",
    channel: str = "desk",
    asker_name: str = "",
    asker_phone: str = "",
    firm: str = "",
    place: str = "",
    beat_id: int | None = None,
    agency_id: int | None = None,
    to: Sequence[int] = (),
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Ask for oneself, or enter what somebody without an account asks.

    `to`: who alone shall see a hardship. A worry
    from a beat is seen by the beat's officer and deputies.
    """
    who = {"asker_name": asker_name, "asker_phone": asker_phone, "firm": firm}
    too_long = rules.why_too_long(title=title, place=place, **who)
    if why_not := rules.why_not_ask(sort, title, words, to) or too_long:
        raise Refusal(why_not)
    kind = rules.SORTS[sort]
    chosen = _chosen(actor, to) if kind.sealed else []
    beat = _beat(actor, beat_id) if not kind.own else None

    def change(matter: Matter) -> Mapping[str, Any]:
        Request.objects.create(
            matter=matter,
            sort=sort,
            channel="desk" if kind.own else _channel(channel),
            asked_by_id=actor.staff_id if kind.own else None,
            asker_name="" if kind.own else asker_name.strip(),
            asker_phone="" if kind.own else asker_phone.strip(),
            firm=firm.strip() if sort == rules.FIRM else "",
        )
        acts.involve(matter, [actor.staff_id] if actor.staff_id else [], ASKER)
        acts.involve(matter, chosen, CHOSEN)
        return {"sort": sort}

    return acts.open_matter(
        access.on_account_of(actor, ASK) if actor.holds(ASK) else actor,
        REQUEST.kind,
        title=title.strip(),
        agency_id=_asked(actor, agency_id, beat, above=sort == rules.LAW),
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
        words=words.strip(),
        place=place.strip(),
        beat=beat,
        sealed=kind.sealed,
    )


def from_public(form: str, said: Mapping[str, Any], *, beat: Beat | None, act_id: UUID) -> Matter:
    """Somebody without an account asks (`forms.PUBLIC`): in the beat's agency, else at the root."""
    actor = access.system(beat.agency if beat else None)
    return ask(
        actor,
        said["title"],
        sort=form,
        words=said["words"] or "",
        channel="form",
        asker_name=said["name"] or "",
        asker_phone=said["phone"] or "",
        firm=said.get("firm") or "",
        place=said["place"] or "",
        beat_id=beat.pk if beat else None,
        act_id=act_id,
    )


def from_asker(matter: Matter, step: str, *, reason: str, act_id: UUID) -> Matter:
    """Whoever holds the number confirms, or says why it is not solved."""
    data = {"how": "form"} if step == "confirm" else {}
    actor = access.system(matter.agency)
    return perform(actor, matter.pk, step, data=data, reason=reason, act_id=act_id)


def _channel(said: str) -> str:
    if said not in rules.CHANNELS:
        raise Refusal(Text(f"没有“{said}”这种来源", f"There is no channel “{said}”"))
    return said


def _chosen(actor: Actor, ids: Collection[int]) -> list[int]:
    known = {person.pk for person in queries.may_be_chosen(actor)}
    if not set(ids) <= known:
        raise Refusal(
            Text(
                "所选的人中有不办理诉求的：请重新选择",
                "Somebody you chose does not answer requests: choose again",
            )
        )
    return sorted(set(ids))


def _beat(actor: Actor, beat_id: int | None) -> Beat | None:
    if beat_id is None:
        return None
    beat = Beat.objects.filter(pk=beat_id, agency_id__in=actor.reach(ASK)).first()
    if beat is None:
        raise Refusal(Text("没有这个警格，或不归您登记", "There is no such beat, or not for you"))
    return beat


def _asked(actor: Actor, agency_id: int | None, beat: Beat | None, *, above: bool) -> int:
    if agency_id is None:
        return beat.agency_id if beat else queries.usually_asked(actor, above=above)
    if agency_id not in {row.pk for row in queries.may_be_asked(actor)}:
        raise Refusal(Text("只能向本单位或上级单位提出", "Ask your own agency or one above it"))
    return agency_id


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands."""
    if Matter.objects.filter(pk=matter_id, kind=ARTICLE.kind).exists():
        article = access.find(actor, pk=matter_id, kind=ARTICLE.kind)
        access.require_in(actor, APPROVE, article.agency_id)  # having drafted it is not enough
        return acts.take(actor, matter_id, step, data=data, **told)
    request = queries.request_of(actor, matter_id)
    if step in OF_THE_ASKER:
        _asker_speaks(actor, request, step)
    said = dict(data or {})
    change = CHANGES.get(step)
    done = change(actor, request, said) if change else None
    return acts.take(actor, matter_id, step, data=said, change=done, **told)


def _asker_speaks(actor: Actor, request: Request, step: str) -> None:
    title = REQUEST.by_name[step].title
    if why_not := rules.why_not_asker(request.asked_by_id, actor.staff_id, title):
        raise Refusal(why_not)


Changing = Callable[[Actor, Request, dict[str, Any]], Callable[[Matter], None]]


def _take(actor: Actor, request: Request, said: dict[str, Any]) -> Callable[[Matter], None]:
    """A named person answers for it from here."""
    by = _given_to(request.matter, said["by"]) if said.get("by") else actor.staff_id
    said.pop("by", None)
    if by:
        said["by"] = str(by)
    return _owned_by(by)


def _pass_on(_actor: Actor, request: Request, said: dict[str, Any]) -> Callable[[Matter], None]:
    return _owned_by(_given_to(request.matter, said["to"]) if said.get("to") else None)


def _given_to(matter: Matter, said: Any) -> int:
    known = {str(person.pk): person.pk for person in queries.may_take(matter)}
    if str(said) not in known:
        raise Refusal(
            Text(
                "这件诉求不能交给所选的人：请从名单里选择",
                "This request cannot be given to that person: choose one from the list",
            )
        )
    return known[str(said)]


def _owned_by(staff_id: int | None) -> Callable[[Matter], None]:
    def change(matter: Matter) -> None:
        matter.owner_id = staff_id
        acts.release(matter, TAKER)
        acts.involve(matter, [staff_id] if staff_id else [], TAKER)

    return change


def _answer(actor: Actor, request: Request, said: dict[str, Any]) -> Callable[[Matter], None]:
    """The answer is kept with the request; the trail says only that there is one."""
    words = str(said.get("answer") or "").strip()
    said["answer"] = bool(words) or ""

    def change(_matter: Matter) -> None:
        Answer.objects.create(request=request, words=words, by_id=actor.staff_id, at=now())

    return change


def _confirm(_actor: Actor, _request: Request, said: dict[str, Any]) -> Callable[[Matter], None]:
    if said.get("how") and said["how"] not in rules.HOW:
        raise Refusal(Text("请选择如何确认", "Choose how it was confirmed"))
    return lambda _matter: None


PRIVATE = frozenset({"answer"})
"""What a step is told that never stands in the trail."""

CHANGES: Mapping[str, Changing] = {
    "take": _take,
    "pass_on": _pass_on,
    "answer": _answer,
    "confirm": _confirm,
}


def draft(
    actor: Actor,
    title: str,
    words: str,
    *,
    sort: str,
    agency_id: int | None = None,
    grown_from: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Propose an article, also one that grows from an answer; another person publishes it."""
    access.require(actor, RESPOND)
    source = queries.request_of(actor, grown_from) if grown_from else None
    if why_not := rules.why_not_article(
        sort, title, words, sealed=bool(source and source.matter.sealed)
    ) or rules.why_too_long(title=title):
        raise Refusal(why_not)

    def change(matter: Matter) -> None:
        Article.objects.create(matter=matter, sort=sort, grown_from=source)
        acts.involve(matter, [actor.staff_id] if actor.staff_id else [], ASKER)

    return acts.open_matter(
        access.on_account_of(actor, RESPOND),
        ARTICLE.kind,
        title=title.strip(),
        agency_id=_asked(actor, agency_id, None, above=True),
        change=change,
        act_id=act_id,
        owner_id=actor.staff_id,
        words=words.strip(),
    )
