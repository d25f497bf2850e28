"""More time for a clock: one person asks, another decides, the clock explains itself."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.toy import Town
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Conflict, Refusal
from watchroom.kernel import access, acts, extensions
from watchroom.kernel.models import Agency, Deadline, Entry, Extension, Matter, Post, Role, Staff
from watchroom.law import limits

REASON = "涉及三个省份，账目尚未调齐"


def sign_in(town: Town, who: str) -> Client:
    client = Client()
    client.force_login(town.staff[who])
    return client


@pytest.fixture
def matter(town: Town) -> Matter:
    made = town.open()
    return acts.take(town.actor("officer"), made.pk, "start")


def clock(matter: Matter) -> Deadline:
    return Deadline.objects.get(matter=matter, clock="decide")


def asked(town: Town, matter: Matter, who: str = "officer", rung: str = "county") -> Extension:
    return extensions.ask(town.actor(who), matter.pk, "decide", rung, reason=REASON)


def appoint(town: Town, name: str, agency: Agency) -> None:
    """Somebody who may approve, from this agency."""
    staff = Staff.objects.create_user(name, None, name=name, agency=agency)
    Post.objects.create(staff=staff, role=Role.objects.get(key="chief"), agency=agency)
    town.staff[name] = staff


def test_asked_on_the_page_granted_from_the_list_and_explained(town: Town, matter: Matter) -> None:
    before = clock(matter).due_at
    officer, chief = sign_in(town, "officer"), sign_in(town, "chief")
    page = officer.get(f"/m/{matter.number}/").text
    assert "延至共30日" in page
    assert "县级以上公安机关负责人" in page
    address = f"/m/{matter.number}/clocks/decide/extension/"
    answer = officer.post(address, {"rung": "county", "reason": REASON}, follow=True)
    assert "待批准" in answer.text
    assert clock(matter).due_at == before

    listed = chief.get("/approvals/").text
    assert matter.number in listed
    assert REASON in listed
    decide = re.search(r"/extensions/\d+/grant/", listed)
    assert decide
    sent = {"answer": "同意", "from": "approvals"}
    assert chief.post(decide.group(), sent, follow=True).status_code == 200
    assert matter.number not in chief.get("/approvals/").text

    row = clock(matter)
    assert before and row.due_at and row.due_at - before >= timedelta(days=22)
    page = officer.get(f"/m/{matter.number}/").text
    assert "由周局批准" in page
    assert REASON in page
    events = Entry.objects.filter(matter=matter).order_by("id").values_list("event", "actor_name")
    assert list(events)[-2:] == [
        ("toy.thing.extension_asked", "李明"),
        ("toy.thing.extended", "周局"),
    ]
    matter.refresh_from_db()
    answer_clock = Deadline.objects.get(matter=matter, clock="answer")
    assert matter.due_at == min(row.due_at, answer_clock.due_at or row.due_at)


def test_nobody_grants_what_they_asked_for_themselves(town: Town, matter: Matter) -> None:
    request = asked(town, matter, "chief")
    chief = sign_in(town, "chief")
    assert matter.number not in chief.get("/approvals/").text
    assert f"/extensions/{request.pk}/grant/" not in chief.get(f"/m/{matter.number}/").text
    answer = chief.post(f"/extensions/{request.pk}/grant/", {"answer": "同意自己"})
    assert answer.status_code == 403
    assert "须由另一人决定" in answer.text
    assert "同意自己" in answer.text
    granted = {"state": "granted", "decided_by": town.staff["chief"]}
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.filter(pk=request.pk).update(**granted)
    assert Extension.objects.get(pk=request.pk).state == "asked"


def test_a_colleague_may_ask_and_not_decide(town: Town, matter: Matter) -> None:
    request = asked(town, matter)
    colleague = sign_in(town, "colleague")
    assert "待批准" in colleague.get(f"/m/{matter.number}/").text
    assert colleague.post(f"/extensions/{request.pk}/grant/").status_code == 403
    assert colleague.post(f"/extensions/{request.pk}/withdraw/").status_code == 403
    assert colleague.get("/approvals/").status_code == 403


@pytest.mark.parametrize("what", ["grant", "refuse", "withdraw"])
def test_a_stranger_finds_neither_the_clock_nor_the_request(
    town: Town, matter: Matter, what: str
) -> None:
    request = asked(town, matter)
    stranger = sign_in(town, "stranger")
    for sent in ({"answer": "x"}, {"answer": "x", "occurred_at": "nonsense"}):
        there = stranger.post(f"/extensions/{request.pk}/{what}/", sent)
        absent = stranger.post(f"/extensions/{2**40}/{what}/", sent)
        assert there.status_code == absent.status_code == 404
    address = f"/m/{matter.number}/clocks/decide/extension/"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, {"rung": "county", "reason": "x"}).status_code == 404


def test_the_ladder_says_from_where_it_is_decided(town: Town, matter: Matter) -> None:
    """A station's chief is not the head of a county; the city's is, and of the city as well."""
    appoint(town, "stationmaster", town.east)
    request = asked(town, matter)
    with pytest.raises(Refusal, match="县级以上公安机关负责人"):
        extensions.grant(town.actor("stationmaster"), request.pk)
    assert extensions.waiting_for(town.actor("stationmaster")) == []
    extensions.grant(town.actor("chief"), request.pk)
    second = asked(town, matter, rung="city")
    assert [one.pk for one in extensions.waiting_for(town.actor("chief"))] == [second.pk]


@pytest.mark.parametrize(
    ("agency", "seat", "found"),
    [
        ("E", "here", "E"),
        ("E", "county", "C"),
        ("E", "city", "C"),
        ("E", "upper", "C"),
        ("C", "upper", "P"),
        ("P", "upper", None),
        ("P", "county", "P"),
        ("E", "outside", None),
    ],
)
def test_a_seat_is_an_agency_of_the_matters_line(
    town: Town, agency: str, seat: str, found: str | None
) -> None:
    answer = extensions.seat(Agency.objects.get(code=agency), seat)
    assert (answer and answer.code) == found


def test_what_is_decided_elsewhere_is_entered_with_who_decided(town: Town, matter: Matter) -> None:
    rule = next(r for r in limits.rules() if r.extensions and r.extensions[0].seat == "outside")
    Deadline.objects.filter(matter=matter, clock="decide").update(rule=rule.id)
    request = asked(town, matter, rung=rule.extensions[0].key)
    with pytest.raises(Refusal, match="请写明由谁批准"):
        extensions.grant(town.actor("chief"), request.pk)
    extensions.grant(town.actor("chief"), request.pk, by="省检察院 检延〔2026〕7号")
    page = sign_in(town, "officer").get(f"/m/{matter.number}/").text
    assert "检延〔2026〕7号" in page


def test_refusing_needs_a_reason_and_leaves_the_clock(town: Town, matter: Matter) -> None:
    request, before = asked(town, matter), clock(matter).due_at
    chief = sign_in(town, "chief")
    assert chief.post(f"/extensions/{request.pk}/refuse/", {"answer": " "}).status_code == 422
    chief.post(f"/extensions/{request.pk}/refuse/", {"answer": "材料不足"})
    assert clock(matter).due_at == before
    assert "材料不足" in sign_in(town, "officer").get(f"/m/{matter.number}/").text
    asked(town, matter)  # and may be asked for again


def test_whoever_asked_can_withdraw(town: Town, matter: Matter) -> None:
    request = asked(town, matter)
    sign_in(town, "officer").post(f"/extensions/{request.pk}/withdraw/")
    assert Extension.objects.get(pk=request.pk).state == "withdrawn"
    answer = sign_in(town, "chief").post(f"/extensions/{request.pk}/grant/")
    assert answer.status_code == 409
    assert "李明" in answer.text


def test_one_request_at_a_time_and_only_what_the_ladder_offers(town: Town, matter: Matter) -> None:
    with pytest.raises(Refusal, match="不能直接"):
        asked(town, matter, rung="city")
    with pytest.raises(Refusal, match="请写明理由"):
        extensions.ask(town.actor("officer"), matter.pk, "decide", "county", reason=" ")
    asked(town, matter)
    with pytest.raises(Conflict, match="已有人申请"):
        asked(town, matter, "colleague")


def test_pressing_twice_asks_once(town: Town, matter: Matter) -> None:
    sent = {
        "rung": "county",
        "reason": REASON,
        "act_id": "0190c0de-0000-7000-8000-000000000001",
    }
    officer, address = sign_in(town, "officer"), f"/m/{matter.number}/clocks/decide/extension/"
    assert [officer.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert Extension.objects.count() == 1


def test_a_clock_that_has_run_out_cannot_be_extended(town: Town, matter: Matter) -> None:
    request = asked(town, matter)
    with held_at(now() + timedelta(days=20)):
        with pytest.raises(Refusal, match="届满"):
            extensions.grant(town.actor("chief"), request.pk)
        assert extensions.on_offer(clock(matter)) == ()
        extensions.refuse(town.actor("chief"), request.pk, answer="已届满")


def test_a_clock_that_stopped_meanwhile_needs_no_decision(town: Town, matter: Matter) -> None:
    request = asked(town, matter)
    acts.take(town.actor("officer"), matter.pk, "finish", data={"outcome": "已立案"})
    assert extensions.waiting_for(town.actor("chief")) == []
    with pytest.raises(Conflict, match="已经停止"):
        extensions.grant(town.actor("chief"), request.pk)


def test_a_machine_neither_asks_nor_decides(town: Town, matter: Matter) -> None:
    machine = access.Actor("机器", town.city.pk, town.actor("chief").grants, token_id=1)
    with pytest.raises(Refusal, match="由人申请"):
        extensions.ask(machine, matter.pk, "decide", "county", reason=REASON)
    request = asked(town, matter)
    with pytest.raises(Refusal, match="由人申请"):
        extensions.grant(machine, request.pk)


def test_the_whole_is_said_in_english(town: Town, matter: Matter) -> None:
    asked(town, matter)
    chief = sign_in(town, "chief")
    chief.cookies["django_language"] = "en"
    page = chief.get("/approvals/").text
    assert "Requests for more time" in page
    assert "Time to decide" in page
    assert "待批准" not in page
