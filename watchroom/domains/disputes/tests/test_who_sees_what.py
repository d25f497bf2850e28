"""The next beat's officer sees nothing; a mediator sees one dispute, no other of its people."""

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.domains.disputes import actions, queries
from watchroom.domains.disputes.models import Party
from watchroom.domains.disputes.tests.samples import (
    DATA,
    MEDIATED,
    live,
    registered,
    with_purpose,
)
from watchroom.kernel import access, search
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Entry, Matter

pytestmark = pytest.mark.django_db
AGAIN = [
    {"role": "applicant", "name": "张 三丰", "phone": "+86 138-0000-1234"},
    {"role": "respondent", "name": "王五"},
]


def test_the_next_beats_officer_finds_nothing(county: County) -> None:
    matter = registered(county)
    for who in ("westerner", "colleague", "colleague_elsewhere", "stranger"):
        actor = county.act(who)
        assert not access.visible(actor).filter(pk=matter.pk).exists()
        assert search.matters(actor, "漏水").matters == []
        for step in ("assign", "withdraw_dispute"):
            with pytest.raises(NotFound):
                actions.perform(actor, matter.pk, step, data=DATA.get(step), reason="x")
        with pytest.raises(NotFound):
            actions.look_for_repeats(with_purpose(actor), matter.pk)
    for who in ("community", "chief", "leader", "auditor"):
        assert access.visible(county.act(who)).filter(pk=matter.pk).exists()


def test_a_mediator_sees_the_dispute_and_not_the_other_of_the_same_people(county: County) -> None:
    other = registered(county, parties=AGAIN)
    mine = registered(county)
    officer = {"officers": [str(county.staff["officer"].pk)]}
    actions.perform(county.chief, mine.pk, "assign", data=officer)
    mediator = with_purpose(county.officer)
    assert [m.pk for m in queries.disputes(mediator)] == [mine.pk]
    assert actions.look_for_repeats(mediator, mine.pk) == []
    assert queries.at_the_same_place(mediator, mine.beat_id, mine.place, without=mine.pk) == []
    found = actions.look_for_repeats(with_purpose(county.chief), mine.pk)
    assert [one.matter.pk for one in found] == [other.pk]
    actions.perform(county.officer, mine.pk, "hold_session", data=DATA["hold_session"])
    actions.perform(county.officer, mine.pk, "no_agreement", reason="各不相让")
    actions.perform(county.officer, mine.pk, "refer", data={"route": "court"}, reason="告知诉讼")
    assert not queries.disputes(mediator, over=True).exists(), "once it is over, the need is over"


def test_who_found_it_sees_it_until_others_mediate_it(county: County) -> None:
    matter = registered(county, by="officer")
    assert access.visible(county.officer).filter(pk=matter.pk).exists()
    actions.perform(county.act("community"), matter.pk, "assign", data=DATA["assign"])
    assert not access.visible(county.officer).filter(pk=matter.pk).exists()
    assert matter.owner == county.staff["community"]


def test_mediating_opens_no_door_to_other_agencies(county: County) -> None:
    matter = registered(county)
    outsider = {"officers": [str(county.staff["westerner"].pk)]}
    with pytest.raises(Refusal, match="本单位"):
        actions.perform(county.chief, matter.pk, "assign", data=outsider)
    with pytest.raises(Refusal, match="至少"):
        actions.perform(county.chief, matter.pk, "assign")


def test_an_officer_of_another_beat_registers_it_where_it_lies(county: County) -> None:
    matter = registered(county, by="westerner")
    assert matter.agency == county.east
    with pytest.raises(Refusal, match="没有此项权限"):
        registered(county, by="operator")


def test_repeats_are_seen_inside_the_beat_alone(county: County) -> None:
    first = registered(county, parties=AGAIN, place="和平路1号")
    elsewhere = registered(county, by="leader", beat_id=county.beats["west"].pk, place="湖边")
    second = registered(county, place="东街9号")
    actor = with_purpose(county.leader)
    assert [(r.matter.pk, r.why) for r in actions.look_for_repeats(actor, second.pk)] == [
        (first.pk, queries.SAME_NUMBER)
    ]
    assert actions.look_for_repeats(actor, elsewhere.pk) == []
    keys = Party.objects.filter(name="张三丰").values_list("phone_key", "name_key")
    assert len({key for row in keys for key in row}) == 4, "another key in each beat"
    nowhere = registered(county, by="leader", beat_id=None)
    assert actions.look_for_repeats(actor, nowhere.pk) == []
    assert set(Party.objects.filter(dispute=nowhere.pk).values_list("name_key", flat=True)) == {""}


