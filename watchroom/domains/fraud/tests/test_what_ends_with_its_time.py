"""Names, numbers and words end class by class; what is counted stays the same."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.people import County, county
from watchroom.base.clock import held_at, now
from watchroom.domains.fraud import actions, queries
from watchroom.domains.fraud.actions import restitution
from watchroom.domains.fraud.models import (
    Account,
    Appeal,
    Case,
    Claim,
    Contact,
    Measure,
    Reject,
    Warning,
    Window,
)
from watchroom.domains.fraud.models.messages import Message
from watchroom.domains.fraud.queries import measures as money
from watchroom.kernel import retention
from watchroom.kernel.access import system
from watchroom.kernel.models import Entry, Matter

from .measures import TYPED, asked, entered_bank, frozen, led, losses
from .samples import DATA, feed, live, warned, warning

__all__ = ["county"]
pytestmark = pytest.mark.django_db
YEARS = timedelta(days=365)


def erased_after(later: timedelta) -> dict[str, int]:
    with held_at(now() + later):
        return {k.rpartition(".")[2]: n for k, n in retention.erase_due().items() if n}


def counted(county: County, start: datetime) -> Any:
    """Everything that the page of figures says."""
    end, actor = start + YEARS, county.dispatcher
    came = [queries.warnings_by(actor, by, start, end) for by in ("feed", "type", "level")]
    fair = [queries.fairness(actor, by, start, end) for by in ("age", "sex", "district", "feed")]
    told = (queries.money(actor, start, end), queries.protected(actor, start, end))
    return came, fair, told, money.totals(actor)


def test_contacts_and_refused_rows_end_and_open_cases_keep_theirs(county: County) -> None:
    over = live(county, ("sign", "reach", "feed_back", "revisit"))
    still = warned(county)
    actions.receive(system(), "telecom-a", [warning(type="nonsense")])
    assert erased_after(timedelta(days=29)) == {}
    assert erased_after(timedelta(days=31)) == {"refused": 1}
    assert erased_after(timedelta(days=400)) == {"contact": 1}
    kept = {c.person: c.phone for c in Contact.objects.all()}
    assert kept[over.fraud_case.person] == "" and kept[still.fraud_case.person] != ""
    assert not Reject.objects.exists() and Warning.objects.count() == 2
    told = Entry.objects.filter(event="retention.erased").order_by("id")
    assert [e.data["class"] for e in told] == ["fraud.keep.refused", "fraud.keep.contact"]


def test_who_was_warned_cannot_be_told_after_two_years_and_figures_stay(county: County) -> None:
    start, long_ago = now() - 3 * YEARS, now() - 3 * YEARS + timedelta(days=1)
    with held_at(long_ago):
        more = {"age": 71, "words": "对方自称客服", "occurred_at": long_ago.isoformat()}
        matter = warned(county, **more)
        for step in ("sign", "reach", "feed_back", "revisit"):
            actions.perform(county.dispatcher, matter.pk, step, data=DATA.get(step))
    recent = warned(county)
    before, person = counted(county, start), Case.objects.get(pk=matter.pk).person
    assert erased_after(timedelta()) == {"contact": 1, "warning": 1}
    assert retention.erase_due()["fraud.keep.warning"] == 0  # once
    case = Case.objects.get(pk=matter.pk)
    assert case.person != person and not Contact.objects.filter(person=person).exists()
    (one,) = queries.warnings_of(matter.pk)  # still known as this case's
    assert (one.person, one.words, one.age) == (case.person, "", None)
    assert Window.objects.get(matter=matter).person == case.person
    assert Matter.objects.get(pk=matter.pk).lon is None
    assert counted(county, start) == before
    assert Contact.objects.get().person == recent.fraud_case.person


def test_the_database_keeps_a_warning_as_it_came_for_ninety_days(county: County) -> None:
    warned(county)
    forget = "UPDATE fraud_warning SET person = gen_random_uuid(), words = '', age = NULL"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(forget)


def test_accounts_victims_and_messages_end_and_sums_stay(county: County) -> None:
    entered_bank(county)
    lifted = led(county, asked(county, 1), ("approve", "execute", "appeal"), 1)
    led(county, lifted, ("lift", "confirm_lift"), 1)
    freeze = frozen(county, 2)
    paid = restitution.propose(county.dispatcher, freeze.pk, losses())
    led(county, paid, ("announce", "notice_over", "authorise", "pay_share", "pay_share"))
    text = Message.objects.create(
        matter=warned(county), key="0" * 32, reference=1, template="rebate", phone="138",
        text="您好", state="delivered", made_at=now(),
    )  # fmt: skip
    before = money.totals(county.dispatcher)
    done = erased_after(6 * YEARS)
    assert (done["message"], done["measure"], done["claim"]) == (1, 1, 2)
    row = Measure.objects.get(pk=lifted.pk)
    assert row.holder == "" and TYPED["account"][:8] not in row.account.number
    assert Appeal.objects.get().words == ""
    assert set(Claim.objects.values_list("victim", "account")) == {("", "")}
    text.refresh_from_db()
    assert (text.phone, text.text, text.state) == ("", "", "delivered")
    still = Measure.objects.get(pk=freeze.pk)  # in force: nothing of it ends
    assert still.holder == TYPED["holder"]
    assert Account.objects.get(pk=still.account_id).number.isdigit()
    assert money.totals(county.dispatcher) == before


def test_a_source_s_rows_end_whether_or_not_somebody_dealt_with_them(county: County) -> None:
    feed(county)
    actions.receive(system(), "telecom-a", [warning(type="a"), warning(type="b")])
    actions.close_reject(county.dispatcher, Reject.objects.earliest("id").pk, "重复发送")
    assert erased_after(timedelta(days=31)) == {"refused": 2}
