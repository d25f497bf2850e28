"""What posts count, and exactly how. Times are those of occurrence, never of entry."""

import ibis
from ibis import Table

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, Samples, between, happened

POSTING, INSPECTION = "coverage.posting", "coverage.inspection"
POSTINGS = ibis.table(
    {
        "matter_id": "int64",
        "starts_at": "timestamp('UTC')",
        "ends_at": "timestamp('UTC')",
        "strength": "int64",
    },
    name="coverage_posting",
)


def _begun(matters: Table) -> Table:
    """Postings that were not cancelled, at the time their shift begins; a period ends by now."""
    rows = matters.filter((matters.kind == POSTING) & (matters.state != "cancelled"))
    both = rows.join(POSTINGS, rows.id == POSTINGS.matter_id)
    return both.select(
        matter_id="id", agency_id="agency_id", at="starts_at", state="state", ends="ends_at"
    )


def _first_filled(entries: Table) -> Table:
    rows = entries.filter(entries.event == f"{POSTING}.filled")
    return rows.group_by("matter_id").agg(filled=rows.occurred_at.min())


def at_strength() -> Samples:
    """Seconds from the beginning of the shift until it was at strength; early counts as zero."""

    def samples(entries: Table, matters: Table) -> Table:
        rows, filled = _begun(matters), _first_filled(entries)
        both = rows.join(filled, "matter_id")
        seconds = both.filled.epoch_seconds() - both.at.epoch_seconds()
        late = ibis.greatest(seconds, 0).cast("float64")
        return both.select("matter_id", "agency_id", "at", value=late)

    return samples


def on_time() -> Samples:
    """1 for each posting that was at strength when its shift began, 0 for the others."""

    def samples(entries: Table, matters: Table) -> Table:
        rows, filled = _begun(matters), _first_filled(entries)
        both = rows.left_join(filled, "matter_id")
        good = (both.filled <= both.at).fill_null(False)
        return both.select("matter_id", "agency_id", "at", value=good.ifelse(1.0, 0.0))

    return samples


def verified() -> Samples:
    """1 for each finding that another person has verified as put right, 0 for the others."""

    def samples(entries: Table, matters: Table) -> Table:
        found = entries.filter(entries.event == f"{INSPECTION}.find")
        both = found.join(matters, found.matter_id == matters.id)
        return both.select(
            matter_id="matter_id",
            agency_id="agency_id",
            at="occurred_at",
            value=(both.state == "verified").ifelse(1.0, 0.0),
        )

    return samples


INDICATORS = (
    Indicator(
        "on_time",
        Text("班次按时到齐率", "Shifts at strength on time"),
        Text(
            "已开始的班次（取消的不计）中，开始时人数已达要求的",
            "Of shifts that have begun, cancelled ones left out: at strength when they began",
        ),
        on_time(),
        unit="share",
        better="higher",
        of=Text("已开始的班次，取消的不计", "Shifts that have begun, cancelled ones left out"),
    ),
    Indicator(
        "until_at_strength",
        Text("班次开始到人员到齐", "Shift's beginning to full strength"),
        Text(
            "提前到齐按 0 计；一直没有到齐的不计，见缺岗与超时",
            "Early counts as zero; those never at strength are left out: see the figures of those",
        ),
        at_strength(),
        better="lower",
    ),
    Indicator(
        "never_manned",
        Text("缺岗班次", "Shifts never manned"),
        Text("整班无人到岗", "Nobody came during the whole shift"),
        happened(f"{POSTING}.nobody_came"),
        unit="count",
        better="lower",
    ),
    Indicator(
        "overdue",
        Text("到岗、交接超时", "Late at posts"),
        Text("到岗和交接时限超时次数", "Clocks of manning and relieving that ran out"),
        happened(f"{POSTING}.overdue"),
        unit="count",
        better="lower",
    ),
    Indicator(
        "inspections",
        Text("查勤次数", "Inspections"),
        Text("每次查勤计一次", "One for each inspection"),
        happened(f"{INSPECTION}.inspect"),
        unit="count",
    ),
    Indicator(
        "findings",
        Text("查勤问题整改率", "Findings put right"),
        Text(
            "查勤发现的问题中，已整改并由另一人复核通过的",
            "Of what inspections found: put right, and verified by another person",
        ),
        verified(),
        unit="share",
        better="higher",
        of=Text("查勤发现的问题", "What inspections found"),
    ),
    Indicator(
        "put_right",
        Text("发现问题到复核通过", "Finding to verified"),
        Text("从发现问题到另一人复核通过", "From the finding until another person has verified it"),
        between(f"{INSPECTION}.find", f"{INSPECTION}.verify"),
        better="lower",
    ),
    Indicator(
        "plan_decided",
        Text("方案审批时间", "Time to decide on a plan"),
        Text("从提交到批准", "From submitting to approval"),
        between("coverage.plan.submit", "coverage.plan.approve"),
        better="lower",
    ),
)
