"""Every write of stops and freezes, by name."""

from collections.abc import Mapping
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
from watchroom.law import limits

from ..flow.measure import IN_FORCE, MEASURE
from ..models.measures import Account, Appeal, Bank, Measure
from ..queries import measures as queries
from ..rules import money, orders
from . import money as ledger
from . import protests
from .taking import Taking, by_name

PRIORITY = {orders.STOP: 1, orders.FREEZE: 3}
"""Money that may leave this minute comes first; a freeze is in time as long as its stop lasts."""
STOP_AGAIN = "fraud.measure.stop_again"


def request(
    actor: Actor,
    sort: str,
    *,
    bank: str,
    account: str,
    holder: str,
    amount: int | None = None,
    document: str = "",
    words: str = "",
    case_id: int | None = None,
    follows_id: int | None = None,
    act_id: UUID | None = None,
) -> Matter:
    """Ask for a stop or a freeze of an account. Nothing is sent before another person approves.

    `amount` fen, None for whatever is there; `case_id`: whose money it is; `follows_id`: the
    measure in force that this one takes the place of.
    """
    if sort not in orders.SORTS:
        raise Refusal(Text("措施应为止付或冻结", "A measure is a stop or a freeze"))
    typed = orders.target(bank, account, holder)
    if why_not := orders.why_no_target(typed) or orders.why_no_document(sort, document.strip()):
        raise Refusal(why_not)
    chosen = queries.bank_of(typed.bank)
    case = access.find(actor, pk=case_id, kind__in=list(queries.KINDS)) if case_id else None
    earlier = queries.measure_of(actor, follows_id) if follows_id else None

    def change(matter: Matter) -> Mapping[str, Any]:
        place = _place(chosen, typed.account, sort)
        if earlier is not None:
            _fits(earlier, place)
        Measure.objects.create(
            matter=matter,
            sort=sort,
            account=place,
            holder=typed.holder,
            asked=amount,
            document=document.strip(),
            follows=earlier,
            asked_by_id=actor.staff_id,
        )
        if actor.staff_id:
            acts.involve(matter, [actor.staff_id], "asker")
        told = {"sort": sort, "bank": chosen.code, "amount_fen": amount}
        return told | ({"follows": earlier.matter.number} if earlier else {})

    return acts.open_matter(
        actor,
        MEASURE.kind,
        title=_title(sort, chosen, amount),
        agency_id=actor.agency_id,
        change=change,
        act_id=act_id,
        owner_id=actor.staff_id,
        parent=(earlier.matter.parent or earlier.matter) if earlier else case,
        words=words.strip(),
        priority=PRIORITY[sort],
    )


def _title(sort: str, bank: Bank, amount: int | None) -> str:
    sum_ = f"{money.yuan(amount)} 元" if amount else "全部余额"
    return f"{orders.SORTS[sort].zh} · {bank.name} · {sum_}"


def _place(bank: Bank, number: str, sort: str) -> Account:
    """The account, locked: two requests at once are counted one after the other."""
    Account.objects.get_or_create(bank=bank, number=number)
    account = Account.objects.select_for_update().get(bank=bank, number=number)
    again = limits.rule(STOP_AGAIN).restarts[0].times
    times = None if again is None else again + 1
    if why_not := orders.why_not_again(sort, queries.stops_of(account), times):
        raise Refusal(why_not, code="too-often")
    return account


def _fits(earlier: Measure, account: Account) -> None:
    if earlier.account_id != account.pk:
        raise Refusal(
            Text(
                "后续措施须针对同一账户",
                "A measure that follows another is about the same account",
            )
        )
    if earlier.matter.state not in IN_FORCE:
        raise Refusal(
            Text("前一措施已经结束，请另行申请", "The earlier measure is over: ask for a new one")
        )


