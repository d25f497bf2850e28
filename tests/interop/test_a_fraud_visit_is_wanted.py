"""Who cannot be called is visited by the nearest community officer; danger is an incident."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.people import CLASSES, County
from watchroom.domains.dispatch import actions as dispatch
from watchroom.domains.dispatch import jobs as dispatch_jobs
from watchroom.domains.fraud import actions, jobs
from watchroom.domains.fraud.tests.samples import live
from watchroom.kernel import access
from watchroom.kernel.models import Entry, Link, Matter, Unit

pytestmark = pytest.mark.django_db


def entry_of(matter: Matter, event: str) -> Entry:
    return Entry.objects.filter(matter=matter, event=event).latest("id")


def test_the_nearest_community_officer_is_sent_and_sees_the_case(county: County) -> None:
    with_fraud = CLASSES.replace("T1", "T2") + "T2,0701,07,刷单诈骗,Rebate,fraud,2,,,刷单 诈骗,\n"
    dispatch.import_classes(access.system(), with_fraud.splitlines())
    Unit.objects.filter(code__in=("F01", "F02")).update(kind="community")
    matter = live(county, ("sign", "locate", "ask_visit"))
    asked = entry_of(matter, "fraud.case.ask_visit")
    for _ in range(2):  # a job may run again after a crash
        dispatch_jobs.help_wanted(asked)
    incident = Link.objects.get(source=matter, kind="cause").target
    assignment = Matter.objects.get(parent=incident, kind="dispatch.assignment")
    assert assignment.dispatch_assignment.unit.code == "F01"
    officer = county.act("community")
    assert not access.visible(officer).filter(pk=matter.pk).exists()
    for _ in range(2):
        jobs.unit_sent(entry_of(assignment, "dispatch.assignment.send"))
    assert access.visible(officer).filter(pk=matter.pk).exists()
    assert Entry.objects.filter(matter=matter, event="fraud.case.visit_sent").count() == 1
    phone = Client()
    phone.force_login(county.staff["community"])
    assert matter.number in phone.get("/phone/").text
    pressed: dict[str, dict[str, str]] = {
        "arrive": {},
        "reach": {"how": "visit", "verified": "seen"},
        "feed_back": {"outcome": "dissuaded", "evidence": "C", "saved": "300"},
    }
    for step, said in pressed.items():
        sent = {**said, "act_id": str(uuid4())}
        for _ in range(2 if step == "arrive" else 1):  # an answer lost on the way
            answer = phone.post(f"/phone/act/{matter.pk}/{step}/", sent)
            assert answer.json()["state"] == "done", answer.content
        assert phone.get("/phone/").status_code == 200
    matter.refresh_from_db()
    assert matter.state == "tracing"
    late = phone.post(f"/phone/act/{matter.pk}/dismiss/", {"act_id": str(uuid4())}).json()
    assert late["state"] == "conflict"
    matter.refresh_from_db()
    assert matter.state == "tracing"


def test_nobody_free_the_visit_waits_on_the_board(county: County) -> None:
    matter = live(county, ("sign", "ask_visit"))
    dispatch_jobs.help_wanted(entry_of(matter, "fraud.case.ask_visit"))
    incident = Link.objects.get(source=matter, kind="cause").target
    assert incident.closed_at is None
    assert not Matter.objects.filter(parent=incident).exists()


def test_danger_at_the_door_is_an_incident(county: County) -> None:
    matter = live(county, ("sign", "ask_visit"))
    actions.perform(
        county.dispatcher,
        matter.pk,
        "not_met",
        data={"visit_result": "danger", "words": "有人喊叫"},
    )
    dispatch_jobs.help_wanted(entry_of(matter, "fraud.case.escalate"))
    incident = Link.objects.get(source=matter, kind="cause").target
    assert incident.kind == "dispatch.incident"
    matter.refresh_from_db()
    assert matter.state == "in_hand"
