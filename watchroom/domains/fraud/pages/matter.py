"""The panel of a case on the page of any matter."""

from typing import Any

from watchroom.kernel import access, personal
from watchroom.kernel.access import Actor
from watchroom.kernel.models import Matter

from .. import queries, rules
from ..models import Case, Contact
from ..rules.grading import fired

KINDS = {"name": "name", "phone": "phone", "id_number": "id", "address": "address"}


def matter_context(actor: Actor, matter: Matter) -> dict[str, Any]:
    """Everything for the next call: who, what they face, why it was graded so, what was tried."""
    case = queries.case_of(actor, matter.pk)
    opened = bool(actor.purpose) and access.may(actor, personal.PERMISSION, matter)
    contact = queries.contact_of(case)
    if opened and contact is not None:
        personal.reveal(actor, matter, list(KINDS))
    return card(case, contact, opened=opened)


def card(case: Case, contact: Contact | None, *, opened: bool) -> dict[str, Any]:
    """The values of the card; contact data clear or masked."""
    values = {field: getattr(contact, field, "") for field in KINDS}
    shown = values if opened else {f: personal.mask(KINDS[f], v) for f, v in values.items()}
    return {
        "case": case,
        "type": queries.type_of(case.type_code),
        "level": rules.LEVELS[rules.level_of(case.matter.priority)],
        "level_no": rules.level_of(case.matter.priority),
        "contact": shown if contact else None,
        "contact_opened": opened,
        "age_band": rules.AGE_BANDS.get(case.age_band),
        "warnings": [
            (one, fired(queries.grading_of(one.rule_set_id).rules, one.matched))
            for one in queries.warnings_of(case.matter_id)[:20]
        ],
        "suggested": queries.suggested(case),
        "grades": rules.LEVELS,
        "outcomes": {**rules.OUTCOMES, **rules.BECAUSE},
        "evidences": rules.EVIDENCE,
    }
