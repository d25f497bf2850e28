"""How long disputes keep what tells who somebody is, by class, and why the rest stays."""

from watchroom.kernel.kept import CODE, PLACE, RULE, SIGNED, STAFF, Kept

from .actions import retention as actions

OF_DISPUTE = {"matter": "dispute__matter", "agency": "dispute__matter__agency"}
KEPT = (
    Kept(
        "disputes.keep.keys",
        actions.keys,
        actions.erase_keys,
        {"Party.name_key": "key", "Party.phone_key": "key"},
        **OF_DISPUTE,
    ),
    Kept(
        "disputes.keep.parties",
        actions.parties,
        actions.erase_parties,
        {
            "Party.name": "name",
            "Party.phone": "phone",
            "Session.summary": "words",
            "Visit.words": "words",
        },
        **OF_DISPUTE,
    ),
)
EXEMPT = {
    **dict.fromkeys(("Dispute.factors", "Dispute.case_number"), CODE),
    **dict.fromkeys(
        ("DisputeType.code", "DisputeType.zh", "DisputeType.en", "DisputeType.calls"), RULE
    ),
    **dict.fromkeys(("TypeList.version", "TypeList.source"), RULE),
    **dict.fromkeys(("DisputeType.organ_zh", "DisputeType.organ_en", "Dispute.place_word"), PLACE),
    **dict.fromkeys(("Mediator.kind", "Mediator.name"), STAFF),
    **dict.fromkeys(
        (
            "Agreement.terms",
            "Agreement.text",
            "Agreement.performed",
            "Signature.typed",
            "Signature.strokes",
        ),
        SIGNED,
    ),
}
