"""Taking a step by its name."""

from collections.abc import Callable, Mapping
from typing import Any, Unpack

from watchroom.base.clock import now
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..flow import DISPUTE
from ..models import Dispute
from . import agreements, ending, mediating
from .doing import Doing
from .registering import FINDER

PRIVATE = frozenset(
    {"summary", "terms", "facts", "typed", "how_performed", "visit_words", "officers"}
    | set(rules.MEDIATORS)
)
"""What a step is told in confidence: kept in our own tables; the trail says only that it was told,
because nothing can ever be taken out of the trail again."""

CHANGES: Mapping[str, Callable[[Doing], Mapping[str, Any] | None]] = {
    "assign": mediating.assign,
    "change_mediators": mediating.assign,
    "regrade": mediating.regrade,
    "file_case": mediating.file_case,
    "hold_session": mediating.hold_session,
    "mediate_again": mediating.mediate_again,
    "no_agreement": mediating.fail,
    "not_performed": mediating.fail,
    "reopen": mediating.reopen,
    "draft": agreements.draft,
    "redraft": agreements.redraft,
    "sign": agreements.take_signature,
    "agree": agreements.agree,
    "confirm": agreements.confirm,
    "perform": agreements.perform,
    "visit": ending.visit,
    "settle": ending.settle,
    "refer": ending.refer,
    "to_case": ending.name_case,
    "turned_criminal": ending.turned_criminal,
}


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands."""
    access.find(actor, pk=matter_id, kind=DISPUTE.kind)
    given = {name: value for name, value in (data or {}).items() if value not in (None, "", [])}
    facts: dict[str, Any] = {}

    def change(matter: Matter) -> Mapping[str, Any] | None:
        dispute = Dispute.objects.select_related("type").get(pk=matter.pk)
        doing = Doing(actor, dispute, matter, given, told.get("occurred_at") or now())
        said = CHANGES[step](doing) if step in CHANGES else None
        facts.update(_clock_rules(dispute))  # asked for after the change, when all of it is known
        if DISPUTE.states[matter.state].final:
            acts.release_all([matter.pk], [queries.MEDIATOR, FINDER])
        return said

    with acts.together():
        matter = acts.take(
            actor,
            matter_id,
            step,
            data={n: True if n in PRIVATE else v for n, v in given.items() if n != "strokes"},
            change=change,
            facts=facts,
            **told,
        )
        if step == "agree":
            agreements.keep(actor, matter)
    return matter


def _clock_rules(dispute: Dispute) -> dict[str, str]:
    """By which law the clocks that start now run."""
    kinds = [one.kind for one in queries.mediators(dispute.pk)]
    paper = queries.agreement(dispute.pk)
    return {
        "mediate_rule": rules.mediate_rule(dispute.track, kinds),
        "confirm_rule": rules.confirm_rule(dispute.track, kinds, oral=bool(paper and paper.oral)),
        "second_rule": rules.second_rule(dispute.track, dispute.failures),
    }
