"""Orders to banks: given once, tried until answered, and their answers entered.

An order exists only for what a person approved (PostgreSQL refuses another). Trying it twice does
no harm: the bank knows its id.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.kernel import access, acts
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter
from watchroom.law import limits

from ..flow.measure import AT_THE_BANK
from ..flow.permissions import ANSWER
from ..gateways import bank as gateway
from ..gateways.bank import Answer, NoAnswer
from ..models.measures import BankOrder, Claim, Measure
from ..queries import measures as queries
from ..rules import money, orders
from . import measures, restitution
from .banks import secret_of

PAUSES = (2, 5, 10, 20, 30, 60, 60, 120, 300, 600, 1800, 3600)
"""Seconds to the next try. After the last the order is given up and waits for a person."""

ATTEMPT = timedelta(seconds=60)
"""How long one try keeps others away: longer than a bank may take to answer."""


def give(measure: Measure, act: str, claim: Claim | None = None) -> BankOrder:
    """The order for an act, made now or when it was first given; due at once."""
    bank = claim.bank if claim else measure.account.bank
    # What goes to a bank that is not connected goes on paper: a person enters its answer.
    state = "waiting" if queries.connected(bank) else "by_hand"
    open_ = BankOrder.objects.filter(measure=measure, act=act, claim=claim)
    if act == "renew":
        open_ = open_.filter(until=queries.end_of(measure.pk))
    order = open_.order_by("-made_at").first()
    if order is None:
        return BankOrder.objects.create(
            id=uuid7(),
            bank=bank,
            measure=measure,
            claim=claim,
            act=act,
            state=state,
            until=queries.end_of(measure.pk) if act == "renew" else None,
            made_at=now(),
            next_at=now(),
        )
    if order.state in ("waiting", "sent", "given_up", "by_hand"):
        order.state, order.attempts, order.next_at = state, 0, now()
        order.save(update_fields=["state", "attempts", "next_at"])
    return order


def attempt(order_id: UUID) -> datetime | None:
    """Try an order once, if it is due and nobody else is trying it; when to try again."""
    with transaction.atomic():
        rows = BankOrder.objects.select_for_update(skip_locked=True, of=("self",))
        order = (
            rows.select_related("bank", "measure__matter", "measure__account__bank", "claim")
            .filter(pk=order_id, state__in=("waiting", "sent"), next_at__lte=now())
            .first()
        )
        if order is None:
            return None
        BankOrder.objects.filter(pk=order.pk).update(
            next_at=now() + ATTEMPT, attempts=order.attempts + 1
        )
    order.attempts += 1
    try:
        answer = _asked(order)
    except (NoAnswer, Refusal) as error:
        return _not_answered(order, error.say("en") if isinstance(error, Refusal) else str(error))
    return settle(order, answer)


def _asked(order: BankOrder) -> Answer:
    secret = secret_of(order.bank)
    if order.state == "sent":
        return gateway.ask(order.bank.url, secret, order.pk)
    return gateway.send(order.bank.url, secret, order.pk, body(order))


def body(order: BankOrder) -> dict[str, Any]:
    """What the bank is told: what to do, with which account, by whose authority."""
    measure, claim = order.measure, order.claim
    paid_to = (
        {"to": {"account": claim.account, "holder": claim.victim, "bank": claim.bank.code}}
        if claim
        else {}
    )
    rule = limits.rule(orders.END_RULES[measure.sort])
    approver = (claim.restitution if claim else measure).approved_by
    return {
        "act": order.act,
        "measure": measure.matter.number,
        "account": measure.account.number,
        "holder": measure.holder,
        "amount_fen": claim.share if claim else measure.asked,
        "currency": "CNY",
        "lasts": {"length": rule.length, "unit": rule.unit.value.removesuffix("_hard")},
        "until": order.until.isoformat() if order.until else None,
        "document": measure.document,
        "follows": measure.follows.matter.number if measure.follows else None,
        "authority": measure.matter.agency.code,
        "approved_by": approver.badge if approver else None,
        **paid_to,
    }


def _not_answered(order: BankOrder, why: str) -> datetime | None:
    later = order.attempts <= len(PAUSES)
    order.next_at = now() + timedelta(seconds=PAUSES[order.attempts - 1]) if later else None
    order.state, order.error = (order.state if later else "given_up"), why[:200]
    with acts.together():
        order.save(update_fields=["next_at", "state", "error"])
        if not later:
            said = {"order": str(order.pk), "act": order.act, "attempts": order.attempts}
            actor = access.system(order.measure.matter.agency)
            acts.record(actor, queries.told_on(order), "order_unanswered", data=said)
    return order.next_at


def settle(order: BankOrder, answer: Answer) -> datetime | None:
    """Enter what a bank answered, once; when to ask again where it only received the order."""
    with acts.together():
        told_on, measure = queries.told_on(order).pk, order.measure
        ids = (told_on, measure.pk, measure.follows_id)
        matter = acts.lock([pk for pk in ids if pk])[told_on]  # as those who do it by hand
        locked = BankOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if locked.state not in ("waiting", "sent", "given_up"):
            return None
        if answer.result == gateway.RECEIVED:
            return _received(order, matter)
        done = answer.result == gateway.DONE
        order.state, order.next_at = ("done" if done else "refused"), None
        order.amount, order.receipt = answer.amount, answer.receipt
        order.error, order.answered_at = answer.reason, now()
        order.save()
        said = {"order": str(order.pk), "act": order.act, "result": answer.result}
        acts.record(access.system(matter.agency), matter, "order_answered", data=said)
        _follow(order, matter, answer)
        return None


def answered(actor: Actor, order_id: UUID, answer: Answer) -> BankOrder:
    """A bank calls by itself, with its own key. NotFound for an order that another was given."""
    access.require(actor, ANSWER)
    named = ("bank", "measure__matter", "measure__account__bank", "claim__restitution__matter")
    given = BankOrder.objects.filter(bank__token__isnull=False, bank__token=actor.token_id)
    order = given.select_related(*named).filter(pk=order_id).first()
    if order is None:
        raise access.NotFound
    settle(order, answer)
    order.refresh_from_db()
    return order


def _received(order: BankOrder, matter: Matter) -> datetime | None:
    if order.state == "waiting":
        order.state, order.attempts = "sent", 0
        said = {"order": str(order.pk), "act": order.act}
        acts.record(access.system(matter.agency), matter, "order_sent", data=said)
        if order.act in orders.SORTS and matter.state in ("approved", "unanswered"):
            _take(matter, "send", {})
    later = order.attempts < len(PAUSES)
    order.next_at = now() + timedelta(seconds=PAUSES[order.attempts]) if later else None
    order.state = "sent" if later else "given_up"
    order.error = ""
    order.save()
    return order.next_at


def _follow(order: BankOrder, matter: Matter, answer: Answer) -> None:
    """Take the step that the answer means; where somebody was faster the entry alone stays."""
    receipt, amount = answer.receipt or str(order.pk), answer.amount or 0
    done = answer.result == gateway.DONE
    if order.act in orders.SORTS and matter.state in AT_THE_BANK:
        if done and 0 < amount <= (order.measure.asked or amount):
            _take(matter, "execute", {"amount": money.yuan(amount), "receipt": receipt})
        else:
            _take(matter, "refuse", {}, answer.reason or "nothing on the account")
    elif order.act == "lift" and done and matter.state == "lifting":
        _take(matter, "confirm_lift", {"receipt": receipt})
    elif order.claim_id and done and amount == order.claim.share and matter.state == "approved":  # type: ignore[union-attr]
        said = {"claim": order.claim_id, "receipt": receipt}
        restitution.take(access.system(matter.agency), matter, "pay_share", said, {})


def _take(matter: Matter, step: str, said: dict[str, Any], reason: str = "") -> None:
    measures.take(access.system(matter.agency), matter, step, said, {"reason": reason})


def pursue(order_id: UUID) -> None:
    """Try an order now; if it is not answered, a job tries it again later."""
    if again := attempt(order_id):
        app.configure_task("fraud.order", schedule_at=again).defer(order_id=str(order_id))


def due(limit: int = 200) -> list[UUID]:
    """Orders that somebody should try now: a crash between a try and the next loses none."""
    rows = BankOrder.objects.filter(state__in=("waiting", "sent"), next_at__lte=now())
    return list(rows.order_by("next_at").values_list("pk", flat=True)[:limit])
