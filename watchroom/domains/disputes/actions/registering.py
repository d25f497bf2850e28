"""A dispute is found and registered, and who its parties are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.citizens import without_numbers
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Beat, Entry, Matter
from watchroom.kernel.places import beat_at, search

from .. import queries, rules
from ..flow import DISPUTE, REGISTER, RESPOND
from ..models import Dispute, DisputeType, Party, Signature

FINDER = "finder"
OPEN_TO_PARTIES = ("registered", "assigned", "mediating", "failed")


@dataclass(frozen=True)
class Found:
    """A dispute about to be registered. Without a beat it belongs to `agency_id`."""

    type: DisputeType
    beat: Beat | None
    agency_id: int
    title: str
    source: str
    fields: Mapping[str, Any]
    factors: Sequence[str] = ()
    parties: Sequence[Mapping[str, str]] = ()
    call: Matter | None = None


def register(
    actor: Actor,
    type_code: str,
    *,
    title: str = "",
    words: str = "",
    source: str = "visit",
    factors: Sequence[str] = (),
    place: str = "",
    lon: float | None = None,
    lat: float | None = None,
    beat_id: int | None = None,
    parties: Iterable[Mapping[str, str]] = (),
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Register a dispute in the beat it lies in; its community officer answers for it.

    `parties`: {"role", "name", "phone"?} each. Where no beat is known it belongs to the actor's own
    agency. Whoever registers it may see it until mediators are assigned.
    """
    access.require(actor, REGISTER)
    kind = _type(type_code)
    _sayable(title, words, source, factors)
    beats = Beat.objects.select_related("agency")
    found = Found(
        type=kind,
        beat=(beats.filter(pk=beat_id).first() if beat_id else None) or beat_at(lon, lat),
        agency_id=actor.agency_id,
        title=title.strip() or title_of(kind, place),
        source=source,
        fields={"words": words.strip(), "place": place.strip(), "lon": lon, "lat": lat},
        factors=factors,
        parties=[_party(one) for one in parties],
    )
    return _open(access.on_account_of(actor, REGISTER), found, occurred_at, act_id)


def _open(
    actor: Actor, found: Found, occurred_at: datetime | None = None, act_id: UUID | None = None
) -> Matter:
    graded, beat = rules.grade(found.factors), found.beat
    officer = beat.officer_id if beat else None

    def change(matter: Matter) -> Mapping[str, Any]:
        _write(matter, found, graded)
        if actor.staff_id and actor.staff_id != officer:
            acts.involve(matter, [actor.staff_id], FINDER)
        said = {"type": found.type.code, "source": found.source}
        return {**said, "risk": graded.level, "rule": graded.rule, "parties": len(found.parties)}

    return acts.open_matter(
        actor,
        DISPUTE.kind,
        title=found.title[:200],
        agency_id=beat.agency_id if beat else found.agency_id,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
        beat=beat,
        owner_id=officer or actor.staff_id,
        priority=graded.level,
        **found.fields,
    )


def _write(matter: Matter, found: Found, graded: rules.Graded) -> None:
    dispute = Dispute.objects.create(
        matter=matter,
        type=found.type,
        source=found.source,
        factors=sorted(found.factors),
        risk_rule=graded.rule,
        found_by=found.call,
        beat=found.beat,
        place_word=rules.place_word(found.fields["place"]),
    )
    Party.objects.bulk_create(_row(dispute, one) for one in found.parties)


def found_by_call(closed: Entry, kind: DisputeType) -> Matter | None:
    """A call of a class that is the sign of disputes is over: register what it left, once."""
    call = closed.matter
    if call is None or Dispute.objects.filter(found_by=call).exists():
        return None
    actor = access.system(call.agency)
    known = queries.at_the_same_place(actor, call.beat_id, call.place, call.lon, call.lat)
    found = Found(
        type=kind,
        beat=call.beat,
        agency_id=call.agency_id,
        title=title_of(kind, call.place),
        source="call",
        fields={"place": call.place, "lon": call.lon, "lat": call.lat},
        factors=["repeat"] if known else [],
        call=call,
    )
    with acts.together():
        matter = _open(actor, found, closed.occurred_at)
        acts.link(actor, call, matter, "cause")
    return matter


def found_on_visit(told: Entry, act_id: UUID) -> Matter | None:
    """An officer heard of a quarrel on a visit: register it under the last type, whatever it is.

    Type and parties are put right when mediators are assigned.
    """
    visit, types = told.matter, queries.types()
    if visit is None or not types:
        return None
    actor = access.actor_of(told.actor) if told.actor else access.system(visit.agency)
    found = Found(
        type=types[-1],
        beat=visit.beat,
        agency_id=visit.agency_id,
        title=told.data["title"],
        source="visit",
        fields={"place": visit.place, "lon": visit.lon, "lat": visit.lat},
    )
    with acts.together():
        matter = _open(access.on_account_of(actor, REGISTER), found, told.occurred_at, act_id)
        acts.link(actor, visit, matter, "need")
    return matter


