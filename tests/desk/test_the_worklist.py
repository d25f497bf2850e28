"""What lies on somebody's desk."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.toy import Town
from watchroom.base.clock import held_at, now
from watchroom.desk import worklist
from watchroom.desk.worklist import Filters
from watchroom.kernel import acts
from watchroom.kernel.models import Matter


def titles(town: Town, who: str = "officer", **asked: object) -> list[str]:
    filters = Filters(**{"scope": "all", **asked})
    return [m.title for m in worklist.page(town.actor(who), filters).rows]


def due_in(town: Town, minutes: int | None, title: str, **given: object) -> Matter:
    """A matter whose clock runs out then: its due time is moved, nothing else."""
    matter = town.open(title, **given)
    due = None if minutes is None else now() + timedelta(minutes=minutes)
    Matter.objects.filter(pk=matter.pk).update(due_at=due)
    return matter


def test_the_most_urgent_comes_first_and_what_has_no_clock_last(town: Town) -> None:
    due_in(town, None, "无时限")
    due_in(town, 30, "半小时")
    due_in(town, -5, "已超时")
    due_in(town, 3, "三分钟")
    assert titles(town) == ["已超时", "三分钟", "半小时", "无时限"]
    assert titles(town, overdue=True) == ["已超时"]


def test_mine_is_what_i_own_or_am_involved_in(town: Town) -> None:
    town.open("我的", owner_id=town.staff["officer"].pk)
    acts.involve(town.open("请我协助"), [town.staff["officer"].pk], "helping")
    town.open("别人的")
    assert sorted(titles(town, scope="mine")) == ["我的", "请我协助"]
    assert len(titles(town)) == 3


def test_nobody_sees_what_they_may_not(town: Town) -> None:
    town.open("城东的")
    assert titles(town, "stranger") == []
    assert titles(town, "chief") == ["城东的"]
    assert titles(town, "chief", scope="agency") == ["城东的"]
    assert titles(town, "chief", agency=town.west.pk) == []


def test_what_is_closed_is_gone(town: Town) -> None:
    matter = town.open("办完的")
    acts.take(town.actor("officer"), matter.pk, "start")
    acts.take(town.actor("officer"), matter.pk, "finish", data={"outcome": "好"})
    assert titles(town) == []


def test_state_and_kind_narrow(town: Town) -> None:
    acts.take(town.actor("officer"), town.open("在办").pk, "start")
    town.open("未办")
    assert titles(town, state="working") == ["在办"]
    assert len(titles(town, kind="toy.thing")) == 2
    assert len(titles(town, domain="toy")) == 2


def test_pages_go_on_and_back_without_missing_or_repeating(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "PAGE", 3)
    for n in range(4):
        due_in(town, 10, f"同时{n}")
        due_in(town, None, f"无{n}")
    forward, address, last = [], "", None
    while address is not None:
        filters = _follow(address)
        last = worklist.page(town.actor("officer"), filters)
        forward.append([m.title for m in last.rows])
        address = last.following or None
    assert [title for part in forward for title in part] == titles_all(town)
    backward = [forward[-1]]
    while last.previous:
        last = worklist.page(town.actor("officer"), _follow(last.previous))
        backward.insert(0, [m.title for m in last.rows])
    assert backward == forward


def titles_all(town: Town) -> list[str]:
    rows = Matter.objects.order_by("due_at", "pk")
    return [m.title for m in rows]


def _follow(address: str) -> Filters:
    from django.http import QueryDict

    return Filters.read({"scope": "all", **QueryDict(address.lstrip("?")).dict()})


def test_a_row_that_moved_up_does_not_hide_another(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "PAGE", 2)
    made = [due_in(town, 10 + n, f"第{n}") for n in range(4)]
    first = worklist.page(town.actor("officer"), Filters(scope="all"))
    Matter.objects.filter(pk=made[3].pk).update(due_at=now())
    second = worklist.page(town.actor("officer"), _follow(first.following))
    assert [m.title for m in second.rows] == ["第2"]


@pytest.mark.parametrize("mark", ["x", "~", "-~x", "2026-01-01~3", "~~~", "-~99999999999999999999"])
def test_a_broken_address_shows_the_first_page(town: Town, mark: str) -> None:
    town.open("在")
    client = Client()
    client.force_login(town.staff["officer"])
    assert client.get("/", {"scope": "all", "after": mark, "agency": "²"}).status_code == 200


def test_late_rows_are_marked_and_the_view_lives_in_the_address(town: Town) -> None:
    due_in(town, -5, "已超时")
    client = Client()
    client.force_login(town.staff["officer"])
    page = client.get("/", {"scope": "all", "column": ["title", "due"]}).text
    assert 'class="is-late"' in page
    assert "columns=title.due" in page
    assert "承办人</th>" not in page


def test_the_first_page_costs_the_same_with_one_or_with_sixty(town: Town) -> None:
    client = Client()
    client.force_login(town.staff["officer"])
    town.open()
    client.get("/?scope=all")
    with CaptureQueriesContext(connection) as few:
        client.get("/?scope=all")
    for n in range(60):
        town.open(f"{n}")
    with CaptureQueriesContext(connection) as many:
        client.get("/?scope=all")
    assert len(many) == len(few)


HISTORY = """
WITH old AS (
    INSERT INTO kernel_matter (number, kind, title, agency_id, state, version, place, words, sealed,
                               occurred_at, entered_at, closed_at)
    SELECT 'H' || n, 'toy.thing', '旧事', %(agency)s, 'done', 1, '', '', false, now(), now(), now()
    FROM generate_series(1, 10000) AS n RETURNING id, agency_id
), chain AS (
    INSERT INTO kernel_chain (agency_id, month, algorithm, length, head)
    VALUES (%(agency)s, '2020-01', 'sha256', 0, '') RETURNING id
)
INSERT INTO kernel_entry (chain_id, position, matter_id, matter_version, event, from_state,
                          to_state,
                          agency_id, actor_name, occurred_at, entered_at, reason, data, hash)
SELECT chain.id, row_number() OVER (), old.id, 1, 'toy.thing.finish', '', 'done', agency_id, '',
       now(), now(), '', '{}', '' FROM old, chain
"""


EVERY = "a walk through every matter"


def _indexes(plan: dict[str, Any]) -> set[str]:
    own = {plan["Index Name"]} if "Index Name" in plan else set()
    if plan["Node Type"] == "Seq Scan" and plan.get("Relation Name") == "kernel_matter":
        own = {EVERY}
    return own.union(*(_indexes(part) for part in plan.get("Plans", ())))


@pytest.mark.parametrize("scope", ["all", "agency", "mine"])
def test_closed_matters_are_never_looked_at(town: Town, scope: str) -> None:
    """The plan stays inside the partial indexes of open matters, however long the history."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, {"agency": town.east.pk})
    for n in range(30):
        town.open(f"{n}", owner_id=town.staff["officer"].pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kernel_matter")
    rows = worklist.scoped(town.actor("officer"), Filters(scope=scope))
    plan = json.loads(rows.order_by("due_at", "pk")[:51].explain(format="json"))[0]["Plan"]
    used = {name for name in _indexes(plan) if name.startswith("matter_")}
    assert used
    assert used <= {"matter_open", "matter_owned_open", "matter_open_at"}
    assert EVERY not in _indexes(plan)


def test_the_same_moment_is_late_for_everybody(town: Town) -> None:
    due_in(town, 5, "五分钟后")
    with held_at(now() + timedelta(minutes=6)):
        assert titles(town, overdue=True) == ["五分钟后"]
