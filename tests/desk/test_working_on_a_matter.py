"""One matter on one page: seeing it, taking steps, being overtaken, writing notes."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.toy import Town
from watchroom.base.clock import held_at, local, now
from watchroom.kernel import acts
from watchroom.kernel.models import Entry, Matter


def sign_in(town: Town, who: str) -> Client:
    client = Client()
    client.force_login(town.staff[who])
    return client


@pytest.fixture
def officer(town: Town) -> Client:
    return sign_in(town, "officer")


@pytest.mark.parametrize(
    ("who", "status"),
    [("officer", 200), ("colleague", 200), ("chief", 200), ("stranger", 404), ("helper", 404)],
)
def test_the_agency_sees_it_and_a_stranger_learns_nothing(
    town: Town, who: str, status: int
) -> None:
    matter = town.open()
    client = sign_in(town, who)
    answer = client.get(f"/m/{matter.number}/")
    assert answer.status_code == status
    if status == 404:
        absent = client.get("/m/T000000999999/")
        same = re.compile(r'value="[^"]{20,}"|T\d{6,}')
        assert same.sub("", answer.text) == same.sub("", absent.text)


def test_involvement_opens_it_to_one_person(town: Town) -> None:
    matter = town.open()
    acts.involve(matter, [town.staff["helper"].pk], "helping")
    assert sign_in(town, "helper").get(f"/m/{matter.number}/").status_code == 200


def test_only_steps_one_may_take_are_offered(town: Town, officer: Client) -> None:
    matter = town.open()
    page = officer.get(f"/m/{matter.number}/").text
    assert "step/start/" in page
    assert "step-void" not in page
    assert "step-void" in sign_in(town, "chief").get(f"/m/{matter.number}/").text


def test_a_step_is_taken_and_stands_in_the_history(town: Town, officer: Client) -> None:
    matter = town.open()
    answer = officer.post(f"/m/{matter.number}/step/start/", {"version": 1}, follow=True)
    assert answer.status_code == 200
    matter.refresh_from_db()
    assert matter.state == "working"
    assert re.search(r"开始.*李明", answer.text, re.DOTALL)


def test_pressing_twice_does_it_once(town: Town, officer: Client) -> None:
    matter = town.open()
    sent = {"version": 1, "act_id": str(uuid4())}
    for _ in range(2):
        answer = officer.post(f"/m/{matter.number}/step/start/", sent)
        assert answer.status_code == 302
    assert Entry.objects.filter(matter=matter, event="toy.thing.start").count() == 1


def test_being_overtaken_shows_who_and_what_and_keeps_what_was_typed(
    town: Town, officer: Client
) -> None:
    matter = town.open()
    acts.take(town.actor("officer"), matter.pk, "start")
    acts.take(town.actor("colleague"), matter.pk, "hold", reason="等回电")
    sent = {"version": 2, "outcome": "已劝离双方"}
    answer = officer.post(f"/m/{matter.number}/step/finish/", sent)
    assert answer.status_code == 409
    assert "王芳" in answer.text
    assert "等待中" in answer.text
    assert "已劝离双方" in answer.text
    assert "未保存" in answer.text


def test_overtaken_but_still_possible_keeps_the_form_with_the_new_version(
    town: Town, officer: Client
) -> None:
    matter = town.open()
    acts.take(town.actor("officer"), matter.pk, "start")
    acts.take(town.actor("colleague"), matter.pk, "remark")
    sent = {"version": 2, "outcome": "已劝离双方"}
    answer = officer.post(f"/m/{matter.number}/step/finish/", sent)
    assert answer.status_code == 409
    assert 'value="已劝离双方"' in answer.text
    assert 'name="version" value="3"' in answer.text
    sent["version"] = 3
    assert officer.post(f"/m/{matter.number}/step/finish/", sent).status_code == 302


def test_a_missing_field_is_said_and_nothing_happens(town: Town, officer: Client) -> None:
    matter = town.open()
    acts.take(town.actor("officer"), matter.pk, "start")
    answer = officer.post(f"/m/{matter.number}/step/finish/", {"version": 2})
    assert answer.status_code == 422
    assert "还缺" in answer.text
    assert Matter.objects.get(pk=matter.pk).state == "working"


def test_a_step_one_may_not_take_is_refused(town: Town, officer: Client) -> None:
    matter = town.open()
    answer = officer.post(f"/m/{matter.number}/step/void/", {"version": 1, "reason": "试试"})
    assert answer.status_code == 403
    assert Matter.objects.get(pk=matter.pk).state == "received"


@pytest.mark.parametrize("name", ["open", "nothing"])
def test_there_is_no_form_for_what_is_no_step(town: Town, officer: Client, name: str) -> None:
    matter = town.open()
    assert officer.get(f"/m/{matter.number}/step/{name}/").status_code == 404
    assert officer.post(f"/m/{matter.number}/step/{name}/").status_code == 404


def test_back_entry_keeps_when_it_happened_apart_from_when_it_was_entered(
    town: Town, officer: Client
) -> None:
    matter = town.open(occurred_at=now() - timedelta(hours=2))
    happened = (local(now()) - timedelta(hours=1)).replace(second=0, microsecond=0)
    sent = {"version": 1, "occurred_at": happened.strftime("%Y-%m-%dT%H:%M")}
    answer = officer.post(f"/m/{matter.number}/step/start/", sent, follow=True)
    entry = Entry.objects.get(matter=matter, event="toy.thing.start")
    assert entry.occurred_at == happened
    assert entry.entered_at > entry.occurred_at
    assert "录入于" in answer.text


def test_what_happened_cannot_lie_in_the_future(town: Town, officer: Client) -> None:
    matter = town.open()
    later = (local(now()) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    answer = officer.post(f"/m/{matter.number}/step/start/", {"occurred_at": later})
    assert answer.status_code == 422
    assert "不能晚于现在" in answer.text


def test_clocks_explain_themselves_in_the_readers_language(town: Town, officer: Client) -> None:
    matter = town.open()
    assert "答复时限" in officer.get(f"/m/{matter.number}/").text
    officer.cookies["django_language"] = "en"
    page = officer.get(f"/m/{matter.number}/").text
    assert "Time to answer" in page
    assert re.search(r"<wr-clock due=", page)


def test_a_note_comes_back_with_the_history_alone(town: Town, officer: Client) -> None:
    matter = town.open()
    answer = officer.post(
        f"/m/{matter.number}/note/", {"text": "已电话联系"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "已电话联系" in answer.text
    assert "<html" not in answer.text
    answer = officer.post(f"/m/{matter.number}/note/", {"text": "再次联系"}, follow=True)
    assert "再次联系" in answer.text


def test_a_refused_note_is_not_lost(town: Town, officer: Client) -> None:
    matter = town.open()
    answer = officer.post(
        f"/m/{matter.number}/note/", {"text": "请 @helper 看"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "请 @helper 看</textarea>" in answer.text
    assert not Entry.objects.filter(matter=matter, event="toy.thing.note").exists()


def test_children_and_links_show_only_what_one_may_see(town: Town, officer: Client) -> None:
    matter = town.open()
    seen = town.open("看得见的", parent=matter)
    hidden = town.open("看不见的", "stranger", agency_id=town.west.pk, parent=matter)
    acts.link(town.actor("officer"), matter, town.open("有关联的"), "duplicate")
    page = officer.get(f"/m/{matter.number}/").text
    assert seen.number in page
    assert "有关联的" in page
    assert hidden.number not in page


def test_long_histories_are_paged(town: Town, officer: Client) -> None:
    matter = town.open()
    for n in range(70):
        acts.record(town.actor("officer"), matter, "note", data={"text": f"第{n}条。"})
    first = officer.get(f"/m/{matter.number}/").text
    assert "第69条。" in first
    assert "第0条。" not in first
    older = re.search(r"\?before=\d+", first)
    assert older
    assert "第0条。" in officer.get(f"/m/{matter.number}/{older.group()}").text


def test_the_page_costs_the_same_whatever_happened(
    town: Town, officer: Client, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    matter = town.open()
    officer.get(f"/m/{matter.number}/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        officer.get(f"/m/{matter.number}/")
    for n in range(20):
        acts.record(town.actor("officer"), matter, "note", data={"text": f"{n}"})
        town.open(f"下级{n}", parent=matter)
    with CaptureQueriesContext(connection) as many:
        officer.get(f"/m/{matter.number}/")
    assert len(many) == len(few)


def test_the_held_clock_shows_local_time(town: Town, officer: Client) -> None:
    from datetime import UTC, datetime

    with held_at(datetime(2026, 5, 20, 13, 30, tzinfo=UTC)):
        matter = town.open()
        assert "05-20 21:30:00" in officer.get(f"/m/{matter.number}/").text
