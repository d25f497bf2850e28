"""Correcting what was entered wrongly: old and new stay in the history."""

import pytest
from django.test import Client

from tests.toy import Town
from watchroom.base.refusal import Refusal
from watchroom.kernel import acts, corrections, search
from watchroom.kernel.models import Entry, Matter


def sign_in(town: Town, who: str) -> Client:
    client = Client()
    client.force_login(town.staff[who])
    return client


@pytest.fixture
def matter(town: Town) -> Matter:
    return town.open("长家路路灯不亮")


def sent(matter: Matter, **more: object) -> dict[str, object]:
    given = {"title": "张家路路灯不亮", "reason": "听错了", "version": matter.version}
    return {**given, **more}


def test_old_and_new_stand_in_the_history_with_the_reason(town: Town, matter: Matter) -> None:
    officer = sign_in(town, "officer")
    assert "更正…" in officer.get(f"/m/{matter.number}/").text
    page = officer.post(f"/m/{matter.number}/correct/", sent(matter), follow=True).text
    assert "长家路路灯不亮 → 张家路路灯不亮" in page
    assert "听错了" in page
    matter.refresh_from_db()
    assert (matter.title, matter.state, matter.version) == ("张家路路灯不亮", "received", 2)
    assert search.matters(town.actor("officer"), "张家").matters == [matter]


def test_a_colleague_may_and_a_stranger_finds_nothing(town: Town, matter: Matter) -> None:
    address = f"/m/{matter.number}/correct/"
    stranger = sign_in(town, "stranger")
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, sent(matter)).status_code == 404
    assert sign_in(town, "colleague").post(address, sent(matter)).status_code == 302


def test_it_needs_a_reason_and_a_change(town: Town, matter: Matter) -> None:
    officer, address = sign_in(town, "officer"), f"/m/{matter.number}/correct/"
    answer = officer.post(address, sent(matter, reason=" "))
    assert answer.status_code == 422
    assert "张家路路灯不亮" in answer.text
    assert officer.post(address, sent(matter, title=matter.title)).status_code == 422
    assert officer.post(address, sent(matter, title="")).status_code == 422
    assert officer.post(address, sent(matter, title="长" * 201)).status_code == 422
    assert not Entry.objects.filter(event="toy.thing.corrected").exists()


def test_being_overtaken_keeps_what_was_typed(town: Town, matter: Matter) -> None:
    acts.take(town.actor("colleague"), matter.pk, "start")
    answer = sign_in(town, "officer").post(f"/m/{matter.number}/correct/", sent(matter))
    assert answer.status_code == 409
    assert "王芳" in answer.text
    assert "张家路路灯不亮" in answer.text
    assert 'name="version" value="2"' in answer.text


def test_only_what_the_domain_declares_where_and_for_whom(town: Town, matter: Matter) -> None:
    officer = town.actor("officer")
    for values in ({"state": "done"}, {"place": "张家路"}, {}):
        with pytest.raises(Refusal):
            corrections.correct(officer, matter.pk, values, reason="试试")
    acts.take(officer, matter.pk, "start")
    acts.take(officer, matter.pk, "finish", data={"outcome": "修好"})
    with pytest.raises(Refusal, match=r"toy\.check"):
        corrections.correct(officer, matter.pk, {"place": "张家路"}, reason="补上")
    corrections.correct(town.actor("chief"), matter.pk, {"place": "张家路"}, reason="补上")
    matter.refresh_from_db()
    assert (matter.place, matter.state) == ("张家路", "done")
    page = sign_in(town, "officer").get(f"/m/{matter.number}/").text
    assert "— → 张家路" in page


def test_pressing_twice_corrects_once(town: Town, matter: Matter) -> None:
    officer, address = sign_in(town, "officer"), f"/m/{matter.number}/correct/"
    given = sent(matter, act_id="0190c0de-0000-7000-8000-000000000004")
    assert [officer.post(address, given).status_code for _ in range(2)] == [302, 302]
    assert Entry.objects.filter(event="toy.thing.corrected").count() == 1
