"""Every write of the fraud centre, by name. Others call these and nothing beneath."""

from .by_name import PERFORM, perform
from .intake import Receipt, receive
from .opening import open_waiting
from .policy import import_types, set_feed
from .taking_back import take_back

__all__ = [
    "PERFORM",
    "Receipt",
    "import_types",
    "open_waiting",
    "perform",
    "receive",
    "set_feed",
    "take_back",
]
