"""What dispatch counts, and exactly how. Times are those of occurrence, never of entry."""

import ibis
from ibis import Table

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, Samples, between, happened

INCIDENT, ASSIGNMENT = "dispatch.incident", "dispatch.assignment"


def first_arrival() -> Samples:
    """Seconds from the call to the first unit on scene, one sample for each incident."""

    def samples(entries: Table, matters: Table) -> Table:
        arrivals = entries.filter(entries.event == f"{ASSIGNMENT}.arrive")
        units = matters.select(unit_matter="id", incident="parent_id")
        there = arrivals.join(units, arrivals.matter_id == units.unit_matter)
        first = there.group_by("incident").agg(until=there.occurred_at.min())
        calls = matters.filter(matters.kind == INCIDENT)
        both = calls.join(first, calls.id == first.incident)
        seconds = both.until.epoch_seconds() - both.occurred_at.epoch_seconds()
        return both.select(
            matter_id="id", agency_id="agency_id", at="occurred_at", value=seconds.cast("float64")
        )

    return samples


def calls() -> Samples:
    """One sample for each incident, at the time of its first call."""

    def samples(_entries: Table, matters: Table) -> Table:
        rows = matters.filter(matters.kind == INCIDENT)
        return rows.select(
            matter_id="id", agency_id="agency_id", at="occurred_at", value=ibis.literal(1.0)
        )

    return samples


INDICATORS = (
    Indicator(
        "incidents",
        Text("警情数", "Incidents"),
        Text(
            "按首次来电时间统计的警情，含重复与无效",
            "Incidents by time of the first call, duplicates and invalid ones included",
        ),
        calls(),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "call_to_arrival",
        Text("接警到首警到场", "Call to first arrival"),
        Text(
            "首次来电到第一组警力到场；没有到场记录的不计",
            "From the first call to the first unit on scene; without an arrival it is left out",
        ),
        first_arrival(),
        better="lower",
        of_beat=True,
    ),
    Indicator(
        "call_to_dispatch",
        Text("接警到派警", "Call to dispatch"),
        Text("首次来电到首次派警", "From the first call to the first dispatch"),
        between(f"{INCIDENT}.report", f"{INCIDENT}.dispatch"),
        better="lower",
    ),
    Indicator(
        "sent_to_sign",
        Text("派警到签收", "Sent to signed"),
        Text("每张派警单从下达到签收", "Each assignment from sending to signing"),
        between(f"{ASSIGNMENT}.send", f"{ASSIGNMENT}.sign"),
        better="lower",
        bands="sign",
    ),
    Indicator(
        "sign_to_set_out",
        Text("签收到出警", "Signed to set out"),
        Text("每张派警单从签收到出警", "Each assignment from signing to setting out"),
        between(f"{ASSIGNMENT}.sign", f"{ASSIGNMENT}.set_out"),
        better="lower",
        bands="set_out",
    ),
    Indicator(
        "sent_to_arrival",
        Text("派警到到场", "Sent to arrival"),
        Text(
            "每张派警单从下达到到场；没有到场记录的不计",
            "Each assignment from sending to arrival; those without an arrival are left out",
        ),
        between(f"{ASSIGNMENT}.send", f"{ASSIGNMENT}.arrive"),
        better="lower",
    ),
    Indicator(
        "time_on_scene",
        Text("现场处置时长", "Time on scene"),
        Text("每张派警单从到场到处置完毕", "Each assignment from arrival to clearing"),
        between(f"{ASSIGNMENT}.arrive", f"{ASSIGNMENT}.clear"),
    ),
    Indicator(
        "overdue",
        Text("超时钟数", "Clocks overrun"),
        Text("警情与派警单上超时的时限", "Clocks of incidents and assignments that ran out"),
        happened(f"{ASSIGNMENT}.overdue"),
        unit="count",
        better="lower",
    ),
)
