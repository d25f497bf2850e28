"""Frozen money goes back: traced or in proportion, announced, objected to, approved, paid."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db.models import Sum

from tests.people import County, county
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.fraud.actions import following, money, perform, restitution
from watchroom.domains.fraud.actions.restitution import Loss
from watchroom.domains.fraud.models.measures import BankOrder, Claim, Measure
from watchroom.domains.fraud.queries import measures as queries
from watchroom.domains.fraud.rules.money import Ledger, Move
from watchroom.kernel.access import NotFound, system
from watchroom.kernel.models import Deadline, Entry, Matter
from watchroom.kernel.sweep import raise_overdue

from .bank import Bank
from .measures import asked, entered_bank, frozen, led, losses

__all__ = ["county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def here(county: County) -> County:
    entered_bank(county)
    return county


def proposed(here: County, number: int = 0) -> tuple[Matter, Matter]:
    freeze = frozen(here, number)
    return freeze, restitution.propose(here.dispatcher, freeze.pk, losses())


def test_the_shares_are_the_frozen_money_to_the_fen(here: County) -> None:
    freeze, matter = proposed(here)
    first, second = Claim.objects.filter(restitution_id=matter.pk).order_by("id")
    # 500,000 fen are traced; 2,500,000 are shared 2 to 2 among 2,000,000 and 2,000,000.
    assert (first.direct, first.pro_rata) == (500_000, 1_250_000)
    assert (second.direct, second.pro_rata) == (0, 1_250_000)
    assert first.share + second.share == Measure.objects.get(pk=freeze.pk).holds


def test_a_return_from_the_proposal_to_the_last_payment(here: County) -> None:
    freeze, matter = proposed(here)
    matter = led(here, matter, ("announce",))
    Deadline.objects.filter(matter=matter, clock="notice").update(due_at=now())
    raise_overdue()
    following.return_overdue(Entry.objects.get(matter=matter, event="fraud.return.overdue"))
    matter.refresh_from_db()
    assert matter.state == "to_decide"
    matter = led(here, matter, ("authorise", "pay_share"))
    assert matter.state == "approved"
    assert queries.ledger(freeze.pk) == Ledger(frozen=1_250_000, returned=1_750_000)
    matter = led(here, matter, ("pay_share",))
    assert matter.state == "paid"
    assert queries.ledger(freeze.pk) == Ledger(returned=3_000_000)
    assert Measure.objects.get(pk=freeze.pk).holds == 0


def test_no_return_in_proportion_without_a_notice_that_is_over(here: County) -> None:
    _, matter = proposed(here)
    with pytest.raises(Refusal, match="公告"):
        perform(here.leader, matter.pk, "authorise")
    matter = led(here, matter, ("announce",))
    assert Deadline.objects.get(matter=matter, clock="notice").rule == "fraud.return.notice"
    with pytest.raises(Refusal, match="公告中"):
        perform(here.leader, matter.pk, "authorise")


def test_what_is_all_traced_needs_no_notice(here: County) -> None:
    freeze = frozen(here, 0)
    loss = Loss("李某", "ICBC", "6222029988776655", now(), 3_000_000, 3_000_000)
    matter = restitution.propose(here.dispatcher, freeze.pk, [loss])
    assert led(here, matter, ("authorise", "pay_share")).state == "paid"


def test_an_objection_must_be_answered_by_somebody_else_first(here: County) -> None:
    _, matter = proposed(here)
    matter = led(here, matter, ("announce", "object", "notice_over"))
    with pytest.raises(Refusal, match="异议"):
        perform(here.leader, matter.pk, "authorise")
    which = str(queries.restitution_of(matter.pk).objections.get().pk)
    said = {"objection": which, "answer": "不成立：没有转账记录"}
    perform(here.leader, matter.pk, "answer_objection", data=said)
    told = "".join(str(e.data) for e in Entry.objects.filter(matter=matter))
    assert "孙某" not in told
    assert "不成立" not in told
    assert perform(here.leader, matter.pk, "authorise").state == "approved"


def test_who_proposed_it_does_not_approve_it_and_no_machine_does(here: County) -> None:
    freeze = frozen(here, 0)
    matter = restitution.propose(here.leader, freeze.pk, losses())
    matter = led(here, matter, ("announce", "notice_over"))
    for who in (here.leader, system(here.bureau)):
        with pytest.raises(Refusal, match="批准"):
            perform(who, matter.pk, "authorise")
    with pytest.raises(NotFound):
        perform(here.colleague_elsewhere, matter.pk, "authorise")


def test_a_freeze_that_ended_meanwhile_pays_nobody(here: County) -> None:
    freeze, matter = proposed(here)
    matter = led(here, matter, ("announce", "notice_over"))
    led(here, freeze, ("lift", "confirm_lift"))
    with pytest.raises(Refusal, match="冻结已结束"):
        perform(here.leader, matter.pk, "authorise")


def test_money_is_returned_in_the_case_of_whom_it_was_taken_from(here: County) -> None:
    case = asked(here, 7)  # any matter of the domain may stand for the case
    money.enter(case.pk, [Move("", "lost", 2_000_000)], case, now())
    freeze = frozen(here, 0)
    loss = Loss("李某", "ICBC", "6222029988776655", now(), 3_000_000, 3_000_000, case.pk)
    matter = restitution.propose(here.dispatcher, freeze.pk, [loss])
    led(here, matter, ("authorise", "pay_share"))
    assert queries.ledger(freeze.pk) == Ledger()
    assert queries.ledger(case.pk) == Ledger(returned=3_000_000)
    assert queries.totals(here.leader)["returned"] == 3_000_000


def test_only_what_is_under_a_freeze_is_returned(here: County) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    with pytest.raises(Refusal, match="冻结"):
        restitution.propose(here.dispatcher, stop.pk, losses())


@pytest.fixture
def bank(county: County, settings) -> Iterator[Bank]:  # type: ignore[no-untyped-def]
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    one = Bank()
    one.start()
    one.secret = entered_bank(county, url=one.url)
    yield one
    one.stop()


def test_the_bank_pays_each_share_once(county: County, bank: Bank) -> None:
    _, matter = proposed(county)
    matter = led(county, matter, ("announce", "notice_over", "authorise"))
    entry = Entry.objects.get(matter=matter, event="fraud.return.authorise")
    bank.moods = ["hang up"]
    following.return_authorised(entry)
    BankOrder.objects.filter(act="pay").update(next_at=now() - timedelta(seconds=1))
    following.return_authorised(entry)
    matter.refresh_from_db()
    assert matter.state == "paid"
    paid = [one for one in bank.done if one["act"] == "pay"]
    assert sorted(one["amount_fen"] for one in paid) == [1_250_000, 1_750_000]
    assert paid[0]["to"]["holder"] == "李某"
    assert Claim.objects.aggregate(all=Sum("direct") + Sum("pro_rata"))["all"] == 3_000_000


def test_a_plan_is_made_anew_when_the_freeze_holds_less(here: County) -> None:
    freeze = frozen(here, 0)
    first = restitution.propose(here.dispatcher, freeze.pk, losses())
    led(here, first, ("announce",))
    loss = Loss("周某", "ICBC", "6222029988776656", now(), 1_000_000, 1_000_000)
    other = restitution.propose(here.dispatcher, freeze.pk, [loss])
    led(here, other, ("authorise", "pay_share"))
    led(here, first, ("notice_over",))
    with pytest.raises(Refusal, match="重拟"):
        perform(here.leader, first.pk, "authorise")
    perform(here.dispatcher, first.pk, "revise", reason="余额变动")
    shares = [one.share for one in Claim.objects.filter(restitution_id=first.pk)]
    assert sum(shares) == 2_000_000
    assert Deadline.objects.filter(matter=first, clock="notice", state="running").count() == 0
