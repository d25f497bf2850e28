"""Every write of the fraud centre, by name. Others call these and nothing beneath."""

from .by_name import PERFORM, perform
from .intake import Receipt, receive, receive_many
from .one_by_one import receive_one
from .opening import open_waiting
from .policy import import_types, set_feed
from .rejects import close_reject, read_reject, take_reject
from .rule_sets import approve_rules, draft_rules, shadow_rules
from .taking_back import take_back

__all__ = [
    "PERFORM",
    "Receipt",
    "approve_rules",
    "close_reject",
    "draft_rules",
    "import_types",
    "open_waiting",
    "perform",
    "read_reject",
    "receive",
    "receive_many",
    "receive_one",
    "set_feed",
    "shadow_rules",
    "take_back",
    "take_reject",
]
