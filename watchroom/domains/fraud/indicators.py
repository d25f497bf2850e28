"""What is counted about the fraud centre, and exactly how.

Nothing here ranks a station by how many warnings it has: that counts how much its people are lied
to. Loss prevented stands with its class of evidence on the fraud centre's own page of figures.
"""

import ibis
from ibis import Table

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, Samples, between, happened

from . import figures_of_money
from .flow import CASE

RECEIVED, REACHED = f"{CASE.kind}.receive", f"{CASE.kind}.reach"
CASES = ibis.table(
    {"matter_id": "int64", "outcome": "string", "reached_at": "timestamp('UTC')"},
    name="fraud_case",
)


def outcome_is(*outcomes: str) -> Samples:
    """Of the cases that were fed back or dismissed, 1 where the outcome is one of these."""

    def samples(entries: Table, _matters: Table) -> Table:
        ended = entries.filter(
            entries.event.isin([f"{CASE.kind}.feed_back", f"{CASE.kind}.dismiss"])
        )
        first = ended.group_by("matter_id").agg(
            agency_id=ended.agency_id.min(), at=ended.occurred_at.min()
        )
        both = first.join(CASES, "matter_id")
        value = both.outcome.isin(list(outcomes)).ifelse(1.0, 0.0)
        return both.select("matter_id", "agency_id", "at", value=value)

    return samples


INDICATORS = (
    Indicator(
        "cases",
        Text("预警对象", "People warned of"),
        Text("每个建卡的人和类型计一次", "One for each person and type that became a case"),
        happened(RECEIVED),
        unit="count",
    ),
    Indicator(
        "warned_to_signed",
        Text("预警签收用时", "Warning to signed"),
        Text("从收到预警到签收；未签收的不计", "From receipt to signing, where it was signed"),
        between(RECEIVED, f"{CASE.kind}.sign"),
        better="lower",
    ),
    Indicator(
        "warned_to_reached",
        Text("预警到联系上本人", "Warning to person reached"),
        Text("从收到预警到首次联系上本人", "From receipt to the first time the person is reached"),
        between(RECEIVED, REACHED),
        better="lower",
    ),
    Indicator(
        "asked_to_at_the_door",
        Text("请求上门到见面", "Visit asked for to at the door"),
        Text("从首次请求上门到首次到门前", "From the first request to the first arrival"),
        between(f"{CASE.kind}.ask_visit", f"{CASE.kind}.arrive"),
        better="lower",
    ),
    Indicator(
        "dissuaded",
        Text("劝阻成功", "Dissuaded"),
        Text(
            "有结果的对象中，结果为“劝阻成功”或“部分受损，已劝阻”的比例",
            "Of the cases with an outcome, the share that ended dissuaded or partly lost",
        ),
        outcome_is("dissuaded", "partly_lost"),
        unit="share",
        better="higher",
        of=Text("有结果的对象", "Cases with an outcome"),
    ),
    Indicator(
        "false_alarms",
        Text("误报", "False alarms"),
        Text("有结果的对象中，不是被骗的比例", "Of the cases with an outcome, those not defrauded"),
        outcome_is("not_victim"),
        unit="share",
        better="lower",
        of=Text("有结果的对象", "Cases with an outcome"),
    ),
    Indicator(
        "overdue",
        Text("反诈时限超时", "Fraud limits passed"),
        Text("签收、短信、电话、联系上、见面、反馈、回访的超时", "Clocks of cases that ran out"),
        happened(f"{CASE.kind}.overdue"),
        unit="count",
        better="lower",
    ),
    *figures_of_money.INDICATORS,
)
