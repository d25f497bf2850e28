"""What is counted about community policing, and exactly how. Times are those of occurrence."""

import ibis
from ibis import Table

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, Samples, between, happened, once

from .flow import HAZARD, MEETING, NEED_FOUND, VISIT

FOUND, PUT_RIGHT, VERIFIED = (f"{HAZARD.kind}.{s}" for s in ("find", "put_right", "verify"))
VISITS = ibis.table(
    {"matter_id": "int64", "household_id": "int64", "service": "string", "helped": "int64"},
    name="community_visit",
)
DEADLINES = ibis.table(
    {"matter_id": "int64", "clock": "string", "state": "string", "ended_at": "timestamp('UTC')"},
    name="kernel_deadline",
)


def _made(matters: Table) -> Table:
    return matters.filter((matters.kind == VISIT.kind) & (matters.state == "made"))


def made() -> Samples:
    """One sample for each visit made; `what` is the household."""

    def samples(_entries: Table, matters: Table) -> Table:
        rows = _made(matters).join(VISITS, _made(matters).id == VISITS.matter_id)
        one = ibis.literal(1.0)
        return rows.select("matter_id", "agency_id", at="closed_at", value=one, what="household_id")

    return samples


def services() -> Samples:
    """One sample for each visit on which a service was done."""

    def samples(_entries: Table, matters: Table) -> Table:
        done = VISITS.filter(VISITS.service != "")
        rows = _made(matters).join(done, _made(matters).id == done.matter_id)
        return rows.select("matter_id", "agency_id", at="closed_at", value=ibis.literal(1.0))

    return samples


def held() -> Samples:
    """One sample for each meeting that was held, when it was."""

    def samples(_entries: Table, matters: Table) -> Table:
        rows = matters.filter((matters.kind == MEETING.kind) & (matters.state == "held"))
        one = ibis.literal(1.0)
        return rows.select(matter_id="id", agency_id="agency_id", at="closed_at", value=one)

    return samples


def in_time() -> Samples:
    """Of the hazards put right: 1 where the clock for it was kept."""

    def samples(_entries: Table, matters: Table) -> Table:
        over = DEADLINES.filter(
            (DEADLINES.clock == "put_right") & DEADLINES.state.isin(["met", "missed"])
        )
        ours = matters.filter(matters.kind == HAZARD.kind)
        rows = ours.join(over.drop("clock"), ours.id == over.matter_id)
        kept = (rows.state_right == "met").ifelse(1.0, 0.0)
        return rows.select("matter_id", "agency_id", at="ended_at", value=kept)

    return samples


INDICATORS = (
    Indicator(
        "households",
        Text("走访户数", "Households visited"),
        Text("走访过的户，一户只计一次，按走访时间", "Each household visited counts once"),
        made(),
        unit="distinct",
        of_beat=True,
        by="closing",
    ),
    Indicator(
        "visits",
        Text("走访次数", "Visits"),
        Text("每走访一次计一次，未遇不计", "One for each visit made; nobody met does not count"),
        made(),
        unit="count",
        of_beat=True,
        by="closing",
    ),
    Indicator(
        "services",
        Text("上门服务", "Services at the door"),
        Text("每办理一次上门服务计一次", "One for each visit on which a service was done"),
        services(),
        unit="count",
        of_beat=True,
        by="closing",
    ),
    Indicator(
        "needs",
        Text("发现需求", "Needs found"),
        Text("走访中每发现一项需求计一次", "One for each need found on a visit"),
        happened(f"{VISIT.kind}.{NEED_FOUND}"),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "meetings",
        Text("群众会议", "Meetings"),
        Text("每召开一次计一次", "One for each meeting held"),
        held(),
        unit="count",
        of_beat=True,
        by="closing",
    ),
    Indicator(
        "hazards_found",
        Text("发现隐患", "Hazards found"),
        Text("每发现一处计一次", "One for each hazard found"),
        once(FOUND),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "hazards_put_right",
        Text("整改隐患", "Hazards put right"),
        Text("每处隐患首次整改计一次", "One for each hazard, when it was first put right"),
        once(PUT_RIGHT),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "hazards_verified",
        Text("复核销号隐患", "Hazards verified"),
        Text("每处隐患由另一人复核销号计一次", "One for each hazard verified by another person"),
        once(VERIFIED),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "found_to_put_right",
        Text("发现到整改", "Found to put right"),
        Text("每处隐患从发现到首次整改", "Each hazard from being found to first being put right"),
        between(FOUND, PUT_RIGHT),
        better="lower",
        of_beat=True,
    ),
    Indicator(
        "put_right_in_time",
        Text("按期整改率", "Put right in time"),
        Text("已整改的隐患中整改时限内完成的", "Of the hazards put right: within their limit"),
        in_time(),
        unit="share",
        better="higher",
        of_beat=True,
        of=Text("整改过的隐患", "Hazards put right"),
        by="closing",
    ),
)
