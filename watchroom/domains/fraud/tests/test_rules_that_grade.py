"""Rules are data: alike as Python and SQL, drafted, run in the shadow, approved by another."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.people import County
from watchroom.base.clock import now
from watchroom.base.refusal import Refusal
from watchroom.base.text import Text
from watchroom.domains.fraud import actions, queries
from watchroom.domains.fraud.rules.grading import FACTS, RuleError, compiled, read_rules, sql
from watchroom.domains.fraud.rules.wording import in_words
from watchroom.domains.fraud.tests.samples import feed, warned, warning
from watchroom.kernel.access import system

NUMBERS = ("amount_fen", "score", "age", "minutes_on_call")
small = st.integers(0, 100)
conditions = st.one_of(
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(["=", "!=", ">=", "<=", ">", "<"]), small),
    st.tuples(st.sampled_from(["transferred", "screen_shared"]), st.just("="), st.booleans()),
    st.tuples(st.just("type_code"), st.sampled_from(["=", "!="]), st.sampled_from("ab")),
    st.tuples(st.just("feed_kind"), st.just("in"), st.lists(st.sampled_from("ab"), min_size=1)),
    st.tuples(st.just("words"), st.just("contains"), st.sampled_from(["转账", "%", "'"])),
)
rule_data = st.lists(
    st.tuples(
        st.sampled_from(["low", "medium", "high", "extreme"]),
        st.lists(conditions, min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=5,
)
maybe = st.none() | small
facts = st.tuples(
    st.sampled_from("ab"), st.sampled_from("ab"), maybe, maybe, maybe, maybe,
    st.booleans(), st.booleans(), st.sampled_from(["", "请转账", "100%", "it's"]),
)  # fmt: skip
CASTS = ("text", "text", "bigint", "int", "int", "int", "boolean", "boolean", "text")


def rules_of(data: Any) -> list[dict[str, Any]]:
    return [
        {"key": f"r{n}", "zh": "规则", "en": "rule", "level": level, "when": when}
        for n, (level, when) in enumerate(data)
    ]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(data=rule_data, told=facts)
def test_python_and_sql_grade_alike(data: Any, told: Any) -> None:
    rules = read_rules(rules_of(data))
    level, bits, values = sql(rules)
    columns = ", ".join(f"%s::{kind} AS {name}" for name, kind in zip(FACTS, CASTS, strict=True))
    with connection.cursor() as cursor:
        text = "SELECT {level}, {bits} FROM (SELECT {columns}) w"
        text = text.replace("{level}", level).replace("{bits}", bits).replace("{columns}", columns)
        cursor.execute(text, [*values, *told])
        assert tuple(cursor.fetchone()) == compiled(rules)(*told)


@pytest.mark.parametrize(
    "when",
    [
        [["sex", "=", "f"]],
        [["agency", "=", "X"]],
        [["age", "contains", 3]],
        [["age", ">=", "70"]],
        [["words", "=", ""]],
        [],
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(when: Any) -> None:
    with pytest.raises(RuleError):
        read_rules([{"key": "a", "zh": "甲", "en": "A", "level": "high", "when": when}])


@given(told=facts, more=rule_data, data=rule_data)
@settings(max_examples=60, deadline=None)
def test_a_further_rule_never_takes_attention_away(told: Any, data: Any, more: Any) -> None:
    few = read_rules(rules_of(data))
    many = read_rules(rules_of([*data, *more]))
    assert compiled(many)(*told)[0] >= compiled(few)(*told)[0]


EVERY_REBATE = [
    {
        "key": "x",
        "zh": "刷单",
        "en": "Rebates",
        "level": "high",
        "when": [["type_code", "=", "rebate"]],
    }
]


@pytest.mark.django_db
def test_rules_are_tested_on_the_past_and_approved_by_another(county: County) -> None:
    warned(county)
    actions.draft_rules(county.admin, "2026-2", EVERY_REBATE)
    row = actions.shadow_rules(county.admin, "2026-2")
    compared = queries.back_test(row, now() - timedelta(days=1), now() + timedelta(minutes=1))
    assert (compared.warnings, compared.changed, compared.moved) == (1, 1, {(1, 3): 1})
    assert warned(county).priority == 4  # in the shadow it grades nothing
    with pytest.raises(Refusal):
        actions.approve_rules(county.admin, "2026-2", reason="可以")
    actions.approve_rules(county.leader, "2026-2", reason="回测符合预期")
    assert warned(county).priority == 2
    with pytest.raises(Refusal):
        actions.draft_rules(county.admin, "2026-2", EVERY_REBATE)


@pytest.mark.django_db
def test_the_rules_are_read_and_drafted_on_the_screen(county: County) -> None:
    feed(county)
    actions.receive(system(), "telecom-a", [warning(score=95)])
    browser = Client()
    browser.force_login(county.staff["admin"])
    assert "来源评分90以上" in browser.get("/fraud/rules/").text
    typed = browser.get("/fraud/rules/draft/").text
    assert "score_90" in typed
    bad = browser.post("/fraud/rules/draft/", {"version": "v2", "rules": "[{}]"})
    assert bad.status_code == 422
    text = '[{"key":"a","zh":"甲","en":"A","level":"high","when":[["age",">=",60]]}]'
    assert browser.post("/fraud/rules/draft/", {"version": "v2", "rules": text}).status_code == 302
    assert "会有不同的等级" in browser.get("/fraud/rules/v2/?days=7").text
    browser.post("/fraud/rules/v2/shadow/")
    browser.force_login(county.staff["leader"])
    browser.post("/fraud/rules/v2/approve/", {"reason": "回测正常"})
    assert "v2" in browser.get("/fraud/rules/").text
    browser.force_login(county.staff["officer"])
    assert browser.get("/fraud/rules/").status_code == 403


def test_conditions_are_said_in_the_reader_s_language() -> None:
    when = (
        ("amount_fen", ">=", 5_000_000),
        ("type_code", "in", ["justice"]),
        ("transferred", "=", True),
    )
    names = {"type_code": {"justice": Text("冒充公检法", "Posing as police")}}
    said = in_words(when, names)
    assert said.zh == "涉及金额 ≥ 50,000.00 元，且诈骗类型属于冒充公检法，且已转账"
    assert said.en == (
        "sum in danger ≥ 50,000.00 yuan and fraud type is one of Posing as police"
        " and has transferred"
    )
