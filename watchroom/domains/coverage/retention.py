"""How long planning runs are kept."""

from watchroom.kernel.retention import Kept

from .actions import retention as actions

KEPT = (Kept("coverage.keep.run", actions.runs),)
