"""Stops, freezes and returns of the fictional city, each by the people who ask for and decide them.

Whoever lost money in the three days has it looked for at the bank it went to. Done twice it changes
nothing.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from watchroom.base.clock import held_at, now
from watchroom.domains.fraud.actions import banks, measures, orders, perform, restitution
from watchroom.domains.fraud.actions.restitution import Loss
from watchroom.domains.fraud.flow import ASK, AUTHORISE
from watchroom.domains.fraud.models import Bank, Case, Measure
from watchroom.domains.fraud.rules.money import yuan
from watchroom.kernel import access
from watchroom.kernel.access import Actor, actor_of, system
from watchroom.kernel.models import Matter, Staff

from .model import City
from .names import person
from .seeds import rng

BANKS = (
    ("LCNS", "澜川农商银行", "Lanchuan Rural Bank"),
    ("LCSY", "澜川商业银行", "Lanchuan Commercial Bank"),
    ("NJCX", "南江储蓄银行", "Nanjiang Savings Bank"),
)
MINUTE = dt.timedelta(minutes=1)
LONG_AGO = dt.timedelta(hours=7)
"""Only what is that old has a whole story by now."""
Step = tuple[float, str, dict[str, Any], str]
"""(minutes after the one before, step, what is said, reason); by whom follows from the step."""
DECIDED = ("approve", "reject", "authorise", "answer_appeal")


def is_loaded() -> bool:
    """Whether the banks are entered."""
    return Bank.objects.exists()


@dataclass
class Desk:
    """Who asks, who decides, and where stolen money went: an account of a fictional bank."""

    asker: Actor
    decider: Actor
    r: np.random.Generator

    def target(self) -> dict[str, str]:
        """An account that no bank has: none begins with 00."""
        bank = BANKS[int(self.r.integers(len(BANKS)))][0]
        number = f"00{int(self.r.integers(10**14)):014d}"
        return {"bank": bank, "account": number, "holder": "".join(person(self.r, "m"))}

    def asked(
        self, at: dt.datetime, case: Case, typed: dict[str, str], fen: int, *, before: int = 0
    ) -> Matter:
        """A stop of that sum or, after one, a freeze."""
        sort = "freeze" if before else "stop"
        document = f"澜公冻字〔{at.year}〕{case.pk}号" if before else ""
        with held_at(at):
            return measures.request(
                self.asker, sort, bank=typed["bank"], account=typed["account"],
                holder=typed["holder"], amount=fen, document=document, case_id=case.pk,
                follows_id=before or None,
            )  # fmt: skip

    def led(self, at: dt.datetime, matter: Matter, steps: Sequence[Step]) -> dt.datetime:
        """Take the steps that have happened by now, each by whom it is for; when the last was."""
        for minutes, step, said, reason in steps:
            at += minutes * MINUTE
            if at > now():
                break
            with held_at(at):
                who = self.decider if step in DECIDED else self.asker
                perform(who, matter.pk, step, data=said, reason=reason)
                if step == "approve":
                    row = Measure.objects.select_related("account__bank").get(pk=matter.pk)
                    orders.give(row, row.sort)
        return at


def load(city: City, say: Callable[[str], None]) -> int:
    """Enter the banks and play what was done about every loss; returns how many measures."""
    for code, zh, en in BANKS:
        banks.set_bank(system(), code, name=zh, name_en=en)
    r = rng(city.seed, "fraud money")
    people = _people()
    lost = Case.objects.filter(lost_fen__gt=0).select_related("matter").order_by("pk")
    if people is not None:
        desk = Desk(*people, r)
        known = [case for case in lost if _known(case) < now() - LONG_AGO]
        for number, case in enumerate(known):
            STORIES[number % len(STORIES)](desk, case, case.lost_fen or 0)
        for case in Case.objects.filter(open=True, intended_fen__gt=0).order_by("pk")[:2]:
            _just_asked(desk, case)
    done = Measure.objects.count()
    say(f"  {done} stops and freezes")
    return done


def _people() -> tuple[Actor, Actor] | None:
    """Somebody who asks, and somebody else who decides over them."""
    for staff in Staff.objects.filter(posts__role__permissions__contains=[ASK]).order_by("pk"):
        asker = actor_of(staff)
        deciders = set(access.holders(AUTHORISE, staff.agency)) - {staff.pk}
        if deciders and not asker.holds(AUTHORISE):
            return asker, actor_of(Staff.objects.get(pk=min(deciders)))
    return None


def _in_force(typed: dict[str, str], fen: int, receipt: str) -> list[Step]:
    done = {"amount": yuan(fen), "receipt": receipt}
    return [(3, "approve", dict(typed), ""), (9, "execute", done, "")]


def _stopped(desk: Desk, case: Case, fen: int) -> tuple[Matter, dict[str, str], dt.datetime]:
    """A stop in force, some minutes after the loss was known."""
    at, typed = _known(case) + 4 * MINUTE, desk.target()
    matter = desk.asked(at, case, typed, fen)
    return matter, typed, desk.led(at, matter, _in_force(typed, fen, f"ZF{case.pk:06d}"))


def _known(case: Case) -> dt.datetime:
    """When the desk heard of the loss."""
    return case.reached_at or case.warned_at


def _frozen(desk: Desk, case: Case, fen: int) -> tuple[Matter, dt.datetime]:
    stop, typed, at = _stopped(desk, case, fen)
    asked = at + dt.timedelta(hours=5)
    matter = desk.asked(asked, case, typed, fen, before=stop.pk)
    return matter, desk.led(asked, matter, _in_force(typed, fen, f"DJ{case.pk:06d}"))


def _given_back(desk: Desk, case: Case, fen: int) -> None:
    """All of it was caught and is the victim's without a doubt: straight back."""
    freeze, at = _frozen(desk, case, fen)
    victim = _loss(desk, case, fen, traced=fen)
    with held_at(at + 5 * MINUTE):
        matter = restitution.propose(desk.asker, freeze.pk, [victim])
    at = desk.led(at + 5 * MINUTE, matter, [(6, "authorise", {}, "")])
    claim = matter.fraud_return.claims.get()
    paid = {"claim": str(claim.pk), "receipt": f"FH{case.pk:06d}"}
    desk.led(at, matter, [(12, "pay_share", paid, "")])


