"""What is counted about requests, and exactly how. Times are those of occurrence."""

from ibis import Table

from watchroom.base.text import Text
from watchroom.figures.indicator import Indicator, Samples, between, happened

from .flow import ARTICLE, REQUEST

ASKED, ANSWERED = f"{REQUEST.kind}.ask", f"{REQUEST.kind}.answer"
CONFIRMED, REFUSED = f"{REQUEST.kind}.confirm", f"{REQUEST.kind}.refuse"


def confirmed() -> Samples:
    """Of the requests that ended by an answer or a refusal: confirmed by the asker, or not."""

    def samples(_entries: Table, matters: Table) -> Table:
        over = matters.filter(
            (matters.kind == REQUEST.kind) & matters.state.isin(["confirmed", "refused"])
        )
        return over.select(
            matter_id="id",
            agency_id="agency_id",
            at="closed_at",
            value=(over.state == "confirmed").ifelse(1.0, 0.0),
        )

    return samples


INDICATORS = (
    Indicator(
        "asked",
        Text("诉求数", "Requests"),
        Text("每提出一件计一次", "One for each request"),
        happened(ASKED),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "asked_to_answered",
        Text("提出到首次答复", "Asked to first answered"),
        Text("每件从提出到首次答复；未答复的不计", "Each request until its first answer, if any"),
        between(ASKED, ANSWERED),
        better="lower",
        of_beat=True,
    ),
    Indicator(
        "confirmed",
        Text("确认解决率", "Confirmed"),
        Text(
            "已办结或不予办理的诉求中，由提出人确认解决的；按办结时间",
            "Of requests confirmed or refused: confirmed by the asker; by the time they ended",
        ),
        confirmed(),
        unit="share",
        better="higher",
        of_beat=True,
        of=Text("已办结或不予办理的诉求", "Requests confirmed or refused"),
        by="closing",
    ),
    Indicator(
        "sent_back",
        Text("退回重办", "Not solved"),
        Text("提出人每退回一次计一次", "One each time the asker says it is not solved"),
        happened(f"{REQUEST.kind}.send_back"),
        unit="count",
        better="lower",
        of_beat=True,
    ),
    Indicator(
        "refused",
        Text("不予办理", "Refused"),
        Text("每不予办理一件计一次", "One for each request refused"),
        happened(REFUSED),
        unit="count",
        of_beat=True,
    ),
    Indicator(
        "overdue",
        Text("诉求超时", "Requests overdue"),
        Text("受理、答复、确认时限超时次数", "Clocks of requests that ran out"),
        happened(f"{REQUEST.kind}.overdue"),
        unit="count",
        better="lower",
        of_beat=True,
    ),
    Indicator(
        "published",
        Text("发布知识条目", "Articles published"),
        Text("每发布一条计一次", "One for each article published"),
        happened(f"{ARTICLE.kind}.publish"),
        unit="count",
    ),
)
