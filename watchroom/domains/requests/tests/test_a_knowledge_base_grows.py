"""An answer helps the next person: drafted, published by another, found by two characters."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.domains.requests import actions, queries
from watchroom.domains.requests.tests.samples import article, live
from watchroom.kernel import access, search
from watchroom.kernel.access import NotFound

pytestmark = pytest.mark.django_db


def signed_in(county: County, name: str) -> Client:
    browser = Client()
    browser.force_login(county.staff[name])
    return browser


def test_whoever_drafts_does_not_publish(county: County) -> None:
    draft = actions.draft(county.leader, "醉酒约束", "约束至酒醒，全程录像", sort="law")
    with pytest.raises(Refusal):
        actions.perform(county.leader, draft.pk, "publish")
    ours = actions.draft(
        county.leader, "醉酒约束", "全程录像", sort="law", agency_id=county.bureau.pk
    )
    other = access.on_account_of(county.dispatcher, "requests.approve")
    assert actions.perform(other, ours.pk, "publish").state == "published"


def test_what_the_bureau_published_every_station_finds(county: County) -> None:
    draft = article(county, agency_id=county.bureau.pk)
    for name in ("officer", "westerner"):
        assert not queries.articles(county.act(name), "拘留")
    actions.perform(county.leader, draft.pk, "publish")
    for name in ("officer", "westerner", "community", "operator"):
        assert [row.pk for row in queries.articles(county.act(name), "拘留")] == [draft.pk], name
        assert [row.pk for row in search.matters(county.act(name), "拘留").matters] == [draft.pk]
        assert access.find(county.act(name), pk=draft.pk) == draft
    for name in ("colleague_elsewhere", "stranger"):
        assert not queries.articles(county.act(name), "拘留"), name
        with pytest.raises(NotFound):
            access.find(county.act(name), pk=draft.pk)


def test_reading_what_is_published_is_not_changing_it(county: County) -> None:
    draft = article(county, agency_id=county.bureau.pk)
    actions.perform(county.leader, draft.pk, "publish")
    with pytest.raises(Refusal):
        actions.perform(county.chief, draft.pk, "retire", reason="x")
    actions.perform(county.leader, draft.pk, "retire", reason="规定已改")
    assert not queries.articles(county.officer, "拘留")


def test_an_article_grows_from_an_answer_and_is_shown_to_whoever_answers_next(
    county: County,
) -> None:
    first = live(county, ("take", "answer"))
    draft = actions.draft(
        county.chief,
        "路灯坏了找谁",
        "路灯归城管局，报 12345；夜间危险的先设警示。",
        sort="worry",
        agency_id=county.bureau.pk,
        grown_from=first.pk,
    )
    actions.perform(county.leader, draft.pk, "publish")
    found = queries.similar(county.chief, "小区门口路灯坏了三天")
    assert [row.pk for row in found] == [draft.pk]
    assert not queries.similar(county.chief, "孩子上户口要什么材料")
    page = signed_in(county, "chief").get(reverse("matter", args=[draft.number])).content.decode()
    assert first.number in page
    other = signed_in(county, "westerner").get(reverse("matter", args=[draft.number]))
    assert other.status_code == 200
    assert first.number not in other.content.decode()


def test_a_hardship_and_a_citizens_number_stay_out(county: County) -> None:
    chief = county.staff["chief"].pk
    asked = actions.ask(county.officer, "孩子入学", sort="hardship", to=[chief])
    with pytest.raises(Refusal):
        actions.draft(county.chief, "入学", "找教育局", sort="law", grown_from=asked.pk)
    with pytest.raises(Refusal):
        actions.draft(county.chief, "联系人", "找 13912345678", sort="law")


def test_it_is_drafted_and_searched_on_the_pages(county: County) -> None:
    first = live(county, ("take", "answer"))
    browser = signed_in(county, "chief")
    form = browser.get(f"/requests/knowledge/new/?from={first.pk}").content.decode()
    assert "路灯已报修，周五前修好" in form
    said = {"sort": "worry", "title": "路灯报修", "words": "报 12345", "from": str(first.pk)}
    assert browser.post("/requests/knowledge/new/", said).status_code == 302
    assert "路灯报修" in browser.get("/requests/knowledge/?q=路灯").content.decode()
    assert "路灯报修" not in browser.get("/requests/knowledge/?q=户口").content.decode()
    stranger = signed_in(county, "stranger").get(f"/requests/knowledge/new/?from={first.pk}")
    assert stranger.status_code in (403, 404)
