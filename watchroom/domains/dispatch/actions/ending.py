"""How an incident ends: told, resolved, closed, handed to others, referred, cancelled."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Counterpart, Document, Matter

from .. import queries
from ..flow import INCIDENT
from ..models import Assignment, FollowUp, Handover, Incident
from .following import drop_queue, facts, role_of
from .locking import held
from .responding import units_off


def give_feedback(
    actor: Actor,
    incident_id: int,
    *,
    words: str,
    document_ids: Iterable[int] = (),
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """What was found and done, with photos; the entry keeps every version of it."""
    matter = acts.find(actor, incident_id, INCIDENT.kind)
    documents = list(document_ids)
    _must_belong(matter, documents)

    def change(_matter: Matter) -> dict[str, Any]:
        at = occurred_at or now()
        Incident.objects.filter(pk=incident_id).update(feedback=words, fed_back_at=at)
        return {"documents": documents}

    return acts.take(
        actor,
        incident_id,
        "feedback",
        version=version,
        data={"words": words},
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def _must_belong(matter: Matter, documents: list[int]) -> None:
    if documents and Document.objects.filter(pk__in=documents, matter=matter).count() != len(
        set(documents)
    ):
        raise Refusal(
            Text("照片不属于本警情，请重新上传", "A photo is not of this incident: add it again")
        )


def resolve(
    actor: Actor,
    incident_id: int,
    *,
    disposition: str,
    words: str = "",
    version: int | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Dealt with without a unit, by telephone for instance."""
    acts.find(actor, incident_id, INCIDENT.kind)
    with held([incident_id], ending=True) as rows:
        if known := acts.seen(act_id):
            return known
        at = occurred_at or now()
        units_off(actor, incident_id, rows, at, "电话处置 / dealt with by telephone")
        return acts.take(
            actor,
            incident_id,
            "resolve",
            version=version,
            data={"disposition": disposition},
            reason=reason,
            occurred_at=at,
            change=_disposed(incident_id, disposition, words),
            act_id=act_id,
        )


