"""Disputes that were settled elsewhere or before, brought in whole (`kernel.history`)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watchroom.kernel import history
from watchroom.kernel.access import Actor
from watchroom.kernel.history import Life, Taken
from watchroom.kernel.models import Beat, Matter, Staff

from .. import queries, rules
from ..flow import DISPUTE
from ..models import Agreement, Dispute, DisputeType, Mediator, Party, Session, Visit
from .registering import title_of


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

    def when(self, step: str) -> list[datetime]:
        """Each time a step was taken."""
        return [at for name, at, _ in self.steps if name == step]


def bring_in_past(actor: Actor, disputes: Sequence[PastDispute], *, source: str) -> int:
    """Write these lives and their rows; returns how many. Only the operator may."""
    at = [past.steps[0][1] for past in disputes]
    numbers = history.numbers(DISPUTE.kind, at)
    lives = [_life(past, number) for past, number in zip(disputes, numbers, strict=True)]

    def rows(_matters: Sequence[Matter]) -> None:
        pairs = [(p, life.matter) for p, life in zip(disputes, lives, strict=True) if life.matter]
        Dispute.objects.bulk_create(_dispute(past, matter) for past, matter in pairs)
        for model, made in ROWS.items():
            model.objects.bulk_create(row for past, m in pairs for row in made(past, m.pk))

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


def _dispute(past: PastDispute, matter: Matter) -> Dispute:
    return Dispute(
        matter=matter,
        type=past.type,
        source=past.source,
        factors=sorted(past.factors),
        risk_rule=rules.grade(past.factors).rule,
        beat=past.beat,
        place_word=rules.place_word(past.place),
    )


def _parties(past: PastDispute, pk: int) -> Iterator[Party]:
    for one in past.parties:
        name, phone = one["name"], one.get("phone", "")
        keys = [queries.key_of(past.beat.pk, said) for said in (name, phone)]
        yield Party(
            dispute_id=pk, role=one["role"], name=name, phone=phone,
            name_key=keys[0], phone_key=keys[1],
        )  # fmt: skip


def _mediators(past: PastDispute, pk: int) -> Iterator[Mediator]:
    for at in past.when("assign"):
        yield Mediator(dispute_id=pk, kind="peoples_mediator", name=past.mediator, since=at)


def _sessions(past: PastDispute, pk: int) -> Iterator[Session]:
    for at in past.when("hold_session"):
        yield Session(dispute_id=pk, held_at=at, summary=past.words)


def _agreements(past: PastDispute, pk: int) -> Iterator[Agreement]:
    for at in past.when("agree"):
        yield Agreement(
            dispute_id=pk, terms=past.terms, oral=True, template=rules.TEMPLATE,
            text=past.terms, drafted_at=past.when("draft")[0], in_force_at=at,
        )  # fmt: skip


def _visits(past: PastDispute, pk: int) -> Iterator[Visit]:
    for step, at, who in past.steps:
        if step == "visit":
            yield Visit(dispute_id=pk, visited_at=at, result="calm", words="平稳", by=who)


ROWS: Mapping[type[Any], Callable[[PastDispute, int], Iterator[Any]]] = {
    Party: _parties,
    Mediator: _mediators,
    Session: _sessions,
    Agreement: _agreements,
    Visit: _visits,
}
