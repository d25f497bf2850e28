"""Every write of returns, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.acts import ToldWhy
from watchroom.kernel.models import Matter

from ..flow.restitution import RETURN
from ..models.measures import Bank, Claim, Measure, Objection, Restitution
from ..queries import measures as queries
from ..rules import money, orders, returning
from . import money as ledger
from . import protests
from .measures import require_person
from .taking import Taking, by_name


@dataclass(frozen=True)
class Loss:
    """What one victim lost into the account, and where their money goes back to."""

    victim: str
    bank: str
    account: str
    reported_at: datetime
    lost: int
    traced: int = 0
    case_id: int | None = None


def propose(
    actor: Actor, measure_id: int, losses: Sequence[Loss], *, act_id: UUID | None = None
) -> Matter:
    """Propose how the money of a freeze in force is returned; the shares are computed."""
    measure = queries.measure_of(actor, measure_id)
    if measure.sort != orders.FREEZE or measure.matter.state != "in_force":
        raise Refusal(
            Text("只能返还冻结中的资金", "Only money under a freeze in force is returned")
        )
    targets = [_payee(actor, loss) for loss in losses]
    plan = returning.plan(
        measure.holds,
        [returning.Claim(n, one.reported_at, one.lost, one.traced) for n, one in enumerate(losses)],
    )

    def change(matter: Matter) -> Mapping[str, Any]:
        row = Restitution.objects.create(
            matter=matter,
            measure=measure,
            pot=plan.pot,
            left=plan.left,
            proposed_by_id=actor.staff_id,
        )
        for share in sorted(plan.shares, key=lambda one: one.number):
            _claim(row, losses[share.number], *targets[share.number], share)
        return _told(plan)

    return acts.open_matter(
        actor,
        RETURN.kind,
        title=f"资金返还 · {measure.matter.number}",
        agency_id=measure.matter.agency_id,
        change=change,
        act_id=act_id,
        owner_id=actor.staff_id,
        parent=measure.matter,
    )


def _claim(
    row: Restitution, loss: Loss, bank: Bank, payee: orders.Target, share: returning.Share
) -> None:
    Claim.objects.create(
        restitution=row,
        case_id=loss.case_id,
        victim=payee.holder,
        bank=bank,
        account=payee.account,
        reported_at=loss.reported_at,
        lost=loss.lost,
        traced=loss.traced,
        direct=share.direct,
        pro_rata=share.pro_rata,
    )


def _told(plan: returning.Plan) -> Mapping[str, Any]:
    """What the trail says of a plan: sums and counts."""
    return {
        "pot_fen": plan.pot,
        "left_fen": plan.left,
        "claims": len(plan.shares),
        "notice": plan.needs_notice,
    }


def _payee(actor: Actor, loss: Loss) -> tuple[Bank, orders.Target]:
    typed = orders.target(loss.bank, loss.account, loss.victim)
    if why_not := orders.why_no_target(typed):
        raise Refusal(why_not)
    if loss.case_id:
        access.find(actor, pk=loss.case_id, kind__in=list(queries.KINDS))
    return queries.bank_of(typed.bank), typed


def _announce(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    def change(_matter: Matter) -> None:
        where = str(said.get("where", ""))[:240]
        Restitution.objects.filter(pk=matter.pk).update(announced=where)

    return acts.take(actor, matter.pk, "announce", data=said, change=change, **told)


def _object(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    def change(_matter: Matter) -> Mapping[str, Any]:
        made = protests.enter(Objection, said, told.get("occurred_at"), restitution_id=matter.pk)
        return {"objection": made.pk}

    given = protests.in_confidence(said, "who", "words")
    return acts.take(actor, matter.pk, "object", data=given, change=change, **told)


def _answer(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    row = queries.restitution_of(matter.pk)
    require_person(actor, row.proposed_by_id)
    wanted = str(said.get("objection", ""))
    found = row.objections.filter(
        pk=int(wanted) if wanted.isdigit() else 0, answered_at=None
    ).first()
    if found is None:
        raise Refusal(Text("没有这件待答复的异议", "There is no such objection to answer"))

    def change(_matter: Matter) -> None:
        protests.answer(found, actor, said)

    given = {"objection": found.pk} | protests.in_confidence(said, "answer")
    return acts.take(actor, matter.pk, "answer_objection", data=given, change=change, **told)


def _authorise(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    """A person who did not propose it; the notice is over, every objection is answered."""
    row = queries.restitution_of(matter.pk)
    acts.lock([row.measure_id, matter.pk])

    def sound(_matter: Matter) -> None:
        require_person(actor, row.proposed_by_id)
        if why_not := _why_not_yet(matter, row):
            raise Refusal(why_not)

    def change(_matter: Matter) -> Mapping[str, Any]:
        row.approved_by_id, row.approved_at = actor.staff_id, told.get("occurred_at") or now()
        row.save(update_fields=["approved_by", "approved_at"])
        return {"pays_fen": row.pot - row.left, "left_fen": row.left}

    return acts.take(
        actor, matter.pk, "authorise", data=said, guards=(sound,), change=change, **told
    )


def _why_not_yet(matter: Matter, row: Restitution) -> Text | None:
    measure = queries.row_of(row.measure_id)
    if measure.matter.state != "in_force" or measure.holds < row.pot:
        return Text(
            "冻结已结束或余额已变动，请重拟方案",
            "The freeze is over or holds less than before: propose anew",
        )
    if matter.state == "proposed" and row.claims.filter(pro_rata__gt=0).exists():
        return Text(
            "按比例返还须先公告，公告期满后才能批准",
            "A return in proportion needs a public notice first, and its end",
        )
    if row.objections.filter(answered_at=None).exists():
        return Text("还有异议没有答复", "An objection is still to be answered")
    return None


def _revise(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    """Share out what the freeze holds now, anew, among the same claims."""
    row = queries.restitution_of(matter.pk)
    holds = queries.row_of(row.measure_id).holds
    claims = row.claims.all()
    plan = returning.plan(
        holds, [returning.Claim(c.pk, c.reported_at, c.lost, c.traced) for c in claims]
    )

    def change(_matter: Matter) -> Mapping[str, Any]:
        for one in plan.shares:
            Claim.objects.filter(pk=one.number).update(direct=one.direct, pro_rata=one.pro_rata)
        row.pot, row.left = plan.pot, plan.left
        row.save(update_fields=["pot", "left"])
        return _told(plan)

    return acts.take(actor, matter.pk, "revise", data=said, change=change, **told)


def _pay(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    """One victim has their money; with the last of them the return is over."""
    row = queries.restitution_of(matter.pk)
    wanted = str(said.get("claim", ""))
    claim = row.claims.filter(pk=int(wanted) if wanted.isdigit() else 0, paid_at=None).first()
    if claim is None or not claim.share:
        raise Refusal(Text("没有这一笔待返还的款项", "There is no such share to be paid"))
    at = told.get("occurred_at") or now()
    acts.lock([row.measure_id, matter.pk])

    def change(_matter: Matter) -> Mapping[str, Any]:
        claim.paid_at, claim.receipt = at, str(said.get("receipt", ""))[:60]
        claim.save(update_fields=["paid_at", "receipt"])
        _return(queries.row_of(row.measure_id), claim, matter, at)
        return {"claim": claim.pk, "paid_fen": claim.share}

    paid = acts.take(actor, matter.pk, "pay_share", data=said, change=change, **told)
    if not row.claims.filter(paid_at=None).exclude(direct=0, pro_rata=0).exists():
        return acts.take(access.system(matter.agency), matter.pk, "finish", occurred_at=at)
    return paid


def _return(measure: Measure, claim: Claim, because: Matter, at: datetime) -> None:
    """The money leaves the freeze; it counts as returned once, in the victim's own case."""
    fen, anchor = claim.share, queries.anchor(measure.matter)
    left = measure.holds - fen
    Measure.objects.filter(pk=measure.pk).update(holds=left, known=min(measure.known, left))
    if claim.case_id in (None, anchor):
        ledger.enter(anchor, [money.Move("frozen", "returned", fen)], because, at)
        return
    ledger.enter(anchor, [money.Move("frozen", money.OUTSIDE, fen)], because, at)
    assert claim.case_id is not None  # noqa: S101 - just asked
    known = min(ledger.held_ledger(claim.case_id).lost, fen)
    moves = [
        money.Move("lost", "returned", known),
        money.Move(money.OUTSIDE, "returned", fen - known),
    ]
    ledger.enter(claim.case_id, [move for move in moves if move.fen], because, at)


STEPS: Mapping[str, Taking] = {
    "announce": _announce,
    "object": _object,
    "answer_objection": _answer,
    "authorise": _authorise,
    "revise": _revise,
    "pay_share": _pay,
}
take = by_name(STEPS)
"""Take a step of a return by its name."""
