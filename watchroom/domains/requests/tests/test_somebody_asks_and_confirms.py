"""The weekly loop: asked, taken by a named person, answered within the week, confirmed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import County
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.domains.requests import actions, queries, rules
from watchroom.domains.requests.tests.samples import DATA, live, worry
from watchroom.kernel import access, search, sweep
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Entry, Involvement, Matter

pytestmark = pytest.mark.django_db


def signed_in(county: County, name: str) -> Client:
    browser = Client()
    browser.force_login(county.staff[name])
    return browser


def test_a_worry_is_taken_answered_and_confirmed_by_a_call_back(county: County) -> None:
    matter = worry(county)
    assert matter.due_at is not None
    chief = county.staff["chief"].pk
    assert actions.perform(county.chief, matter.pk, "take").owner_id == chief
    actions.perform(county.chief, matter.pk, "answer", data=DATA["answer"])
    done = actions.perform(county.leader, matter.pk, "confirm", data={"how": "phone"})
    assert done.state == "confirmed"
    request = queries.request_of(county.chief, matter.pk)
    assert [row.words for row in queries.answers(request)] == ["路灯已报修，周五前修好"]


def test_the_trail_says_that_there_is_an_answer_and_not_what_it_is(county: County) -> None:
    matter = live(county, ("take", "answer"))
    entry = Entry.objects.get(matter=matter, event="requests.request.answer")
    assert entry.data["answer"] is True


def test_whoever_answered_does_not_confirm_for_the_public(county: County) -> None:
    matter = live(county, ("take", "answer"))
    with pytest.raises(Refusal):
        actions.perform(county.chief, matter.pk, "confirm", data={"how": "phone"})


def test_an_answer_that_solves_nothing_goes_back_with_its_clock(county: County) -> None:
    matter = live(county, ("take", "answer"))
    with pytest.raises(Refusal):
        actions.perform(county.leader, matter.pk, "send_back")
    back = actions.perform(county.leader, matter.pk, "send_back", reason="灯还没亮")
    assert back.state == "taken"
    actions.perform(county.chief, matter.pk, "answer", data={"answer": "今天已修好"})
    request = queries.request_of(county.chief, matter.pk)
    assert [row.words for row in queries.answers(request)][-1] == "今天已修好"


def test_a_refusal_needs_a_reason_and_an_empty_answer_is_none(county: County) -> None:
    matter = worry(county)
    with pytest.raises(Refusal):
        actions.perform(county.chief, matter.pk, "refuse")
    actions.perform(county.chief, matter.pk, "take")
    with pytest.raises(Refusal):
        actions.perform(county.chief, matter.pk, "answer", data={"answer": ""})


def test_the_chief_gives_it_to_a_named_officer_who_then_sees_it(county: County) -> None:
    matter = worry(county)
    officer = county.staff["officer"]
    with pytest.raises(NotFound):
        actions.perform(county.officer, matter.pk, "take")
    taken = actions.perform(county.chief, matter.pk, "take", data={"by": str(officer.pk)})
    assert taken.owner_id == officer.pk
    assert actions.perform(county.officer, matter.pk, "answer", data=DATA["answer"]).owner
    with pytest.raises(NotFound):
        actions.perform(county.colleague, matter.pk, "refuse", reason="x")


def test_it_is_not_given_to_somebody_of_another_station(county: County) -> None:
    matter = worry(county)
    for name in ("westerner", "stranger"):
        with pytest.raises(Refusal):
            by = {"by": str(county.staff[name].pk)}
            actions.perform(county.chief, matter.pk, "take", data=by)


def test_passed_on_the_one_before_no_longer_sees_it(county: County) -> None:
    matter = worry(county)
    officer, colleague = county.staff["officer"], county.staff["colleague"]
    actions.perform(county.chief, matter.pk, "take", data={"by": str(officer.pk)})
    to = {"to": str(colleague.pk)}
    passed = actions.perform(county.officer, matter.pk, "pass_on", data=to, reason="值夜班")
    assert passed.owner_id == colleague.pk
    assert not access.visible(county.officer).filter(pk=matter.pk).exists()
    assert access.visible(county.colleague).filter(pk=matter.pk).exists()


def test_the_officer_of_the_beat_sees_a_worry_from_there(county: County) -> None:
    matter = worry(county, beat_id=county.beats["east"].pk)
    assert access.visible(county.act("community")).filter(pk=matter.pk).exists()
    assert search.matters(county.act("community"), "路灯").matters == [matter]
    assert not access.visible(county.officer).filter(pk=matter.pk).exists()
    assert not search.matters(county.officer, "路灯").matters


@pytest.mark.parametrize("name", ["westerner", "colleague_elsewhere", "stranger"])
def test_another_station_another_county_and_a_stranger_find_nothing(
    county: County, name: str
) -> None:
    matter = worry(county)
    with pytest.raises(NotFound):
        actions.perform(county.act(name), matter.pk, "withdraw", reason="x")
    assert not access.visible(county.act(name)).filter(pk=matter.pk).exists()


def test_a_legal_question_goes_to_the_bureau_and_only_its_asker_confirms(county: County) -> None:
    asked = actions.ask(county.officer, "调解不成的治安案件怎么处罚", sort="law")
    assert asked.agency_id == county.bureau.pk
    actions.perform(county.leader, asked.pk, "take")
    actions.perform(county.leader, asked.pk, "answer", data={"answer": "依法作出决定"})
    other = access.on_account_of(county.act("chief"), "requests.view")
    for who in (county.leader, other):
        with pytest.raises(Refusal):
            actions.perform(who, asked.pk, "confirm", data={"how": "asker"})
    done = actions.perform(county.officer, asked.pk, "confirm", data={"how": "asker"})
    assert done.state == "confirmed"


def test_a_hardship_is_seen_by_the_chosen_and_by_nobody_else(county: County) -> None:
    chief = county.staff["chief"]
    asked = actions.ask(county.officer, "孩子入学", sort="hardship", to=[chief.pk])
    assert asked.sealed
    for name in ("leader", "dispatcher", "auditor", "admin", "colleague", "stranger"):
        assert not access.visible(county.act(name)).filter(pk=asked.pk).exists(), name
        with pytest.raises(NotFound):
            actions.perform(county.act(name), asked.pk, "take")
    actions.perform(county.chief, asked.pk, "take")
    with pytest.raises(Refusal):
        to = {"to": str(county.staff["leader"].pk)}
        actions.perform(county.chief, asked.pk, "pass_on", data=to, reason="x")
    actions.perform(county.chief, asked.pk, "answer", data={"answer": "已联系学校"})
    assert actions.perform(county.officer, asked.pk, "confirm", data={"how": "asker"}).closed_at


def test_a_hardship_needs_somebody_to_see_it_and_only_people_who_answer(county: County) -> None:
    for to in ([], [county.staff["colleague"].pk], [county.staff["officer"].pk]):
        with pytest.raises(Refusal):
            actions.ask(county.officer, "孩子入学", sort="hardship", to=to)


def test_the_clock_of_a_hardship_tells_no_superior(county: County) -> None:
    chief = county.staff["chief"]
    quiet = actions.ask(county.officer, "孩子入学", sort="hardship", to=[chief.pk])
    loud = worry(county)
    with held_at(now() + timedelta(days=2)):
        sweep.raise_overdue()
        for entry in Entry.objects.filter(event="requests.request.overdue"):
            _react(entry)
    told = Involvement.objects.filter(role="leader")
    assert set(told.values_list("matter_id", flat=True)) == {loud.pk}
    assert Entry.objects.filter(matter=quiet, event="requests.request.escalated").count() == 0


def _react(entry: Entry) -> None:
    from watchroom.domains.requests import jobs

    jobs.request_overdue(entry)
    jobs.request_overdue(entry)  # a job that runs twice says it once


def test_a_number_of_a_citizen_is_kept_out_of_what_many_read(county: County) -> None:
    for words in ("张先生 13912345678 反映", "证件 11010119900307771X"):
        with pytest.raises(Refusal):
            actions.ask(county.chief, "路灯坏了", sort="worry", words=words)


def test_what_does_not_fit_is_refused_with_a_sentence_and_what_just_fits_is_kept(
    county: County,
) -> None:
    for name, (title, most) in rules.LONGEST.items():
        said = {"title": "路灯坏了", "sort": "firm", name: "路" * (most + 1)}
        with pytest.raises(Refusal, match=title.zh):
            actions.ask(county.chief, **said)
        actions.ask(county.chief, **said | {name: "路" * most})


def test_who_asked_is_masked_until_somebody_says_what_for(county: County) -> None:
    matter = worry(county)
    page = signed_in(county, "chief").get(reverse("matter", args=[matter.number])).content.decode()
    assert "王**" in page
    assert "13900000001" not in page
    assert "王小明" not in page


@pytest.mark.parametrize("sort", list(rules.SORTS))
def test_it_is_asked_on_the_page(county: County, sort: str) -> None:
    browser = signed_in(county, "chief")
    assert browser.get(f"/requests/new/?sort={sort}").status_code == 200
    said: dict[str, Any] = {"sort": sort, "title": "巷口没有路灯", "channel": "window"}
    said["to"] = str(county.staff["leader"].pk)
    answer = browser.post("/requests/new/", said)
    assert answer.status_code == 302
    made = Matter.objects.get(kind="requests.request")
    assert made.requests_request.sort == sort
    assert made.number in answer["Location"]


def test_a_refused_form_keeps_what_was_typed(county: County) -> None:
    said = {"sort": "worry", "title": "13912345678 说路灯坏了", "channel": "phone"}
    answer = signed_in(county, "chief").post("/requests/new/", said)
    assert answer.status_code == 422
    assert "13912345678 说路灯坏了" in answer.content.decode()
    assert not Matter.objects.filter(kind="requests.request").exists()


def test_a_form_sent_twice_asks_once(county: County) -> None:
    browser = signed_in(county, "chief")
    said = {"sort": "worry", "title": "路灯坏了", "channel": "phone"}
    said["act_id"] = "0190f0a0-0000-7000-8000-000000000001"
    assert browser.post("/requests/new/", said).status_code == 302
    assert browser.post("/requests/new/", said).status_code == 302
    assert Matter.objects.filter(kind="requests.request").count() == 1
