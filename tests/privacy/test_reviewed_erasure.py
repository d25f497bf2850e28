"""Where an agency wants it, nothing of a class ends before another person approved the list."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.base.clock import held_at, now
from watchroom.base.refusal import Refusal
from watchroom.domains.requests.models import Request
from watchroom.domains.requests.tests.samples import live
from watchroom.kernel import erasure_reviews, holds, retention
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Entry, ErasureReview, Matter

__all__ = ["county"]
pytestmark = pytest.mark.django_db
RULE = "requests.keep.asker"
DONE = ("take", "answer", "confirm")
WHY = "本单位要求先核对再清除"
LATER = timedelta(days=400)


def asked(matter: Matter) -> str:
    return Request.objects.get(pk=matter.pk).asker_name


def night() -> int:
    return retention.erase_due()[RULE]


def reviewed(county: County) -> Matter:
    matter = live(county, DONE)
    erasure_reviews.require_review(county.leader, county.bureau, RULE, wanted=True, reason=WHY)
    return matter


def test_without_approval_the_night_leaves_it(county: County) -> None:
    matter = reviewed(county)
    with held_at(now() + LATER):
        assert night() == 0 and asked(matter) == "王小明"
        standing = erasure_reviews.standing(retention.of(RULE), county.bureau)
        assert (standing.due, standing.held, standing.reviewed) == (1, 0, True)
        below = erasure_reviews.standing(retention.of(RULE), county.east)
        assert below.above and below.due == 1


def test_approved_by_another_it_ends_and_what_came_later_stays(county: County) -> None:
    matter = reviewed(county)
    kept = retention.of(RULE)
    with held_at(now() + timedelta(days=1)):
        young = live(county, DONE)
    with held_at(now() + kept.stays + timedelta(hours=1)):
        review = erasure_reviews.propose(county.chief, kept, county.east)
        with pytest.raises(Refusal, match="自己提出"):
            erasure_reviews.decide(county.chief, review.pk, approve=True, answer=WHY)
        erasure_reviews.decide(county.leader, review.pk, approve=True, answer="已经逐件核对")
    with held_at(now() + LATER):
        assert night() == 1
        assert (asked(matter), asked(young)) == ("", "王小明")
        review.refresh_from_db()
        assert (review.state, review.erased) == ("done", 1)
    told = Entry.objects.filter(event__startswith="retention.").order_by("id")
    assert [e.event.partition(".")[2] for e in told] == [
        "policy_set", "proposed", "approved", "erased",
    ]  # fmt: skip


def test_a_hold_set_after_approval_still_keeps(county: County) -> None:
    matter = reviewed(county)
    with held_at(now() + LATER):
        review = erasure_reviews.propose(county.chief, retention.of(RULE), county.east)
        erasure_reviews.decide(county.leader, review.pk, approve=True, answer="已经逐件核对")
        holds.put(county.chief, matter.pk, "检察机关要求保全")
        assert night() == 0 and asked(matter) == "王小明"


def test_refused_it_stays_and_strangers_learn_nothing(county: County) -> None:
    matter = reviewed(county)
    with held_at(now() + LATER):
        review = erasure_reviews.propose(county.chief, retention.of(RULE), county.east)
        with pytest.raises(NotFound):
            erasure_reviews.decide(county.stranger, review.pk, approve=True, answer=WHY)
        erasure_reviews.decide(county.leader, review.pk, approve=False, answer="还有复议未结")
        assert night() == 0 and asked(matter) == "王小明"


def test_on_the_pages_from_list_to_approval(county: County) -> None:
    matter, browser = live(county, DONE), Client()
    address, act = f"/retention/{RULE}/", f"/retention/{RULE}/act/"
    agency = {"agency": county.east.pk}
    with held_at(now() + LATER):
        browser.force_login(county.staff["leader"])
        assert "诉求人姓名" in browser.get("/retention/").text
        said = browser.post(act, {"act": "review", "reason": WHY, "agency": county.bureau.pk})
        assert said.status_code == 302
        browser.force_login(county.staff["chief"])
        assert matter.number in browser.get(address, agency).text
        browser.post(act, {"act": "propose", **agency})
        review = ErasureReview.objects.get()
        assert "须由另一人批准" in browser.get(address, agency).text
        browser.force_login(county.staff["leader"])
        browser.post(act, {"act": "approve", "review": review.pk, "reason": "已经核对", **agency})
        review.refresh_from_db()
        assert review.state == "approved"
    browser.force_login(county.staff["officer"])
    assert browser.get("/retention/").status_code == 403
