"""Every write of community policing, by name. Others call these and nothing beneath them."""

from .beats import add_contact, end_contact, name_deputies, set_card, set_contact
from .by_name import perform
from .hazards import find_hazard
from .importing import import_households, import_villages
from .meetings import plan_meeting
from .needs import need_found
from .visits import Call, plan_visit, record_evening, record_visit

__all__ = [
    "Call",
    "add_contact",
    "end_contact",
    "find_hazard",
    "import_households",
    "import_villages",
    "name_deputies",
    "need_found",
    "perform",
    "plan_meeting",
    "plan_visit",
    "record_evening",
    "record_visit",
    "set_card",
    "set_contact",
]
