"""Ranking, coverage, plans, duplicates, class suggestions and commands: the rules by themselves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.domains.dispatch import rules
from watchroom.domains.dispatch.flow import ASSIGNMENT, BEFORE_SCENE, HOLDING, INCIDENT
from watchroom.domains.dispatch.rules import ClassFacts, Free, OpenIncident, Reserve, UnitFacts
from watchroom.domains.dispatch.rules.class_rows import read_plan
from watchroom.law import limits

FIGHT = ClassFacts("0201", Text("打架斗殴", "Fight"), "order", 2, ("打架", "斗殴"))
THEFT = ClassFacts("0102", Text("入室盗窃", "Burglary"), "crime", 2, ("盗窃", "入室盗窃", "小偷"))
NOISE = ClassFacts("0301", Text("噪音扰民", "Noise"), "nuisance", 4, ("噪音", "太吵"))
LIST = (FIGHT, THEFT, NOISE)


def unit(code: str = "P01", **more: object) -> UnitFacts:
    told = {
        "unit_id": abs(hash(code)),
        "code": code,
        "name": code,
        "kind": "car",
        "agency_id": 1,
        "agency": "东城",
        "status": "free",
        "lon": 112.9,
        "lat": 28.2,
        "position_age_s": 5.0,
        "seconds": 100.0,
        "by_road": True,
    }
    return UnitFacts(**{**told, **more})  # type: ignore[arg-type]


facts = st.builds(
    unit,
    code=st.text("PF0123456789", min_size=2, max_size=4),
    status=st.sampled_from(["free", "busy", "rest", "off"]),
    seconds=st.none() | st.floats(0, 5000),
    position_age_s=st.none() | st.floats(0, 10_000),
    busy_until_s=st.none() | st.floats(0, 5000),
    lost_3=st.none() | st.floats(0, 1),
    lost_5=st.none() | st.floats(0, 1),
    beat_owner=st.booleans(),
    skills=st.lists(st.sampled_from(["water", "armed"])).map(tuple),
)


@given(st.lists(facts, max_size=12), st.lists(st.sampled_from(["water", "armed"]), max_size=2))
def test_the_order_is_that_of_the_figures_shown(units: list[UnitFacts], needed: list[str]) -> None:
    ranked = rules.rank(units, tuple(dict.fromkeys(needed)))
    assert [r.rank for r in ranked] == list(range(1, len(units) + 1))
    sendable = [r.sendable for r in ranked]
    assert sendable == sorted(sendable, reverse=True)
    for group in (True, False):
        shown = [r.effective_s for r in ranked if r.sendable is group and r.effective_s is not None]
        assert shown == sorted(shown)
    for row in ranked:
        assert row.reasons
        if row.effective_s is not None:
            parts = sum(seconds for _, seconds in row.parts)
            assert row.effective_s == pytest.approx(row.facts.seconds + parts)


@given(st.lists(facts, max_size=8, unique_by=lambda u: u.code), st.randoms())
def test_the_order_does_not_hang_on_the_order_of_asking(units: list[UnitFacts], by: object) -> None:
    shuffled = list(units)
    by.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [r.facts.code for r in rules.rank(units)] == [r.facts.code for r in rules.rank(shuffled)]


def _column(values: list[float | None]) -> np.ndarray:
    return np.array(values, np.float64)


@given(st.lists(facts, max_size=12, unique_by=lambda u: u.code), st.sampled_from([(), ("water",)]))
def test_many_reckoned_at_once_stand_as_one_by_one(
    units: list[UnitFacts], needed: tuple[str, ...]
) -> None:
    columns = rules.UnitColumns(
        code=[u.code for u in units],
        kind=[u.kind for u in units],
        status=np.array([u.status for u in units], np.str_),
        seconds=_column([u.seconds for u in units]),
        position_age_s=_column([u.position_age_s for u in units]),
        busy_until_s=_column([u.busy_until_s for u in units]),
        missing=_column([float(sum(s not in u.skills for s in needed)) for u in units]),
        lost_5=_column([u.lost_5 for u in units]),
        beat_owner=np.array([u.beat_owner for u in units], np.bool_),
    )
    at_once = [units[i].code for i in rules.order(columns)]
    assert at_once == [r.facts.code for r in rules.rank(units, needed)]


def test_an_old_position_is_marked_and_costs_time() -> None:
    fresh, old = rules.rank([unit("P01", position_age_s=600.0), unit("P02", seconds=150.0)])
    assert (fresh.facts.code, old.facts.code) == ("P02", "P01")
    assert old.stale
    assert "10′00″" in old.reasons[1].zh


def test_a_straight_line_is_never_called_a_road() -> None:
    (row,) = rules.rank([unit(by_road=False)])
    assert "直线" in row.reasons[0].zh
    assert "straight line" in row.reasons[0].en


def test_what_stays_uncovered_counts_against_going() -> None:
    ranked = rules.rank(
        [unit("P01", lost_3=0.1, lost_5=0.2), unit("P02", seconds=200.0, lost_3=0.0, lost_5=0.0)]
    )
    assert [r.facts.code for r in ranked] == ["P02", "P01"]
    assert "20.0%" in ranked[1].reasons[1].zh


def test_words_point_to_classes_and_say_which() -> None:
    first, *_ = rules.suggest_classes("家里进小偷了，入室盗窃", LIST)
    assert first.code == "0102"
    assert "小偷" in first.why.zh
    assert rules.suggest_classes("", LIST) == ()


@given(st.text(max_size=60))
def test_no_words_break_the_suggestions(words: str) -> None:
    found = rules.suggest_classes(words, LIST)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    for item in LIST:
        grade, why = rules.priority(item, words)
        assert 1 <= grade <= item.priority
        assert str(item.priority) in why.zh


def test_a_knife_makes_it_urgent_and_the_reason_says_so() -> None:
    grade, why = rules.priority(NOISE, "太吵了，他还拿着刀")
    assert grade == 1
    assert "刀械" in why.zh


def test_the_same_fight_told_twice_is_found_and_another_town_is_not() -> None:
    new = OpenIncident(0, "", "", 112.9, 28.2, 0.0, "order", "东街有人打架")
    same = replace(new, incident_id=1, number="A", lon=112.901, seconds_ago=120.0)
    far = replace(same, incident_id=2, lon=113.2)
    (found,) = rules.duplicates(new, [same, far])
    assert found.incident_id == 1
    assert "相隔2分钟" in found.why.zh


@given(
    st.dictionaries(st.sampled_from(["car", "foot", "any"]), st.integers(1, 3)),
    st.lists(st.sampled_from(["car", "foot", "boat"]), max_size=8),
    st.lists(st.sampled_from(["car", "foot"]), max_size=3),
)
def test_a_plan_takes_what_it_needs_and_no_more(
    needs: dict[str, int], kinds: list[str], already: list[str]
) -> None:
    free = [Free(i, kind) for i, kind in enumerate(kinds)]
    chosen, missing = rules.fulfil(needs, free, already)
    assert len(chosen) == len(set(chosen))
    assert len(chosen) + sum(missing.values()) <= sum(needs.values())
    for kind in {"car", "foot"} & set(needs):
        sent = sum(1 for i in chosen if kinds[i] == kind) + already.count(kind)
        assert sent + missing.get(kind, 0) >= needs[kind]


def test_the_reserve_is_for_the_urgent() -> None:
    rule = Reserve("东城", "car", kept_for=1, minimum=2, free=2, going=1)
    assert rules.reserve_broken([rule], 1) is None
    assert "预留2个" in rules.reserve_broken([rule], 3).zh  # type: ignore[union-attr]
    assert rules.reserve_broken([replace(rule, free=3)], 3) is None


@pytest.mark.parametrize(
    ("new", "state", "old", "may"),
    [
        (1, "set_out", 2, True),
        (1, "set_out", 1, False),
        (1, "arrived", 4, False),
        (2, "sent", 4, True),
        (2, "sent", 3, False),
        (3, "sent", 4, False),
        (None, "sent", 4, False),
    ],
)
def test_who_may_be_called_away(new: int | None, state: str, old: int, may: bool) -> None:
    why_not = rules.why_not_preempt(new, rules.Sent("JQ1", state, old))
    assert (why_not is None) is may


@given(
    st.sampled_from(list(INCIDENT.states)),
    st.lists(st.sampled_from(list(ASSIGNMENT.states)), max_size=4),
    st.booleans(),
)
def test_an_incident_follows_only_by_steps_it_can_take(
    state: str, sent: list[str], fed_back: bool
) -> None:
    step = rules.follow(state, sent, fed_back)
    if step is None:
        if state in BEFORE_SCENE:
            assert "arrived" not in sent
        return
    assert state in INCIDENT.by_name[step].sources
    target = INCIDENT.by_name[step].target
    assert (target == "classified") == (
        not any(s in HOLDING for s in sent) and "cleared" not in sent
    )


def test_every_clock_of_dispatch_has_a_rule_in_force() -> None:
    for flow in (INCIDENT, ASSIGNMENT):
        for clock in flow.clocks.values():
            for priority in (1, 2, 3, 4):
                for setting in ("urban", "suburb", "rural"):
                    name = clock.rule.format(priority=priority, setting=setting)
                    assert limits.rule(name).unit.counted


@pytest.mark.parametrize(
    ("line", "verb", "incident", "units", "words"),
    [
        ("assign 23 p07 P08", "dispatch", "23", ("P07", "P08"), ""),
        ("派 23 P07", "dispatch", "23", ("P07",), ""),
        ("/arrive P07", "arrive", "", ("P07",), ""),
        ("note 23 门牌 12 号", "note", "23", (), "门牌 12 号"),
        ("close 0023", "close", "0023", (), ""),
        ("refuse P07 车坏了", "refuse", "", ("P07",), "车坏了"),
    ],
)
def test_the_command_line_is_read(
    line: str, verb: str, incident: str, units: tuple[str, ...], words: str
) -> None:
    assert rules.parse(line) == rules.Command(verb, incident, units, words)


@pytest.mark.parametrize("line", ["", "fly P07", "assign 23", "arrive", "note 23"])
def test_a_wrong_command_is_answered_with_the_right_shape(line: str) -> None:
    with pytest.raises(Refusal):
        rules.parse(line)


@given(st.text(max_size=30))
def test_no_plan_text_breaks_the_import(text: str) -> None:
    plan = read_plan(text)
    assert plan is None or all(n >= 0 for n in plan.values())
