"""How long dispatch keeps what callers left behind, by class, and why the rest stays."""

from watchroom.kernel.kept import CODE, PUBLISHED, RULE, Kept

from .actions import retention as actions

KEPT = (
    Kept(
        "dispatch.keep.caller",
        actions.callers,
        actions.erase_callers,
        {
            "Incident.callback": "phone",
            "Incident.caller_name": "name",
            "Call.caller": "phone",
        },
    ),
    Kept(
        "dispatch.keep.words",
        actions.words,
        actions.erase_words,
        {
            "Incident.place_typed": "address",
            "Incident.disposition_words": "words",
            "Incident.feedback": "words",
            "Call.words": "words",
            "Call.place_typed": "address",
            "FollowUp.why": "words",
            "FollowUp.words": "words",
            "Handover.record": "words",
            "Handover.reason": "words",
            "PlaceSuggestion.label": "address",
        },
    ),
    Kept(
        "dispatch.keep.premise",
        actions.premises,
        actions.erase_premises,
        {"PremiseNote.words": "words"},
        matter="",
        agency="agency",
    ),
)
EXEMPT = {
    **dict.fromkeys(
        (
            "AlertMessage.body",
            "AlertMessage.identifier",
            "AlertMessage.sender",
            "PublicAlert.area",
            "PublicAlert.category",
            "PublicAlert.description",
            "PublicAlert.event",
            "PublicAlert.headline",
            "PublicAlert.instruction",
            "PublicAlert.response",
            "PublicAlert.rings",
        ),
        PUBLISHED,
    ),
    **dict.fromkeys(
        (
            "Assignment.not_recorded",
            "Assignment.reasons",
            "FollowUp.result",
            "Handover.receipt",
            "Incident.disposition",
            "Incident.external_id",
            "Incident.priority_reason",
        ),
        CODE,
    ),
    **dict.fromkeys(
        (
            "ClassList.source",
            "ClassList.version",
            "IncidentClass.code",
            "IncidentClass.en",
            "IncidentClass.gat_code",
            "IncidentClass.group",
            "IncidentClass.keywords",
            "IncidentClass.parent",
            "IncidentClass.response_plan",
            "IncidentClass.skills",
            "IncidentClass.zh",
            "ReserveRule.kind",
            "ResponsePlan.group",
            "ResponsePlan.needs",
        ),
        RULE,
    ),
}
