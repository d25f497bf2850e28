"""What is counted about money, and exactly how. Amounts are fen, each class by itself.

Intended is what was asked for, not what was lost; held back is the only class that says a loss was
prevented, and its evidence lies with the case. A measure that just ends gives no figure back: what
was stopped was stopped.
"""

import ibis
from ibis import Table

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, Samples, between, happened

from .flow.measure import MEASURE
from .rules.money import CLASSES, MEANINGS, OUTSIDE

MOVES = ibis.table(
    {
        "because_id": "int64",
        "source": "string",
        "target": "string",
        "fen": "int64",
        "at": "timestamp('UTC')",
    },
    name="fraud_moneymove",
)
NEW = {
    "intended": (OUTSIDE,),
    "held": (OUTSIDE, "intended"),
    "lost": (OUTSIDE, "intended", "held"),
    "stopped": (OUTSIDE, "lost"),
    "frozen": (OUTSIDE, "lost", "stopped"),
    "returned": (OUTSIDE, "lost", "frozen"),
}
"""From where money comes into a class newly: a stop that ends makes no new loss."""


def came_into(name: str) -> Samples:
    """One sample for each move into a class, its fen; at the agency whose matter moved it."""

    def samples(_entries: Table, matters: Table) -> Table:
        moves = MOVES.filter((MOVES.target == name) & MOVES.source.isin(NEW[name]))
        told = moves.join(matters, moves.because_id == matters.id)
        return told.select(
            "agency_id", matter_id="because_id", at="at", value=moves.fen.cast("float64")
        )

    return samples


def _amount(name: str) -> Indicator:
    return Indicator(
        f"money_{name}",
        Text("资金：{c}", "Money: {c}").format(c=CLASSES[name]),
        Text(
            "{m}；按归入这一类的时间计，各类不相加",
            "{m}; at the time it came into this class; classes are never added up",
        ).format(m=MEANINGS[name]),
        came_into(name),
        unit="fen",
    )


EXECUTED = f"{MEASURE.kind}.execute"


def _took(name: str, title: Text, told: Text, event: str) -> Indicator:
    """How long from that step to the execution."""
    samples = between(f"{MEASURE.kind}.{event}", EXECUTED)
    return Indicator(name, title, told, samples, better="lower")


def _counted(name: str, title: Text, told: Text, event: str, better: str = "") -> Indicator:
    """How often that happened to a measure."""
    samples = happened(f"{MEASURE.kind}.{event}")
    return Indicator(name, title, told, samples, unit="count", better=better)


INDICATORS = (
    *(_amount(name) for name in CLASSES),
    _counted(
        "accounts_caught",
        Text("止付冻结账户", "Accounts stopped or frozen"),
        Text("银行每执行一次止付或冻结计一次", "One for each stop or freeze a bank has done"),
        "execute",
    ),
    _took(
        "asked_to_in_force",
        Text("申请到生效用时", "Asked for to in force"),
        Text("每项措施从申请到银行执行", "Each measure from the request to its execution"),
        "request",
    ),
    _took(
        "approved_to_in_force",
        Text("批准到生效用时", "Approved to in force"),
        Text("每项措施从批准到银行执行", "Each measure from the approval to its execution"),
        "approve",
    ),
    _counted(
        "banks_silent",
        Text("银行没有答复", "Banks that did not answer"),
        Text("每次到时没有答复计一次", "One for each time the answer did not come in time"),
        "time_out",
        better="lower",
    ),
    _counted(
        "measures_lifted",
        Text("主动解除", "Lifted"),
        Text("期满前解除的措施", "Measures lifted before their end"),
        "confirm_lift",
    ),
    _counted(
        "appeals",
        Text("对措施的申诉", "Appeals against measures"),
        Text("每件申诉计一次", "One for each appeal"),
        "appeal",
    ),
)
