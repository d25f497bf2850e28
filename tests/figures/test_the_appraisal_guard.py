"""Schemes that make targets of what must stay a statistic are refused, with the rule."""

import pytest

from watchroom.base.text import Text
from watchroom.figures import guard
from watchroom.figures.guard import Known, Wanted
from watchroom.figures.scoring import DEDUCTED, WAYS
from watchroom.kernel.indicators import all_indicators

FREE = Known("community.visits", Text("走访次数", "Visits"), Text("每次一", "One each"))
FINES = Known("traffic.a", Text("罚没款数额", "Fines"), Text("按决定", "By decision"), "fines")


def _named(zh: str, en: str, counts: str = "") -> Known:
    return Known("x.y", Text(zh, en), Text("按期", "In the period"), counts)


@pytest.mark.parametrize(
    ("known", "kind"),
    [
        (_named("破案率", "Detection rate"), "detection"),
        (_named("结果", "Results", "conviction"), "detection"),
        (_named("刑事立案数", "Crimes filed"), "cases"),
        (_named("行政拘留数", "Detentions"), "detentions"),
        (_named("抓获嫌疑人", "Arrests"), "detentions"),
        (_named("罚款总额", "Fines"), "fines"),
        (_named("交通处罚数", "Penalties"), "penalties"),
        (_named("预警数", "Number of warnings"), "warnings"),
        (_named("工作量", "Work", "time fines"), "fines"),
    ],
)
@pytest.mark.parametrize("way", [*WAYS.values(), DEDUCTED])
def test_none_of_these_is_a_target_whichever_way_the_points_go(
    known: Known, kind: str, way: Text
) -> None:
    refused = guard.check([Wanted(FREE, True, way), Wanted(known, True, way)])
    assert [(one.item, one.kind.key) for one in refused] == [(1, kind)]


def test_the_refusal_cites_the_rule_in_both_languages() -> None:
    (refused,) = guard.check([Wanted(FINES, True, WAYS["rank"])])
    assert "行政处罚法" in refused.because.zh
    assert "第七十四条" in refused.because.zh
    assert "Article 74" in refused.because.en
    assert refused.as_dict()["rules"][0]["seen"] == "P"


def test_a_ratio_with_it_below_the_line_is_the_same_thing() -> None:
    (refused,) = guard.check([Wanted(FREE, True, WAYS["scale"], per=FINES)])
    assert "分母" in refused.because.zh


def test_it_stays_a_statistic_beside_the_points() -> None:
    assert guard.check([Wanted(FINES, False, WAYS["each"])]) == []


def test_what_the_domains_count_today_is_told_apart() -> None:
    """Whoever adds an indicator that belongs here, or is caught here by mistake, sees it."""
    touched = {
        name
        for name, one in all_indicators().items()
        if guard.touched(Known(name, one.title, one.definition))
    }
    assert touched == {"dispatch.incidents", "disputes.turned_criminal", "fraud.cases"}


def test_every_kind_names_a_rule_and_every_rule_says_how_well_it_is_known() -> None:
    for kind in guard.kinds():
        assert kind.sources
        assert {source.seen for source in kind.sources} <= {"P", "M", "ours"}
