"""Every write of appraisal, by name. Others call these functions and nothing beneath them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Unpack
from uuid import UUID

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.figures import scoring
from watchroom.figures.scoring import Scheme
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Matter

from . import models, queries, rules
from .flow import DRAFT, SCHEME


@dataclass(frozen=True)
class Draft:
    """What a scheme says: whom it compares, when, and how points are given."""

    title: str
    level: str
    since: date
    until: date
    scheme: Scheme
    words: str = ""


def propose(
    actor: Actor,
    draft: Draft,
    *,
    agency_id: int | None = None,
    occurred_at: datetime | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Propose a scheme for the agencies of a level below one's own agency."""
    _sayable(draft)

    def change(matter: Matter) -> Mapping[str, Any]:
        models.Scheme.objects.create(
            matter=matter, proposed_by_id=actor.staff_id, **_columns(draft)
        )
        return _told(draft)

    return acts.open_matter(
        actor,
        SCHEME.kind,
        title=draft.title.strip(),
        agency_id=agency_id or queries.compares(actor),
        occurred_at=occurred_at,
        change=change,
        act_id=act_id,
        owner_id=actor.staff_id,
        words=draft.words.strip(),
    )


def redraft(actor: Actor, matter_id: int, draft: Draft, **told: Unpack[ToldWhy]) -> Matter:
    """Change a scheme that has not been checked yet."""
    _sayable(draft)
    kept = queries.scheme_of(actor, matter_id)

    def change(matter: Matter) -> Mapping[str, Any]:
        matter.title, matter.words = draft.title.strip(), draft.words.strip()
        for name, value in _columns(draft).items():
            setattr(kept, name, value)
        kept.save()
        return _told(draft)

    return acts.take(actor, matter_id, "change", change=change, **told)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "level": draft.level,
        "since": draft.since,
        "until": draft.until,
        "scheme": scoring.as_dict(draft.scheme),
    }


def _told(draft: Draft) -> dict[str, Any]:
    """What the trail keeps: the whole of what was proposed."""
    return {
        "level": draft.level,
        "since": draft.since.isoformat(),
        "until": draft.until.isoformat(),
        "scheme": scoring.as_dict(draft.scheme),
    }


def _sayable(draft: Draft) -> None:
    if draft.level not in rules.LEVELS:
        raise Refusal(Text("请选择考评哪一级单位", "Choose which agencies are compared"))
    items = draft.scheme.items
    if why_not := rules.why_not_proposed(draft.title, draft.since, draft.until, items):
        raise Refusal(why_not)
    scoring.check(draft.scheme)
    known = queries.indicators()
    for number, item in enumerate(items, 1):
        wanted = [item.indicator, *([item.per] if item.per not in ("", rules.OFFICERS) else [])]
        if missing := [key for key in wanted if key not in known]:
            raise Refusal(Text("没有指标 {k}", "There is no figure {k}").format(k=missing[0]))
        if why_not := rules.why_no_base(item, known[item.indicator].unit):
            raise Refusal(Text("第{n}项：{w}", "Item {n}: {w}").format(n=number, w=why_not))


def perform(
    actor: Actor,
    matter_id: int,
    step: str,
    *,
    data: Mapping[str, Any] | None = None,
    **told: Unpack[ToldWhy],
) -> Matter:
    """Take a step by its name: the one door for pages, API, phone and commands.

    Before a scheme goes a step nearer to being in force the guard is asked; what it refuses ends
    there, with the rule, whoever pressed and whatever was pressed.
    """
    kept = queries.scheme_of(actor, matter_id)
    if step == "refuse":
        raise Refusal(Text("只有核查才能否决方案", "Only the guard refuses a scheme"))
    if step == "change":
        raise Refusal(Text("请在方案页修改", "Change it on its own page"))
    asked = SCHEME.by_name.get(step)
    if asked is None or step not in GUARDED:
        return acts.take(actor, matter_id, step, data=data, **told)
    access.require(actor, asked.permission, kept.matter)
    if step == "approve" and (
        why_not := rules.why_not_approved(kept.proposed_by_id, actor.staff_id)
    ):
        raise Refusal(why_not)
    if refused := queries.refused(kept):
        by = access.on_account_of(actor, DRAFT)
        return acts.take(by, matter_id, "refuse", change=_refused(kept, refused), **told)
    return acts.take(actor, matter_id, step, data=data, **told)


GUARDED = ("check", "approve", "start")


def _refused(
    kept: models.Scheme, refused: list[dict[str, Any]]
) -> Callable[[Matter], Mapping[str, Any]]:
    def change(_matter: Matter) -> Mapping[str, Any]:
        kept.refusals = refused
        kept.save(update_fields=["refusals"])
        return {"refusals": refused}

    return change
