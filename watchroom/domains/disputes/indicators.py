"""What is counted about disputes, and exactly how. Times are those of occurrence."""

import ibis
from ibis import Table

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, Samples, between, once, over

from .flow import DISPUTE

REGISTERED, AGREED = f"{DISPUTE.kind}.register", f"{DISPUTE.kind}.agree"
SETTLED, RECURRED = f"{DISPUTE.kind}.settle", f"{DISPUTE.kind}.recurred"
CRIME = f"{DISPUTE.kind}.turned_criminal"
MONTHS = 6


def settled_since() -> Samples:
    """Of what was found: 1 where it has been settled since, whenever that was."""

    def samples(entries: Table, matters: Table) -> Table:
        found = once(REGISTERED)(entries, matters).drop("value")
        ended = once(SETTLED)(entries, matters).select("matter_id", until="at")
        both = found.left_join(ended, "matter_id")
        done = both.until.notnull().ifelse(1.0, 0.0)
        return both.select("matter_id", "agency_id", "at", value=done)

    return samples


def came_back() -> Samples:
    """Of what was settled: 1 where the quarrel came back within six months of that."""

    def samples(entries: Table, matters: Table) -> Table:
        ended = once(SETTLED)(entries, matters).drop("value")
        again = entries.filter(entries.event == RECURRED)
        again = again.select("matter_id", back="occurred_at")
        both = ended.left_join(again, "matter_id")
        soon = (both.back >= both.at) & (both.back < both.at + ibis.interval(months=MONTHS))
        rows = both.mutate(soon=soon.fill_null(False).ifelse(1.0, 0.0))
        return rows.group_by("matter_id", "agency_id", "at").agg(value=rows.soon.max())

    return samples


INDICATORS = (
    Indicator(
        "found",
        Text("排查纠纷数", "Disputes found"),
        Text("每登记一件计一次，按登记时间", "One for each dispute, when it was registered"),
        once(REGISTERED),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "settled",
        Text("化解纠纷数", "Disputes settled"),
        Text(
            "协议已履行、按风险完成回访、由另一人确认化解的，按确认时间",
            "Agreement performed, visits done as the risk asks, confirmed by another; by the time "
            "of that confirmation",
        ),
        once(SETTLED),
        unit="count",
        better="higher",
        of_beat=True,
    ),
    Indicator(
        "rate_period",
        Text("化解率（当期）", "Rate settled, same period"),
        Text(
            "本期化解数 ÷ 本期登记数；分子可含以前登记的，故可超过100%",
            "Settled in the period ÷ registered in the period; what is settled may have been "
            "registered before, so it can pass 100 %",
        ),
        over(once(SETTLED), once(REGISTERED)),
        unit="ratio",
        better="higher",
        places=2,
        of_beat=True,
        of=Text("本期登记的纠纷", "Disputes registered in the period"),
    ),
    Indicator(
        "rate_cohort",
        Text("化解率（同批）", "Rate settled, same disputes"),
        Text(
            "本期登记的纠纷中，至今已化解的；近期的因回访未满而偏低",
            "Of those registered in the period, settled by now; recent ones are still followed up",
        ),
        settled_since(),
        unit="share",
        better="higher",
        places=2,
        of_beat=True,
        of=Text("本期登记的纠纷", "Disputes registered in the period"),
    ),
    Indicator(
        "until_agreed",
        Text("登记到协议生效", "Registered to agreed"),
        Text(
            "从登记到首份协议生效；未达成的不计", "To the first agreement in force, if there is one"
        ),
        between(REGISTERED, AGREED),
        better="lower",
        of_beat=True,
    ),
    Indicator(
        "until_settled",
        Text("登记到化解", "Registered to settled"),
        Text("从登记到确认化解，含回访期", "To its settlement, the time of the visits included"),
        between(REGISTERED, SETTLED),
        better="lower",
        of_beat=True,
    ),
    Indicator(
        "recurred",
        Text("六个月内反复", "Came back within six months"),
        Text(
            "本期化解的纠纷中，六个月内确认又起同一矛盾的",
            "Of those settled in the period: the same quarrel was confirmed to be back within six "
            "months",
        ),
        came_back(),
        unit="share",
        better="lower",
        places=2,
        of_beat=True,
        of=Text("本期化解的纠纷", "Disputes settled in the period"),
    ),
    Indicator(
        "turned_criminal",
        Text("转化为刑事案件", "Turned into a crime"),
        Text("每件纠纷只计首次", "Each dispute once, the first time"),
        once(CRIME),
        unit="count",
        better="lower",
        of_beat=True,
    ),
)
