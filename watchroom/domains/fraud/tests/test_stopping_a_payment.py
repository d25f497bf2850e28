"""From a request to the end of a measure: who may, what must match, where the money stands."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.people import County, county
from watchroom.base.clock import now
from watchroom.base.ids import uuid7
from watchroom.base.refusal import Refusal
from watchroom.domains.fraud.actions import following, measures, money, orders, perform
from watchroom.domains.fraud.models.measures import Appeal, BankOrder, Measure, Money, MoneyMove
from watchroom.domains.fraud.queries import measures as queries
from watchroom.domains.fraud.rules.money import Ledger
from watchroom.kernel import extensions
from watchroom.kernel.access import NotFound, actor_of_token, system
from watchroom.kernel.models import ApiToken, Deadline, Entry, Matter

from .bank import Bank
from .measures import TYPED, account, asked, entered_bank, frozen, led
from .samples import live

__all__ = ["county"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def here(county: County) -> County:
    entered_bank(county)
    return county


def standing(matter: Matter) -> str:
    return Matter.objects.get(pk=matter.pk).state


def test_a_stop_is_asked_for_approved_done_and_frozen(here: County) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    ends = queries.end_of(stop.pk)
    assert ends is not None
    assert ends - Entry.objects.get(matter=stop, event="fraud.measure.execute").occurred_at == (
        timedelta(hours=48)
    )
    assert queries.ledger(stop.pk) == Ledger(stopped=3_000_000)
    freeze = asked(here, sort="freeze", follows_id=stop.pk)
    led(here, freeze, ("approve", "execute"))
    assert standing(stop) == "followed"
    assert queries.ledger(stop.pk) == Ledger(frozen=3_000_000)


def test_who_asked_cannot_approve_and_neither_can_a_machine(here: County) -> None:
    matter = measures.request(here.leader, "stop", **TYPED)
    with pytest.raises(Refusal, match="另一人"):
        perform(here.leader, matter.pk, "approve", data=TYPED)
    token = ApiToken.objects.create(
        name="bank",
        agency=here.bureau,
        scopes=["fraud.view", "fraud.authorise"],
        created_at=now(),
    )
    for machine in (actor_of_token(token), system(here.bureau)):
        with pytest.raises(Refusal, match="由人批准"):
            perform(machine, matter.pk, "approve", data=TYPED)
    with pytest.raises(Refusal):
        perform(here.dispatcher, matter.pk, "approve", data=TYPED)
    assert standing(matter) == "requested"
    assert not BankOrder.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [("bank", "ABC"), ("account", "6222021122334454"), ("holder", "钱某"), ("account", "")],
)
def test_what_the_approver_types_must_match_to_the_letter(
    here: County, field: str, typed: str
) -> None:
    matter = asked(here)
    with pytest.raises(Refusal):
        perform(here.leader, matter.pk, "approve", data={**TYPED, field: typed})
    assert standing(matter) == "requested"


def test_nothing_of_the_account_is_written_in_the_trail(here: County) -> None:
    matter = led(here, asked(here), ("approve", "execute", "appeal"))
    told = "".join(f"{e.data}{e.reason}" for e in Entry.objects.filter(matter=matter))
    for private in (TYPED["account"], TYPED["holder"], "这是货款"):
        assert private not in told + matter.title + matter.words
    assert Appeal.objects.get(measure_id=matter.pk).words == "这是货款"


def test_an_account_is_stopped_twice_and_then_frozen(here: County) -> None:
    for _ in range(2):
        led(here, asked(here), ("approve", "execute", "expire"))
    with pytest.raises(Refusal, match="上限"):
        asked(here)
    assert asked(here, sort="freeze").state == "requested"
    assert asked(here, 1).state == "requested"


def test_a_freeze_needs_its_document(here: County) -> None:
    with pytest.raises(Refusal, match="文书"):
        asked(here, sort="freeze", document=" ")


def test_a_refused_request_does_not_count_against_the_limit(here: County) -> None:
    for _ in range(3):
        led(here, asked(here), ("reject",))
    assert asked(here).state == "requested"


def test_part_of_the_money_is_caught_and_the_rest_stays_lost(here: County) -> None:
    case = asked(here, 5)  # any matter of the domain may stand for the case
    money.enter(case.pk, [money.Move("", "lost", 5_000_000)], case, now())
    stop = asked(here, case_id=case.pk)
    led(here, stop, ("approve",))
    perform(here.dispatcher, stop.pk, "execute", data={"amount": "12345.67", "receipt": "R1"})
    entry = Entry.objects.get(matter=stop, event="fraud.measure.execute")
    assert (entry.data["outcome"], entry.data["amount_fen"]) == ("partly", 1_234_567)
    assert queries.ledger(case.pk) == Ledger(stopped=1_234_567, lost=3_765_433)
    perform(here.dispatcher, stop.pk, "lift")
    perform(here.dispatcher, stop.pk, "confirm_lift")
    assert queries.ledger(case.pk) == Ledger(lost=5_000_000)


def test_more_than_was_asked_for_is_no_answer(here: County) -> None:
    stop = led(here, asked(here), ("approve",))
    with pytest.raises(Refusal, match="多于"):
        perform(here.dispatcher, stop.pk, "execute", data={"amount": "30000.01", "receipt": "R1"})


def test_a_measure_ends_by_itself_when_its_time_is_over(here: County) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    Deadline.objects.filter(matter=stop, clock="end").update(due_at=now() - timedelta(minutes=1))
    due = Deadline.objects.get(matter=stop, clock="end")
    entry = Entry(matter=stop, data={"clock": "end"}, entered_at=now(), occurred_at=due.due_at)
    following.measure_overdue(entry)
    assert standing(stop) == "expired"
    assert queries.ledger(stop.pk) == Ledger()
    following.measure_overdue(entry)
    assert Entry.objects.filter(matter=stop, event="fraud.measure.expire").count() == 1


def test_more_time_for_a_freeze_is_approved_by_another_and_told_to_the_bank(here: County) -> None:
    freeze = frozen(here, 0)
    clock = Deadline.objects.get(matter=freeze, clock="end")
    before = clock.due_at
    made = extensions.ask(here.leader, freeze.pk, "end", "renew", amount=6, reason="案件未结")
    extensions.grant(_second_leader(here), made.pk, by="县局")
    clock.refresh_from_db()
    assert before is not None
    assert clock.due_at is not None
    assert clock.due_at > before + timedelta(days=150)
    following.measure_extended(Entry.objects.get(matter=freeze, event="fraud.measure.extended"))
    order = BankOrder.objects.get(act="renew")
    assert (order.until, order.state) == (clock.due_at, "by_hand")


def _second_leader(here: County):  # type: ignore[no-untyped-def]
    from watchroom.kernel.models import Post

    Post.objects.create(
        staff=here.staff["chief"], role=here.roles["duty_leader"], agency=here.bureau
    )
    return here.act("chief")


def test_a_stop_has_no_renewal_only_a_second_stop(here: County) -> None:
    stop = led(here, asked(here), ("approve", "execute"))
    with pytest.raises(Refusal):
        extensions.ask(here.leader, stop.pk, "end", "renew", amount=1, reason="再止付")


def test_an_appeal_is_answered_by_somebody_else_within_its_limit(here: County) -> None:
    stop = led(here, asked(here), ("approve", "execute", "appeal"))
    assert Deadline.objects.get(matter=stop, clock="appeal").rule == "E17"
    with pytest.raises(Refusal, match="另一人"):
        perform(here.leader, stop.pk, "answer_appeal", data={"answer": "维持"})
    perform(_second_leader(here), stop.pk, "answer_appeal", data={"answer": "维持"})
    assert Appeal.objects.get().answered_at is not None
    assert Deadline.objects.get(matter=stop, clock="appeal").state == "met"


def test_owner_colleague_and_stranger(here: County) -> None:
    matter = asked(here)
    assert queries.measure_of(here.leader, matter.pk).pk == matter.pk
    for who in (here.colleague_elsewhere, here.stranger, here.officer):
        with pytest.raises(NotFound):
            perform(who, matter.pk, "withdraw", reason="x")
    for who in (here.colleague_elsewhere, here.stranger):
        with pytest.raises((Refusal, NotFound)):
            measures.request(who, "stop", **TYPED, case_id=matter.pk)


def test_postgresql_keeps_the_promises_about_money(here: County) -> None:
    freeze = frozen(here, 0)
    move = MoneyMove.objects.get(because=freeze)
    forbidden = (
        lambda: Money.objects.filter(pk=freeze.pk).update(frozen=1),
        lambda: Money.objects.create(matter=asked(here, 1), lost=5),
        lambda: MoneyMove.objects.filter(pk=move.pk).update(fen=1),
        lambda: MoneyMove.objects.filter(pk=move.pk).delete(),
        lambda: MoneyMove.objects.create(
            matter=freeze, because=freeze, source="frozen", target="stopped", fen=1, at=now()
        ),
        lambda: MoneyMove.objects.create(
            matter=freeze, because=freeze, source="frozen", target="lost", fen=3_000_001, at=now()
        ),
        lambda: Measure.objects.filter(pk=freeze.pk).update(asked=9),
        lambda: BankOrder.objects.create(
            id=uuid7(), bank=queries.bank_of("ICBC"), measure=Measure.objects.get(
                pk=asked(here, 2).pk), act="stop", made_at=now(),
        ),
    )  # fmt: skip
    for breach in forbidden:
        with pytest.raises(DatabaseError), transaction.atomic():
            breach()
    assert queries.ledger(freeze.pk) == Ledger(frozen=3_000_000)


# -- with a bank that is connected -----------------------------------------------------------------


@pytest.fixture
def bank(county: County, settings) -> Iterator[Bank]:  # type: ignore[no-untyped-def]
    settings.WATCHROOM_OUTWARD_NETWORKS = ["127.0.0.0/8"]
    one = Bank()
    one.start()
    one.secret = entered_bank(county, url=one.url)
    yield one
    one.stop()


def approved(county: County, **more: object) -> Matter:
    matter = led(county, asked(county, **more), ("approve",))  # type: ignore[arg-type]
    following.measure_approved(Entry.objects.get(matter=matter, event="fraud.measure.approve"))
    return matter


def again(matter: Matter) -> None:
    BankOrder.objects.filter(measure_id=matter.pk).update(next_at=now())
    for pk in orders.due():
        orders.attempt(pk)


def test_an_approved_stop_reaches_the_bank_and_comes_into_force(county: County, bank: Bank) -> None:
    matter = approved(county)
    assert standing(matter) == "in_force"
    (told,) = bank.done
    assert (told["account"], told["holder"], told["amount_fen"]) == (
        account(0), TYPED["holder"], 3_000_000
    )  # fmt: skip
    assert told["approved_by"] == "B-leader"
    assert (bank.forged, queries.ledger(matter.pk)) == (0, Ledger(stopped=3_000_000))


def test_a_bank_that_hangs_up_is_told_the_same_again(county: County, bank: Bank) -> None:
    bank.moods = ["hang up", 503]
    matter = approved(county)
    assert standing(matter) == "approved"
    again(matter)
    again(matter)
    assert standing(matter) == "in_force"
    assert len(bank.done) == 1
    assert queries.ledger(matter.pk) == Ledger(stopped=3_000_000)


def test_a_slow_bank_is_asked_until_it_answers(county: County, bank: Bank) -> None:
    bank.slow = True
    matter = approved(county)
    assert standing(matter) == "sent"
    again(matter)
    assert standing(matter) == "in_force"


def test_silence_becomes_a_state_that_everybody_sees(county: County, bank: Bank) -> None:
    bank.moods = [500] * 99
    matter = approved(county)
    following.measure_overdue(_overdue(matter, "answer"))
    assert standing(matter) == "unanswered"
    assert Entry.objects.filter(matter=matter, event="fraud.measure.escalated").exists()
    for _ in range(len(orders.PAUSES)):
        again(matter)
    assert BankOrder.objects.get().state == "given_up"
    assert Entry.objects.filter(matter=matter, event="fraud.measure.order_unanswered").exists()
    bank.moods = []
    perform(county.dispatcher, matter.pk, "send_again")
    following.measure_approved(Entry.objects.get(matter=matter, event="fraud.measure.send_again"))
    assert standing(matter) == "in_force"
    assert len(bank.done) == 1


def _overdue(matter: Matter, clock: str) -> Entry:
    """The entry the sweep writes when a clock has run out."""
    from watchroom.kernel import sweep

    Deadline.objects.filter(matter=matter, clock=clock).update(due_at=now() - timedelta(seconds=1))
    sweep.raise_overdue()
    return Entry.objects.filter(matter=matter, event="fraud.measure.overdue").latest("id")


def test_a_bank_may_refuse_and_nothing_is_counted(county: County, bank: Bank) -> None:
    bank.refuses = "no-such-account"
    matter = approved(county)
    assert standing(matter) == "refused"
    assert queries.ledger(matter.pk) == Ledger()


def test_a_measure_is_lifted_in_one_touch(county: County, bank: Bank) -> None:
    matter = approved(county)
    perform(county.dispatcher, matter.pk, "lift")
    following.measure_lifted(Entry.objects.get(matter=matter, event="fraud.measure.lift"))
    assert standing(matter) == "lifted"
    assert [one["act"] for one in bank.done] == ["stop", "lift"]
    assert queries.ledger(matter.pk) == Ledger()


def test_an_answer_that_comes_after_somebody_entered_it_by_hand_changes_nothing(
    county: County, bank: Bank
) -> None:
    bank.moods = [500]
    matter = approved(county)
    perform(
        county.dispatcher, matter.pk, "execute", data={"amount": "1000", "receipt": "telephone"}
    )
    again(matter)
    assert standing(matter) == "in_force"
    assert queries.ledger(matter.pk) == Ledger(stopped=100_000)
    assert Entry.objects.filter(matter=matter, event="fraud.measure.order_answered").count() == 1


def test_what_a_case_saved_and_lost_and_what_was_stopped_later_is_one_account(
    here: County,
) -> None:
    case = live(here, ("sign",))
    perform(here.dispatcher, case.pk, "assess", data={"intended": "60000"})
    assert queries.ledger(case.pk) == Ledger(intended=6_000_000)
    perform(here.dispatcher, case.pk, "reach", data={"how": "phone", "verified": "digits"})
    told = {"outcome": "partly_lost", "evidence": "A", "saved": "20000", "lost": "30000"}
    perform(here.dispatcher, case.pk, "feed_back", data=told)
    assert queries.ledger(case.pk) == Ledger(held=2_000_000, lost=3_000_000)
    led(here, asked(here, case_id=case.pk), ("approve", "execute"))
    assert queries.ledger(case.pk) == Ledger(held=2_000_000, stopped=3_000_000)
