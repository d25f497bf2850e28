"""A dispute is found and registered, and who its parties are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Agency, Beat, Entry, Matter
from watchroom.kernel.places import beat_at, search

from .. import queries, rules
from ..flow import DISPUTE, REGISTER, RESPOND
from ..models import Dispute, DisputeType, Party, Signature

BEAT_OFFICER, FINDER = "beat_officer", "finder"
OPEN_TO_PARTIES = ("registered", "assigned", "mediating", "failed")


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
    given = [_party(one) for one in parties]
    _sayable(title, words, source, factors)
    beats = Beat.objects.select_related("agency")
    beat = (beats.filter(pk=beat_id).first() if beat_id else None) or beat_at(lon, lat)
    return _open(
        access.on_account_of(actor, REGISTER),
        kind,
        beat,
        given,
        title=title.strip() or _title(kind, place),
        source=source,
        factors=factors,
        found_by=None,
        act_id=act_id,
        occurred_at=occurred_at,
        fields={"words": words.strip(), "place": place.strip(), "lon": lon, "lat": lat},
    )


def _open(
    actor: Actor,
    kind: DisputeType,
    beat: Beat | None,
    parties: Sequence[dict[str, str]],
    *,
    title: str,
    source: str,
    factors: Sequence[str],
    found_by: Matter | None,
    act_id: UUID | None,
    occurred_at: datetime | None,
    fields: dict[str, Any],
    agency_id: int | None = None,
) -> Matter:
    graded = rules.grade(factors)
    officer = beat.officer_id if beat else None

    def change(matter: Matter) -> Mapping[str, Any]:
        dispute = Dispute.objects.create(
            matter=matter,
            type=kind,
            source=source,
            factors=sorted(factors),
            risk_rule=graded.rule,
            found_by=found_by,
            beat=beat,
            place_word=rules.place_word(fields["place"]),
        )
        Party.objects.bulk_create(_row(dispute, one) for one in parties)
        if officer:
            acts.involve(matter, [officer], BEAT_OFFICER)
        if actor.staff_id and actor.staff_id != officer:
            acts.involve(matter, [actor.staff_id], FINDER)
        said = {"type": kind.code, "source": source, "risk": graded.level, "rule": graded.rule}
        return {**said, "parties": len(parties)}

    return acts.open_matter(
        actor,
        DISPUTE.kind,
        title=title[:200],
        agency_id=beat.agency_id if beat else agency_id or actor.agency_id,
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
        beat=beat,
        owner_id=officer or actor.staff_id,
        priority=graded.level,
        **fields,
    )


def found_by_call(call: Entry, kind: DisputeType) -> Matter | None:
    """A call of a class that is the sign of disputes is over: register what it left, once."""
    incident = call.matter
    if incident is None or Dispute.objects.filter(found_by=incident).exists():
        return None
    actor = access.system(incident.agency)
    beat = incident.beat
    with acts.together():
        matter = _open(
            actor,
            kind,
            beat,
            (),
            title=_title(kind, incident.place),
            source="call",
            factors=["repeat"] if _again(actor, incident) else [],
            found_by=incident,
            act_id=None,
            occurred_at=call.occurred_at,
            fields={"place": incident.place, "lon": incident.lon, "lat": incident.lat},
            agency_id=incident.agency_id,
        )
        acts.link(actor, incident, matter, "cause")
    return matter


def _again(actor: Actor, incident: Matter) -> bool:
    return bool(
        queries.at_the_same_place(
            actor, incident.beat_id, incident.place, incident.lon, incident.lat
        )
    )


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
    return _open(
        access.system(agency),
        kind,
        where,
        given,
        title=_title(kind, place),
        source="citizen",
        factors=(),
        found_by=None,
        act_id=act_id,
        occurred_at=None,
        fields={"words": rules.strike_out(said["words"])[:4000], "place": place},
        agency_id=agency.pk,
    )


def _beat_of(place: str) -> Beat | None:
    found = search(place, limit=1)
    return beat_at(found[0].lon, found[0].lat) if found else None


def _first_agency() -> Agency:
    return Agency.objects.get(pk=access.system().agency_id)


def _title(kind: DisputeType, place: str) -> str:
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