def _approve(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    """A person who is not the one who asked, and who typed the same account again."""
    typed = {name: str(said.pop(name, "")) for name in ("bank", "account", "holder")}

    def match(_matter: Matter) -> None:
        row = queries.row_of(matter.pk)
        require_person(actor, row.asked_by_id)
        first = orders.Target(row.account.bank.code, row.account.number, row.holder)
        if why_not := orders.why_no_match(first, orders.target(**typed)):
            raise Refusal(why_not, code="no-match")

    def change(_matter: Matter) -> None:
        Measure.objects.filter(pk=matter.pk).update(
            approved_by_id=actor.staff_id, approved_at=told.get("occurred_at") or now()
        )

    given = said | {name: True for name, value in typed.items() if value}
    return acts.take(
        actor, matter.pk, "approve", data=given, guards=(match,), change=change, **told
    )


OWN_REQUEST = Text(
    "不能批准自己的申请，须由另一人批准",
    "You asked for it yourself: another person must approve",
)
OWN_APPROVAL = Text(
    "不能答复针对自己批准的措施的申诉，须由另一人答复",
    "You approved the measure yourself: another person must answer the appeal",
)


def require_person(actor: Actor, not_this: int | None, why: Text = OWN_REQUEST) -> None:
    """Refusal unless this is somebody, and somebody else than that one."""
    if actor.staff_id is None:
        raise Refusal(orders.WHO_DECIDES, code="forbidden")
    if actor.staff_id == not_this:
        raise Refusal(why, code="forbidden")


def _execute(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    """The bank has done it: the money is in another class, and the measure has an end."""
    row = queries.row_of(matter.pk)
    done = money.fen(str(said["amount"])) if said.get("amount") else 0
    if row.asked is not None and done > row.asked:
        raise Refusal(
            Text(
                "执行金额 {a} 元多于申请金额 {b} 元，请核对回执",
                "{a} yuan done is more than the {b} asked for: check the receipt",
            ).format(a=money.yuan(done), b=money.yuan(row.asked))
        )
    at = told.get("occurred_at") or now()
    acts.lock([pk for pk in (matter.pk, row.follows_id) if pk])

    def change(_matter: Matter) -> Mapping[str, Any]:
        known = _catch(actor, row, done, matter, at)
        Measure.objects.filter(pk=row.pk).update(
            done=done, holds=done, known=known, receipt=str(said.get("receipt", ""))[:60]
        )
        return {"amount_fen": done, "outcome": orders.outcome(row.asked, done)}

    facts = {"end_rule": orders.END_RULES[row.sort]}
    return acts.take(actor, matter.pk, "execute", data=said, change=change, facts=facts, **told)


def _catch(actor: Actor, row: Measure, done: int, because: Matter, at: datetime) -> int:
    """Move the money; how much of it had been counted as lost."""
    anchor, target = queries.anchor(because), orders.HOLDS_AS[row.sort]
    kept = _taken_over(actor, row, at)
    if kept is None:
        moves = money.caught(ledger.held_ledger(anchor), done, target)
        ledger.enter(anchor, moves, because, at)
        return sum(move.fen for move in moves if move.source == "lost")
    source, held, known = kept
    stays = min(held, done)
    known_stays = min(known, stays)
    over = money.let_go(source, held - stays, known - known_stays)
    same = [] if source == target or not stays else [money.Move(source, target, stays)]
    ledger.enter(anchor, [*over, *same], because, at)
    more = money.caught(ledger.held_ledger(anchor), done - stays, target)
    ledger.enter(anchor, more, because, at)
    return known_stays + sum(move.fen for move in more if move.source == "lost")


def _taken_over(actor: Actor, row: Measure, at: datetime) -> tuple[str, int, int] | None:
    """What the measure before this one held, which is over now: class, fen, known part."""
    if row.follows_id is None:
        return None
    before = Measure.objects.select_related("matter").get(pk=row.follows_id)
    if before.matter.state not in IN_FORCE:
        return None
    acts.take(access.system(before.matter.agency), before.pk, "follow", occurred_at=at)
    Measure.objects.filter(pk=before.pk).update(holds=0, known=0)
    return orders.HOLDS_AS[before.sort], before.holds, before.known


def _ended(step: str) -> Taking:
    """Lifted or expired: the money goes back to where it was counted before."""

    def taking(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
        acts.lock([matter.pk])
        row = queries.row_of(matter.pk)

        def change(_matter: Matter) -> Mapping[str, Any]:
            moves = money.let_go(orders.HOLDS_AS[row.sort], row.holds, row.known)
            ledger.enter(queries.anchor(matter), moves, matter, told.get("occurred_at") or now())
            Measure.objects.filter(pk=row.pk).update(holds=0, known=0)
            return {"released_fen": row.holds}

        return acts.take(actor, matter.pk, step, data=said, change=change, **told)

    return taking


def _appeal(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    """Somebody says that it is wrong. Who and why are kept with the measure, not in the trail."""

    def change(_matter: Matter) -> Mapping[str, Any]:
        made = protests.enter(Appeal, said, told.get("occurred_at"), measure_id=matter.pk)
        return {"appeal": made.pk}

    given = protests.in_confidence(said, "who", "words")
    return acts.take(actor, matter.pk, "appeal", data=given, change=change, **told)


def _answer(actor: Actor, matter: Matter, said: dict[str, Any], told: ToldWhy) -> Matter:
    """The answer to the oldest open appeal, by somebody who did not approve the measure."""
    row = queries.row_of(matter.pk)
    require_person(actor, row.approved_by_id, OWN_APPROVAL)
    waiting = row.appeals.filter(answered_at=None).order_by("id").first()
    if waiting is None:
        raise Refusal(Text("没有待答复的申诉", "There is no appeal to answer"))

    def change(_matter: Matter) -> Mapping[str, Any]:
        protests.answer(waiting, actor, said)
        return {"appeal": waiting.pk}

    given = protests.in_confidence(said, "answer")
    return acts.take(actor, matter.pk, "answer_appeal", data=given, change=change, **told)


STEPS: Mapping[str, Taking] = {
    "approve": _approve,
    "execute": _execute,
    "confirm_lift": _ended("confirm_lift"),
    "expire": _ended("expire"),
    "appeal": _appeal,
    "answer_appeal": _answer,
}
take = by_name(STEPS)
"""Take a step of a measure by its name."""
