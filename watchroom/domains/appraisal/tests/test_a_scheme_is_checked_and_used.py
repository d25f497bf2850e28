"""A scheme is proposed, checked by the guard, approved by somebody else, and its table is read."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from django.test import Client

from tests.people import County
from watchroom.base.refusal import Refusal
from watchroom.domains.appraisal import actions, queries
from watchroom.figures.scoring import Item, Scheme
from watchroom.kernel.models import Entry, Matter

from .samples import BAD, GOOD, draft, live, second


def _browser(county: County, who: str) -> Client:
    browser = Client()
    browser.force_login(county.staff[who])
    return browser


def test_the_guard_ends_a_scheme_that_makes_a_target_of_incidents(county: County) -> None:
    matter = live(county, ("check",), BAD)
    assert (matter.state, matter.closed_at is not None) == ("refused", True)
    kept = queries.scheme_of(county.leader, matter.pk)
    assert kept.refusals[0]["kind"] == "cases"
    told = Entry.objects.get(matter=matter, event="appraisal.scheme.refuse").data
    assert told["refusals"][0]["rules"][0]["title"]["zh"].startswith("《公安机关执法质量")
    page = _browser(county, "leader").get(f"/m/{matter.number}/").text
    assert "不得作为考评指标" in page
    assert "第137号" in page


def test_nobody_refuses_a_scheme_by_hand_or_approves_their_own(county: County) -> None:
    matter = live(county, ())
    with pytest.raises(Refusal, match="只有核查"):
        actions.perform(county.leader, matter.pk, "refuse")
    actions.perform(second(county), matter.pk, "check")
    with pytest.raises(Refusal, match="提出人以外"):
        actions.perform(county.leader, matter.pk, "approve")


def test_what_the_guard_learns_later_stops_a_scheme_before_it_is_in_force(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = live(county, ("check", "approve"))
    kept = queries.known()
    tagged = {**kept, "requests.confirmed": replace(kept["requests.confirmed"], counts="fines")}
    monkeypatch.setattr(queries, "known", lambda: tagged)
    assert actions.perform(county.leader, matter.pk, "start").state == "refused"


def test_a_statistic_beside_the_points_is_let_through(county: County) -> None:
    assert live(county, ("check", "approve", "start")).state == "in_force"


def test_a_scheme_is_changed_until_it_is_checked(county: County) -> None:
    matter = live(county, ())
    changed = actions.redraft(county.leader, matter.pk, draft(title="改过的方案"))
    assert changed.title == "改过的方案"
    actions.perform(county.leader, matter.pk, "check")
    with pytest.raises(Refusal, match="不能修改方案"):
        actions.redraft(county.leader, matter.pk, draft())


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Item("no.such", D(1)), "没有指标"),
        (Item("requests.confirmed", D(1), per="officers"), "自己的分母"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_a_sentence(
    county: County, item: Item, said: str
) -> None:
    with pytest.raises(Refusal, match=said):
        actions.propose(county.leader, draft(Scheme((item,))), agency_id=county.bureau.pk)


def test_other_weights_are_tried_on_the_screen_and_kept_nowhere(county: County) -> None:
    matter = live(county, ("check", "approve", "start"))
    before = queries.scheme_of(county.leader, matter.pk).scheme
    page = _browser(county, "leader").get(f"/appraisal/{matter.number}/table/?w0=10&w3=99")
    assert (page.status_code, "试算" in page.text) == (200, True)
    assert queries.scheme_of(county.leader, matter.pk).scheme == before
    assert (
        "不是数字" in _browser(county, "leader").get(f"/appraisal/{matter.number}/table/?w0=x").text
    )


def test_a_station_reads_the_table_it_stands_in_and_only_when_it_is_in_force(
    county: County,
) -> None:
    chief = _browser(county, "chief")
    proposed, used = live(county, ()), live(county, ("check", "approve", "start"))
    assert chief.get(f"/appraisal/{proposed.number}/table/").status_code == 404
    assert chief.get(f"/appraisal/{used.number}/table/").status_code == 200


def test_a_scheme_is_proposed_and_changed_on_a_page(county: County) -> None:
    leader = _browser(county, "leader")
    form = leader.get("/appraisal/new/")
    assert "只能作统计" in form.text
    sent = {
        "title": "上半年考评", "level": "station", "since": "2026-01-01", "until": "2026-06-30",
        "base": "20", "i0_indicator": "requests.confirmed", "i0_way": "scale", "i0_weight": "30",
        "i0_worst": "50", "i0_best": "100",
    }  # fmt: skip
    assert leader.post("/appraisal/new/", sent).status_code == 302
    matter = Matter.objects.get(title="上半年考评")
    page = leader.get(f"/appraisal/{matter.number}/change/")
    assert 'value="30"' in page.text
    sent["i0_weight"] = "-1"
    refused = leader.post(f"/appraisal/{matter.number}/change/", sent)
    assert (refused.status_code, "不能为负" in refused.text) == (422, True)
    assert "上半年考评" in leader.get("/appraisal/").text
    assert queries.rules_of(queries.by_number(county.leader, matter.number)).base == GOOD.base
