"""The officer's phone: today's work, new things, acts that survive days without a network."""