def test_looking_for_repeats_takes_a_purpose_and_leaves_an_entry(county: County) -> None:
    matter = registered(county)
    with pytest.raises(Refusal) as caught:
        actions.look_for_repeats(county.act("community"), matter.pk)
    assert caught.value.code == "purpose-needed"
    actions.look_for_repeats(with_purpose(county.act("community")), matter.pk)
    said = Entry.objects.get(matter=matter, event="disputes.dispute.repeats_looked_for").data
    assert said == {"purpose": "handling", "found": 0}


def test_the_same_place_is_seen_while_one_is_typed_and_said_to_be_the_same(county: County) -> None:
    first = registered(county, words="第一次")
    browser = Client()
    browser.force_login(county.staff["community"])
    beat = county.beats["east"].pk
    assert first.number in browser.get(f"/disputes/near/?beat={beat}&place=解放路 3号").text
    assert first.number not in browser.get(f"/disputes/near/?beat={beat}&place=别处").text
    second = registered(county)
    assert first.number in browser.get(f"/m/{second.number}/").text
    said = {"earlier": first.pk}
    for _ in range(2):
        browser.post(f"/disputes/{second.pk}/repeat/", said)
    back = Entry.objects.filter(matter=first, event="disputes.dispute.recurred")
    assert back.count() == 1
    second.refresh_from_db()
    assert (second.priority, second.disputes_dispute.factors) == (2, ["repeat"])


def test_who_the_parties_are_is_in_no_entry_and_no_search(county: County) -> None:
    matter = live(county, (*MEDIATED, "draft"))
    paper = queries.agreement(matter.pk)
    assert paper is not None
    (party, one), *_ = queries.signing(paper)
    actions.sign(county.act("community"), matter.pk, actions.name_of(party), typed=one.name)
    with pytest.raises(Refusal, match="退回重拟"):
        actions.add_party(county.act("community"), matter.pk, "third", "钱七")
    written = "".join(str(e.data) + e.reason for e in Entry.objects.filter(matter=matter))
    for secret in ("张三丰", "13800001234", "赔偿800元", "双方各让一步", "王调解"):
        assert secret not in written
        assert search.matters(with_purpose(county.leader), secret).matters == []


def test_pages_mask_until_somebody_says_what_for(county: County) -> None:
    matter = live(county, MEDIATED)
    browser = Client()
    browser.force_login(county.staff["chief"])
    page = browser.get(f"/m/{matter.number}/").text
    assert "张三丰" not in page
    assert "双方各让一步" not in page
    assert browser.get(f"/disputes/{matter.pk}/repeats/").status_code == 302
    browser.post(f"/matters/{matter.pk}/purpose/", {"code": "handling"})
    page = browser.get(f"/m/{matter.number}/").text
    assert "张三丰" in page
    assert "双方各让一步" in page
    assert Entry.objects.filter(matter=matter, event="disputes.dispute.personal_read").exists()
    assert browser.get(f"/disputes/{matter.pk}/repeats/").status_code == 200


def test_a_party_entered_by_mistake_is_gone_for_good(county: County) -> None:
    matter = registered(county)
    officer = county.act("community")
    wrong = Party.objects.get(dispute=matter.pk, role="respondent")
    with pytest.raises(Refusal, match="理由"):
        actions.remove_party(officer, matter.pk, wrong.pk, reason=" ")
    actions.remove_party(officer, matter.pk, wrong.pk, reason="登记错人")
    assert not Party.objects.filter(pk=wrong.pk).exists()
    with pytest.raises(NotFound):
        actions.remove_party(officer, matter.pk, wrong.pk, reason="登记错人")
    assert Matter.objects.get(pk=matter.pk).version == 2
