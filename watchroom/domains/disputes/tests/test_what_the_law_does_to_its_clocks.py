"""Mediation, its failure, and what the law then does to the clocks."""

from datetime import timedelta

import pytest

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.domains.disputes import actions, rules
from watchroom.domains.disputes.tests.samples import AGREED, DATA, MEDIATED, live
from watchroom.kernel import clocks
from watchroom.kernel.models import Deadline, Matter
from watchroom.law import limits

pytestmark = pytest.mark.django_db


def running(matter: Matter) -> dict[str, str]:
    rows = Deadline.objects.filter(matter=matter, state="running")
    return dict(rows.values_list("clock", "rule"))


def take(county: County, matter: Matter, step: str, **more: object) -> Matter:
    given = {"data": DATA.get(step), "reason": "样例理由", **more}
    return actions.perform(county.act("community"), matter.pk, step, **given)


def test_people_s_mediation_has_about_a_month_and_a_court_thirty_days(county: County) -> None:
    matter = live(county, ("assign",))
    assert running(matter)["mediate"] == "I01"
    agreed = live(county, AGREED, place="")
    clock = Deadline.objects.get(matter=agreed, clock="confirm")
    assert clock.due_at is not None
    assert timedelta(days=30) < clock.due_at - clock.started_at <= timedelta(days=40)
    take(county, agreed, "confirm")
    assert "confirm" not in running(agreed)


def test_officers_alone_mediate_by_our_own_limit_and_no_court_confirms_it(county: County) -> None:
    matter = live(county, ())
    officer = {"officers": [str(county.staff["community"].pk)]}
    take(county, matter, "assign", data=officer)
    assert running(matter)["mediate"] == "disputes.mediate"
    take(county, matter, "hold_session")
    take(county, matter, "draft", data={"terms": "互相道歉", "oral": True})
    take(county, matter, "agree")
    assert "confirm" not in running(matter)
    with pytest.raises(Refusal, match="书面协议"):
        take(county, matter, "confirm")


def test_a_failed_mediation_starts_the_case_clock_afresh(county: County) -> None:
    start = now() - timedelta(days=20)
    with held_at(start):
        matter = live(county, ("assign",))
        take(county, matter, "file_case")
        assert running(matter) == {"first_session": "disputes.first_session.R3", "case": "C02"}
        take(county, matter, "hold_session")
    before = Deadline.objects.get(matter=matter, clock="case")
    failed = now()
    with held_at(failed):
        take(county, matter, "no_agreement")
    after = Deadline.objects.get(matter=matter, clock="case")
    assert before.due_at == limits.due("C02", start).at
    assert after.due_at == limits.due("C05", failed).at, "a restart, not a pause"
    assert "调解" in clocks.due(after).explain("zh")
    assert running(matter)["second"] == "C06"
    second = Deadline.objects.get(matter=matter, clock="second")
    assert second.due_at == limits.due("C06", failed).at


def test_a_public_order_case_is_mediated_twice_and_never_a_third_time(county: County) -> None:
    matter = live(county, ("assign",))
    for step in ("file_case", "hold_session", "no_agreement", "mediate_again"):
        take(county, matter, step)
    assert running(matter)["second"] == "C06", "it runs until the second one is over"
    assert "mediate" not in running(matter)
    take(county, matter, "no_agreement")
    assert "second" not in running(matter)
    with pytest.raises(Refusal, match="只可再调解一次"):
        take(county, matter, "mediate_again")
    assert take(county, matter, "to_case").state == "case"
    assert running(matter) == {}


def test_an_agreement_not_performed_starts_the_case_clock_afresh_too(county: County) -> None:
    with held_at(now() - timedelta(days=10)):
        matter = live(county, ("assign",))
        for step in ("file_case", "hold_session"):
            take(county, matter, step)
        take(county, matter, "draft", data={"terms": "赔偿300元", "oral": True})
        take(county, matter, "agree")
    assert set(running(matter)) == {"performance", "case"}
    take(county, matter, "not_performed")
    case = Deadline.objects.get(matter=matter, clock="case")
    assert case.due_at is not None
    assert case.due_at > now() + timedelta(days=29)


def test_a_civil_quarrel_is_mediated_again_as_often_as_both_want(county: County) -> None:
    matter = live(county, MEDIATED)
    for _ in range(3):
        take(county, matter, "no_agreement")
        assert set(running(matter)) == {"follow_on"}
        assert take(county, matter, "mediate_again").state == "mediating"
    assert running(matter) == {"mediate": "I01"}


def test_visits_come_sooner_the_higher_the_risk_and_must_be_calm_in_a_row(county: County) -> None:
    matter = live(county, (*AGREED, "perform"), factors=["violence", "threats"])
    assert matter.priority == 1
    assert running(matter)["visit"] == "disputes.visit.R1"
    tense = {"visit_result": "tense", "visit_words": "仍在争吵"}
    for said in (DATA["visit"], tense, DATA["visit"], DATA["visit"]):
        take(county, matter, "visit", data=said)
    with pytest.raises(Refusal, match="还须 1 次"):
        actions.perform(county.chief, matter.pk, "settle")
    take(county, matter, "visit")
    assert actions.perform(county.chief, matter.pk, "settle").state == "settled"
    assert rules.VISITS == {1: 3, 2: 2, 3: 1}


def test_an_agreement_is_not_to_be_performed_in_the_past(county: County) -> None:
    matter = live(county, MEDIATED)
    with pytest.raises(Refusal, match="不能早于今天"):
        take(county, matter, "draft", data={"terms": "道歉", "perform_by": "2020-01-01"})
