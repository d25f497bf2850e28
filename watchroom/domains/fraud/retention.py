"""How long the fraud centre keeps what tells who somebody is, by class."""

from watchroom.kernel.retention import Kept

from .actions import retention as actions

KEPT = (
    Kept("fraud.keep.refused", actions.refused),
    Kept("fraud.keep.message", actions.messages),
    Kept("fraud.keep.contact", actions.contacts),
    Kept("fraud.keep.warning", actions.warnings),
    Kept("fraud.keep.measure", actions.measures),
    Kept("fraud.keep.claim", actions.claims),
)