def close(
    actor: Actor,
    incident_id: int,
    *,
    disposition: str = "",
    words: str = "",
    version: int | None = None,
    reason: str = "",
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """The end. Needs a disposition, and feedback where a unit attended."""
    acts.find(actor, incident_id, INCIDENT.kind)
    with held([incident_id]):
        if known := acts.seen(act_id):
            return known
        row = Incident.objects.get(pk=incident_id)
        sent = dict(Assignment.objects.filter(incident=row).values_list("pk", "unit__code"))
        matter = acts.take(
            actor,
            incident_id,
            "close",
            version=version,
            data={"disposition": disposition or row.disposition},
            reason=reason,
            occurred_at=occurred_at,
            guards=(_told(row), _nobody_waits_for_a_call),
            change=_disposed(incident_id, disposition or row.disposition, words),
            act_id=act_id,
        )
        if sent:
            acts.release_all([incident_id, *sent], ["crew", *map(role_of, sent.values())])
    return matter


def _disposed(incident_id: int, disposition: str, words: str) -> acts.Change:
    def change(_matter: Matter) -> dict[str, Any]:
        fields: dict[str, Any] = {"disposition": disposition[:40]}
        if words:
            fields["disposition_words"] = words
        Incident.objects.filter(pk=incident_id).update(**fields)
        return {"words": words} if words else {}

    return change


def _told(incident: Incident) -> Callable[[Matter], None]:
    def guard(matter: Matter) -> None:
        if incident.fed_back_at is not None:
            return
        if Assignment.objects.filter(incident=incident, matter__state="cleared").exists():
            raise Refusal(
                Text(
                    f"{matter.number} 有警力处置过但尚未反馈，请先反馈",
                    f"A unit attended {matter.number}, but no feedback was given: give it first",
                )
            )

    return guard


def _nobody_waits_for_a_call(matter: Matter) -> None:
    if FollowUp.objects.filter(incident_id=matter.pk, done_at=None).exists():
        raise Refusal(
            Text(
                f"{matter.number} 还有回访未完成", f"{matter.number} still has a call to make back"
            )
        )


def reopen(
    actor: Actor,
    incident_id: int,
    *,
    reason: str,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Not over after all: it waits for a unit again. What is closed stays closed; report anew."""
    matter = acts.find(actor, incident_id, INCIDENT.kind)
    return acts.take(
        actor,
        incident_id,
        "reopen",
        version=version,
        reason=reason,
        occurred_at=occurred_at,
        change=_afresh,
        facts=facts(matter),
        act_id=act_id,
    )


def _afresh(matter: Matter) -> dict[str, Any]:
    row = Incident.objects.get(pk=matter.pk)
    row.attempt += 1
    row.fed_back_at = None
    row.save(update_fields=["attempt", "fed_back_at"])
    return {"attempt": row.attempt}


def hand_over(
    actor: Actor,
    incident_id: int,
    *,
    counterpart: str,
    reason: str,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """It belongs to another organ: hand it over with the record within 24 hours.

    Units under way are released; one on scene is cleared first, for urgent measures come first.
    """
    acts.find(actor, incident_id, INCIDENT.kind)
    organ = _organ(counterpart)
    with held([incident_id], ending=True) as rows:
        if known := acts.seen(act_id):
            return known
        at = occurred_at or now()
        units_off(actor, incident_id, rows, at, f"移交{organ.name} / handed over")
        return acts.take(
            actor,
            incident_id,
            "hand_over",
            version=version,
            data={"counterpart": organ.key},
            reason=reason,
            occurred_at=at,
            change=_handed(actor, organ, reason, at),
            act_id=act_id,
        )


def _organ(key: str) -> Counterpart:
    organ = Counterpart.objects.filter(key=key).first()
    if organ is None:
        known = "、".join(Counterpart.objects.order_by("key").values_list("key", flat=True))
        raise Refusal(
            Text(f"没有单位“{key}”。可用：{known}", f"There is no organ “{key}”. Known: {known}")
        )
    return organ


def _handed(actor: Actor, organ: Counterpart, reason: str, at: datetime) -> acts.Change:
    def change(matter: Matter) -> dict[str, Any]:
        Handover.objects.create(
            incident_id=matter.pk,
            counterpart=organ,
            record=queries.record_for_others(matter.pk),
            reason=reason,
            handed_at=at,
            handed_by_id=actor.staff_id,
        )
        return {"organ": organ.name}

    return change


def confirm_handover(
    actor: Actor,
    incident_id: int,
    *,
    receipt: str,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """The other organ has it; its number or name is the receipt."""
    acts.find(actor, incident_id, INCIDENT.kind)

    def change(matter: Matter) -> dict[str, Any]:
        Handover.objects.filter(incident_id=matter.pk, receipt_at=None, taken_back_at=None).update(
            receipt=receipt[:120], receipt_at=occurred_at or now()
        )
        return {}

    return acts.take(
        actor,
        incident_id,
        "confirm_handover",
        version=version,
        data={"receipt": receipt},
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
    )


def take_back(
    actor: Actor,
    incident_id: int,
    *,
    reason: str,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """The other organ does not take it: it is ours again and waits for a unit."""
    matter = acts.find(actor, incident_id, INCIDENT.kind)

    def change(matter: Matter) -> dict[str, Any]:
        Handover.objects.filter(incident_id=matter.pk, receipt_at=None, taken_back_at=None).update(
            taken_back_at=occurred_at or now()
        )
        return _afresh(matter)

    return acts.take(
        actor,
        incident_id,
        "take_back",
        version=version,
        reason=reason,
        occurred_at=occurred_at,
        change=change,
        facts=facts(matter),
        act_id=act_id,
    )


def refer_12345(actor: Actor, incident_id: int, *, reason: str, **told: Any) -> Matter:
    """Not a police matter: to the 12345 line, with the record."""
    organ, _ = Counterpart.objects.get_or_create(
        key="12345", defaults={"name": "12345热线", "name_en": "12345 hotline"}
    )
    at = told.get("occurred_at") or now()
    return _drop(
        actor, incident_id, "refer_12345", reason, _handed(actor, organ, reason, at), **told
    )


def cancel(actor: Actor, incident_id: int, *, reason: str, **told: Any) -> Matter:
    """Nothing to do after all; units under way turn back."""
    return _drop(actor, incident_id, "cancel", reason, None, **told)


def _drop(
    actor: Actor,
    incident_id: int,
    step: str,
    reason: str,
    change: acts.Change | None,
    *,
    version: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    acts.find(actor, incident_id, INCIDENT.kind)
    with held([incident_id], ending=True) as rows:
        if known := acts.seen(act_id):
            return known
        at = occurred_at or now()
        units_off(actor, incident_id, rows, at, reason)
        drop_queue(actor, incident_id, at, reason)
        return acts.take(
            actor,
            incident_id,
            step,
            version=version,
            reason=reason,
            occurred_at=at,
            change=change,
            act_id=act_id,
        )
