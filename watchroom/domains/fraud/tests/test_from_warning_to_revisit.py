"""A warning comes in, somebody is reached, dissuaded and revisited."""

from datetime import timedelta
from typing import Any

import pytest

from tests.people import County
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.domains.fraud import actions, queries
from watchroom.domains.fraud.flow import CASE
from watchroom.domains.fraud.models import Case, Reject, Warning, Window
from watchroom.domains.fraud.tests.samples import DATA, feed, live, warned, warning
from watchroom.kernel.access import system
from watchroom.kernel.models import Deadline, Entry, Matter

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


def sent(county: County, *rows: dict[str, Any]) -> actions.Receipt:
    feed(county)
    done = actions.receive(system(), "telecom-a", rows)
    actions.open_waiting()
    return done


def ago(minutes: float) -> str:
    return (now() - timedelta(minutes=minutes)).isoformat()


def test_somebody_is_called_dissuaded_and_revisited(county: County) -> None:
    matter = live(county, ("sign", "message", "call", "reach", "feed_back", "revisit"))
    assert matter.state == "closed"
    case = Case.objects.get(pk=matter.pk)
    assert (case.outcome, case.saved_fen, case.evidence) == ("dissuaded", 1_200_000, "C")
    assert not case.open and case.reached_at is not None
    assert not Deadline.objects.filter(matter=matter, state="running").exists()


def test_the_same_warning_again_changes_nothing(county: County) -> None:
    row = warning()
    assert sent(county, row, row).accepted == 1
    again = sent(county, row)
    assert (again.accepted, again.repeated, Warning.objects.count()) == (0, 1, 1)
    assert Matter.objects.filter(kind=CASE.kind).count() == 1


def test_warnings_of_one_person_and_type_are_one_case(county: County) -> None:
    sent(county, warning(phone=PHONE, occurred_at=ago(40)), warning(phone=PHONE))
    sent(county, warning(phone=PHONE, occurred_at=ago(20)), warning(phone=PHONE, type="loan"))
    cases = {c.type_code: c.warnings for c in Case.objects.all()}
    assert cases == {"rebate": 3, "loan": 1}
    assert Window.objects.filter(type_code="rebate").count() == 1  # the late one bridged two


def test_the_level_only_rises_and_each_limit_is_kept(county: County) -> None:
    matter = warned(county, phone=PHONE)
    assert matter.priority == 4
    sent(county, warning(phone=PHONE, score=95), warning(phone=PHONE, score=10))
    matter.refresh_from_db()
    assert matter.priority == 2
    clocks = set(Deadline.objects.filter(matter=matter).values_list("clock", flat=True))
    assert {"reach", "reach_high"} <= clocks
    sent(county, warning(phone=PHONE, score=5))
    matter.refresh_from_db()
    assert matter.priority == 2
    actions.perform(county.dispatcher, matter.pk, "sign")
    with pytest.raises(Refusal):
        actions.perform(county.dispatcher, matter.pk, "assess", data={"level": "1"})


def test_a_bad_row_is_kept_with_its_sentence_and_the_others_go_on(county: County) -> None:
    rows = [warning(), warning(type="nonsense"), warning(phone=""), warning(occurred_at="gestern")]
    done = sent(county, *rows)
    assert (done.accepted, done.repeated, len(done.refused)) == (1, 0, 3)
    assert done.accepted + done.repeated + len(done.refused) == len(rows)
    kept = set(Reject.objects.values_list("source_id", flat=True))
    assert kept == {row["source_id"] for row in rows[1:]}


def test_after_the_end_a_new_warning_opens_a_new_case_that_follows(county: County) -> None:
    matter = warned(county, phone=PHONE, occurred_at=ago(10))
    for step in ("sign", "dismiss"):
        actions.perform(county.dispatcher, matter.pk, step, data=DATA.get(step), reason="误报")
    sent(county, warning(phone=PHONE, occurred_at=now().isoformat()))
    newest = Case.objects.latest("matter_id")
    assert newest.pk != matter.pk and newest.follows_id == matter.pk


def test_who_is_warned_of_again_after_dissuasion_is_back_on_the_desk(county: County) -> None:
    matter = live(county, ("sign", "reach", "feed_back"))
    case = Case.objects.get(pk=matter.pk)
    contact = queries.contact_of(case)
    assert contact is not None
    sent(county, warning(phone=contact.phone, occurred_at=now().isoformat()))
    matter.refresh_from_db()
    assert matter.state == "in_hand"


def test_a_warning_taken_back_before_it_came_opens_nothing(county: County) -> None:
    feed(county)
    row = warning()
    assert actions.take_back(system(), "telecom-a", [row["source_id"]]) == 1
    sent(county, row)
    assert Warning.objects.count() == 1 and not Window.objects.exists()


def test_taken_back_while_somebody_works_on_it_a_person_decides(county: County) -> None:
    row = warning()
    sent(county, row)
    matter = Matter.objects.get(kind=CASE.kind)
    actions.perform(county.dispatcher, matter.pk, "sign")
    actions.take_back(system(), "telecom-a", [row["source_id"]], reason="误发")
    matter.refresh_from_db()
    assert matter.state == "in_hand"
    assert Entry.objects.filter(matter=matter, event="fraud.case.upstream_withdrew").exists()


def test_nobody_ends_as_not_found_before_everything_was_tried(county: County) -> None:
    matter = warned(county)
    actions.perform(county.dispatcher, matter.pk, "sign")
    lost = {"because": "cannot_be_found"}
    with pytest.raises(Refusal):
        actions.perform(county.dispatcher, matter.pk, "dismiss", data=lost, reason="x")
    for step in ("message", "call", "ask_visit", "not_met"):
        actions.perform(county.dispatcher, matter.pk, step, data=DATA.get(step))
    done = actions.perform(county.dispatcher, matter.pk, "dismiss", data=lost, reason="x")
    assert done.state == "closed"


def test_a_sum_needs_evidence_and_a_loss_its_sum(county: County) -> None:
    matter = live(county, ("sign", "reach"))
    for said in (
        {"outcome": "dissuaded", "evidence": "none", "saved": 100},
        {"outcome": "lost", "evidence": "C"},
        {"outcome": "dissuaded", "evidence": "C", "saved": 0.001},
    ):
        with pytest.raises(Refusal):
            actions.perform(county.dispatcher, matter.pk, "feed_back", data=said)


def test_a_machine_dissuades_nobody_and_sends_nobody(county: County) -> None:
    matter = warned(county)
    actions.perform(county.dispatcher, matter.pk, "sign")
    for step in ("ask_visit", "reach", "dismiss"):
        with pytest.raises(Refusal):
            actions.perform(system(), matter.pk, step, data=DATA[step], reason="x")
