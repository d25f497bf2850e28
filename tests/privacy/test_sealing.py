"""Of a sealed matter nobody knows but the roles it names; another person lifts the seal."""

import pytest
from django.test import Client

from tests.people import County, county
from watchroom.base.refusal import Refusal
from watchroom.domains.requests.tests.samples import live
from watchroom.kernel import access, acts, seals, search
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Matter

__all__ = ["county"]
pytestmark = pytest.mark.django_db
WHY = "未成年人犯罪记录封存"


def sees(county: County, who: str, matter: Matter) -> bool:
    actor = county.act(who)
    listed = access.visible(actor).filter(pk=matter.pk).exists()
    found = matter in search.matters(actor, matter.number).matters
    try:
        access.find(actor, pk=matter.pk)
    except NotFound:
        assert not listed and not found
        return False
    assert listed and found
    return True


def test_only_the_roles_it_names_see_it(county: County) -> None:
    matter = live(county, ("take",))  # taken, hence handled, by the chief
    assert all(sees(county, who, matter) for who in ("chief", "leader", "auditor"))
    matter = seals.put(county.chief, matter.pk, ["auditor", "duty_leader"], WHY)
    assert sees(county, "leader", matter) and sees(county, "auditor", matter)
    assert not sees(county, "chief", matter)
    assert not sees(county, "officer", matter) and not sees(county, "colleague_elsewhere", matter)


def test_a_role_held_elsewhere_opens_nothing(county: County) -> None:
    matter = live(county, ("take",))
    seals.put(county.chief, matter.pk, ["duty_leader", "dispatcher"], WHY)
    assert not sees(county, "colleague_elsewhere", matter)


def test_the_trail_of_it_is_as_if_it_had_never_been(county: County) -> None:
    matter = live(county, ("take",))
    seals.put(county.chief, matter.pk, ["duty_leader"], WHY)
    browser = Client()
    browser.force_login(county.staff["chief"])
    assert matter.number not in browser.get("/trail/").text
    assert browser.get(f"/m/{matter.number}/").status_code == 404
    absent = browser.get("/m/SQ260101999999/")
    assert absent.status_code == 404
    browser.force_login(county.staff["leader"])
    assert "封存" in browser.get(f"/m/{matter.number}/").text


def test_what_hangs_below_is_sealed_with_it(county: County) -> None:
    matter = live(county, ("take",))
    child = live(county, ())
    acts.amend(
        county.chief,
        child.pk,
        "note.add",
        "corrected",
        change=lambda row: setattr(row, "parent_id", matter.pk),
    )
    seals.put(county.chief, matter.pk, ["duty_leader"], WHY)
    assert not sees(county, "chief", child)
    seals.lift(county.leader, matter.pk, "封存条件已不存在")
    assert sees(county, "chief", child) and sees(county, "chief", matter)


def test_another_person_lifts_it_and_somebody_must_be_able_to(county: County) -> None:
    matter = live(county, ("take",))
    with pytest.raises(Refusal, match="有权解除封存"):
        seals.put(county.chief, matter.pk, ["patrol_officer"], WHY)
    seals.put(county.leader, matter.pk, ["duty_leader"], WHY)
    with pytest.raises(Refusal, match="以外的人"):
        seals.lift(county.leader, matter.pk, "弄错了请解除")


def test_sealed_on_the_page(county: County) -> None:
    matter = live(county, ("take",))
    browser = Client()
    browser.force_login(county.staff["chief"])
    assert "封存…" in browser.get(f"/m/{matter.number}/").text
    address = f"/m/{matter.number}/seal/"
    assert browser.post(address, {"reason": WHY, "roles": []}).status_code == 422
    gone = browser.post(address, {"reason": WHY, "roles": ["duty_leader"]})
    assert gone.status_code == 302 and gone["Location"] == "/"
    assert browser.get(address).status_code == 404
