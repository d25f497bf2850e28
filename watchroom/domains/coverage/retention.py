"""How long planning runs and handovers are kept, and why the rest stays."""

from watchroom.kernel.kept import CODE, PLACE, RULE, STAFF, Kept

from .actions import retention as actions

KEPT = (
    Kept(
        "coverage.keep.run",
        actions.runs,
        actions.erase_runs,
        {
            "PlanningRun.asked": "words",
            "PlanningRun.progress": "words",
            "PlanningRun.answer": "words",
            "PlanningRun.said": "words",
        },
        matter="",
        agency="agency",
    ),
    Kept(
        "coverage.keep.handover",
        actions.handovers,
        actions.erase_handovers,
        {"Posting.handover": "words"},
    ),
)
EXEMPT = {
    **dict.fromkeys(
        (
            "DutyPost.code",
            "DutyPost.name",
            "DutyPost.name_en",
            "DutyPost.outline",
        ),
        PLACE,
    ),
    **dict.fromkeys(("DutyPost.secret",), CODE),
    **dict.fromkeys(
        (
            "Inspection.remedy",
            "Inspection.words",
        ),
        STAFF,
    ),
    **dict.fromkeys(
        (
            "PlanLine.days",
            "PlanLine.partner",
            "Shift.name",
            "Shift.name_en",
            "Tiers.limits",
        ),
        RULE,
    ),
}
