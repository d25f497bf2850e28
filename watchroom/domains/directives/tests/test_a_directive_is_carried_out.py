"""From any level down, and to neighbours: issued, signed, acted on, fed back, verified, closed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import County
from watchroom.base.clock import held_at, local_date, now
from watchroom.base.refusal import Refusal
from watchroom.domains.directives import actions, bulletin, jobs, queries, rules
from watchroom.domains.directives.flow import DIRECTIVE, ORDER
from watchroom.domains.directives.tests.samples import issued, order_of
from watchroom.kernel import access, sweep
from watchroom.kernel.access import NotFound
from watchroom.kernel.models import Entry, Involvement, Matter

pytestmark = pytest.mark.django_db


def signed_in(county: County, name: str) -> Client:
    browser = Client()
    browser.force_login(county.staff[name])
    return browser


def test_a_leader_issues_a_station_does_it_and_the_leader_closes(county: County) -> None:
    directive = issued(county)
    order = order_of(directive)
    assert order.agency_id == county.east.pk
    actions.perform(county.chief, order.pk, "sign")
    actions.perform(county.chief, order.pk, "set_out")
    actions.perform(county.chief, order.pk, "arrive")
    answer = {"result": "检查 12 座", "checked": 12, "found": 2}
    actions.perform(county.chief, order.pk, "feed_back", data=answer)
    actions.perform(county.leader, order.pk, "verify")
    done = actions.perform(county.leader, directive.pk, "close")
    assert done.state == "closed"
    (row,) = queries.progress(county.leader, directive.pk)
    assert (row.result, row.checked, row.found) == ("检查 12 座", 12, 2)
    order.refresh_from_db()
    assert order.owner_id == county.staff["chief"].pk


def test_a_directive_is_not_closed_over_an_open_order(county: County) -> None:
    directive = issued(county)
    with pytest.raises(Refusal, match="1"):
        actions.perform(county.leader, directive.pk, "close")


def test_whoever_fed_back_does_not_verify_it(county: County) -> None:
    order = order_of(issued(county))
    actions.perform(county.leader, order.pk, "sign")
    actions.perform(county.leader, order.pk, "feed_back", data={"result": "已落实"})
    with pytest.raises(Refusal):
        actions.perform(county.leader, order.pk, "verify")
    with pytest.raises(Refusal):
        actions.perform(county.chief, order.pk, "verify")


def test_an_answer_sent_back_is_given_again_with_its_clock(county: County) -> None:
    order = order_of(issued(county))
    actions.perform(county.chief, order.pk, "sign")
    actions.perform(county.chief, order.pk, "feed_back", data={"result": "已落实"})
    with pytest.raises(Refusal):
        actions.perform(county.leader, order.pk, "send_back")
    back = actions.perform(county.leader, order.pk, "send_back", reason="缺数量")
    assert back.state == "signed"
    assert back.due_at is not None


def test_a_station_elsewhere_and_a_stranger_find_nothing(county: County) -> None:
    directive = issued(county)
    order = order_of(directive)
    for who in (county.act("westerner"), county.colleague_elsewhere, county.stranger):
        for pk in (directive.pk, order.pk):
            with pytest.raises(NotFound):
                actions.perform(who, pk, "withdraw", reason="x")
    with pytest.raises(Refusal):
        actions.issue(county.chief, "加油站检查", [county.west.pk])


def test_a_station_does_not_see_what_was_sent_to_the_next(county: County) -> None:
    directive = actions.issue(county.leader, "夜查", [county.east.pk, county.west.pk])
    seen = access.visible(county.chief).filter(parent=directive)
    assert [row.agency_id for row in seen] == [county.east.pk]
    assert not access.visible(county.chief).filter(pk=directive.pk).exists()


def test_a_neighbour_is_asked_to_cooperate_and_answers_with_counts(county: County) -> None:
    directive = actions.issue(county.leader, "协查一辆货车", [county.elsewhere.pk], words="蓝色")
    assert queries.directive_of(county.leader, directive.pk).sort == rules.COOPERATION
    order = order_of(directive)
    neighbour = access.on_account_of(county.colleague_elsewhere, "directives.respond")
    neighbour = access.on_account_of(neighbour, "directives.view")
    actions.perform(neighbour, order.pk, "sign")
    with pytest.raises(Refusal):
        actions.perform(neighbour, order.pk, "feed_back", data={"result": "无"})
    said = {"result": "未发现", "checked": 40, "found": 0}
    actions.perform(neighbour, order.pk, "feed_back", data=said)
    assert not access.visible(county.leader).filter(pk=order.pk).exists()
    assert actions.perform(county.leader, order.pk, "verify").state == "verified"


@given(
    numbers=st.lists(
        st.one_of(
            st.integers(10**16, 10**17 - 1).map(lambda n: f"{n}X"),
            st.integers(13 * 10**9, 20 * 10**9 - 1).map(str),
        ),
        unique=True,
        max_size=5,
    )
)
def test_a_list_of_people_is_never_sent_around(numbers: list[str]) -> None:
    said = "，".join(f"张某{number}" for number in numbers)
    assert (rules.why_not_told(said) is None) == (len(numbers) <= 1)


def test_neither_a_directive_nor_an_answer_carries_a_list(county: County) -> None:
    people = "510101199001011234，510101199001015678"
    with pytest.raises(Refusal):
        issued(county, words=people)
    order = order_of(issued(county))
    actions.perform(county.chief, order.pk, "sign")
    with pytest.raises(Refusal):
        actions.perform(county.chief, order.pk, "feed_back", data={"result": people})


@pytest.mark.parametrize(
    "wrong",
    [{"checked": 1, "found": 2}, {"found": 1}, {"checked": -1}, {"checked": "many"}],
)
def test_counts_that_cannot_be_are_refused(county: County, wrong: dict[str, Any]) -> None:
    order = order_of(issued(county))
    actions.perform(county.chief, order.pk, "sign")
    with pytest.raises(Refusal):
        actions.perform(county.chief, order.pk, "feed_back", data={"result": "有", **wrong})


def test_to_withdraw_a_directive_withdraws_what_is_open_and_keeps_what_is_done(
    county: County,
) -> None:
    directive = actions.issue(county.leader, "夜查", [county.east.pk, county.west.pk])
    east = Matter.objects.get(parent=directive, agency=county.east)
    actions.perform(county.chief, east.pk, "sign")
    actions.perform(county.chief, east.pk, "feed_back", data={"result": "已落实"})
    actions.perform(county.leader, east.pk, "verify")
    actions.perform(county.leader, directive.pk, "withdraw", reason="另行部署")
    states = Matter.objects.filter(parent=directive).order_by("agency__code")
    assert [row.state for row in states] == ["verified", "withdrawn"]


def test_the_same_press_twice_issues_once(county: County) -> None:
    act = uuid4()
    first, second = (issued(county, act_id=act) for _ in range(2))
    assert first.pk == second.pk
    assert Matter.objects.filter(parent=first).count() == 1


def test_a_directive_to_nobody_or_to_oneself_is_refused(county: County) -> None:
    for to in ([], [county.bureau.pk], [0]):
        with pytest.raises(Refusal):
            actions.issue(county.leader, "夜查", to)
    with pytest.raises(Refusal):
        issued(county, urgency=4)
    with pytest.raises(Refusal):
        actions.issue(county.leader, " ", [county.east.pk])


def test_silence_brings_in_who_leads_once(county: County) -> None:
    order = order_of(issued(county, urgency=1))
    with held_at(now() + timedelta(minutes=6)):
        sweep.raise_overdue()
    entry = Entry.objects.get(matter=order, event=f"{ORDER.kind}.overdue")
    jobs.order_overdue(entry)
    jobs.order_overdue(entry)
    (said,) = Entry.objects.filter(matter=order, event=f"{ORDER.kind}.escalated")
    assert county.staff["chief"].pk in said.data["to"]
    assert Involvement.objects.filter(matter=order, staff=county.staff["leader"]).exists()


def test_a_plan_in_force_issues_its_directive_once(county: County) -> None:
    plan = issued(county)  # any matter of the bureau's stands for the plan
    entry = Entry.objects.filter(matter=plan).earliest("id")
    jobs.plan_in_force(entry)
    jobs.plan_in_force(entry)
    made = Matter.objects.get(directives_directive__because_of=entry)
    to = Matter.objects.filter(parent=made).values_list("agency__code", flat=True)
    assert sorted(to) == ["CTR", "EAST", "WEST"]


def test_the_bulletin_counts_by_band_and_names_the_slowest(county: County) -> None:
    at = now() - timedelta(days=7)
    with held_at(at):
        directive = actions.issue(county.leader, "夜查", [county.east.pk, county.west.pk])
    east, west = Matter.objects.filter(parent=directive).order_by("agency__code")
    for order, seconds in ((east, 20), (west, 130)):
        when = at + timedelta(seconds=seconds)
        with held_at(when):
            actions.perform(county.leader, order.pk, "sign")
    sign, _, feedback = bulletin.tables(county.leader, local_date(at))
    assert [(row.agency.code, row.median) for row in sign.rows] == [("EAST", 20), ("WEST", 130)]
    assert [row.in_bands for row in sign.rows] == [(1, 0, 0, 0, 0), (0, 0, 0, 1, 0)]
    assert sign.slowest == county.west
    assert feedback.slowest is None
    assert [row.done for row in feedback.rows] == [0, 0]
    assert bulletin.tables(county.stranger, local_date(at))[0].rows == []


def test_in_the_browser_a_directive_is_issued_answered_and_verified(county: County) -> None:
    leader, chief = signed_in(county, "leader"), signed_in(county, "chief")
    page = leader.get("/directives/new/")
    assert county.east.name in page.text
    refused = leader.post("/directives/new/", {"title": "夜查", "words": "x", "urgency": "2"})
    assert refused.status_code == 422
    assert 'value="夜查"' in refused.text
    sent = {"title": "夜查", "words": "查三家", "urgency": "2", "to": [county.east.pk]}
    done = leader.post("/directives/new/", sent)
    assert done.status_code == 302
    directive = Matter.objects.filter(kind=DIRECTIVE.kind).latest("id")
    order = order_of(directive)
    assert "夜查" in chief.get("/directives/").text
    actions.perform(county.chief, order.pk, "sign")
    actions.perform(county.chief, order.pk, "feed_back", data={"result": "查三家", "checked": 3})
    shown = leader.get(f"/m/{directive.number}/").text
    assert "查三家" in shown
    verify = f"/directives/order/{order.pk}/verify/"
    assert verify in shown
    assert chief.post(verify).status_code in (404, 422)
    assert signed_in(county, "stranger").post(verify).status_code == 404
    assert leader.post(verify).status_code == 302
    order.refresh_from_db()
    assert order.state == "verified"


@pytest.mark.parametrize("path", ["", "?over=1", "bulletin/", "bulletin/?day=x", "new/"])
def test_pages_open_for_those_who_lead_and_for_nobody_else(county: County, path: str) -> None:
    issued(county)
    assert signed_in(county, "leader").get(f"/directives/{path}").status_code == 200
    assert signed_in(county, "stranger").get(f"/directives/{path}").status_code in (403, 404)
