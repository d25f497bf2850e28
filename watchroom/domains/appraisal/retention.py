"""Schemes compare agencies, never people: why each column stays."""

from watchroom.kernel.kept import RULE

EXEMPT = dict.fromkeys(("Scheme.level", "Scheme.refusals", "Scheme.scheme"), RULE)
