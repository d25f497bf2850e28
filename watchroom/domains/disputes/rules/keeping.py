"""How long what is known of people in a dispute is kept. Ours: the law sets no time."""

from datetime import timedelta

COMPARED = timedelta(days=730)
"""So long after it happened a dispute is compared with later ones; then its keys are erased."""
NAMED = timedelta(days=3 * 365)
"""So long after it ended its parties stay named, and what they said stays written down."""
