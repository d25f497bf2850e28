"""How long a household's contact is kept, and why the rest stays."""

from typing import Any

from django.db.models import Q, QuerySet

from watchroom.kernel.kept import CODE, PLACE, RULE, Kept

from .actions import retention as actions
from .models import Visit


def _of_visits(held: QuerySet[Any, Any]) -> Q:
    """Doors that a visit under hold was made to."""
    return Q(pk__in=Visit.objects.filter(matter__in=held).values("household"))


KEPT = (
    Kept(
        "community.keep.contact",
        actions.contacts,
        actions.erase_contacts,
        {"Household.contact_name": "name", "Household.contact_phone": "phone"},
        matter=_of_visits,
        agency="beat__agency",
    ),
    Kept(
        "community.keep.notice",
        actions.notices,
        actions.erase_notices,
        {"Notice.record": "words", "Notice.answer": "words"},
        matter="hazard__matter",
        agency="hazard__matter__agency",
    ),
    Kept(
        "community.keep.worker",
        actions.workers,
        actions.erase_workers,
        {"Contact.name": "name", "Contact.phone": "phone"},
        matter="",
        agency="beat__agency",
    ),
)
EXEMPT = {
    **dict.fromkeys(
        (
            "Card.hours",
            "Card.hours_en",
            "Card.phone",
            "Contact.organ",
            "Hazard.facts",
            "Household.address",
            "Household.door",
            "Village.name",
        ),
        PLACE,
    ),
    **dict.fromkeys(("Hazard.because",), RULE),
    **dict.fromkeys(("Notice.trouble",), CODE),
}
