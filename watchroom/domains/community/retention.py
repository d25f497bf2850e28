"""How long a household's contact is kept."""

from watchroom.kernel.retention import Kept

from .actions import retention as actions

KEPT = (Kept("community.keep.contact", actions.contacts),)
