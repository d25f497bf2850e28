"""Every read of stops, freezes and returns, by name. The actor comes first where there is one."""

from datetime import datetime

from django.db.models import F, QuerySet, Sum

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.kernel import access
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Deadline, Matter

from ..flow.measure import MEASURE
from ..flow.permissions import VIEW
from ..flow.restitution import RETURN
from ..models.measures import (
    Account,
    Bank,
    BankOrder,
    Claim,
    Measure,
    Money,
    MoneyMove,
    Objection,
    Restitution,
)
from ..models.messages import Message
from ..rules.money import CLASSES, Ledger

KINDS = ("fraud.case", MEASURE.kind)
"""Matters that have money of their own."""

WITH = ("matter__agency", "matter__parent", "account__bank", "approved_by", "asked_by", "follows")


def measures(actor: Actor, *, over: bool = False) -> QuerySet[Matter]:
    """Measures the actor may see, the next to run out first; `over`: those of the past."""
    rows = access.visible(actor).filter(kind=MEASURE.kind, closed_at__isnull=not over)
    order = ("-closed_at",) if over else (F("due_at").asc(nulls_last=True), "id")
    named = ("agency", "owner", "parent", "fraud_measure__account__bank")
    return rows.select_related(*named).order_by(*order)


def returns(actor: Actor, *, over: bool = False) -> QuerySet[Matter]:
    """Returns the actor may see, those that are due first at the top."""
    rows = access.visible(actor).filter(kind=RETURN.kind, closed_at__isnull=not over)
    named = ("agency", "owner", "parent", "fraud_return")
    return rows.select_related(*named).order_by(F("due_at").asc(nulls_last=True), "-id")


def measure_of(actor: Actor, matter_id: int) -> Measure:
    """One measure the actor may see; NotFound otherwise."""
    return row_of(access.find(actor, pk=matter_id, kind=MEASURE.kind).pk)


def return_of(actor: Actor, matter_id: int) -> Restitution:
    """One return the actor may see; NotFound otherwise."""
    return restitution_of(access.find(actor, pk=matter_id, kind=RETURN.kind).pk)


def row_of(matter_id: int) -> Measure:
    """A measure as it stands; whoever asks has found its matter."""
    return Measure.objects.select_related(*WITH).get(pk=matter_id)


def restitution_of(matter_id: int) -> Restitution:
    """A return as it stands; whoever asks has found its matter."""
    named = ("matter__agency", "measure__matter", "measure__account__bank", "approved_by")
    return Restitution.objects.select_related(*named).get(pk=matter_id)


def anchor(matter: Matter) -> int:
    """Whose money it is: the case that the measure belongs to, else the measure itself."""
    return matter.parent_id or matter.pk


def end_of(matter_id: int) -> datetime | None:
    """When a measure ends, with all the time it was given."""
    row = Deadline.objects.filter(matter_id=matter_id, clock="end").order_by("-id").first()
    return row.due_at if row else None


def told_on(order: BankOrder) -> Matter:
    """The matter that an order's answers are entered on: the return it pays for, or the measure."""
    return order.claim.restitution.matter if order.claim else order.measure.matter


def bank_of(code: str) -> Bank:
    """A bank by its code. Refusal for one that is not entered."""
    bank = Bank.objects.filter(code=code, ended_at=None).first()
    if bank is None:
        raise Refusal(
            Text(
                "没有登记这家银行，请从列表中选择", "This bank is not entered: choose from the list"
            )
        )
    return bank


def banks() -> list[Bank]:
    """Banks that orders can go to."""
    return list(Bank.objects.filter(ended_at=None).order_by("code"))


def all_banks() -> list[Bank]:
    """Banks, also those that are no longer used."""
    return list(Bank.objects.select_related("token").order_by("code"))


def banks_for(actor: Actor) -> list[Bank]:
    """The banks, for who may see the domain at all."""
    access.require(actor, VIEW)
    return banks()


def connected(bank: Bank) -> bool:
    """Whether orders reach it by themselves."""
    return bool(bank.url and bank.secret and bank.ended_at is None)


def stops_of(account: Account) -> int:
    """How often an account was stopped, counting those asked for and not yet decided."""
    never = ("rejected", "withdrawn", "refused")
    rows = Measure.objects.filter(account=account, sort="stop")
    return rows.exclude(matter__state__in=never).count()


def ledger(matter_id: int) -> Ledger:
    """How a matter's money stands."""
    row = Money.objects.filter(pk=matter_id).first()
    return Ledger(**{name: getattr(row, name) for name in CLASSES}) if row else Ledger()


def ledger_of(actor: Actor, matter_id: int) -> Ledger:
    """How the money of a matter stands that the actor may see; NotFound otherwise."""
    matter = access.find(actor, pk=matter_id, kind__in=list(KINDS))
    return ledger(anchor(matter) if matter.kind == MEASURE.kind else matter.pk)


def totals(actor: Actor) -> dict[str, int]:
    """Fen in each class over the matters the actor may see; never one sum over classes."""
    rows = Money.objects.filter(matter__in=access.visible(actor))
    found = rows.aggregate(**{name: Sum(name) for name in CLASSES})
    return {name: int(found[name] or 0) for name in CLASSES}


def moves_of(matter_id: int) -> QuerySet[MoneyMove]:
    """How a matter's money came to stand as it does."""
    return MoneyMove.objects.filter(matter_id=matter_id).select_related("because").order_by("id")


def unpaid(matter_id: int) -> QuerySet[Claim]:
    """Shares of a return that are still to be paid."""
    rows = Claim.objects.filter(restitution_id=matter_id, paid_at=None)
    return rows.exclude(direct=0, pro_rata=0).order_by("id")


def open_objections(matter_id: int) -> QuerySet[Objection]:
    """Objections to a return that are still to be answered."""
    return Objection.objects.filter(restitution_id=matter_id, answered_at=None).order_by("id")


def measures_of(actor: Actor, case_id: int) -> QuerySet[Matter]:
    """The measures about a case's money that the actor may see, oldest first."""
    rows = access.visible(actor).filter(kind=MEASURE.kind, parent_id=case_id)
    return rows.select_related("agency").order_by("id")


def messages_of(case_id: int) -> QuerySet[Message]:
    """The text messages of a case, newest first; without number and words."""
    rows = Message.objects.filter(matter_id=case_id).defer("phone", "text")
    return rows.order_by("-id")
