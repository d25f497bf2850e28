"""Measures and returns in every state, made by the people who make them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.people import County
from watchroom.base.clock import now
from watchroom.domains.fraud.actions import banks, measures, perform, restitution
from watchroom.domains.fraud.actions.restitution import Loss
from watchroom.domains.fraud.flow.measure import MEASURE
from watchroom.domains.fraud.flow.restitution import RETURN
from watchroom.kernel.access import system
from watchroom.kernel.models import Matter

TYPED = {"bank": "ICBC", "account": "6222021122334455", "holder": "钱某某"}
DONE = {"amount": "30,000.00", "receipt": "R000001"}
DATA: Mapping[str, dict[str, Any]] = {
    "approve": TYPED,
    "execute": DONE,
    "appeal": {"who": "钱某某", "words": "这是货款"},
    "answer_appeal": {"answer": "经核查，维持冻结"},
    "announce": {"where": "市局门户网站"},
    "object": {"who": "孙某", "words": "我也是被害人"},
    "answer_objection": {"objection": "1", "answer": "请提供转账记录"},
    "pay_share": {"claim": "1", "receipt": "R000009"},
}
MEASURE_LIVES: Mapping[str, tuple[str, ...]] = {
    "requested": (),
    "approved": ("approve",),
    "sent": ("approve", "send"),
    "unanswered": ("approve", "time_out"),
    "in_force": ("approve", "execute"),
    "lifting": ("approve", "execute", "lift"),
    "lifted": ("approve", "execute", "lift", "confirm_lift"),
    "expired": ("approve", "execute", "expire"),
    "followed": ("approve", "execute", "follow"),
    "refused": ("approve", "refuse"),
    "rejected": ("reject",),
    "withdrawn": ("withdraw",),
}
RETURN_LIVES: Mapping[str, tuple[str, ...]] = {
    "proposed": (),
    "noticed": ("announce",),
    "to_decide": ("announce", "notice_over"),
    "approved": ("announce", "notice_over", "authorise"),
    "paid": ("announce", "notice_over", "authorise", "pay_share", "pay_share"),
    "withdrawn": ("withdraw",),
}
BY_LEADER = ("approve", "reject", "authorise", "answer_appeal", "answer_objection")
BY_ITSELF = ("send", "time_out", "expire", "follow", "notice_over", "finish")


def entered_bank(county: County, **more: Any) -> str:
    """A bank, not connected unless an address is given; its secret."""
    return banks.set_bank(county.admin, "ICBC", name="工商银行", name_en="Commercial Bank", **more)[
        1
    ]


def asked(county: County, number: int = 0, **more: Any) -> Matter:
    """The dispatcher asks for a stop of 30,000 yuan; each `number` is another account."""
    given = {**TYPED, "account": account(number), "amount": 3_000_000, **more}
    sort = given.pop("sort", "stop")
    document = {"document": "公冻字〔2026〕1号"} if sort == "freeze" else {}
    return measures.request(county.dispatcher, sort, **{**document, **given})


def account(number: int) -> str:
    """One account for each number."""
    return str(int(TYPED["account"]) + number)


def led(county: County, matter: Matter, steps: tuple[str, ...], number: int = 0) -> Matter:
    """Lead a measure or a return through steps, each by the person who takes it."""
    for step in steps:
        who = county.leader if step in BY_LEADER else county.dispatcher
        who = system(county.bureau) if step in BY_ITSELF else who
        data = dict(DATA.get(step, {}))
        if step == "approve":
            data["account"] = account(number)
        if step == "pay_share":
            row = Matter.objects.get(pk=matter.pk).fraud_return
            data["claim"] = str(row.claims.filter(paid_at=None).earliest("id").pk)
        reason = "样例理由" if step in ("reject", "refuse", "withdraw") else ""
        perform(who, matter.pk, step, data=data, reason=reason)
    return Matter.objects.get(pk=matter.pk)


def losses() -> list[Loss]:
    """Two victims: the first traced in part, both more than what is left."""
    at = now() - timedelta(days=2)
    return [
        Loss("李某", "ICBC", "6222029988776655", at, 2_500_000, 500_000),
        Loss("周某", "ICBC", "6222029988776656", at + timedelta(hours=1), 2_000_000),
    ]


def frozen(county: County, number: int) -> Matter:
    """A freeze of 30,000 yuan in force."""
    matter = asked(county, number, sort="freeze")
    return led(county, matter, ("approve", "execute"), number)


def samples(county: County) -> dict[tuple[str, str], Matter]:
    """(kind, state) → a matter that stands there."""
    entered_bank(county)
    found = {}
    for number, (state, steps) in enumerate(MEASURE_LIVES.items()):
        found[MEASURE.kind, state] = led(county, asked(county, number), steps, number)
    for number, (state, steps) in enumerate(RETURN_LIVES.items(), 100):
        freeze = frozen(county, number)
        matter = restitution.propose(county.dispatcher, freeze.pk, losses())
        found[RETURN.kind, state] = led(county, matter, steps)
    return found