def from_public(_form: str, said: Mapping[str, Any], *, beat: Beat | None, act_id: UUID) -> Matter:
    """A citizen asks for mediation without signing in (`forms.PUBLIC`).

    Without a beat it goes to the beat the place lies in, else to the root agency.
    """
    kind, place = _type(said["type"]), said["place"][:240]
    if not rules.match_word(said["phone"]):
        raise Refusal(
            Text(
                "请留下电话，调解员要与您联系",
                "Leave a telephone number: a mediator must reach you",
            )
        )
    given = [_party({"role": "applicant", "name": said["name"], "phone": said["phone"]})]
    if other := said.get("other"):
        given.append(_party({"role": "respondent", "name": other}))
    where = beat or _beat_of(place)
    agency = where.agency if where else _first_agency()
    found = Found(
        type=kind,
        beat=where,
        agency_id=agency.pk,
        title=title_of(kind, place),
        source="citizen",
        fields={"words": without_numbers(said["words"])[:4000], "place": place},
        parties=given,
    )
    return _open(access.system(agency), found, act_id=act_id)


def _beat_of(place: str) -> Beat | None:
    found = search(place, limit=1)
    return beat_at(found[0].lon, found[0].lat) if found else None


def _first_agency() -> Agency:
    return Agency.objects.get(pk=access.system().agency_id)


def title_of(kind: DisputeType, place: str) -> str:
    """What a dispute is called where nobody said it better."""
    return f"{kind.zh}：{place.strip()}" if place.strip() else kind.zh


def _type(code: str) -> DisputeType:
    kind = queries.type_by_code(code)
    if kind is None:
        raise Refusal(
            Text(
                f"现行类型表里没有“{code or '—'}”：请选择类型（管理员须先导入类型表）",
                f"There is no type “{code or '—'}” in the list in force: choose one (an "
                "administrator imports the list first)",
            )
        )
    return kind


def _sayable(title: str, words: str, source: str, factors: Sequence[str]) -> None:
    if why_not := rules.why_not_words(title, words):
        raise Refusal(why_not)
    if source not in rules.SOURCES:
        known = "、".join(rules.SOURCES)
        raise Refusal(Text(f"来源应为：{known}", f"The source is one of: {known}"))
    check_factors(factors)


def check_factors(factors: Sequence[str]) -> None:
    """Refusal where one of them is not declared."""
    if unknown := [one for one in factors if one not in rules.FACTORS]:
        known = "、".join(rules.FACTORS)
        raise Refusal(Text(f"没有情形“{unknown[0]}”：{known}", f"No “{unknown[0]}”: {known}"))


# -- parties -----------------------------------------------------------------------------------


def add_party(
    actor: Actor,
    matter_id: int,
    role: str,
    name: str,
    phone: str = "",
    *,
    act_id: UUID | None = None,
) -> Matter:
    """One more party. The trail says that there is one, not who."""
    dispute = queries.dispute_of(actor, matter_id)
    given = _party({"role": role, "name": name, "phone": phone})

    def change(matter: Matter) -> Mapping[str, Any]:
        _changeable(matter)
        _row(dispute, given).save()
        return {"role": role}

    return acts.amend(actor, matter_id, RESPOND, "party_added", change=change, act_id=act_id)


def remove_party(actor: Actor, matter_id: int, party_id: int, *, reason: str) -> Matter:
    """Somebody was entered by mistake: gone for good, with the reason in the trail."""
    queries.dispute_of(actor, matter_id)
    if not reason.strip():
        raise Refusal(Text("请写明删除的理由", "Say why they are removed"))

    def change(matter: Matter) -> Mapping[str, Any]:
        _changeable(matter)
        row = Party.objects.filter(dispute=matter_id, pk=party_id).first()
        if row is None:
            raise access.NotFound
        if Signature.objects.filter(party=row).exists():
            raise Refusal(
                Text("此人已签过协议，不能删除", "They have signed an agreement and stay")
            )
        row.delete()
        return {"role": row.role}

    return acts.amend(
        actor, matter_id, RESPOND, "party_removed", change=change, reason=reason.strip()
    )


def _changeable(matter: Matter) -> None:
    if matter.state not in OPEN_TO_PARTIES:
        raise Refusal(
            Text(
                "协议拟定后当事人不能再改：请先退回重拟",
                "Once an agreement is drawn up its parties stay: have it drawn up again first",
            )
        )


def _party(said: Mapping[str, str]) -> dict[str, str]:
    role, name = said.get("role", ""), said.get("name", "").strip()
    if role not in rules.ROLES or not name:
        raise Refusal(
            Text(
                "当事人要有身份和姓名（或称呼）",
                "A party has a part and a name (or what they go by)",
            )
        )
    return {"role": role, "name": name[:64], "phone": said.get("phone", "").strip()[:32]}


def _row(dispute: Dispute, one: Mapping[str, str]) -> Party:
    return Party(
        dispute=dispute,
        **one,
        name_key=queries.key_of(dispute.beat_id, one["name"]),
        phone_key=queries.key_of(dispute.beat_id, one["phone"]),
    )
