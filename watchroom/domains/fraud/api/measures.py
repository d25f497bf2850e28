"""Stops, freezes and returns for machines. A machine may ask and may answer; it never approves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from watchroom.kernel.machines import Act, Given, actor_of, past, whole
from watchroom.kernel.models import Matter

from .. import actions
from ..actions import banks, measures, orders, restitution
from ..actions import money as ledger
from ..gateways.bank import Answer
from ..models.measures import Bank
from ..queries import measures as queries
from ..rules.money import CLASSES

router = Router()
FEN = Field(None, ge=1, le=10**15, description="Fen; absent: whatever is on the account")


class MeasureIn(Given):
    """A stop or a freeze to ask for. Another person approves it before it goes anywhere."""

    sort: str = Field(description="stop or freeze")
    bank: str = Field(description="The bank's code here")
    account: str = Field(max_length=60)
    holder: str = Field(max_length=120)
    amount: int | None = FEN
    document: str = Field("", max_length=60)
    words: str = Field("", max_length=2000, description="Why; no names, no numbers")
    case_id: int | None = Field(None, description="The matter whose money it is")
    follows_id: int | None = Field(None, description="The measure in force it takes the place of")
    act_id: UUID | None = None


class MeasureOut(Schema):
    """A measure as it stands. Who holds the account, and its number, are not part of it."""

    id: int
    number: str
    state: str
    version: int
    sort: str
    bank: str
    asked_fen: int | None
    done_fen: int | None
    holds_fen: int
    case_id: int | None
    agency_id: int
    due_at: datetime | None


class LossIn(Given):
    """What one victim lost into the account, and where their money goes back to. Fen."""

    victim: str = Field(max_length=120)
    bank: str
    account: str = Field(max_length=60)
    reported_at: AwareDatetime
    lost: int = Field(ge=1, le=10**15)
    traced: int = Field(0, ge=0, le=10**15)
    case_id: int | None = None


class ReturnIn(Given):
    """A return to propose; the shares are computed."""

    measure_id: int
    losses: list[LossIn] = Field(max_length=2000)
    act_id: UUID | None = None


class ShareOut(Schema):
    """One victim's share, by the claim's number. Fen."""

    claim: int
    lost_fen: int
    direct_fen: int
    pro_rata_fen: int
    paid_at: datetime | None


class ReturnOut(Schema):
    """A return as it stands. `left_fen` stays frozen."""

    id: int
    number: str
    state: str
    version: int
    pot_fen: int
    left_fen: int
    shares: list[ShareOut]
    due_at: datetime | None


class MoneyIn(Given):
    """Money of a case that changed class before any measure: outside, intended, held or lost."""

    source: str = Field(description='"" is: not counted before')
    target: str
    fen: int = Field(ge=1, le=10**15)
    evidence: str = Field(max_length=40, description="How it is known: a code, never a name")
    occurred_at: AwareDatetime | None = None


class MoneyOut(Schema):
    """Fen in each class. They are never added up."""

    intended: int
    held: int
    stopped: int
    frozen: int
    returned: int
    lost: int


class AnswerIn(Given):
    """What a bank says of an order, where it calls us."""

    result: str = Field(pattern="^(received|done|refused)$")
    amount_fen: int | None = Field(None, ge=0, le=10**15)
    receipt: str = Field("", max_length=60)
    reason: str = Field("", max_length=80)


class OrderOut(Schema):
    """An order to a bank as it stands."""

    order: UUID
    act: str
    state: str
    attempts: int


class BankIn(Given):
    """A bank that orders go to."""

    name: str = Field(max_length=80)
    name_en: str = Field("", max_length=120)
    url: str = Field("", max_length=500, description="Empty: orders go on paper")
    renew_secret: bool = False
    ended: bool = False


class BankOut(Schema):
    """A bank. The secret is told once, when it is made."""

    code: str
    name: str
    name_en: str
    connected: bool
    secret: str


def _out(matter: Matter) -> dict[str, Any]:
    row = queries.row_of(matter.pk)
    names = ("id", "number", "state", "version", "agency_id", "due_at")
    return {name: getattr(matter, name) for name in names} | {
        "sort": row.sort,
        "bank": row.account.bank.code,
        "asked_fen": row.asked,
        "done_fen": row.done,
        "holds_fen": row.holds,
        "case_id": matter.parent_id,
    }


def _return(matter: Matter) -> dict[str, Any]:
    row = queries.restitution_of(matter.pk)
    names = ("id", "number", "state", "version", "due_at")
    shares = [
        {
            "claim": one.pk,
            "lost_fen": one.lost,
            "direct_fen": one.direct,
            "pro_rata_fen": one.pro_rata,
            "paid_at": one.paid_at,
        }
        for one in row.claims.order_by("reported_at", "id")
    ]
    told_ = {"pot_fen": row.pot, "left_fen": row.left, "shares": shares}
    return {name: getattr(matter, name) for name in names} | told_


@router.get("/measures", response=list[MeasureOut], summary="Stops and freezes")
def listed(request: HttpRequest, over: bool = False) -> Any:
    """Those that run out first at the top, or with `over=true` those of the past; at most 200."""
    return [_out(row) for row in queries.measures(actor_of(request), over=over)[:200]]


@router.post("/measures", response=MeasureOut, summary="Ask for a stop or a freeze")
def request_measure(request: HttpRequest, measure: MeasureIn) -> Any:
    """Nothing goes to a bank before another person approves. Needs fraud.ask_measure."""
    given = measure.dict()
    return _out(measures.request(actor_of(request), given.pop("sort"), **given))


@router.post(
    "/measures/{int:measure_id}/{str:step}",
    response=MeasureOut,
    summary="Take a step of a measure",
)
def take_measure(request: HttpRequest, measure_id: int, step: str, act: Act) -> Any:
    """withdraw · send_again · execute {amount, receipt} · refuse · lift · confirm_lift · appeal
    {who, words}; by people only: approve {bank, account, holder} · answer_appeal {answer}.
    `amount` is in yuan, as typed. 409 where somebody was faster."""
    queries.measure_of(actor_of(request), measure_id)
    return _out(actions.perform(actor_of(request), measure_id, step, **whole(act)))


@router.get("/returns", response=list[ReturnOut], summary="Returns of frozen money")
def returns(request: HttpRequest, over: bool = False) -> Any:
    """Those that are due first at the top; at most 200."""
    return [_return(row) for row in queries.returns(actor_of(request), over=over)[:200]]


@router.post("/returns", response=ReturnOut, summary="Propose a return")
def propose(request: HttpRequest, proposed: ReturnIn) -> Any:
    """What is traced goes straight back, the rest in proportion; exact to the fen."""
    losses = [restitution.Loss(**one.dict()) for one in proposed.losses]
    actor = actor_of(request)
    return _return(restitution.propose(actor, proposed.measure_id, losses, act_id=proposed.act_id))


@router.post(
    "/returns/{int:return_id}/{str:step}", response=ReturnOut, summary="Take a step of a return"
)
def take_return(request: HttpRequest, return_id: int, step: str, act: Act) -> Any:
    """announce {where} · object {who, words} · revise · pay_share {claim, receipt} · withdraw; by
    people only: authorise · answer_objection {objection, answer}."""
    queries.return_of(actor_of(request), return_id)
    return _return(actions.perform(actor_of(request), return_id, step, **whole(act)))


@router.get(
    "/matters/{int:matter_id}/money", response=MoneyOut, summary="How a matter's money stands"
)
def money(request: HttpRequest, matter_id: int) -> Any:
    """Of a case, or of a measure that belongs to none."""
    found = queries.ledger_of(actor_of(request), matter_id)
    return {name: getattr(found, name) for name in CLASSES}


@router.post(
    "/matters/{int:matter_id}/money", response=MoneyOut, summary="Say what became of money"
)
def tell_money(request: HttpRequest, matter_id: int, told_: MoneyIn) -> Any:
    """Needs fraud.respond. What is stopped, frozen or returned is entered by its measure."""
    given = told_.dict()
    given["occurred_at"] = past(given["occurred_at"])
    found = ledger.tell(actor_of(request), matter_id, **given)
    return {name: getattr(found, name) for name in CLASSES}


@router.post("/orders/{uuid:order_id}/answer", response=OrderOut, summary="A bank answers an order")
def answer(request: HttpRequest, order_id: UUID, said: AnswerIn) -> Any:
    """For a bank that calls us, with its own key: its own orders alone. The same answer
    twice changes nothing."""
    one = Answer(said.result, said.amount_fen, said.receipt, said.reason)
    order = orders.answered(actor_of(request), order_id, one)
    return {
        "order": order.pk,
        "act": order.act,
        "state": order.state,
        "attempts": order.attempts,
    }


def _bank(bank: Bank, secret: str = "") -> dict[str, Any]:
    return {
        "code": bank.code,
        "name": bank.name,
        "name_en": bank.name_en,
        "connected": queries.connected(bank),
        "secret": secret,
    }


@router.get("/banks", response=list[BankOut], summary="Banks that orders go to")
def listed_banks(request: HttpRequest) -> Any:
    """Without their secrets. Needs fraud.view."""
    return [_bank(bank) for bank in queries.banks_for(actor_of(request))]


@router.put("/banks/{str:code}", response=BankOut, summary="Enter a bank or change it")
def set_bank(request: HttpRequest, code: str, bank: BankIn) -> Any:
    """Needs fraud.configure. `secret` is told this once, where one was made."""
    return _bank(*banks.set_bank(actor_of(request), code, **bank.dict()))
