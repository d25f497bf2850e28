"""Notes and the people they point to."""

from uuid import uuid4

import pytest

from tests.toy import Town
from watchroom.base.refusal import Refusal
from watchroom.kernel import access, notes
from watchroom.kernel.models import Entry, Post


def test_a_note_is_an_entry_and_changes_nothing_else(town: Town) -> None:
    matter = town.open()
    entry = notes.add(town.actor("colleague"), matter.pk, "  已电话联系 ")
    matter.refresh_from_db()
    assert (entry.event, entry.data["text"]) == ("toy.thing.note", "已电话联系")
    assert (matter.version, matter.state) == (1, "received")


def test_sent_twice_it_stands_once(town: Town) -> None:
    matter, act_id = town.open(), uuid4()
    for _ in range(2):
        notes.add(town.actor("officer"), matter.pk, "一次", act_id=act_id)
    assert Entry.objects.filter(event="toy.thing.note").count() == 1


def test_a_stranger_cannot_tell_the_matter_from_an_absent_one(town: Town) -> None:
    matter = town.open()
    for number in (matter.pk, 10**9):
        with pytest.raises(access.NotFound):
            notes.add(town.actor("stranger"), number, "看看")


def test_who_sees_but_may_not_write_is_told(town: Town) -> None:
    role = Post.objects.get(staff=town.staff["colleague"]).role
    role.permissions = ["toy.view"]
    role.save()
    with pytest.raises(Refusal, match=r"note\.add"):
        notes.add(town.actor("colleague"), town.open(who="chief").pk, "看看")


@pytest.mark.parametrize("text", ["", "   ", "长" * 4001])
def test_an_empty_or_endless_note_is_refused(town: Town, text: str) -> None:
    with pytest.raises(Refusal, match="4000"):
        notes.add(town.actor("officer"), town.open().pk, text)


def test_a_colleague_who_sees_it_anyway_is_only_named(town: Town) -> None:
    matter = town.open()
    entry = notes.add(town.actor("officer"), matter.pk, "请 @colleague 接手")
    assert entry.data["mentions"] == [town.staff["colleague"].pk]
    assert not matter.involvements.exists()


def test_an_officer_cannot_share_by_a_slip(town: Town) -> None:
    matter = town.open()
    with pytest.raises(Refusal, match="孙丽"):
        notes.add(town.actor("officer"), matter.pk, "请 @helper 看")
    assert not access.visible(town.actor("helper")).exists()
    assert not Entry.objects.filter(event="toy.thing.note").exists()


def test_who_may_share_gives_the_need_to_know(town: Town) -> None:
    matter = town.open()
    notes.add(town.actor("chief"), matter.pk, "请 @helper 协助")
    assert access.find(town.actor("helper"), pk=matter.pk) == matter


def test_nobody_is_let_in_whose_roles_do_not_allow_it(town: Town) -> None:
    Post.objects.filter(staff=town.staff["helper"]).delete()
    matter = town.open()
    with pytest.raises(Refusal, match="孙丽"):
        notes.add(town.actor("chief"), matter.pk, "请 @helper 协助")
    assert not matter.involvements.exists()


def test_an_address_is_not_a_person(town: Town) -> None:
    entry = notes.add(town.actor("officer"), town.open().pk, "发到 a@example.com，@nobody")
    assert entry.data["mentions"] == []
