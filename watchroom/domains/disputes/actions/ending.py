"""Follow-up visits, and how a dispute ends."""

from collections.abc import Mapping
from typing import Any

from watchroom.base.refusal import Refusal
from watchroom.base.text import Text

from .. import queries, rules
from ..models import Visit
from .doing import Doing


def visit(doing: Doing) -> Mapping[str, Any]:
    """How it stands since. Calm visits in a row settle it."""
    result = doing.text("visit_result")
    if result not in rules.RESULTS:
        raise Refusal(Text("请选择回访情况", "Choose how it stands"))
    Visit.objects.create(
        dispute=doing.dispute,
        visited_at=doing.at,
        result=result,
        words=doing.text("visit_words"),
        by_id=doing.actor.staff_id,
    )
    return {"visit": Visit.objects.filter(dispute=doing.dispute).count()}


def settle(doing: Doing) -> None:
    """Another person confirms that it is settled, after the visits its risk asks for."""
    results = queries.results(queries.visits(doing.dispute.pk))
    if why_not := rules.why_not_settled(doing.matter.priority or 1, results):
        raise Refusal(why_not)


def refer(doing: Doing) -> None:
    """Arbitration, a court, another organ, legal aid: said with a reason."""
    if doing.text("route") not in rules.ROUTES:
        raise Refusal(Text("请选择导入何处", "Choose where it is led"))
    doing.keep(route=doing.text("route"))


def name_case(doing: Doing) -> None:
    """The case it goes on as."""
    doing.keep(case_number=doing.text("case_number")[:60])


def turned_criminal(doing: Doing) -> None:
    """It turned into a crime, whenever: counted, and said in the trail."""