def _loss(desk: Desk, case: Case, fen: int, *, traced: int = 0, own: bool = True) -> Loss:
    """What somebody lost into the account; `own`: whose case it is."""
    victim, to = "".join(person(desk.r, "f")), desk.target()
    whose = case.pk if own else None
    return Loss(victim, to["bank"], to["account"], _known(case), fen, traced, whose)


def _announced(desk: Desk, case: Case, fen: int) -> None:
    """Half was caught, and two lost into the account: shared out after the public notice."""
    caught = fen // 2
    freeze, at = _frozen(desk, case, caught)
    losses = [_loss(desk, case, fen), _loss(desk, case, fen // 3, own=False)]
    with held_at(at + 5 * MINUTE):
        matter = restitution.propose(desk.asker, freeze.pk, losses)
    desk.led(at + 5 * MINUTE, matter, [(8, "announce", {"where": "市公安局门户网站"}, "")])


def _lifted(desk: Desk, case: Case, fen: int) -> None:
    """Somebody showed that it was honest money: lifted."""
    matter, _, at = _stopped(desk, case, fen // 4)
    appeal = {"who": "".join(person(desk.r, "f")), "words": "这是货款，附合同"}
    desk.led(at, matter, [(15, "appeal", appeal, ""), (9, "lift", {}, "经核查为正常货款")])
    desk.led(at + 24 * MINUTE, matter, [(6, "confirm_lift", {}, "")])


def _too_late(desk: Desk, case: Case, fen: int) -> None:
    """The account was empty when the bank looked."""
    at, typed = _known(case) + 4 * MINUTE, desk.target()
    matter = desk.asked(at, case, typed, fen)
    desk.led(at, matter, [(3, "approve", dict(typed), ""), (7, "refuse", {}, "账户余额为零")])


def _held(desk: Desk, case: Case, fen: int) -> None:
    """Stopped, and the freeze is in force."""
    _frozen(desk, case, fen)


def _just_asked(desk: Desk, case: Case) -> None:
    """A transfer was made a moment ago: asked for, and waiting for somebody to approve."""
    at = now() - float(desk.r.uniform(1, 6)) * MINUTE
    desk.asked(at, case, desk.target(), case.intended_fen or 0)


STORIES = (_given_back, _announced, _held, _too_late, _lifted)
"""What became of the losses, one after the other."""
