"""Somebody asks what is kept about them: found over all domains, approved by another, recorded."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.domains.disputes.models import Party
from watchroom.domains.disputes.tests.samples import live as quarrel
from watchroom.domains.requests.tests.samples import worry
from watchroom.kernel import retention, seals, subject_access
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Entry, SubjectRequest

__all__ = ["county"]
pytestmark = pytest.mark.django_db
PHONE, BASIS = "13900000001", "申请书 2026-17，当面核验身份证"


def asked(county: County, **more: str) -> SubjectRequest:
    return subject_access.ask(
        county.chief, county.east, name="王小明", numbers={"phone": PHONE, **more}, basis=BASIS
    )


def test_one_number_finds_the_person_in_every_domain(county: County) -> None:
    worry(county)
    dispute = quarrel(county, ())
    Party.objects.filter(dispute=dispute.pk).update(phone="13711112222")
    Party.objects.filter(pk=Party.objects.filter(dispute=dispute.pk).first().pk).update(phone=PHONE)
    request = asked(county)
    assert subject_access.counted(county.leader, request) == {
        "requests.keep.asker": 1, "disputes.keep.parties": 1,
    }  # fmt: skip
    subject_access.decide(county.leader, request.pk, approve=True, answer="身份已经核实")
    _, given = subject_access.export(county.chief, request.pk)
    values = {value for one in given for _, value in one.values}
    assert PHONE in values and "王小明" in values and "13711112222" not in values


def test_the_same_name_without_a_number_is_marked(county: County) -> None:
    worry(county)
    from watchroom.domains.requests.models import Request

    Request.objects.update(asker_phone="")
    request = asked(county)
    subject_access.decide(county.leader, request.pk, approve=True, answer="身份已经核实")
    (one,) = subject_access.export(county.chief, request.pk)[1]
    assert one.by_name


def test_nothing_is_given_before_another_person_approves_or_too_late(county: County) -> None:
    worry(county)
    request = asked(county)
    with pytest.raises(Refusal, match="另一人"):
        subject_access.export(county.chief, request.pk)
    with pytest.raises(Refusal, match="自己提出"):
        subject_access.decide(county.chief, request.pk, approve=True, answer="身份已经核实")
    subject_access.decide(county.leader, request.pk, approve=True, answer="身份已经核实")
    with held_at(now() + timedelta(days=8)), pytest.raises(Refusal, match="七日"):
        subject_access.export(county.chief, request.pk)


def test_what_the_approver_keeps_back_and_what_is_sealed_is_not_given(county: County) -> None:
    sealed, _ = worry(county), worry(county)
    seals.put(county.chief, sealed.pk, ["auditor", "duty_leader"], "未成年人记录封存")
    request = asked(county)
    assert subject_access.counted(county.leader, request) == {"requests.keep.asker": 2}
    rules = ["requests.keep.asker"]
    subject_access.decide(county.leader, request.pk, approve=True, answer="同意提供")
    assert len(subject_access.export(county.chief, request.pk)[1]) == 1  # sealed from who asks
    again = asked(county)
    told = {"approve": True, "answer": "部分不予提供", "withheld": rules}
    subject_access.decide(county.leader, again.pk, **told)
    assert subject_access.export(county.chief, again.pk)[1] == []


def test_every_search_and_copy_is_recorded_without_the_number(county: County) -> None:
    worry(county)
    request = asked(county)
    assert PHONE not in request.sought
    subject_access.decide(county.leader, request.pk, approve=True, answer="身份已经核实")
    subject_access.export(county.chief, request.pk)
    told = Entry.objects.filter(event__startswith="subject.").order_by("id")
    assert [e.event for e in told] == ["subject.asked", "subject.approved", "subject.exported"]
    assert all(PHONE not in str(e.data) + e.reason for e in told)
    with held_at(now() + timedelta(days=31)):
        assert retention.erase_due()["matter.keep.subject"] == 1
    request.refresh_from_db()
    assert (request.sought, request.ending, request.state) == ("", "", "over")


def test_a_number_is_needed_and_strangers_learn_nothing(county: County) -> None:
    with pytest.raises(Refusal, match="至少"):
        subject_access.ask(county.chief, county.east, name="王小明", numbers={}, basis=BASIS)
    request = asked(county)
    with pytest.raises(NotFound):
        subject_access.find(county.colleague_elsewhere, request.pk)


def test_on_the_pages_from_asking_to_the_copy(county: County) -> None:
    worry(county)
    browser = Client()
    browser.force_login(county.staff["leader"])
    sent = browser.post("/subjects/", {"phone": PHONE, "basis": BASIS})
    request = SubjectRequest.objects.get()
    assert sent.status_code == 302 and "另一人批准" in browser.get(f"/subjects/{request.pk}/").text
    assert PHONE not in browser.get("/subjects/").text
    other = Client()
    other.force_login(county.staff["auditor"])
    assert other.get(f"/subjects/{request.pk}/").status_code == 404
    from watchroom.kernel.models import Post

    Post.objects.create(
        staff=county.staff["dispatcher"], role=county.roles["duty_leader"], agency=county.bureau
    )
    other.force_login(county.staff["dispatcher"])
    assert "诉求人姓名" in other.get(f"/subjects/{request.pk}/").text
    other.post(f"/subjects/{request.pk}/decide/", {"act": "approve", "reason": "身份已经核实"})
    copy = f"/subjects/{request.pk}/copy/"
    assert PHONE in browser.post(copy, {"as": "html"}).text
    data = browser.post(copy, {"as": "json"}).json()
    assert data["records"][0]["class"] == "requests.keep.asker"
    assert other.post(copy, {"as": "json"}).status_code == 404
