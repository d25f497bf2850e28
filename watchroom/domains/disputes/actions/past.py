"""Disputes that were settled elsewhere or before, brought in whole (`kernel.history`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchroom.kernel import acts, history
from watchroom.kernel.access import Actor
from watchroom.kernel.history import Life, Taken
from watchroom.kernel.models import Beat, Matter, Staff

from .. import queries, rules
from ..flow import DISPUTE
from ..models import Agreement, Dispute, DisputeType, Mediator, Party, Session, Visit
from .registering import BEAT_OFFICER, title_of


@dataclass(frozen=True, slots=True)
class PastDispute:
    """One life as it was. `steps`: what was done, when, by whom; the first is `register`.

    What was agreed then was agreed by word: nobody signs afterwards.
    """

    type: DisputeType
    beat: Beat
    place: str
    words: str
    source: str
    factors: Sequence[str]
    parties: Sequence[Mapping[str, str]]
    mediator: str
    terms: str
    steps: Sequence[tuple[str, datetime, Staff]]


def bring_in_past(actor: Actor, disputes: Sequence[PastDispute], *, source: str) -> int:
    """Write these lives and their rows; returns how many. Only the operator may."""
    at = [past.steps[0][1] for past in disputes]
    numbers = history.numbers(DISPUTE.kind, at)
    lives = [_life(past, number) for past, number in zip(disputes, numbers, strict=True)]

    def rows(_matters: Sequence[Matter]) -> None:
        for past, life in zip(disputes, lives, strict=True):
            if life.matter is not None:
                _rows(past, life.matter)

    history.bring_in(actor, lives, rows, source=source)
    return len(lives)


def _life(past: PastDispute, number: str) -> Life:
    graded = rules.grade(past.factors)
    return Life(
        DISPUTE.kind,
        number,
        title_of(past.type, past.place),
        past.beat.agency_id,
        [Taken(step, at, who.pk, who.name, DATA.get(step, {})) for step, at, who in past.steps],
        fields={
            "beat_id": past.beat.pk,
            "owner_id": past.beat.officer_id,
            "priority": graded.level,
            "place": past.place,
            "words": past.words,
        },
        facts={
            "priority": graded.level,
            "mediate_rule": rules.mediate_rule(rules.CIVIL, ["peoples_mediator"]),
            "confirm_rule": "",
            "second_rule": "",
        },
    )


DATA: Mapping[str, dict[str, Any]] = {
    "assign": {"mediators": ["peoples_mediator"]},
    "hold_session": {"summary": True},
    "draft": {"terms": True, "template": rules.TEMPLATE},
    "agree": {"oral": True},
    "perform": {"how_performed": True},
    "visit": {"visit_result": "calm", "visit_words": True},
}


def _rows(past: PastDispute, matter: Matter) -> None:
    when = {step: at for step, at, _ in past.steps}
    dispute = Dispute.objects.create(
        matter=matter,
        type=past.type,
        source=past.source,
        factors=sorted(past.factors),
        risk_rule=rules.grade(past.factors).rule,
        beat=past.beat,
        place_word=rules.place_word(past.place),
    )
    Party.objects.bulk_create(
        Party(dispute=dispute, **one, name_key=queries.key_of(past.beat.pk, one["name"]))
        for one in past.parties
    )
    if past.beat.officer_id:
        acts.involve(matter, [past.beat.officer_id], BEAT_OFFICER)
    if at := when.get("assign"):
        Mediator.objects.create(
            dispute=dispute, kind="peoples_mediator", name=past.mediator, since=at
        )
    if at := when.get("hold_session"):
        Session.objects.create(dispute=dispute, held_at=at, summary=past.words)
    if at := when.get("agree"):
        Agreement.objects.create(
            dispute=dispute, terms=past.terms, oral=True, template=rules.TEMPLATE,
            text=past.terms, drafted_at=when["draft"], in_force_at=at,
        )  # fmt: skip
    Visit.objects.bulk_create(
        Visit(dispute=dispute, visited_at=at, result="calm", words="平稳", by=who)
        for step, at, who in past.steps
        if step == "visit"
    )
