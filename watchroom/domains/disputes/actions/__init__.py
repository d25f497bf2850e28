"""Every write of disputes, by name. Others call these functions and nothing beneath them."""

from .agreements import name_of
from .by_name import PRIVATE, perform
from .past import PastDispute, bring_in_past
from .registering import (
    OPEN_TO_PARTIES,
    add_party,
    found_by_call,
    found_on_visit,
    from_public,
    register,
    remove_party,
)
from .repeats import look_for_repeats, say_repeat
from .signing import sign
from .types import (
    import_types,
    put_in_force,
    shipped_types,
)

__all__ = [
    "OPEN_TO_PARTIES",
    "PRIVATE",
    "PastDispute",
    "add_party",
    "bring_in_past",
    "found_by_call",
    "found_on_visit",
    "from_public",
    "import_types",
    "look_for_repeats",
    "name_of",
    "perform",
    "put_in_force",
    "register",
    "remove_party",
    "say_repeat",
    "shipped_types",
    "sign",
]
