"""How long disputes keep what tells who somebody is, by class."""

from watchroom.kernel.retention import Kept

from .actions import retention as actions

KEPT = (
    Kept("disputes.keep.keys", actions.keys),
    Kept("disputes.keep.parties", actions.parties),
)
