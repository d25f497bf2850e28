"""How long the fraud centre keeps what tells who somebody is, by class, and why the rest stays."""

from typing import Any

from django.db.models import Q, QuerySet

from watchroom.kernel.kept import CODE, PLACE, PUBLISHED, RULE, Kept

from .actions import retention as actions
from .models import Case


def _of_cases(held: QuerySet[Any, Any]) -> Q:
    """People with a case under hold."""
    return Q(pk__in=Case.objects.filter(matter__in=held).values("person"))


KEPT = (
    Kept(
        "fraud.keep.refused",
        actions.refused,
        actions.erase_refused,
        {
            "Reject.row": "words",
            "Reject.source_id": "key",
            "Reject.why_zh": "words",
            "Reject.why_en": "words",
            "Reject.reason": "words",
        },
        matter="",
        agency="",
    ),
    Kept(
        "fraud.keep.message",
        actions.messages,
        actions.erase_messages,
        {"Message.phone": "phone", "Message.text": "words"},
    ),
    Kept(
        "fraud.keep.contact",
        actions.contacts,
        actions.erase_contacts,
        {
            "Contact.name": "name",
            "Contact.phone": "phone",
            "Contact.id_number": "id",
            "Contact.address": "address",
        },
        matter=_of_cases,
        agency="",
    ),
    Kept(
        "fraud.keep.warning",
        actions.warnings,
        actions.erase_warnings,
        {"Warning.words": "words"},
        matter=_of_cases,
        agency="",
    ),
    Kept(
        "fraud.keep.measure",
        actions.measures,
        actions.erase_measures,
        {
            "Measure.holder": "name",
            "Account.number": "account",
            "Appeal.who": "name",
            "Appeal.words": "words",
            "Appeal.answer": "words",
        },
    ),
    Kept(
        "fraud.keep.claim",
        actions.claims,
        actions.erase_claims,
        {
            "Claim.victim": "name",
            "Claim.account": "account",
            "Objection.who": "name",
            "Objection.words": "words",
            "Objection.answer": "words",
        },
        matter="restitution__matter",
        agency="restitution__matter__agency",
    ),
)
EXEMPT = {
    **dict.fromkeys(
        (
            "Bank.code",
            "Bank.name",
            "Bank.name_en",
            "Bank.url",
            "Feed.key",
            "Feed.name",
            "Feed.name_en",
        ),
        PLACE,
    ),
    **dict.fromkeys(
        (
            "FraudType.code",
            "FraudType.en",
            "FraudType.keywords",
            "FraudType.message_zh",
            "FraudType.script_en",
            "FraudType.script_zh",
            "FraudType.zh",
            "RuleSet.rules",
            "RuleSet.version",
            "TypeList.source",
            "TypeList.version",
            "Message.template",
        ),
        RULE,
    ),
    **dict.fromkeys(
        (
            "Bank.secret",
            "BankOrder.error",
            "BankOrder.receipt",
            "Claim.receipt",
            "Measure.document",
            "Measure.receipt",
            "Message.error",
            "MessagePart.gateway_id",
            "TakenBack.reason",
            "TakenBack.source_id",
            "Warning.corrects",
            "Warning.source_id",
        ),
        CODE,
    ),
    **dict.fromkeys(("Restitution.announced",), PUBLISHED),
}
