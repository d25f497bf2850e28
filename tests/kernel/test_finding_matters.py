"""Finding matters by words."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.toy import Town
from watchroom.base.refusal import Refusal
from watchroom.kernel import acts, search
from watchroom.kernel.models import Entry, Matter, Place


@pytest.fixture(autouse=True, params=["much of the tree is read", "where is asked as well"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything here holds whichever way a reader is looked up."""
    if request.param == "where is asked as well":
        monkeypatch.setattr(search, "SHARE", 0)


def titles(town: Town, words: str, who: str = "officer", **given: object) -> list[str]:
    return [m.title for m in search.matters(town.actor(who), words, **given).matters]


def test_a_two_character_word_is_found_anywhere(town: Town) -> None:
    town.open("解放路便利店内有人打架")
    town.open("东湖边丢失钱包")
    assert titles(town, "打架") == ["解放路便利店内有人打架"]
    assert titles(town, "湖边 钱包") == ["东湖边丢失钱包"]


@pytest.mark.parametrize(
    "words", ["派出所", "城东派出", "东派", "所", "P07", "p0", "皖A12345", "12345"]
)
def test_words_letters_plates_and_single_characters_are_found(town: Town, words: str) -> None:
    town.open("城东派出所门前，Ｐ０７ 到场，车牌皖A12345")
    assert len(titles(town, words)) == 1


def test_pairs_that_only_occur_apart_are_not_a_word(town: Town) -> None:
    town.open("出所门口，派出民警")
    assert titles(town, "派出所") == []


def test_the_place_and_the_words_a_domain_adds_are_searched(town: Town) -> None:
    town.open("纠纷", place="中山路88号", words="邻居 噪音")
    assert titles(town, "中山") == titles(town, "噪音") == ["纠纷"]


def test_a_changed_title_is_found_and_the_old_one_no_longer(town: Town) -> None:
    matter = town.open("噪音扰民")

    def rename(it: Matter) -> dict[str, str]:
        it.title = "施工扰民"
        return {}

    acts.amend(town.actor("officer"), matter.pk, "toy.work", "renamed", change=rename)
    assert titles(town, "施工") == ["施工扰民"]
    assert titles(town, "噪音") == []


def test_what_one_may_not_see_is_not_found(town: Town) -> None:
    town.open("解放路打架")
    assert titles(town, "打架", "stranger") == []
    assert titles(town, "打架", "colleague") == ["解放路打架"]
    assert titles(town, "打架", "chief") == ["解放路打架"]


def test_whoever_is_involved_finds_it_among_their_own(town: Town) -> None:
    older, newer = town.open("打架一"), town.open("打架二")
    acts.involve(older, [town.staff["helper"].pk], "helping")
    assert titles(town, "打架", "helper") == ["打架一"]
    acts.involve(newer, [town.staff["officer"].pk], "helping")
    assert titles(town, "打架") == ["打架二", "打架一"]


def test_what_is_given_to_another_agency_is_found_there(town: Town) -> None:
    matter = town.open("打架")

    def give(it: Matter) -> dict[str, str]:
        it.agency = town.west
        return {}

    acts.amend(town.actor("officer"), matter.pk, "toy.work", "given", change=give)
    assert titles(town, "打架", "officer") == []
    assert titles(town, "打架", "stranger") == ["打架"]


def test_a_number_and_its_last_digits_come_first(town: Town) -> None:
    matter = town.open("甲")
    short = str(int(matter.number[-6:]))
    town.open(f"门牌{short}")
    assert titles(town, matter.number) == ["甲"]
    assert titles(town, matter.number.lower()) == ["甲"]
    assert titles(town, short)[0] == "甲"
    assert search.by_number(town.actor("officer"), short) == matter
    assert search.by_number(town.actor("stranger"), short) is None


def test_a_hit_in_the_title_comes_before_a_newer_one_elsewhere(town: Town) -> None:
    town.open("打架")
    town.open("其他", words="有人打架")
    assert titles(town, "打架") == ["打架", "其他"]


def test_older_windows_neither_repeat_nor_skip(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "WINDOW", 3)
    for n in range(8):
        town.open(f"打架{n}")
    seen, older = [], None
    while True:
        found = search.matters(town.actor("officer"), "打架", older=older)
        seen += [m.title for m in found.matters]
        if (older := found.older) is None:
            break
    assert sorted(seen) == [f"打架{n}" for n in range(8)]


def test_a_telephone_number_needs_a_purpose_and_leaves_an_entry(town: Town) -> None:
    town.open("求助", words="13900001234")
    with pytest.raises(Refusal, match="用途"):
        search.matters(town.actor("officer"), "13900001234")
    found = search.matters(town.actor("officer", purpose="回访"), "13900001234")
    assert [m.title for m in found.matters] == ["求助"]
    entry = Entry.objects.get(event="search.person")
    assert (entry.reason, entry.data) == ("回访", {"ending": "1234"})


def test_places_are_found_by_two_characters_and_by_alias(db: None) -> None:
    Place.objects.create(name="人民医院", aliases="市一院", kind="hospital", lon=1, lat=1, weight=2)
    Place.objects.create(name="民医诊所", kind="clinic", lon=1, lat=1, weight=1)
    assert [p.name for p in search.places("民医")] == ["人民医院", "民医诊所"]
    assert [p.name for p in search.places("一院")] == ["人民医院"]


def test_hits_are_marked_and_nothing_else_is_markup() -> None:
    assert search.highlight("<b>打架</b>", "打架") == "&lt;b&gt;<mark>打架</mark>&lt;/b&gt;"


ALPHABET = "打架纠纷派出所一㐀𠮷aB7 ，'\\:&|!()*"


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(ALPHABET, min_size=1, max_size=30), data=st.data())
def test_every_piece_of_a_text_finds_it(town: Town, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    wanted = [run for run in search.runs(piece) if not run.isascii()]
    matter = town.open("x" + text)
    if wanted:
        found = search.matters(town.actor("officer"), " ".join(wanted)).matters
        assert matter in found
