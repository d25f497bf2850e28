"""Two matters that belong together: linked by number, seen from both, taken back with a reason."""

import re

import pytest
from django.test import Client

from tests.toy import Town
from watchroom.base.refusal import Conflict, Refusal
from watchroom.kernel import access, acts, links
from watchroom.kernel.models import Entry, Link


def sign_in(town: Town, who: str) -> Client:
    client = Client()
    client.force_login(town.staff[who])
    return client


@pytest.fixture
def officer(town: Town) -> Client:
    return sign_in(town, "officer")


def test_linked_by_its_last_digits_both_pages_show_it(town: Town, officer: Client) -> None:
    fight, theft = town.open("打架"), town.open("打架后手机被拿走")
    sent = {"number": theft.number[-6:], "relation": "cause", "reason": "同一伙人"}
    page = officer.post(f"/m/{fight.number}/link/", sent, follow=True).text
    assert "打架后手机被拿走" in page
    assert "引起" in page
    other = sign_in(town, "colleague").get(f"/m/{theft.number}/").text
    assert "起因" in other
    assert fight.number in other
    said = Entry.objects.filter(event="toy.thing.linked").values_list("matter_id", "reason")
    assert set(said) == {(fight.pk, "同一伙人"), (theft.pk, "同一伙人")}


def test_backward_is_the_same_link_from_the_other_side(town: Town) -> None:
    first, second = town.open("甲"), town.open("乙")
    links.add(town.actor("officer"), first.pk, second.number, "~follow-on")
    (seen,) = links.of(town.actor("officer"), second, 10)
    assert (seen.other.pk, seen.title.en) == (first.pk, "follows on")


def test_typing_a_number_shows_which_matter_it_means(town: Town, officer: Client) -> None:
    matter, other = town.open("甲"), town.open("乙")
    hidden = town.open("丙", "stranger", agency_id=town.west.pk)
    address = f"/m/{matter.number}/link/find/"
    assert "乙" in officer.get(address, {"number": other.number[-6:]}).text
    answer = officer.get(address, {"number": hidden.number}).text
    assert "丙" not in answer
    assert "没有找到" in answer


def test_a_matter_one_may_not_see_cannot_be_linked(town: Town, officer: Client) -> None:
    matter = town.open("甲")
    hidden = town.open("丙", "stranger", agency_id=town.west.pk)
    sent = {"number": hidden.number, "relation": "related", "reason": "可能有关"}
    answer = officer.post(f"/m/{matter.number}/link/", sent)
    absent = officer.post(f"/m/{matter.number}/link/", {**sent, "number": "T999999999999"})
    assert answer.status_code == absent.status_code == 422
    assert "没有您能查看的事项" in answer.text
    assert "可能有关" in answer.text
    assert not Link.objects.exists()


def test_the_permission_is_asked_on_both_sides(town: Town) -> None:
    """Seeing the other matter is not enough: its own agency keeps what is said on it."""
    matter = town.open("甲")
    other = town.open("丙", "stranger", agency_id=town.west.pk)
    acts.involve(other, [town.staff["officer"].pk], "helping")
    grants = dict(town.actor("officer").grants)
    east = grants.pop(links.PERMISSION)
    looker = access.Actor("李明", town.east.pk, grants, staff_id=town.staff["officer"].pk)
    with pytest.raises(Refusal, match=r"matter\.link"):
        links.add(looker, matter.pk, other.number, "related")
    assert east
    links.add(town.actor("officer"), matter.pk, other.number, "related")


def test_strangers_find_nothing_to_link_or_unlink(town: Town) -> None:
    first, second = town.open("甲"), town.open("乙")
    made = links.add(town.actor("officer"), first.pk, second.number, "place")
    stranger = sign_in(town, "stranger")
    assert stranger.get(f"/m/{first.number}/link/").status_code == 404
    assert stranger.get(f"/m/{first.number}/link/find/?number={second.number}").status_code == 404
    sent = {"number": second.number, "relation": "related", "reason": "x"}
    assert stranger.post(f"/m/{first.number}/link/", sent).status_code == 404
    assert stranger.post(f"/m/{first.number}/links/{made.pk}/end/", sent).status_code == 404
    assert Link.objects.filter(pk=made.pk).exists()


def test_a_colleague_takes_it_back_with_a_reason(town: Town, officer: Client) -> None:
    first, second = town.open("甲"), town.open("乙")
    made = links.add(town.actor("officer"), first.pk, second.number, "place")
    address = f"/m/{second.number}/links/{made.pk}/end/"
    colleague = sign_in(town, "colleague")
    assert colleague.post(address, {"reason": " "}).status_code == 422
    page = colleague.post(address, {"reason": "门牌看错了"}, follow=True).text
    assert "解除关联" in page
    assert "门牌看错了" in officer.get(f"/m/{first.number}/").text
    assert not Link.objects.exists()
    assert Entry.objects.filter(event="toy.thing.unlinked").count() == 2
    assert colleague.post(address, {"reason": "再来"}).status_code == 404


def test_what_follows_from_a_step_is_not_taken_back_by_hand(town: Town, officer: Client) -> None:
    first, second = town.open("甲"), town.open("乙")
    acts.link(town.actor("officer"), first, second, "duplicate")
    made = Link.objects.get()
    assert f"unlink-{made.pk}" not in officer.get(f"/m/{first.number}/").text
    answer = officer.post(f"/m/{first.number}/links/{made.pk}/end/", {"reason": "x"})
    assert answer.status_code == 422
    assert Link.objects.exists()


def test_only_once_and_never_with_itself(town: Town) -> None:
    first, second = town.open("甲"), town.open("乙")
    officer = town.actor("officer")
    links.add(officer, first.pk, second.number, "place")
    with pytest.raises(Conflict, match="已经这样关联"):
        links.add(officer, second.pk, first.number, "place")
    with pytest.raises(Refusal, match="自身"):
        links.add(officer, first.pk, first.number, "related")
    with pytest.raises(Refusal, match="请选择关系"):
        links.add(officer, first.pk, second.number, "neighbour")


def test_pressing_twice_links_once(town: Town, officer: Client) -> None:
    first, second = town.open("甲"), town.open("乙")
    sent = {
        "number": second.number,
        "relation": "related",
        "act_id": "0190c0de-0000-7000-8000-000000000002",
    }
    codes = [officer.post(f"/m/{first.number}/link/", sent).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert Link.objects.count() == 1


def test_each_form_of_a_page_is_an_act_of_its_own(town: Town, officer: Client) -> None:
    """A note, then a link, without loading the page again."""
    matter, other = town.open("甲"), town.open("乙")
    page = officer.get(f"/m/{matter.number}/").text
    ids = re.findall(r'name="act_id" value="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 3
    officer.post(f"/m/{matter.number}/note/", {"text": "先记一笔", "act_id": ids[0]})
    sent = {"number": other.number, "relation": "related", "act_id": ids[0]}
    answer = officer.post(f"/m/{matter.number}/link/", sent)
    assert answer.status_code == 422
    assert "已用于另一操作" in answer.text
